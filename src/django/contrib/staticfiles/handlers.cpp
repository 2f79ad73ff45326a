#include "django/contrib/staticfiles/handlers.h"

#include "django/conf/__init__.h"
#include "django/contrib/staticfiles/utils.h"
#include "django/contrib/staticfiles/views.h"
#include "django/core/exceptions.h"
#include "django/core/handlers/exception.h"
#include "tracepoints/trace.h"

using django::conf::settings;
using django::core::exceptions::SuspiciousFileOperation;
using django::core::handlers::exception::response_for_exception;
using django::core::handlers::wsgi::get_path_info;
using django::http::Http404;
using python::urllib::parse::urlparse;

namespace django::contrib::staticfiles::handlers {

// django/contrib/staticfiles/handlers.py, StaticFilesHandlerMixin.load_middleware()
void StaticFilesHandlerMixin::load_middleware() { TRACE_FRAME("staticfiles.handlers.StaticFilesHandlerMixin.load_middleware"); }

// django/contrib/staticfiles/handlers.py, StaticFilesHandlerMixin.get_base_url()
std::string StaticFilesHandlerMixin::get_base_url() const {
  utils::check_settings();
  return settings.STATIC_URL().value_or("");
}

// django/contrib/staticfiles/handlers.py, StaticFilesHandlerMixin._should_handle()
bool StaticFilesHandlerMixin::_should_handle(std::string_view path) const {
  TRACE_FRAME("staticfiles.handlers.StaticFilesHandlerMixin._should_handle", path);
  return traced.result(path.starts_with(base_url.path) && base_url.netloc.empty());
}

// django/contrib/staticfiles/handlers.py, StaticFilesHandlerMixin.file_path()
// Departs: the path is percent-decoded once, by the server; Django decodes it here a second time, so "%252e" would become ".".
std::string StaticFilesHandlerMixin::file_path(const std::string& url) const {
  return url.starts_with(base_url.path) ? url.substr(base_url.path.size()) : url;
}

// django/contrib/staticfiles/handlers.py, StaticFilesHandlerMixin.serve()
http::HttpResponsePtr StaticFilesHandlerMixin::serve(http::HttpRequest& request) {
  TRACE_FRAME("staticfiles.handlers.StaticFilesHandlerMixin.serve", request.path);
  return traced.result(views::serve(request, file_path(request.path), /*insecure=*/true));
}

// django/contrib/staticfiles/handlers.py, StaticFilesHandlerMixin.get_response()
http::HttpResponsePtr StaticFilesHandlerMixin::get_response(http::HttpRequest& request) {
  TRACE_FRAME("staticfiles.handlers.StaticFilesHandlerMixin.get_response", request.path);
  try {
    return traced.result(serve(request));
  } catch (const Http404&) {
    return traced.result(response_for_exception(request, std::current_exception()));
  } catch (const SuspiciousFileOperation&) {
    // Departs: "/static/../x" is a 404; in Django the exception escapes, and the answer is a 500 with a traceback in the log.
    try {
      throw Http404("The path leads out of the static files.");
    } catch (const Http404&) {
      return traced.result(response_for_exception(request, std::current_exception()));
    }
  }
}

// django/contrib/staticfiles/handlers.py, StaticFilesHandler.__init__()
StaticFilesHandler::StaticFilesHandler(python::wsgiref::Application application_) : super(Subclass{}) {
  TRACE_FRAME("staticfiles.handlers.StaticFilesHandler.__init__", application_);
  application = std::move(application_);
  base_url = urlparse(get_base_url());
  super::__init__();
}

// django/contrib/staticfiles/handlers.py, StaticFilesHandler.__call__()
std::shared_ptr<python::wsgiref::Iterable> StaticFilesHandler::operator()(python::wsgiref::Environ& environ,
                                                                          const python::wsgiref::StartResponse& start_response) {
  TRACE_FRAME("staticfiles.handlers.StaticFilesHandler.__call__", environ["REQUEST_METHOD"], environ["PATH_INFO"]);
  const bool should_handle = _should_handle(get_path_info(environ));
  TRACE_DECISION("staticfiles.handlers.StaticFilesHandler.__call__:should_handle", should_handle, environ["PATH_INFO"]);
  if (!should_handle) return application(environ, start_response);
  return super::operator()(environ, start_response);
}

}  // namespace django::contrib::staticfiles::handlers
