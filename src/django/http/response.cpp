#include "django/http/response.h"

#include <algorithm>
#include <array>
#include <cerrno>

#include <fmt/format.h>

#include "django/conf/__init__.h"
#include "django/core/signals.h"
#include "django/utils/encoding.h"
#include "django/utils/http.h"
#include "python/json.h"
#include "python/mimetypes.h"
#include "python/os.h"
#include "python/time.h"
#include "python/urllib/parse.h"
#include "tracepoints/trace.h"

using django::conf::settings;
using django::core::exceptions::DisallowedRedirect;
using django::utils::encoding::iri_to_uri;
using django::utils::http::content_disposition_header;
using django::utils::http::http_date;
namespace signals = django::core::signals;
namespace mimetypes = python::mimetypes;
namespace os = python::os;

namespace django::http {
namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return out;
}

constexpr std::string_view line_breaks("\r\n\0", 3);

}  // namespace

// django/http/response.py, ResponseHeaders.__setitem__()
void ResponseHeaders::set(std::string_view header, std::string_view value) {
  for (const std::string_view part : {header, value})
    if (part.find_first_of(line_breaks) != std::string_view::npos)
      throw BadHeaderError(fmt::format("Header values can't contain newlines (got {})", python::repr(part)));
  const std::string key = lower(header);
  for (auto& [name, old] : store_)
    if (lower(name) == key) {
      name = header;
      old = value;
      return;
    }
  // Left out: MIME encoding of values beyond Latin-1; the bytes go out as they are.
  store_.emplace_back(header, value);
}

void ResponseHeaders::setdefault(std::string_view header, std::string_view value) {
  if (!contains(header)) set(header, value);
}

std::optional<std::string> ResponseHeaders::get(std::string_view header) const {
  const std::string key = lower(header);
  for (const auto& [name, value] : store_)
    if (lower(name) == key) return value;
  return std::nullopt;
}

void ResponseHeaders::erase(std::string_view header) {
  const std::string key = lower(header);
  std::erase_if(store_, [&key](const auto& entry) { return lower(entry.first) == key; });
}

// django/http/response.py, HttpResponseBase.__init__()
HttpResponseBase::HttpResponseBase(ResponseInit init, int class_status_code)
    : status_code(init.status.value_or(class_status_code)), _reason_phrase(std::move(init.reason)) {
  for (const auto& [header, value] : init.headers) headers.set(header, value);
  if (status_code < 100 || status_code > 599) throw python::ValueError("HTTP status code must be an integer from 100 to 599.");
  if (!headers.contains("Content-Type")) {
    headers.set("Content-Type", init.content_type ? *init.content_type : fmt::format("text/html; charset={}", charset()));
  } else if (init.content_type) {
    throw python::ValueError("'headers' must not contain 'Content-Type' when the 'content_type' parameter is provided.");
  }
}

std::string HttpResponseBase::reason_phrase() const {
  // The words depend on the status as it is now: a view may have changed it.
  return _reason_phrase ? *_reason_phrase : std::string(responses(status_code));
}

std::string HttpResponseBase::charset() const {
  const std::string content_type = headers.get("Content-Type").value_or("");
  const std::size_t at = lower(content_type).find("charset=");
  if (at == std::string::npos) return settings.DEFAULT_CHARSET();
  std::string charset = content_type.substr(at + 8);
  charset = charset.substr(0, charset.find_first_of("; \t"));
  std::erase(charset, '"');
  return charset;
}

// django/http/response.py, HttpResponseBase.set_cookie()
void HttpResponseBase::set_cookie(const std::string& key, const std::string& value, CookieInit init) {
  Morsel& cookie = cookies.set(key, value);
  cookie.expires = init.expires;
  if (init.max_age) {
    cookie.max_age = init.max_age;
    // Old browsers know Expires only.
    if (cookie.expires.empty()) cookie.expires = http_date(python::time::time() + static_cast<double>(*init.max_age));
  }
  cookie.path = init.path;
  cookie.domain = init.domain;
  cookie.secure = init.secure;
  cookie.httponly = init.httponly;
  if (!init.samesite.empty()) {
    const std::string samesite = lower(init.samesite);
    if (samesite != "lax" && samesite != "none" && samesite != "strict")
      throw python::ValueError("samesite must be \"lax\", \"none\", or \"strict\".");
    cookie.samesite = init.samesite;
  }
}

