// Helpers of the commands.
#pragma once

#include <string>
#include <vector>

namespace django::core::management::utils {

/// {"html,txt", ".js"} becomes {".html", ".txt", ".js"}: each extension once, with its dot.
std::vector<std::string> handle_extensions(const std::vector<std::string>& extensions);

/// 50 random characters, fit for SECRET_KEY.
std::string get_random_secret_key();

}  // namespace django::core::management::utils
