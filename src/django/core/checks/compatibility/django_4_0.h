// The check of settings that mean something else since Django 4.0.
#pragma once

#include "django/core/checks/registry.h"

namespace django::core::checks::compatibility::django_4_0 {

using Messages = std::vector<CheckMessage>;
using Databases = std::vector<std::string>;

Messages check_csrf_trusted_origins(const AppConfigs* app_configs, const Databases* databases);

}  // namespace django::core::checks::compatibility::django_4_0
