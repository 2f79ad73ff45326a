#include "django/middleware/common.h"

#include <fmt/format.h>

#include "django/conf/__init__.h"
#include "django/core/exceptions.h"
#include "django/urls/base.h"
#include "django/utils/http.h"

using django::conf::settings;
using django::core::exceptions::PermissionDenied;
using django::urls::is_valid_path;
using django::utils::http::escape_leading_slashes;

namespace django::middleware::common {

CommonMiddleware::CommonMiddleware(core::handlers::GetResponse get_response) : MiddlewareMixin(std::move(get_response), "CommonMiddleware") {
  // Departs: a settings file has no compiled patterns, so DISALLOWED_USER_AGENTS holds their texts, compiled here.
  for (const std::string& pattern : settings.__getattr__("DISALLOWED_USER_AGENTS").strings())
    disallowed_user_agents_.push_back(python::re::compile(pattern));
}

// django/middleware/common.py, CommonMiddleware.process_request()
http::HttpResponsePtr CommonMiddleware::process_request(http::HttpRequest& request) {
  // Check for denied User-Agents
  if (request.environ.contains("HTTP_USER_AGENT"))
    for (const python::re::Pattern& user_agent_regex : disallowed_user_agents_)
      if (user_agent_regex.search(request.environ.get("HTTP_USER_AGENT"))) throw PermissionDenied("Forbidden user agent");

  // Check for a redirect based on settings.PREPEND_WWW
  const std::string host = request.get_host();
  if (!settings.flag("PREPEND_WWW") || host.empty() || host.starts_with("www.")) return nullptr;
  // Check if a slash should be appended so only one redirect is needed.
  const std::string path = should_redirect_with_slash(request) ? get_full_path_with_slash(request) : request.get_full_path();
  return std::make_shared<http::HttpResponsePermanentRedirect>(fmt::format("{}://www.{}{}", request.scheme(), host, path));
}

// django/middleware/common.py, CommonMiddleware.should_redirect_with_slash()
bool CommonMiddleware::should_redirect_with_slash(const http::HttpRequest& request) {
  if (!settings.flag("APPEND_SLASH") || request.path_info.ends_with('/')) return false;
  if (is_valid_path(request.path_info, request.urlconf)) return false;
  const auto match = is_valid_path(request.path_info + "/", request.urlconf);
  return match && match->func.should_append_slash;
}

// django/middleware/common.py, CommonMiddleware.get_full_path_with_slash()
std::string CommonMiddleware::get_full_path_with_slash(http::HttpRequest& request) {
  // Prevent construction of scheme relative urls.
  const std::string new_path = escape_leading_slashes(request.get_full_path(/*force_append_slash=*/true));
  const std::string& method = request.method;
  if (settings.DEBUG() && (method == "DELETE" || method == "POST" || method == "PUT" || method == "PATCH"))
    throw python::RuntimeError(fmt::format(
        "You called this URL via {0}, but the URL doesn't end in a slash and you have APPEND_SLASH set. Django can't redirect to "
        "the slash URL while maintaining {0} data. Change your form to point to {1} (note the trailing slash), or set "
        "APPEND_SLASH=False in your Django settings.",
        method, request.get_host() + new_path));
  return new_path;
}

// django/middleware/common.py, CommonMiddleware.process_response()
http::HttpResponsePtr CommonMiddleware::process_response(http::HttpRequest& request, http::HttpResponsePtr response) {
  // If the given URL is "Not Found", then check if we should redirect to a path with a slash appended.
  if (response->status_code == 404 && should_redirect_with_slash(request))
    return std::make_shared<http::HttpResponsePermanentRedirect>(get_full_path_with_slash(request));
  // Add the Content-Length header to non-streaming responses if not already set.
  if (!response->streaming() && !response->has_header("Content-Length"))
    response->headers.set("Content-Length", std::to_string(response->content().size()));
  return response;
}

void exec(python::importlib::Module& module) {
  module.set("CommonMiddleware", core::handlers::middleware_class<CommonMiddleware>("CommonMiddleware"));
}

}  // namespace django::middleware::common
