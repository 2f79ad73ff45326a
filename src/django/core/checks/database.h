// The check of the database back ends.
#pragma once

#include "django/core/checks/registry.h"

namespace django::core::checks::database {

using Messages = std::vector<CheckMessage>;
using Databases = std::vector<std::string>;

Messages check_database_backends(const AppConfigs* app_configs, const Databases* databases);

}  // namespace django::core::checks::database
