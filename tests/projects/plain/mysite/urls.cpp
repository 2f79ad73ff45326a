// An empty URLconf, as startproject leaves it when the admin is taken out.
#include "django/urls/conf.h"
#include "python/importlib/__init__.h"

namespace {
void exec(python::importlib::Module& module) { module.set("urlpatterns", django::urls::URLPatterns{}); }
}  // namespace

TRACEWALK_MODULE(exec)
