// django.contrib.staticfiles.apps: the application that gives runserver its static files.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "django/apps/config.h"
#include "python/importlib/__init__.h"

namespace django::contrib::staticfiles::apps {

/// Source: django/contrib/staticfiles/apps.py, class StaticFilesConfig
class StaticFilesConfig : public django::apps::AppConfig {
 public:
  StaticFilesConfig(std::string app_name, python::importlib::ModulePtr app_module);
  /// Registers the checks of STATICFILES_FINDERS and STORAGES.
  void ready() override;
  std::string_view __class__() const override { return "StaticFilesConfig"; }

  /// Globs that collectstatic and findstatic pass over.
  std::vector<std::string> ignore_patterns = {"CVS", ".*", "*~"};
};

/// The module `django.contrib.staticfiles.apps`: StaticFilesConfig.
void exec(python::importlib::Module& module);

}  // namespace django::contrib::staticfiles::apps
