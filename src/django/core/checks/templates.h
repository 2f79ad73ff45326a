// The check of the template engines.
#pragma once

#include "django/core/checks/registry.h"

namespace django::core::checks::templates {

using Messages = std::vector<CheckMessage>;
using Databases = std::vector<std::string>;

Messages check_templates(const AppConfigs* app_configs, const Databases* databases);

}  // namespace django::core::checks::templates
