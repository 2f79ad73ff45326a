// unicodedata: which characters are decimal digits. Python's \d and int() know all of them, not only 0 to 9.
#pragma once

#include <optional>
#include <string_view>

namespace python::unicodedata {

/// unicodedata.decimal(character, None): the value of a character of category Nd.
std::optional<int> decimal(char32_t character);

/// Takes the first character off UTF-8 text; nullopt at the end and where the bytes are no UTF-8.
std::optional<char32_t> next_character(std::string_view& text);

}  // namespace python::unicodedata
