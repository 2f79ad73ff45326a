// The check of the async safety switch, for deployment.
#pragma once

#include "django/core/checks/registry.h"

namespace django::core::checks::async_checks {

using Messages = std::vector<CheckMessage>;
using Databases = std::vector<std::string>;

Messages check_async_unsafe(const AppConfigs* app_configs, const Databases* databases);

}  // namespace django::core::checks::async_checks
