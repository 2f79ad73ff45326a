// django.http.response: what a view gives back. A response is itself the iterable that WSGI wants: the server takes its
// blocks with next() and ends it with close().
#pragma once

#include <concepts>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "django/core/exceptions.h"
#include "django/http/cookie.h"
#include "python/_pyio.h"
#include "python/builtins.h"
#include "python/wsgiref/types.h"

namespace django::http {

/// A header that would break out of its line.
class BadHeaderError : public python::ValueError {
 public:
  explicit BadHeaderError(std::string message) : ValueError("django.http.response.BadHeaderError", std::move(message)) {}
};

/// "There is no such page": the handler makes a 404 of it.
class Http404 : public python::Exception {
 public:
  explicit Http404(std::string message = {}) : Exception("django.http.response.Http404", std::move(message)) {}

 protected:
  Http404(std::string_view type_name, std::string message) : Exception(type_name, std::move(message)) {}
};

/// Headers by name, whatever its case; they keep the order of their first setting.
/// Source: django/http/response.py, class ResponseHeaders
class ResponseHeaders {
 public:
  /// Raises: BadHeaderError for a line break in name or value.
  void set(std::string_view header, std::string_view value);
  void setdefault(std::string_view header, std::string_view value);
  std::optional<std::string> get(std::string_view header) const;
  bool contains(std::string_view header) const { return get(header).has_value(); }
  void erase(std::string_view header);
  const python::wsgiref::Headers& items() const { return store_; }

 private:
  python::wsgiref::Headers store_;
};

/// Python's keyword arguments of every response.
struct ResponseInit {
  std::optional<std::string> content_type = {};  // nullopt: DEFAULT "text/html; charset=utf-8"
  std::optional<int> status = {};                // nullopt: the class's own
  std::optional<std::string> reason = {};        // nullopt: the status's usual words
  python::wsgiref::Headers headers = {};
};

/// Python's keyword arguments of set_cookie.
struct CookieInit {
  std::optional<std::int64_t> max_age = {};  // seconds
  std::string expires = {};                  // as HTTP writes dates
  std::string path = "/", domain = {};
  bool secure = false, httponly = false;
  std::string samesite = {};                 // lax, strict or none
};

/// Source: django/http/response.py, class HttpResponseBase
class HttpResponseBase : public python::wsgiref::Iterable {
 public:
  /// Raises: ValueError for a status that is none.
  explicit HttpResponseBase(ResponseInit init, int class_status_code = 200);

  int status_code;
  std::string reason_phrase() const;
  /// From the Content-Type, else DEFAULT_CHARSET.
  /// Left out: other charsets than UTF-8; a body is bytes here, and goes out as it is under whatever name it has.
  std::string charset() const;
  ResponseHeaders headers;
  SimpleCookie cookies;

  bool has_header(std::string_view header) const { return headers.contains(header); }
  const python::wsgiref::Headers& items() const { return headers.items(); }
  /// Raises: ValueError for a samesite that is none.
  void set_cookie(const std::string& key, const std::string& value = {}, CookieInit init = {});
  void delete_cookie(const std::string& key, const std::string& path = "/", const std::string& domain = {}, const std::string& samesite = {});

  /// The server's last call: runs the closers, then fires request_finished.
  void close() override;
  bool closed = false;

  virtual bool streaming() const = 0;
  /// The whole body. Raises: AttributeError for a streaming response.
  virtual std::string content() const;
  /// The class, as Python names it.
  virtual std::string_view __class__() const { return "HttpResponseBase"; }
  /// The class of the handler that made it, for request_finished.
  std::string _handler_class;
  /// Run by close(), in order; what they raise is dropped.
  std::vector<std::function<void()>> _resource_closers;
  /// An error response is logged once, by whoever knows most about it.
  bool _has_been_logged = false;
  /// Set by the decorator of the same name: XFrameOptionsMiddleware leaves it alone.
  bool xframe_options_exempt = false;

 protected:
  std::optional<std::string> _reason_phrase;
};

using HttpResponsePtr = std::shared_ptr<HttpResponseBase>;

/// Source: django/http/response.py, class HttpResponse
class HttpResponse : public HttpResponseBase {
 public:
  explicit HttpResponse(std::string content = {}, ResponseInit init = {}, int class_status_code = 200);
  std::optional<std::string> next() override;
  bool streaming() const override { return false; }
  std::string content() const override;
  void write(std::string_view content) { _container.emplace_back(content); }
  std::string_view __class__() const override { return "HttpResponse"; }

 protected:
  std::vector<std::string> _container;

