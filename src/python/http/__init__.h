// http: the status codes and their words.
#pragma once

#include <string_view>

namespace python::http {

/// A member of http.HTTPStatus: its phrase stands in the status line, its description on error pages ("" where it has none).
struct HTTPStatus {
  int value;
  std::string_view phrase;
  std::string_view description;
};

/// The status of that code; nullptr when HTTP knows none.
/// Source: Lib/http/__init__.py, class HTTPStatus
const HTTPStatus* status(int code);

}  // namespace python::http
