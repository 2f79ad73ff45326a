#include "django/core/handlers/base.h"

#include <algorithm>

#include <fmt/format.h>

#include "django/conf/__init__.h"
#include "django/core/exceptions.h"
#include "django/core/handlers/exception.h"
#include "django/urls/base.h"
#include "django/utils/module_loading.h"
#include "python/logging/__init__.h"
#include "tracepoints/trace.h"

using django::conf::settings;
using django::core::exceptions::ImproperlyConfigured;
using django::core::exceptions::MiddlewareNotUsed;
using django::core::handlers::exception::convert_exception_to_response;
using django::core::handlers::exception::log_response;
using django::urls::set_urlconf;
using django::urls::resolvers::get_resolver;
using django::utils::module_loading::import_string;
namespace logging = python::logging;

namespace django::core::handlers::base {

// django/core/handlers/base.py, BaseHandler.load_middleware()
void BaseHandler::load_middleware() {
  TRACE_FRAME("handlers.base.BaseHandler.load_middleware");
  const auto onion = std::make_shared<Onion>();
  // The onion owns its layers, so the innermost may look at it without owning it in turn.
  GetResponse handler = convert_exception_to_response(
      [&core = *onion](http::HttpRequest& request) { return _get_response(core, request); }, "BaseHandler._get_response");
  const std::vector<std::string> MIDDLEWARE = settings.MIDDLEWARE();
  for (auto path = MIDDLEWARE.rbegin(); path != MIDDLEWARE.rend(); ++path) {
    const std::string& middleware_path = *path;
    const auto middleware = import_string<MiddlewareClass>(middleware_path);
    std::shared_ptr<Middleware> mw_instance;
    try {
      mw_instance = middleware.construct(handler);
    } catch (const MiddlewareNotUsed& exc) {
      if (settings.DEBUG()) {
        logging::Logger& logger = logging::getLogger("django.request");
        if (!exc.str().empty()) logger.debug(fmt::format("MiddlewareNotUsed({}): {}", python::repr(middleware_path), exc.str()));
        else logger.debug(fmt::format("MiddlewareNotUsed: {}", python::repr(middleware_path)));
      }
      continue;
    }
    if (!mw_instance) throw ImproperlyConfigured(fmt::format("Middleware factory {} returned None.", middleware_path));
    onion->middleware.insert(onion->middleware.begin(), mw_instance);
    handler = convert_exception_to_response([mw_instance](http::HttpRequest& request) { return (*mw_instance)(request); },
                                            mw_instance->__class__());
  }
  onion->_middleware_chain = std::move(handler);
  // We only assign to this when initialization is complete as it is used as a flag for initialization being complete.
  onion_ = onion;
}

// django/core/handlers/base.py, BaseHandler.get_response()
http::HttpResponsePtr BaseHandler::get_response(http::HttpRequest& request) {
  TRACE_FRAME("handlers.base.BaseHandler.get_response", request.path);
  // Setup default url resolver for this thread
  set_urlconf(settings.ROOT_URLCONF());
  http::HttpResponsePtr response = onion_->_middleware_chain(request);
  if (response->status_code >= 400)
    log_response(fmt::format("{}: {}", response->reason_phrase(), request.path), *response, request);
  return traced.result(response);
}

// django/core/handlers/base.py, BaseHandler._get_response()
http::HttpResponsePtr BaseHandler::_get_response(const Onion& onion, http::HttpRequest& request) {
  TRACE_FRAME("handlers.base.BaseHandler._get_response", request.path);
  http::HttpResponsePtr response;
  const std::shared_ptr<const urls::resolvers::ResolverMatch> match = resolve_request(request);
  const urls::View& callback = match->func;

  // Apply view middleware
  for (const auto& middleware : onion.middleware) {
    response = middleware->process_view(request, callback, match->kwargs);
    if (response) break;
  }

  if (!response) {
    try {
      response = callback(request, match->kwargs);
    } catch (const std::exception&) {
      // The innermost layer is asked first: what it does not answer goes on as it came.
      const std::exception_ptr e = std::current_exception();
      for (auto middleware = onion.middleware.rbegin(); middleware != onion.middleware.rend() && !response; ++middleware)
        response = (*middleware)->process_exception(request, e);
      if (!response) throw;
    }
  }

  // Complain if the view returned None (a common error).
  check_response(response, callback);
  // Left out: TemplateResponse, which would be rendered here, after its own middleware.
  return traced.result(response);
}

// django/core/handlers/base.py, BaseHandler.resolve_request()
std::shared_ptr<const urls::resolvers::ResolverMatch> BaseHandler::resolve_request(http::HttpRequest& request) {
  TRACE_FRAME("handlers.base.BaseHandler.resolve_request", request.path_info);
  // Work out the resolver: a middleware may have given this request a URLconf of its own.
  if (request.urlconf) set_urlconf(request.urlconf);
  const auto resolver = get_resolver(request.urlconf);
  request.resolver_match = std::make_shared<const urls::resolvers::ResolverMatch>(resolver->resolve(request.path_info));
  return traced.result(request.resolver_match);
}

// django/core/handlers/base.py, BaseHandler.check_response()
void BaseHandler::check_response(const http::HttpResponsePtr& response, const urls::View& callback) {
  if (response) return;
  throw python::ValueError(fmt::format("The view {} didn't return an HttpResponse object. It returned None instead.", callback.name));
}

}  // namespace django::core::handlers::base