 private:
  std::size_t next_block_ = 0;
};

/// Sends what a generator yields, block by block, as it is made.
/// Source: django/http/response.py, class StreamingHttpResponse
class StreamingHttpResponse : public HttpResponseBase {
 public:
  /// Called until it gives nullopt, which is Python's StopIteration.
  using Generator = std::function<std::optional<std::string>()>;
  explicit StreamingHttpResponse(Generator streaming_content, ResponseInit init = {});
  std::optional<std::string> next() override;
  bool streaming() const override { return true; }
  std::string_view __class__() const override { return "StreamingHttpResponse"; }

 private:
  Generator streaming_content_;
};

struct FileResponseInit : ResponseInit {
  bool as_attachment = false;  // the browser shall save it, not show it
  std::string filename = {};   // "": the file's own
};

/// Sends a file in blocks of 4096 bytes and says how long it is and what it is called.
/// Departs: never more bytes than Content-Length promises; a file that shrinks meanwhile raises ConnectionAbortedError, so that
/// the server ends the connection and the client sees that something is missing.
/// Source: django/http/response.py, class FileResponse
class FileResponse : public StreamingHttpResponse {
 public:
  static constexpr std::size_t block_size = 4096;
  explicit FileResponse(python::_pyio::BufferedReader file_to_stream, FileResponseInit init = {});
  std::string_view __class__() const override { return "FileResponse"; }

 private:
  void set_headers(const python::_pyio::BufferedReader& filelike, const FileResponseInit& init);
};

/// A Location whose scheme is no http, https or ftp is refused: DisallowedRedirect.
/// Source: django/http/response.py, class HttpResponseRedirectBase
class HttpResponseRedirectBase : public HttpResponse {
 public:
  HttpResponseRedirectBase(const std::string& redirect_to, int class_status_code, ResponseInit init);
  std::string url() const { return headers.get("Location").value_or(""); }
};

// The classes that differ in their status alone.
#define DJANGO_RESPONSE(Name, status)                                                                              \
  class Name : public HttpResponse {                                                                               \
   public:                                                                                                         \
    explicit Name(std::string content = {}, ResponseInit init = {}) : HttpResponse(std::move(content), std::move(init), status) {} \
    std::string_view __class__() const override { return #Name; }                                                  \
  };
DJANGO_RESPONSE(HttpResponseBadRequest, 400)
DJANGO_RESPONSE(HttpResponseNotFound, 404)
DJANGO_RESPONSE(HttpResponseForbidden, 403)
DJANGO_RESPONSE(HttpResponseGone, 410)
DJANGO_RESPONSE(HttpResponseServerError, 500)
#undef DJANGO_RESPONSE

class HttpResponseRedirect : public HttpResponseRedirectBase {
 public:
  explicit HttpResponseRedirect(const std::string& redirect_to, ResponseInit init = {})
      : HttpResponseRedirectBase(redirect_to, 302, std::move(init)) {}
  std::string_view __class__() const override { return "HttpResponseRedirect"; }
};

class HttpResponsePermanentRedirect : public HttpResponseRedirectBase {
 public:
  explicit HttpResponsePermanentRedirect(const std::string& redirect_to, ResponseInit init = {})
      : HttpResponseRedirectBase(redirect_to, 301, std::move(init)) {}
  std::string_view __class__() const override { return "HttpResponsePermanentRedirect"; }
};

/// 304: no Content-Type, no body, not even an empty block.
class HttpResponseNotModified : public HttpResponse {
 public:
  explicit HttpResponseNotModified(ResponseInit init = {});
  std::string_view __class__() const override { return "HttpResponseNotModified"; }
};

class HttpResponseNotAllowed : public HttpResponse {
 public:
  explicit HttpResponseNotAllowed(const std::vector<std::string>& permitted_methods, ResponseInit init = {});
  std::string_view __class__() const override { return "HttpResponseNotAllowed"; }
};

/// Departs: takes a dict only; Django's safe=False would take lists, too.
class JsonResponse : public HttpResponse {
 public:
  explicit JsonResponse(const python::Dict& data, ResponseInit init = {});
  std::string_view __class__() const override { return "JsonResponse"; }
};

void repr_to(tracepoints::Repr& out, const HttpResponseBase& response) noexcept;

template <std::derived_from<HttpResponseBase> Response>
void repr_to(tracepoints::Repr& out, const std::shared_ptr<Response>& response) noexcept {
  if (response) repr_to(out, static_cast<const HttpResponseBase&>(*response));
  else out.put("None");
}

/// The usual words for a status, "Unknown Status Code" for a strange one. Source: Lib/http/__init__.py, HTTPStatus
std::string_view responses(int status_code);

}  // namespace django::http
