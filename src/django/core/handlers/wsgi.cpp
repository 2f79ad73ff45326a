#include "django/core/handlers/wsgi.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "django/conf/__init__.h"
#include "django/core/signals.h"
#include "django/urls/base.h"
#include "django/utils/encoding.h"
#include "tracepoints/trace.h"

using django::conf::settings;
using django::urls::set_script_prefix;
using django::utils::encoding::repercent_broken_unicode;
namespace signals = django::core::signals;

namespace django::core::handlers::wsgi {

// How many of `size` bytes may still be read.
std::ptrdiff_t LimitedStream::clipped(std::ptrdiff_t size) const {
  const std::ptrdiff_t left = std::max<std::ptrdiff_t>(limit_ - pos_, 0);
  return size < 0 ? left : std::min(size, left);
}

// django/core/handlers/wsgi.py, LimitedStream.read()
std::string LimitedStream::read(std::ptrdiff_t size) {
  const std::ptrdiff_t wanted = clipped(size);
  if (wanted == 0 || !stream_) return "";
  std::string data = stream_->read(wanted);
  pos_ += static_cast<std::ptrdiff_t>(data.size());
  return data;
}

// django/core/handlers/wsgi.py, LimitedStream.readline()
std::string LimitedStream::readline(std::ptrdiff_t size) {
  const std::ptrdiff_t wanted = clipped(size);
  if (wanted == 0 || !stream_) return "";
  std::string line = stream_->readline(wanted);
  pos_ += static_cast<std::ptrdiff_t>(line.size());
  return line;
}

// django/core/handlers/wsgi.py, WSGIRequest.__init__()
WSGIRequest::WSGIRequest(python::wsgiref::Environ& environ) : HttpRequest(environ) {
  TRACE_FRAME("handlers.wsgi.WSGIRequest.__init__", environ["REQUEST_METHOD"], environ["PATH_INFO"]);
  std::string script_name = get_script_name(environ);
  // If PATH_INFO is empty (e.g. accessing the SCRIPT_NAME URL without a trailing slash), operate as if '/' was requested.
  path_info = get_path_info(environ);
  if (path_info.empty()) path_info = "/";
  // Only the first slash is replaced: http://test/something and http://test//something differ, says RFC 3986.
  std::string rest = path_info;
  if (const std::size_t slash = rest.find('/'); slash != std::string::npos) rest.erase(slash, 1);
  const std::string prefix = script_name.substr(0, script_name.find_last_not_of('/') + 1);
  path = prefix + "/" + rest;
  META["PATH_INFO"] = path_info;
  META["SCRIPT_NAME"] = std::move(script_name);
  method = environ.get("REQUEST_METHOD");
  std::transform(method.begin(), method.end(), method.begin(), [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  _set_content_type_params();
  // What is no number counts as no body; body() is stricter.
  const std::string_view length = environ.get("CONTENT_LENGTH");
  std::ptrdiff_t content_length = 0;
  const auto [end, error] = std::from_chars(length.data(), length.data() + length.size(), content_length);
  if (error != std::errc() || end != length.data() + length.size()) content_length = 0;
  _stream = std::make_shared<LimitedStream>(environ.input, content_length);
}

// django/core/handlers/wsgi.py, WSGIHandler.__init__()
void WSGIHandler::__init__() {
  TRACE_FRAME("handlers.wsgi.WSGIHandler.__init__");
  load_middleware();
}

// django/core/handlers/wsgi.py, WSGIHandler.__call__()
std::shared_ptr<python::wsgiref::Iterable> WSGIHandler::operator()(python::wsgiref::Environ& environ,
                                                                   const python::wsgiref::StartResponse& start_response) {
  TRACE_FRAME("handlers.wsgi.WSGIHandler.__call__", environ["REQUEST_METHOD"], environ["PATH_INFO"]);
  set_script_prefix(get_script_name(environ));
  signals::request_started.send({.sender = __class__(), .environ = &environ});
  const auto request = std::make_shared<WSGIRequest>(environ);
  http::HttpResponsePtr response = get_response(*request);

  response->_handler_class = __class__();
  // The response keeps the request: a view's generator may still look at it while the blocks are sent.
  response->_resource_closers.emplace_back([request] { request->close(); });

  const std::string status = fmt::format("{} {}", response->status_code, response->reason_phrase());
  python::wsgiref::Headers response_headers = response->items();
  for (const http::Morsel& c : response->cookies.values()) response_headers.emplace_back("Set-Cookie", c.OutputString());
  start_response(status, std::move(response_headers), nullptr);
  // Departs: a file response is returned as it is; Django wraps it in wsgi.file_wrapper, whose blocks and end are the same.
  return traced.result(response);
}

// django/core/handlers/wsgi.py, get_path_info()
std::string get_path_info(const python::wsgiref::Environ& environ) { return repercent_broken_unicode(environ.get("PATH_INFO", "/")); }

// django/core/handlers/wsgi.py, get_script_name()
std::string get_script_name(const python::wsgiref::Environ& environ) {
  if (const auto FORCE_SCRIPT_NAME = settings.optional_str("FORCE_SCRIPT_NAME")) return *FORCE_SCRIPT_NAME;
  // If Apache's mod_rewrite had a whack at the URL, Apache set either SCRIPT_URL or REDIRECT_URL to the full resource URL.
  std::string_view script_url = environ.get("SCRIPT_URL");
  if (script_url.empty()) script_url = environ.get("REDIRECT_URL");
  if (script_url.empty()) return python::decode_utf8_replace(environ.get("SCRIPT_NAME"));
  std::string script_name;
  for (const char c : script_url)
    if (c != '/' || !script_name.ends_with('/')) script_name += c;
  const std::string_view path_info = environ.get("PATH_INFO");
  if (script_name.ends_with(path_info)) script_name.erase(script_name.size() - path_info.size());
  return python::decode_utf8_replace(script_name);
}

}  // namespace django::core::handlers::wsgi
