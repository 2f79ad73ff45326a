// wsgiref.util: small questions about WSGI.
#pragma once

#include <string>
#include <string_view>

#include "python/wsgiref/types.h"

namespace python::wsgiref::util {

/// "https" when the environment says so, else "http".
/// Source: Lib/wsgiref/util.py, guess_scheme()
std::string guess_scheme(const Environ& environ);

/// Whether the header is between two neighbours only: the server's, never the application's.
/// Source: Lib/wsgiref/util.py, is_hop_by_hop()
bool is_hop_by_hop(std::string_view header_name);

/// Each %XX becomes its byte; what is no escape stays as it is.
/// Source: Lib/urllib/parse.py, unquote_to_bytes()
std::string unquote_to_bytes(std::string_view text);

}  // namespace python::wsgiref::util
