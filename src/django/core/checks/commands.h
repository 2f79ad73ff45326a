// The check that two commands agree on how they detect changes of models.
#pragma once

#include "django/core/checks/registry.h"

namespace django::core::checks::commands {

using Messages = std::vector<CheckMessage>;
using Databases = std::vector<std::string>;

Messages migrate_and_makemigrations_autodetector(const AppConfigs* app_configs, const Databases* databases);

}  // namespace django::core::checks::commands
