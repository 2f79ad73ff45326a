#include "django/core/handlers/exception.h"

#include <fmt/format.h>

#include "django/conf/__init__.h"
#include "django/core/exceptions.h"
#include "django/core/signals.h"
#include "django/http/multipartparser.h"
#include "django/urls/base.h"
#include "django/utils/log.h"
#include "django/views/debug.h"
#include "python/logging/__init__.h"
#include "tracepoints/trace.h"

using django::conf::settings;
using django::core::exceptions::BadRequest;
using django::core::exceptions::PermissionDenied;
using django::core::exceptions::RequestDataTooBig;
using django::core::exceptions::SuspiciousOperation;
using django::core::exceptions::TooManyFieldsSent;
using django::core::exceptions::TooManyFilesSent;
using django::http::Http404;
using django::http::multipartparser::MultiPartParserError;
using django::urls::get_urlconf;
using django::urls::resolvers::get_resolver;
using django::urls::resolvers::URLResolver;
namespace debug = django::views::debug;
namespace logging = python::logging;
namespace signals = django::core::signals;

namespace django::core::handlers::exception {
namespace {

// type(exc).__name__
std::string class_name(const std::exception& exc) {
  const auto* known = dynamic_cast<const python::BaseException*>(&exc);
  if (!known) return "RuntimeError";
  return known->type_name().substr(known->type_name().rfind('.') + 1);
}

// django/core/handlers/exception.py, handle_uncaught_exception()
http::HttpResponsePtr handle_uncaught_exception(http::HttpRequest& request, const URLResolver& resolver, const std::exception_ptr& exc_info) {
  if (settings.flag("DEBUG_PROPAGATE_EXCEPTIONS")) std::rethrow_exception(exc_info);
  if (settings.DEBUG()) return debug::technical_500_response(request, exc_info);
  // Return an HttpResponse that displays a friendly error message.
  return resolver.resolve_error_handler(500)(request, exc_info);
}

// django/core/handlers/exception.py, get_exception_response()
http::HttpResponsePtr get_exception_response(http::HttpRequest& request, const URLResolver& resolver, int status_code, const std::exception_ptr& exception) {
  try {
    return resolver.resolve_error_handler(status_code)(request, exception);
  } catch (const std::exception&) {
    // The project's own error page failed.
    signals::got_request_exception.send_robust({.request = &request});
    return handle_uncaught_exception(request, resolver, std::current_exception());
  }
}

}  // namespace

void repr_to(tracepoints::Repr& out, const Raised& exc) noexcept {
  try {
    std::rethrow_exception(exc.pointer);
  } catch (const std::exception& e) {
    const auto* known = dynamic_cast<const python::BaseException*>(&e);
    std::string_view name = known ? std::string_view(known->type_name()) : "RuntimeError";
    name.remove_prefix(name.rfind('.') + 1);
    out.put(name);
    out.put('(');
    tracepoints::repr_to(out, known ? std::string_view(known->str()) : std::string_view(e.what()));
    out.put(')');
  } catch (...) {
    out.put("<exception>");
  }
}

// django/utils/log.py, log_response(): its first lines, which look at the response
void log_response(const std::string& message, http::HttpResponseBase& response, http::HttpRequest& request, std::exception_ptr exception,
                  std::string_view logger, std::optional<int> level) {
  if (response._has_been_logged) return;
  utils::log::log_response(message, response.status_code, &request, std::move(exception), level, logger);
  response._has_been_logged = true;
}

// django/core/handlers/exception.py, convert_exception_to_response()
GetResponse convert_exception_to_response(GetResponse get_response, std::string_view name) {
  TRACE_FRAME("handlers.exception.convert_exception_to_response", name);
  return [get_response = std::move(get_response)](http::HttpRequest& request) -> http::HttpResponsePtr {  // def inner(request):
    TRACE_FRAME("handlers.exception.convert_exception_to_response.inner", request.path);
    http::HttpResponsePtr response;
    try {
      response = get_response(request);
    } catch (const std::exception&) {
      response = response_for_exception(request, std::current_exception());
    }
    return traced.result(response);
  };
}

// django/core/handlers/exception.py, response_for_exception()
http::HttpResponsePtr response_for_exception(http::HttpRequest& request, const Raised& exc) {
  TRACE_FRAME("handlers.exception.response_for_exception", exc);
  const auto resolver = [] { return get_resolver(get_urlconf()); };
  const std::string& path = request.path;
  http::HttpResponsePtr response;
  try {
    std::rethrow_exception(exc.pointer);

  } catch (const Http404& e) {
    TRACE_DECISION("handlers.exception.response_for_exception:kind", "Http404", settings.DEBUG());
    if (settings.DEBUG()) response = debug::technical_404_response(request, e);
    else response = get_exception_response(request, *resolver(), 404, exc.pointer);

  } catch (const PermissionDenied&) {
    TRACE_DECISION("handlers.exception.response_for_exception:kind", "PermissionDenied", settings.DEBUG());
    response = get_exception_response(request, *resolver(), 403, exc.pointer);
    log_response(fmt::format("Forbidden (Permission denied): {}", path), *response, request, exc.pointer);

  } catch (const MultiPartParserError&) {
    TRACE_DECISION("handlers.exception.response_for_exception:kind", "MultiPartParserError", settings.DEBUG());
    response = get_exception_response(request, *resolver(), 400, exc.pointer);
    log_response(fmt::format("Bad request (Unable to parse request body): {}", path), *response, request, exc.pointer);

  } catch (const BadRequest& e) {
    TRACE_DECISION("handlers.exception.response_for_exception:kind", "BadRequest", settings.DEBUG());
    if (settings.DEBUG()) response = debug::technical_500_response(request, exc.pointer, 400);
    else response = get_exception_response(request, *resolver(), 400, exc.pointer);
    log_response(fmt::format("{}: {}", e.str(), path), *response, request, exc.pointer);

  } catch (const SuspiciousOperation& e) {
    TRACE_DECISION("handlers.exception.response_for_exception:kind", "SuspiciousOperation", settings.DEBUG());
    // POST data can't be accessed again, otherwise the original exception would be raised.
    if (dynamic_cast<const RequestDataTooBig*>(&e) || dynamic_cast<const TooManyFieldsSent*>(&e) || dynamic_cast<const TooManyFilesSent*>(&e))
      request._mark_post_parse_error();
    if (settings.DEBUG()) response = debug::technical_500_response(request, exc.pointer, 400);
    else response = get_exception_response(request, *resolver(), 400, exc.pointer);
    // A logger of its own: whoever watches for attacks listens to django.security.
    log_response(e.str(), *response, request, exc.pointer, "django.security." + class_name(e), logging::ERROR);

  } catch (const std::exception& e) {
    TRACE_DECISION("handlers.exception.response_for_exception:kind", class_name(e), settings.DEBUG());
    signals::got_request_exception.send_robust({.request = &request});
    response = handle_uncaught_exception(request, *resolver(), exc.pointer);
    log_response(fmt::format("{}: {}", response->reason_phrase(), path), *response, request, exc.pointer);
  }
  return traced.result(response);
}

}  // namespace django::core::handlers::exception
