// django.core.handlers.base: the onion of middleware, and the view at its core.
//
// Each layer is a callable around the next one. MIDDLEWARE is read from its end, so the first one named lies outermost.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "django/http/request.h"
#include "django/http/response.h"
#include "django/urls/resolvers.h"

namespace django::core::handlers {

/// One layer of the onion, as the layer around it sees it.
using GetResponse = std::function<http::HttpResponsePtr(http::HttpRequest&)>;

/// A layer. MiddlewareMixin (utils/deprecation.h) is the usual base.
class Middleware {
 public:
  virtual ~Middleware() = default;
  virtual http::HttpResponsePtr operator()(http::HttpRequest& request) = 0;
  /// Called just before the view; a response answers in its place.
  virtual http::HttpResponsePtr process_view(http::HttpRequest&, const urls::View&, const urls::Kwargs&) { return nullptr; }
  /// Called when the view raised; a response answers in the exception's place.
  virtual http::HttpResponsePtr process_exception(http::HttpRequest&, const std::exception_ptr&) { return nullptr; }
  /// The class, as Python names it.
  virtual std::string_view __class__() const = 0;
};

/// What MIDDLEWARE names: an attribute of a module. Write `module.set("SecurityMiddleware", middleware_class<SecurityMiddleware>());`
struct MiddlewareClass {
  std::string name;
  /// May raise MiddlewareNotUsed: then the onion has one layer less.
  std::function<std::shared_ptr<Middleware>(GetResponse get_response)> construct;
};

template <class Class>
MiddlewareClass middleware_class(std::string name = {}) {
  return {std::move(name), [](GetResponse get_response) { return std::make_shared<Class>(std::move(get_response)); }};
}

}  // namespace django::core::handlers

namespace django::core::handlers::base {

/// Source: django/core/handlers/base.py, class BaseHandler. Its copies share one onion.
class BaseHandler {
 public:
  virtual ~BaseHandler() = default;
  /// Builds the onion from settings.MIDDLEWARE. Raises: what an import or a middleware's constructor raises.
  virtual void load_middleware();
  /// A response, whatever happens: exceptions have become error pages on the way.
  virtual http::HttpResponsePtr get_response(http::HttpRequest& request);

 protected:
  BaseHandler() = default;
  BaseHandler(const BaseHandler&) = default;
  BaseHandler& operator=(const BaseHandler&) = default;

 private:
  struct Onion {
    std::vector<std::shared_ptr<Middleware>> middleware;  // outermost first
    GetResponse _middleware_chain;
  };
  static http::HttpResponsePtr _get_response(const Onion& onion, http::HttpRequest& request);
  static std::shared_ptr<const urls::resolvers::ResolverMatch> resolve_request(http::HttpRequest& request);
  static void check_response(const http::HttpResponsePtr& response, const urls::View& callback);
  std::shared_ptr<const Onion> onion_;
};

}  // namespace django::core::handlers::base
