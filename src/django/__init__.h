// django: which Django this mirrors, and setup(), which every command runs once.
#pragma once

#include <string>
#include <string_view>

namespace django {

/// (5, 2, 10, "final", 0)
struct Version {
  int major, minor, micro;
  std::string_view kind;  // "alpha", "beta", "rc", "final"
  int number;
};
inline constexpr Version VERSION{5, 2, 10, "final", 0};

/// "5.2.10": what `version` and the banner print.
/// Source: django/utils/version.py, get_version()
std::string get_version(const Version& version = VERSION);

/// Logging, the script prefix (unless `set_prefix` is false), then the applications. May be called again.
/// Raises: what settings, logging or an application raise.
/// Source: django/__init__.py, setup()
void setup(bool set_prefix = true);

}  // namespace django
