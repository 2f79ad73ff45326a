#include "mysite/urls.h"

#include "django/urls/conf.h"
#include "polls/views.h"

using django::urls::path;      // from django.urls import path, re_path
using django::urls::re_path;
using django::urls::URLPatterns;
using django::urls::view;
namespace views = polls::views;  // from polls import views

namespace mysite::urls {

void exec(python::importlib::Module& module) {
  module.set("urlpatterns", URLPatterns{
                                path("", view<views::index>, {.name = "index"}),
                                path("hello/", view<views::hello>, {.name = "hello"}),
                                path("echo/", view<views::echo>),
                                path("form/", view<views::form>),
                                path("boom/", view<views::boom>),
                                path("moved/", view<views::moved>),
                                path("stream/", view<views::stream>),
                                path("cookie/", view<views::cookie>),
                                path("slow/", view<views::slow>),
                                path("lazybody/", view<views::lazybody>),
                                path("meta/", view<views::meta>),
                                path("forbidden/", view<views::forbidden>),
                                path("empty/", view<views::empty>),
                                path("close/", view<views::close_header>),
                                path("none/", view<views::none>),
                                re_path("^item/(?P<pk>[^/]+)/$", view<views::item>),
                            });
}

}  // namespace mysite::urls
