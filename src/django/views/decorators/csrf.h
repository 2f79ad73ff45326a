// django.views.decorators.csrf: views that look for a CSRF token, or need none.
#pragma once

#include <exception>
#include <functional>

#include "django/http/request.h"
#include "django/http/response.h"

namespace django::views::decorators::csrf {

using View = std::function<http::HttpResponsePtr(http::HttpRequest& request, const std::exception_ptr& exception)>;

/// The token is looked for before the view runs, and a request without one is let through all the same.
/// Source: django/views/decorators/csrf.py, requires_csrf_token
View requires_csrf_token(View view_func);

}  // namespace django::views::decorators::csrf
