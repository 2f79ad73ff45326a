// Checks of the language settings.
#pragma once

#include "django/core/checks/registry.h"

namespace django::core::checks::translation {

using Messages = std::vector<CheckMessage>;
using Databases = std::vector<std::string>;

Messages check_setting_language_code(const AppConfigs* app_configs, const Databases* databases);
Messages check_setting_languages(const AppConfigs* app_configs, const Databases* databases);
Messages check_setting_languages_bidi(const AppConfigs* app_configs, const Databases* databases);
Messages check_language_settings_consistent(const AppConfigs* app_configs, const Databases* databases);

}  // namespace django::core::checks::translation
