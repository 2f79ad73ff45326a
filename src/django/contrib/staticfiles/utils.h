// Helpers of the staticfiles app: which files a storage has, and whether the settings make sense.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "django/core/files/storage/base.h"

namespace django::contrib::staticfiles::utils {

/// Whether any of the shell patterns fits the whole path.
bool matches_patterns(const std::string& path, const std::vector<std::string>& patterns);

/// The paths of all files below `location`, but for those whose name or path a pattern fits.
std::vector<std::string> get_files(const core::files::storage::Storage& storage,
                                   const std::vector<std::string>& ignore_patterns = {}, const std::string& location = {});

/// Raises: ImproperlyConfigured when STATIC_URL is missing or clashes with the MEDIA settings.
void check_settings(std::optional<std::string> base_url = {});

}  // namespace django::contrib::staticfiles::utils
