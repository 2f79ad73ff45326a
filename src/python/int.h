// int: the number that a text spells, by Python's rules.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace python {

/// int(text): white space around it, a sign, digits of any script with single underscores between them.
/// Gives: nullopt where Python raises ValueError.
std::optional<std::int64_t> int_(std::string_view text);

}  // namespace python
