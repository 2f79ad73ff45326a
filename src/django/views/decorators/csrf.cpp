// django/views/decorators/csrf.py
#include "django/views/decorators/csrf.h"

#include <memory>
#include <utility>

#include "django/utils/deprecation.h"

namespace django::views::decorators::csrf {
namespace {

/// Source: django/views/decorators/csrf.py, class _EnsureCsrfToken
// Left out: the look at the token (django/middleware/csrf.py); only templates ask what it found, and there are none.
class _EnsureCsrfToken : public utils::deprecation::MiddlewareMixin {
 public:
  explicit _EnsureCsrfToken(core::handlers::GetResponse get_response) : MiddlewareMixin(std::move(get_response), "_EnsureCsrfToken") {}
  using MiddlewareMixin::process_request;
};

}  // namespace

// django/utils/decorators.py, make_middleware_decorator()
View requires_csrf_token(View view_func) {
  // Python: a decorator runs when its module is imported, so this middleware object is there before any request.
  const auto middleware = std::make_shared<_EnsureCsrfToken>([view_func](http::HttpRequest& request) { return view_func(request, nullptr); });
  return [middleware, view_func](http::HttpRequest& request, const std::exception_ptr& exception) {
    if (auto response = middleware->process_request(request)) return response;
    return view_func(request, exception);
  };
}

}  // namespace django::views::decorators::csrf
