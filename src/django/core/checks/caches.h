// Checks of the CACHES setting.
#pragma once

#include "django/core/checks/registry.h"

namespace django::core::checks::caches {

using Messages = std::vector<CheckMessage>;
using Databases = std::vector<std::string>;

Messages check_default_cache_is_configured(const AppConfigs* app_configs, const Databases* databases);
Messages check_cache_location_not_exposed(const AppConfigs* app_configs, const Databases* databases);
Messages check_file_based_cache_is_absolute(const AppConfigs* app_configs, const Databases* databases);

}  // namespace django::core::checks::caches
