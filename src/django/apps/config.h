// One installed application.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "python/importlib/__init__.h"
#include "tracepoints/repr.h"

namespace django::apps {

class AppConfig;
/// What an app's `apps` module defines: module.set("PollsConfig", AppConfigClass{...}).
struct AppConfigClass {
  std::string name;                       // the AppConfig's `name`: the app's module
  std::optional<bool> default_ = {};      // `default`: false is never chosen unless named, true goes before those that do not say
  std::function<std::shared_ptr<AppConfig>(std::string app_name, python::importlib::ModulePtr app_module)> construct;
};

/// Source: django/apps/config.py, class AppConfig
class AppConfig {
 public:
  AppConfig(std::string app_name, python::importlib::ModulePtr app_module);
  virtual ~AppConfig() = default;
  /// One INSTALLED_APPS entry becomes an AppConfig. Raises ImportError, ImproperlyConfigured with Django's words.
  static std::shared_ptr<AppConfig> create(const std::string& entry);
  void import_models();
  /// Called once all apps and models are there.
  virtual void ready();
  virtual std::string_view __class__() const { return "AppConfig"; }
  static constexpr std::string_view APPS_MODULE_NAME = "apps", MODELS_MODULE_NAME = "models";

  std::string name, label, verbose_name;
  python::importlib::ModulePtr module, models_module;
  std::string path;                       // the app's folder

 protected:
  static std::string _path_from_module(const python::importlib::Module& module);
};

/// <StaticFilesConfig: staticfiles>
void repr_to(tracepoints::Repr& out, const AppConfig& config) noexcept;
void repr_to(tracepoints::Repr& out, const std::shared_ptr<AppConfig>& config) noexcept;

}  // namespace django::apps
