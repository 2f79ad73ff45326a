// secrets: random choices nobody can foresee.
#pragma once

#include <cstdint>
#include <string_view>

namespace python::secrets {

/// A number from 0 up to, but not including, `exclusive_upper_bound`. From the system's generator.
std::uint32_t randbelow(std::uint32_t exclusive_upper_bound);
/// One character of the text, which must be ASCII and not empty.
char choice(std::string_view sequence);

}  // namespace python::secrets
