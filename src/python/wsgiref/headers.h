// wsgiref.headers: the headers of a response, in order, looked up without minding the case.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "python/wsgiref/types.h"

namespace python::wsgiref::headers {

/// Source: Lib/wsgiref/headers.py, class Headers
class Headers {
 public:
  explicit Headers(wsgiref::Headers headers) : headers_(std::move(headers)) {}
  /// name in headers
  bool contains(std::string_view name) const { return get(name).has_value(); }
  std::optional<std::string_view> get(std::string_view name) const;
  /// headers[name] = value: takes the place of all of that name, at the end.
  void set(std::string_view name, std::string value);
  /// del headers[name]; nothing happens when there is none.
  void remove(std::string_view name);
  void setdefault(std::string_view name, std::string value);
  /// bytes(headers): with the empty line that ends them.
  std::string bytes() const;

 private:
  wsgiref::Headers headers_;
};

}  // namespace python::wsgiref::headers
