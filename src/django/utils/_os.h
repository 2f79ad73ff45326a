// django.utils._os: joining paths that a stranger has a say in.
#pragma once

#include <string>
#include <string_view>

namespace django::utils::_os {

/// Joins, makes absolute, and insists that the result lies in `base`. Follows no symbolic link.
/// Raises: SuspiciousFileOperation.
/// Source: django/utils/_os.py, safe_join
std::string safe_join(std::string_view base, std::string_view path);

}  // namespace django::utils::_os
