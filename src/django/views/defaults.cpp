#include "django/views/defaults.h"

#include <fmt/format.h>

namespace django::views::defaults {
namespace {

// Django's page, byte for byte: its length stands in log lines.
// Left out: the templates 404.html, 500.html, 400.html and 403.html; there is no template engine.
std::string ERROR_PAGE_TEMPLATE(std::string_view title, std::string_view details) {
  return fmt::format(R"(
<!doctype html>
<html lang="en">
<head>
  <title>{0}</title>
</head>
<body>
  <h1>{0}</h1><p>{1}</p>
</body>
</html>
)", title, details);
}

}  // namespace

// django/views/defaults.py, page_not_found()
http::HttpResponsePtr page_not_found(http::HttpRequest&, const std::exception_ptr&) {
  return std::make_shared<http::HttpResponseNotFound>(
      ERROR_PAGE_TEMPLATE("Not Found", "The requested resource was not found on this server."));
}

// django/views/defaults.py, server_error()
http::HttpResponsePtr server_error(http::HttpRequest&) {
  return std::make_shared<http::HttpResponseServerError>(ERROR_PAGE_TEMPLATE("Server Error (500)", ""));
}

// django/views/defaults.py, bad_request()
http::HttpResponsePtr bad_request(http::HttpRequest&, const std::exception_ptr&) {
  return std::make_shared<http::HttpResponseBadRequest>(ERROR_PAGE_TEMPLATE("Bad Request (400)", ""));
}

// django/views/defaults.py, permission_denied()
http::HttpResponsePtr permission_denied(http::HttpRequest&, const std::exception_ptr&) {
  return std::make_shared<http::HttpResponseForbidden>(ERROR_PAGE_TEMPLATE("403 Forbidden", ""));
}

const Decorated& decorated() {
  using decorators::csrf::requires_csrf_token;
  static const Decorated views = {
      .page_not_found = requires_csrf_token(page_not_found),
      .server_error = requires_csrf_token([](http::HttpRequest& request, const std::exception_ptr&) { return server_error(request); }),
      .bad_request = requires_csrf_token(bad_request),
      .permission_denied = requires_csrf_token(permission_denied),
  };
  return views;
}

}  // namespace django::views::defaults
