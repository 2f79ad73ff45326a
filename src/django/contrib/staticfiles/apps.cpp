#include "django/contrib/staticfiles/apps.h"

#include <memory>
#include <utility>

#include "django/contrib/staticfiles/checks.h"
#include "tracepoints/trace.h"

using django::apps::AppConfigClass;
using python::importlib::ModulePtr;

namespace django::contrib::staticfiles::apps {

StaticFilesConfig::StaticFilesConfig(std::string app_name, ModulePtr app_module)
    : AppConfig(std::move(app_name), std::move(app_module)) {
  verbose_name = "Static Files";
}

// django/contrib/staticfiles/apps.py, StaticFilesConfig.ready()
void StaticFilesConfig::ready() {
  TRACE_FRAME("staticfiles.apps.StaticFilesConfig.ready");
  checks::register_checks();
}

void exec(python::importlib::Module& module) {
  module.set("StaticFilesConfig", AppConfigClass{"django.contrib.staticfiles", {}, [](std::string app_name, ModulePtr app_module) {
                                                   return std::make_shared<StaticFilesConfig>(std::move(app_name), std::move(app_module));
                                                 }});
}

}  // namespace django::contrib::staticfiles::apps
