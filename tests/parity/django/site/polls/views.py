"""The views of src/polls/views.cpp, in Python: what they answer is compared byte for byte."""
import json
import time

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.views.decorators.csrf import csrf_exempt


def text(s, **kw):
    return HttpResponse(s, content_type='text/plain; charset=utf-8', **kw)


def hello(request):
    return text('hello %s\n' % request.GET.get('name', 'world'))


@csrf_exempt
def echo(request):
    body = request.body
    return text(json.dumps({
        'method': request.method,
        'content_type': request.META.get('CONTENT_TYPE'),
        'content_length': request.META.get('CONTENT_LENGTH'),
        'transfer_encoding': request.META.get('HTTP_TRANSFER_ENCODING'),
        'body': body.decode('latin-1'),
        'post': sorted(request.POST.items()),
    }, sort_keys=True) + '\n')


def form(request):
    return text('form %s\n' % request.method)


def boom(request):
    raise ValueError('boom')


def moved(request):
    return HttpResponseRedirect('/hello/')


def stream(request):
    def chunks():
        for i in range(3):
            yield 'chunk %d\n' % i
            time.sleep(0.05)
    return StreamingHttpResponse(chunks(), content_type='text/plain')


def cookie(request):
    r = text('cookie %s\n' % request.COOKIES.get('flavour', '-'))
    r.set_cookie('flavour', 'oat')
    r.set_cookie('size', 'large', httponly=True)
    return r


def slow(request):
    time.sleep(0.6)
    return text('slow done\n')


@csrf_exempt
def lazybody(request):
    return text('body not read\n')


KEYS = ('REQUEST_METHOD', 'PATH_INFO', 'QUERY_STRING', 'SCRIPT_NAME', 'SERVER_NAME', 'SERVER_PORT',
        'SERVER_PROTOCOL', 'REMOTE_ADDR', 'REMOTE_HOST', 'CONTENT_TYPE', 'CONTENT_LENGTH',
        'GATEWAY_INTERFACE', 'SERVER_SOFTWARE', 'wsgi.url_scheme', 'wsgi.multithread',
        'wsgi.multiprocess', 'wsgi.run_once', 'RUN_MAIN')


@csrf_exempt
def meta(request):
    out = {}
    for k, v in request.META.items():
        if k in KEYS or k.startswith('HTTP_'):
            out[k] = v if isinstance(v, (bool, int)) else str(v)
    out['request.path'] = request.path
    return text(json.dumps(out, sort_keys=True, indent=1) + '\n')


def forbidden(request):
    raise PermissionDenied('no')


def empty(request):
    return HttpResponse(status=204)


def close_header(request):
    r = text('closing\n')
    r['X-Close'] = 'yes'
    return r


def none(request):
    return None


def item(request, pk):
    return text('item %s\n' % pk)
