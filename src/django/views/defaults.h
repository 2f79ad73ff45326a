// django.views.defaults: the plain pages of a site that is no longer in DEBUG and has no error pages of its own.
#pragma once

#include "django/views/decorators/csrf.h"

namespace django::views::defaults {

/// 404.
http::HttpResponsePtr page_not_found(http::HttpRequest& request, const std::exception_ptr& exception);
/// 500. Depends on nothing, as anything may be what is broken.
http::HttpResponsePtr server_error(http::HttpRequest& request);
/// 400. Says nothing of why: that could help an attacker.
http::HttpResponsePtr bad_request(http::HttpRequest& request, const std::exception_ptr& exception);
/// 403.
http::HttpResponsePtr permission_denied(http::HttpRequest& request, const std::exception_ptr& exception);

/// The same, as @requires_csrf_token leaves them.
struct Decorated {
  decorators::csrf::View page_not_found, server_error, bad_request, permission_denied;
};
/// Decorated when this is first asked for: in Python, when the module is imported.
const Decorated& decorated();

}  // namespace django::views::defaults
