// Deployment checks of the security settings.
#pragma once

#include "django/core/checks/registry.h"

namespace django::core::checks::security::base {

/// What startproject puts before a generated SECRET_KEY, and check --deploy warns about.
inline constexpr std::string_view SECRET_KEY_INSECURE_PREFIX = "django-insecure-";

using Messages = std::vector<CheckMessage>;
using Databases = std::vector<std::string>;

Messages check_security_middleware(const AppConfigs* app_configs, const Databases* databases);
Messages check_xframe_options_middleware(const AppConfigs* app_configs, const Databases* databases);
Messages check_sts(const AppConfigs* app_configs, const Databases* databases);
Messages check_sts_include_subdomains(const AppConfigs* app_configs, const Databases* databases);
Messages check_sts_preload(const AppConfigs* app_configs, const Databases* databases);
Messages check_content_type_nosniff(const AppConfigs* app_configs, const Databases* databases);
Messages check_ssl_redirect(const AppConfigs* app_configs, const Databases* databases);
Messages check_secret_key(const AppConfigs* app_configs, const Databases* databases);
Messages check_secret_key_fallbacks(const AppConfigs* app_configs, const Databases* databases);
Messages check_debug(const AppConfigs* app_configs, const Databases* databases);
Messages check_xframe_deny(const AppConfigs* app_configs, const Databases* databases);
Messages check_allowed_hosts(const AppConfigs* app_configs, const Databases* databases);
Messages check_referrer_policy(const AppConfigs* app_configs, const Databases* databases);
Messages check_cross_origin_opener_policy(const AppConfigs* app_configs, const Databases* databases);

}  // namespace django::core::checks::security::base
