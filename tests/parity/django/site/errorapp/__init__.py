from django.core.checks import Error, register


@register()
def demo_check(app_configs, **kwargs):
    return [Error('demo error', hint='demo hint', id='errorapp.E001')]
