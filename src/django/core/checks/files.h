// The check of the folder for uploads.
#pragma once

#include "django/core/checks/registry.h"

namespace django::core::checks::files {

using Messages = std::vector<CheckMessage>;
using Databases = std::vector<std::string>;

Messages check_setting_file_upload_temp_dir(const AppConfigs* app_configs, const Databases* databases);

}  // namespace django::core::checks::files
