// json: values as text.
#pragma once

#include <optional>
#include <string>

#include "python/builtins.h"

namespace python::json {

struct Dumps {
  bool sort_keys = false;
  std::optional<int> indent = {};  // nullopt: all on one line
  bool ensure_ascii = true;        // everything beyond ASCII becomes \uXXXX
};

/// Byte for byte what Python's json.dumps writes. Raises: TypeError for what has no place in JSON (a set).
/// Source: Lib/json/__init__.py, dumps
std::string dumps(const Value& value, const Dumps& options = {});

}  // namespace python::json
