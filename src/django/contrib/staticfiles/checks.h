// The checks that the staticfiles app brings.
#pragma once

#include "django/core/checks/registry.h"

namespace django::contrib::staticfiles::checks {

std::vector<core::checks::CheckMessage> check_finders(const core::checks::AppConfigs* app_configs,
                                                      const std::vector<std::string>* databases);
std::vector<core::checks::CheckMessage> check_storages(const core::checks::AppConfigs* app_configs,
                                                       const std::vector<std::string>* databases);

/// Puts both into the registry: what StaticFilesConfig.ready() does.
void register_checks();

}  // namespace django::contrib::staticfiles::checks
