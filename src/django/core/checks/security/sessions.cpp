// django/core/checks/security/sessions.py
#include "django/core/checks/security/sessions.h"

#include <algorithm>

#include "django/conf/__init__.h"

namespace django::core::checks::security::sessions {

using django::conf::settings;

namespace {

std::string add_session_cookie_message(const std::string& message) {
  return message +
         " Using a secure-only session cookie makes it more difficult for network traffic sniffers to hijack user sessions.";
}

std::string add_httponly_message(const std::string& message) {
  return message +
         " Using an HttpOnly session cookie makes it more difficult for cross-site scripting attacks to hijack user sessions.";
}

bool contains(const std::vector<std::string>& list, std::string_view entry) {
  return std::find(list.begin(), list.end(), entry) != list.end();
}

bool _session_middleware() {
  return contains(settings.MIDDLEWARE(), "django.contrib.sessions.middleware.SessionMiddleware");
}

bool _session_app() { return contains(settings.INSTALLED_APPS(), "django.contrib.sessions"); }

/// The app, the middleware, or, when both are there, one message for both.
Messages pick(const CheckMessage& app, const CheckMessage& middleware, const CheckMessage& both) {
  const bool has_app = _session_app(), has_middleware = _session_middleware();
  if (has_app && has_middleware) return {both};
  if (has_app) return {app};
  if (has_middleware) return {middleware};
  return {};
}

}  // namespace

// django/core/checks/security/sessions.py, check_session_cookie_secure()
Messages check_session_cookie_secure(const AppConfigs*, const Databases*) {
  if (settings.flag("SESSION_COOKIE_SECURE")) return {};
  return pick(Warning(add_session_cookie_message("You have 'django.contrib.sessions' in your INSTALLED_APPS, but you have "
                                                 "not set SESSION_COOKIE_SECURE to True."),
                      {}, {}, "security.W010"),
              Warning(add_session_cookie_message("You have 'django.contrib.sessions.middleware.SessionMiddleware' in your "
                                                 "MIDDLEWARE, but you have not set SESSION_COOKIE_SECURE to True."),
                      {}, {}, "security.W011"),
              Warning(add_session_cookie_message("SESSION_COOKIE_SECURE is not set to True."), {}, {}, "security.W012"));
}

// django/core/checks/security/sessions.py, check_session_cookie_httponly()
Messages check_session_cookie_httponly(const AppConfigs*, const Databases*) {
  if (settings.flag("SESSION_COOKIE_HTTPONLY")) return {};
  return pick(Warning(add_httponly_message("You have 'django.contrib.sessions' in your INSTALLED_APPS, but you have not set "
                                           "SESSION_COOKIE_HTTPONLY to True."),
                      {}, {}, "security.W013"),
              Warning(add_httponly_message("You have 'django.contrib.sessions.middleware.SessionMiddleware' in your "
                                           "MIDDLEWARE, but you have not set SESSION_COOKIE_HTTPONLY to True."),
                      {}, {}, "security.W014"),
              Warning(add_httponly_message("SESSION_COOKIE_HTTPONLY is not set to True."), {}, {}, "security.W015"));
}

}  // namespace django::core::checks::security::sessions
