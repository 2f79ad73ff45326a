// django/core/checks/security/csrf.py
#include "django/core/checks/security/csrf.h"

#include <algorithm>

#include "django/conf/__init__.h"
#include "python/importlib/__init__.h"

namespace django::core::checks::security::csrf {

namespace importlib = python::importlib;
using django::conf::settings;

namespace {

bool _csrf_middleware() {
  const auto middleware = settings.MIDDLEWARE();
  return std::find(middleware.begin(), middleware.end(), "django.middleware.csrf.CsrfViewMiddleware") != middleware.end();
}

}  // namespace

// django/core/checks/security/csrf.py, check_csrf_middleware()
Messages check_csrf_middleware(const AppConfigs*, const Databases*) {
  if (_csrf_middleware()) return {};
  return {Warning(
      "You don't appear to be using Django's built-in cross-site request forgery protection via the middleware "
      "('django.middleware.csrf.CsrfViewMiddleware' is not in your MIDDLEWARE). Enabling the middleware is the safest "
      "approach to ensure you don't leave any holes.",
      {}, {}, "security.W003")};
}

// django/core/checks/security/csrf.py, check_csrf_cookie_secure()
Messages check_csrf_cookie_secure(const AppConfigs*, const Databases*) {
  const bool passed_check =
      settings.flag("CSRF_USE_SESSIONS") || !_csrf_middleware() || settings.flag("CSRF_COOKIE_SECURE");
  if (passed_check) return {};
  return {Warning(
      "You have 'django.middleware.csrf.CsrfViewMiddleware' in your MIDDLEWARE, but you have not set CSRF_COOKIE_SECURE to "
      "True. Using a secure-only CSRF cookie makes it more difficult for network traffic sniffers to steal the CSRF token.",
      {}, {}, "security.W016")};
}

// django/core/checks/security/csrf.py, check_csrf_failure_view()
Messages check_csrf_failure_view(const AppConfigs*, const Databases*) {
  const std::string view = settings.str("CSRF_FAILURE_VIEW");
  // Departs: Django's own default view counts as there; the module that has it is not mirrored.
  if (view == "django.views.csrf.csrf_failure") return {};
  // Left out: the number of the view's arguments (security.E101); in C++ its type fixes it.
  const std::size_t dot = view.rfind('.');
  bool found = false;
  try {
    found = dot != std::string::npos && importlib::import_module(view.substr(0, dot))->has(view.substr(dot + 1));
  } catch (const python::ImportError&) {
  }
  if (found) return {};
  return {Error("The CSRF failure view '" + view + "' could not be imported.", {}, {}, "security.E102")};
}

}  // namespace django::core::checks::security::csrf
