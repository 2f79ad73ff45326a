// The registry of system checks: plain functions, collected when the modules that define them are imported.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "django/core/checks/messages.h"

namespace django::apps { class AppConfig; }

namespace django::core::checks {

namespace Tags {
inline constexpr std::string_view admin = "admin", async_support = "async_support", caches = "caches", commands = "commands",
    compatibility = "compatibility", database = "database", files = "files", models = "models", security = "security",
    signals = "signals", sites = "sites", staticfiles = "staticfiles", templates = "templates", translation = "translation",
    urls = "urls";
}

using AppConfigs = std::vector<std::shared_ptr<apps::AppConfig>>;

/// A check: `app_configs` nullptr is None (all), `databases` likewise.
using Check = std::function<std::vector<CheckMessage>(const AppConfigs* app_configs,
                                                      const std::vector<std::string>* databases)>;

/// Source: django/core/checks/registry.py, class CheckRegistry
class CheckRegistry {
 public:
  /// `name` tells two checks apart: registering it again replaces it. `deploy`: only for check --deploy.
  void register_(std::string name, Check check, std::vector<std::string_view> tags, bool deploy = false);
  std::vector<CheckMessage> run_checks(const AppConfigs* app_configs = nullptr,
                                       const std::optional<std::vector<std::string>>& tags = {},
                                       bool include_deployment_checks = false,
                                       const std::vector<std::string>* databases = nullptr) const;
  bool tag_exists(std::string_view tag, bool include_deployment_checks = false) const;
  std::vector<std::string> tags_available(bool deployment_checks = false) const;   // sorted

 private:
  struct Registered {
    std::string name;
    Check check;
    std::vector<std::string> tags;
  };
  std::vector<Registered> registered_checks, deployment_checks;
};

/// The one registry of the process. The checks of Django itself are in it from the start.
CheckRegistry& registry();

}  // namespace django::core::checks
