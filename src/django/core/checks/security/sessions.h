// Deployment checks of the session cookie.
#pragma once

#include "django/core/checks/registry.h"

namespace django::core::checks::security::sessions {

using Messages = std::vector<CheckMessage>;
using Databases = std::vector<std::string>;

Messages check_session_cookie_secure(const AppConfigs* app_configs, const Databases* databases);
Messages check_session_cookie_httponly(const AppConfigs* app_configs, const Databases* databases);

}  // namespace django::core::checks::security::sessions