// django/http/response.py, HttpResponseBase.delete_cookie()
void HttpResponseBase::delete_cookie(const std::string& key, const std::string& path, const std::string& domain, const std::string& samesite) {
  // Browsers ignore the deletion of a cookie with these prefixes unless it is marked secure.
  const bool secure = key.starts_with("__Secure-") || key.starts_with("__Host-") || lower(samesite) == "none";
  set_cookie(key, "", {.max_age = 0, .expires = "Thu, 01 Jan 1970 00:00:00 GMT", .path = path, .domain = domain, .secure = secure, .samesite = samesite});
}

// django/http/response.py, HttpResponseBase.close()
void HttpResponseBase::close() {
  TRACE_FRAME("http.response.HttpResponseBase.close", this->status_code);
  for (const auto& closer : _resource_closers) {
    try {
      closer();
    } catch (const std::exception&) {
      // One closer's trouble is not the next one's.
    }
  }
  _resource_closers.clear();
  closed = true;
  signals::request_finished.send({.sender = _handler_class});
}

std::string HttpResponseBase::content() const {
  throw python::AttributeError(fmt::format("This {} instance has no `content` attribute. Use `streaming_content` instead.", __class__()));
}

HttpResponse::HttpResponse(std::string content, ResponseInit init, int class_status_code)
    : HttpResponseBase(std::move(init), class_status_code) {
  _container.push_back(std::move(content));
}

std::optional<std::string> HttpResponse::next() {
  if (next_block_ == _container.size()) return std::nullopt;
  return _container[next_block_++];
}

std::string HttpResponse::content() const {
  std::string joined;
  for (const std::string& block : _container) joined += block;
  return joined;
}

StreamingHttpResponse::StreamingHttpResponse(Generator streaming_content, ResponseInit init)
    : HttpResponseBase(std::move(init)), streaming_content_(std::move(streaming_content)) {}

std::optional<std::string> StreamingHttpResponse::next() { return streaming_content_(); }

// django/http/response.py, FileResponse._set_streaming_content()
FileResponse::FileResponse(python::_pyio::BufferedReader file_to_stream, FileResponseInit init)
    : StreamingHttpResponse(
          [filelike = file_to_stream, left = static_cast<std::size_t>(file_to_stream.fstat().st_size)]() mutable -> std::optional<std::string> {
            if (left == 0) return std::nullopt;
            std::string block = filelike.read(std::min(block_size, left));
            if (block.empty()) throw python::ConnectionAbortedError(ECONNABORTED, "The file became shorter while it was sent", filelike.name());
            left -= block.size();
            return block;
          },
          init) {
  _resource_closers.emplace_back([file_to_stream] { file_to_stream.close(); });
  set_headers(file_to_stream, init);
}

// django/http/response.py, FileResponse.set_headers()
void FileResponse::set_headers(const python::_pyio::BufferedReader& filelike, const FileResponseInit& init) {
  headers.set("Content-Length", std::to_string(filelike.fstat().st_size));
  const std::string filename = os::path::basename(init.filename.empty() ? filelike.name() : init.filename);
  if (!init.content_type) {
    auto [content_type, encoding] = mimetypes::guess_type(filename);
    // A packed file is sent as what it is, and no Content-Encoding is set: the browser must not unpack it on the way.
    if (encoding == "br") content_type = "application/x-brotli";
    else if (encoding == "bzip2") content_type = "application/x-bzip";
    else if (encoding == "compress") content_type = "application/x-compress";
    else if (encoding == "gzip") content_type = "application/gzip";
    else if (encoding == "xz") content_type = "application/x-xz";
    headers.set("Content-Type", content_type.value_or("application/octet-stream"));
  }
  if (const auto disposition = content_disposition_header(init.as_attachment, filename)) headers.set("Content-Disposition", *disposition);
}

