// The demo project's URLconf by way of a plug-in: a file that can be broken and mended while the server runs.
#include "django/urls/conf.h"
#include "python/importlib/__init__.h"

namespace {
void exec(python::importlib::Module& module) {
  module.set("urlpatterns", *python::importlib::import_module("mysite.urls")->get_if<django::urls::URLPatterns>("urlpatterns"));
}
}  // namespace

TRACEWALK_MODULE(exec)
