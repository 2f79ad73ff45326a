#!/usr/bin/env python3
"""Makes the projects `plain` and `site` of tests/projects for a real Django, with its own startproject; the settings are those of ours.

    django_projects.py PYTHON FOLDER

They are lean: no database, no admin, three middleware classes; `site` adds django/site, the Python twin of tests/projects/site.
"""
import os
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
SETTINGS_PY = """from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
SECRET_KEY = 'not-a-secret-fixture-key-0123456789-abcdefghijklmnop'
DEBUG = True
ALLOWED_HOSTS = []
INSTALLED_APPS = ['django.contrib.staticfiles']
MIDDLEWARE = [
    'django.middleware.security.SecurityMiddleware',
    'django.middleware.common.CommonMiddleware',
    'django.middleware.clickjacking.XFrameOptionsMiddleware',
]
ROOT_URLCONF = 'mysite.urls'
TEMPLATES = []
WSGI_APPLICATION = 'mysite.wsgi.application'
DATABASES = {}
AUTH_PASSWORD_VALIDATORS = []
LANGUAGE_CODE = 'en-us'
TIME_ZONE = 'UTC'
USE_I18N = True
USE_TZ = True
STATIC_URL = 'static/'
DEFAULT_AUTO_FIELD = 'django.db.models.BigAutoField'
"""
SITE = """INSTALLED_APPS = INSTALLED_APPS + ['polls']
STATICFILES_DIRS = [str(BASE_DIR / 'extra_static')]
"""
# mysite/settings_NAME.py: what it says after `from mysite.settings import *`.
VARIANTS = {
    "badmw": "MIDDLEWARE = MIDDLEWARE + ['polls.nosuch.Middleware']",
    "badurls": "ROOT_URLCONF = 'mysite.urls_broken'",
    "badwsgi": "WSGI_APPLICATION = 'mysite.nosuch.application'",
    "broken": "import nosuchmodule_in_settings",
    "cdn": "STATIC_URL = 'http://cdn.example/static/'",
    "duplabel": "INSTALLED_APPS = INSTALLED_APPS + ['other.polls']",
    "dupname": "INSTALLED_APPS = INSTALLED_APPS + ['polls']",
    "error": "raise RuntimeError('settings blew up')",
    "errorapp": "INSTALLED_APPS = INSTALLED_APPS + ['errorapp']",
    "hosts": "DEBUG = False\nALLOWED_HOSTS = ['127.0.0.1', 'localhost', '[::1]']",
    "missingapp": "INSTALLED_APPS = INSTALLED_APPS + ['nosuchapp']",
    "nodb": "DATABASES = {}",
    "nosecret": "SECRET_KEY = ''",
    "nostaticapp": "INSTALLED_APPS = ['polls']",
    "notlist": "INSTALLED_APPS = 'polls'",
    "nowsgi": "WSGI_APPLICATION = None",
    "override": "INSTALLED_APPS = INSTALLED_APPS + ['override', 'override2']",
    "override_first": "INSTALLED_APPS = ['override'] + INSTALLED_APPS",
    "override_rev": "INSTALLED_APPS = INSTALLED_APPS + ['override2', 'override']",
    "prod": "DEBUG = False\nALLOWED_HOSTS = []",
    "silenced": "INSTALLED_APPS = INSTALLED_APPS + ['warnapp']\nSILENCED_SYSTEM_CHECKS = ['warnapp.W001']",
    "syntax": "DEBUG = = True",
    "warn": "INSTALLED_APPS = INSTALLED_APPS + ['warnapp']",
}


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def make(python, folder):
    plain, site = os.path.join(folder, "plain"), os.path.join(folder, "site")
    os.makedirs(plain)
    environment = {k: v for k, v in os.environ.items() if k not in ("DJANGO_SETTINGS_MODULE", "PYTHONPATH")}
    subprocess.check_call([python, "-m", "django", "startproject", "mysite", plain], env=dict(environment, PYTHONDONTWRITEBYTECODE="1"))
    write(os.path.join(plain, "mysite", "settings.py"), SETTINGS_PY)
    write(os.path.join(plain, "mysite", "urls.py"), "urlpatterns = []\n")
    shutil.copytree(plain, site)
    shutil.copytree(os.path.join(HERE, "django", "site"), site, dirs_exist_ok=True)
    with open(os.path.join(site, "mysite", "settings.py"), "a", encoding="utf-8") as file:
        file.write(SITE)
    write(os.path.join(site, "mysite", "urls_broken.py"), "import nosuchmodule_in_urls\n")
    write(os.path.join(site, "other", "polls", "__init__.py"), "")
    for name, text in VARIANTS.items():
        write(os.path.join(site, "mysite", "settings_%s.py" % name), "from mysite.settings import *\n%s\n" % text)
    for parent, folders, _ in os.walk(site):   # every folder of code is a package
        if "static" not in parent and parent != site:
            open(os.path.join(parent, "__init__.py"), "a").close()


if __name__ == "__main__":
    make(*sys.argv[1:3])
