// django.contrib.staticfiles.handlers: an application around the application. It answers for STATIC_URL itself and hands
// every other request on.
#pragma once

#include <string>
#include <string_view>

#include "django/core/handlers/wsgi.h"
#include "python/urllib/parse.h"
#include "python/wsgiref/types.h"

namespace django::contrib::staticfiles::handlers {

/// What the WSGI handler has in common with the ASGI handler, which is not mirrored.
/// Source: django/contrib/staticfiles/handlers.py, class StaticFilesHandlerMixin
class StaticFilesHandlerMixin {
 public:
  bool handles_files = true;
  /// Nothing: the application inside has its middleware already, and static files see none.
  void load_middleware();
  /// STATIC_URL. Raises: ImproperlyConfigured.
  std::string get_base_url() const;
  /// Whether the path lies below STATIC_URL, and STATIC_URL names no other host.
  bool _should_handle(std::string_view path) const;
  /// The path below STATIC_URL.
  std::string file_path(const std::string& url) const;
  http::HttpResponsePtr serve(http::HttpRequest& request);
  /// A file, or the page for a 404.
  http::HttpResponsePtr get_response(http::HttpRequest& request);

 protected:
  python::urllib::parse::SplitResult base_url;
};

/// Source: django/contrib/staticfiles/handlers.py, class StaticFilesHandler
class StaticFilesHandler final : public StaticFilesHandlerMixin, public core::handlers::wsgi::WSGIHandler {
  using super = core::handlers::wsgi::WSGIHandler;

 public:
  /// Raises: ImproperlyConfigured for a STATIC_URL that is missing or clashes with MEDIA_URL.
  explicit StaticFilesHandler(python::wsgiref::Application application);
  std::shared_ptr<python::wsgiref::Iterable> operator()(python::wsgiref::Environ& environ,
                                                        const python::wsgiref::StartResponse& start_response) override;
  // Python: the mixin stands first among the bases, so its methods win.
  void load_middleware() override { StaticFilesHandlerMixin::load_middleware(); }
  http::HttpResponsePtr get_response(http::HttpRequest& request) override { return StaticFilesHandlerMixin::get_response(request); }
  std::string_view __class__() const override { return "StaticFilesHandler"; }

 private:
  python::wsgiref::Application application;
};

}  // namespace django::contrib::staticfiles::handlers
