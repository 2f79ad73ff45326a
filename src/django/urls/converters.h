// django.urls.converters: what stands between "<" and ":" in a path() route.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "python/builtins.h"

namespace django::urls::converters {

struct Converter {
  std::string regex;
  /// Raises: ValueError when the text is not one after all; then the pattern does not match.
  std::function<python::Value(const std::string& value)> to_python;
  std::function<std::string(const python::Value& value)> to_url;
};

/// int, str, slug, uuid, path, and what was registered. By value of the map: routes keep what they were made with.
std::map<std::string, Converter, std::less<>> get_converters();

/// Raises: ValueError when the name is taken. Source: django/urls/converters.py, register_converter
void register_converter(const std::string& type_name, Converter converter);

}  // namespace django::urls::converters