// django/http/response.py, HttpResponseRedirectBase.__init__()
HttpResponseRedirectBase::HttpResponseRedirectBase(const std::string& redirect_to, int class_status_code, ResponseInit init)
    : HttpResponse("", std::move(init), class_status_code) {
  headers.set("Location", iri_to_uri(redirect_to));
  const std::string scheme = python::urllib::parse::urlsplit(redirect_to).scheme;
  if (!scheme.empty() && scheme != "http" && scheme != "https" && scheme != "ftp")
    throw DisallowedRedirect(fmt::format("Unsafe redirect to URL with protocol '{}'", scheme));
}

HttpResponseNotModified::HttpResponseNotModified(ResponseInit init) : HttpResponse("", std::move(init), 304) {
  headers.erase("Content-Type");
  _container.clear();
}

HttpResponseNotAllowed::HttpResponseNotAllowed(const std::vector<std::string>& permitted_methods, ResponseInit init)
    : HttpResponse("", std::move(init), 405) {
  std::string allow;
  for (const std::string& method : permitted_methods) allow += (allow.empty() ? "" : ", ") + method;
  headers.set("Allow", allow);
}

JsonResponse::JsonResponse(const python::Dict& data, ResponseInit init) : HttpResponse(python::json::dumps(data), [&init] {
        if (!init.content_type) init.content_type = "application/json";
        return std::move(init);
      }()) {}

void repr_to(tracepoints::Repr& out, const HttpResponseBase& response) noexcept {
  out.put('<');
  out.put(response.__class__());
  out.put(" status_code=");
  tracepoints::repr_to(out, response.status_code);
  out.put('>');
}

std::string_view responses(int status_code) {
  constexpr auto words = std::to_array<std::pair<int, std::string_view>>({
      {100, "Continue"}, {101, "Switching Protocols"}, {102, "Processing"}, {103, "Early Hints"},
      {200, "OK"}, {201, "Created"}, {202, "Accepted"}, {203, "Non-Authoritative Information"}, {204, "No Content"},
      {205, "Reset Content"}, {206, "Partial Content"}, {207, "Multi-Status"}, {208, "Already Reported"}, {226, "IM Used"},
      {300, "Multiple Choices"}, {301, "Moved Permanently"}, {302, "Found"}, {303, "See Other"}, {304, "Not Modified"},
      {305, "Use Proxy"}, {307, "Temporary Redirect"}, {308, "Permanent Redirect"},
      {400, "Bad Request"}, {401, "Unauthorized"}, {402, "Payment Required"}, {403, "Forbidden"}, {404, "Not Found"},
      {405, "Method Not Allowed"}, {406, "Not Acceptable"}, {407, "Proxy Authentication Required"}, {408, "Request Timeout"},
      {409, "Conflict"}, {410, "Gone"}, {411, "Length Required"}, {412, "Precondition Failed"}, {413, "Content Too Large"},
      {414, "URI Too Long"}, {415, "Unsupported Media Type"}, {416, "Range Not Satisfiable"}, {417, "Expectation Failed"},
      {418, "I'm a Teapot"}, {421, "Misdirected Request"}, {422, "Unprocessable Content"}, {423, "Locked"},
      {424, "Failed Dependency"}, {425, "Too Early"}, {426, "Upgrade Required"}, {428, "Precondition Required"},
      {429, "Too Many Requests"}, {431, "Request Header Fields Too Large"}, {451, "Unavailable For Legal Reasons"},
      {500, "Internal Server Error"}, {501, "Not Implemented"}, {502, "Bad Gateway"}, {503, "Service Unavailable"},
      {504, "Gateway Timeout"}, {505, "HTTP Version Not Supported"}, {506, "Variant Also Negotiates"},
      {507, "Insufficient Storage"}, {508, "Loop Detected"}, {510, "Not Extended"}, {511, "Network Authentication Required"},
  });
  for (const auto& [code, phrase] : words)
    if (code == status_code) return phrase;
  return "Unknown Status Code";
}

}  // namespace django::http
