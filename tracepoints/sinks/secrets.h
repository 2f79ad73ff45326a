// The last gate before a value is shown: what must not be seen on a projector.
#pragma once

#include <string_view>

namespace tracepoints::sinks {

/// Django's own rule for settings (API, TOKEN, KEY, SECRET, PASS, SIGNATURE in the name, in either case), and the headers
/// Cookie, Set-Cookie and Authorization.
bool is_secret(std::string_view name) noexcept;

inline constexpr std::string_view mask = "'********************'";

}  // namespace tracepoints::sinks
