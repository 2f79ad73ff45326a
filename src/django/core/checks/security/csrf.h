// Checks of the protection against cross-site request forgery.
#pragma once

#include "django/core/checks/registry.h"

namespace django::core::checks::security::csrf {

using Messages = std::vector<CheckMessage>;
using Databases = std::vector<std::string>;

Messages check_csrf_middleware(const AppConfigs* app_configs, const Databases* databases);
Messages check_csrf_cookie_secure(const AppConfigs* app_configs, const Databases* databases);
Messages check_csrf_failure_view(const AppConfigs* app_configs, const Databases* databases);

}  // namespace django::core::checks::security::csrf
