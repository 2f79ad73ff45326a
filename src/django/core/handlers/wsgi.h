// django.core.handlers.wsgi: Django as a WSGI application. The server calls it with environ and start_response, and gets
// the response to iterate over.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "django/core/handlers/base.h"
#include "django/http/request.h"
#include "python/wsgiref/types.h"

namespace django::core::handlers::wsgi {

/// A stream that ends after `limit` bytes: on a kept-alive connection the next request stands behind the body.
/// Source: django/core/handlers/wsgi.py, class LimitedStream
class LimitedStream : public python::wsgiref::InputStream {
 public:
  LimitedStream(std::shared_ptr<python::wsgiref::InputStream> stream, std::ptrdiff_t limit) : stream_(std::move(stream)), limit_(limit) {}
  std::string read(std::ptrdiff_t size = -1) override;
  std::string readline(std::ptrdiff_t size = -1) override;

 private:
  std::ptrdiff_t clipped(std::ptrdiff_t size) const;
  std::shared_ptr<python::wsgiref::InputStream> stream_;
  std::ptrdiff_t limit_, pos_ = 0;
};

/// Source: django/core/handlers/wsgi.py, class WSGIRequest
class WSGIRequest : public http::HttpRequest {
 public:
  /// Puts PATH_INFO and SCRIPT_NAME into environ as text. Keeps a reference to environ.
  explicit WSGIRequest(python::wsgiref::Environ& environ);
};

/// The handler is itself the application: `python::wsgiref::Application application = WSGIHandler();`. Copies share the onion.
/// Source: django/core/handlers/wsgi.py, class WSGIHandler
class WSGIHandler : public base::BaseHandler {
 public:
  /// Raises: what load_middleware raises.
  WSGIHandler() { __init__(); }
  virtual std::shared_ptr<python::wsgiref::Iterable> operator()(python::wsgiref::Environ& environ,
                                                                const python::wsgiref::StartResponse& start_response);
  virtual std::string_view __class__() const { return "WSGIHandler"; }

 protected:
  // Python: __init__ is a method like others. A subclass opens its own frame first, then calls this one, as super() would.
  struct Subclass {};
  explicit WSGIHandler(Subclass) {}
  void __init__();
};

/// Left out: the error of a path that is no UTF-8; such bytes are percent-encoded again.
std::string get_path_info(const python::wsgiref::Environ& environ);
/// The part of the path that leads to the application; FORCE_SCRIPT_NAME decides when it is set.
std::string get_script_name(const python::wsgiref::Environ& environ);

}  // namespace django::core::handlers::wsgi
