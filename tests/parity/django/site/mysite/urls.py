"""The URLs of src/mysite/urls.cpp, less the front page, which the recorded project did not have."""
from django.urls import re_path
from polls import views

urlpatterns = [
    re_path(r'^hello/$', views.hello, name='hello'),
    re_path(r'^echo/$', views.echo),
    re_path(r'^form/$', views.form),
    re_path(r'^boom/$', views.boom),
    re_path(r'^moved/$', views.moved),
    re_path(r'^stream/$', views.stream),
    re_path(r'^cookie/$', views.cookie),
    re_path(r'^slow/$', views.slow),
    re_path(r'^lazybody/$', views.lazybody),
    re_path(r'^meta/$', views.meta),
    re_path(r'^forbidden/$', views.forbidden),
    re_path(r'^empty/$', views.empty),
    re_path(r'^close/$', views.close_header),
    re_path(r'^none/$', views.none),
    re_path(r'^item/(?P<pk>[^/]+)/$', views.item),
]
