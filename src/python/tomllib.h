// tomllib: a TOML document becomes a dict, its keys in the order in which they were written.
//
// Settings modules are TOML files here, so importlib calls in. The parsing itself is toml++'s, in tomllib.cpp only.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "python/builtins.h"
#include "python/exceptions.h"

namespace python::tomllib {

/// str(e) is "FILE:LINE:COLUMN: what is wrong"; lines and columns count from 1.
class TOMLDecodeError : public ValueError {
 public:
  explicit TOMLDecodeError(std::string message) : ValueError("tomllib.TOMLDecodeError", std::move(message)) {}
};

/// A settings file is a page or two. What is far beyond that is not one, and is refused before it is parsed.
inline constexpr std::size_t max_file_bytes = 1 << 20;
/// How deep tables and arrays may stand in each other, the parts of a dotted key included.
inline constexpr std::size_t max_depth = 64;

/// Reads a file. Dates and times become Opaque, printed as Python prints them: datetime.date(2024, 1, 2).
/// Raises: OSError when it cannot be read; TOMLDecodeError when it is no regular file, too large, no UTF-8, or no TOML.
/// Source: Lib/tomllib/_parser.py, load()
Dict load(const std::string& file);

/// Reads a text. `name` stands for the file in messages.
/// Source: Lib/tomllib/_parser.py, loads()
Dict loads(std::string_view text, const std::string& name);

}  // namespace python::tomllib
