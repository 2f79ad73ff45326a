// Checks of the URLconf: usually what imports a project's urls and views for the first time.
#pragma once

#include "django/core/checks/registry.h"

namespace django::core::checks::urls {

using Messages = std::vector<CheckMessage>;
using Databases = std::vector<std::string>;

Messages check_url_config(const AppConfigs* app_configs, const Databases* databases);
Messages check_url_namespaces_unique(const AppConfigs* app_configs, const Databases* databases);
Messages check_url_settings(const AppConfigs* app_configs, const Databases* databases);
Messages check_custom_error_handlers(const AppConfigs* app_configs, const Databases* databases);

}  // namespace django::core::checks::urls
