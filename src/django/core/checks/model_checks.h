// Checks of the models of all apps.
#pragma once

#include "django/core/checks/registry.h"

namespace django::core::checks::model_checks {

using Messages = std::vector<CheckMessage>;
using Databases = std::vector<std::string>;

Messages check_all_models(const AppConfigs* app_configs, const Databases* databases);
Messages check_lazy_references(const AppConfigs* app_configs, const Databases* databases);

}  // namespace django::core::checks::model_checks
