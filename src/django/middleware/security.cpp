#include "django/middleware/security.h"

#include <algorithm>

#include <fmt/format.h>

#include "django/conf/__init__.h"
#include "python/builtins.h"

using django::conf::settings;

namespace django::middleware::security {

// django/middleware/security.py, SecurityMiddleware.__init__()
SecurityMiddleware::SecurityMiddleware(core::handlers::GetResponse get_response)
    : MiddlewareMixin(std::move(get_response), "SecurityMiddleware"),
      sts_seconds(settings.integer("SECURE_HSTS_SECONDS")),
      sts_include_subdomains(settings.flag("SECURE_HSTS_INCLUDE_SUBDOMAINS")),
      sts_preload(settings.flag("SECURE_HSTS_PRELOAD")),
      content_type_nosniff(settings.flag("SECURE_CONTENT_TYPE_NOSNIFF")),
      redirect(settings.flag("SECURE_SSL_REDIRECT")),
      redirect_host(settings.optional_str("SECURE_SSL_HOST")),
      cross_origin_opener_policy(settings.optional_str("SECURE_CROSS_ORIGIN_OPENER_POLICY")) {
  // One policy, "a, b", or a list of them: the header has them with commas.
  const python::Value& policy = settings.__getattr__("SECURE_REFERRER_POLICY");
  if (policy.truthy()) {
    std::string joined;
    if (policy.is_str()) {
      for (const char c : policy.str())
        if (c != ' ') joined += c;
    } else {
      for (const std::string& one : policy.strings()) joined += (joined.empty() ? "" : ",") + one;
    }
    referrer_policy = joined;
  }
  for (const std::string& pattern : settings.__getattr__("SECURE_REDIRECT_EXEMPT").strings())
    redirect_exempt.push_back(python::re::compile(pattern));
}

// django/middleware/security.py, SecurityMiddleware.process_request()
http::HttpResponsePtr SecurityMiddleware::process_request(http::HttpRequest& request) {
  const std::string path = request.path.substr(std::min(request.path.find_first_not_of('/'), request.path.size()));
  const bool exempt =
      std::any_of(redirect_exempt.begin(), redirect_exempt.end(), [&path](const python::re::Pattern& pattern) { return pattern.search(path).has_value(); });
  if (!redirect || request.is_secure() || exempt) return nullptr;
  const std::string host = redirect_host ? *redirect_host : request.get_host();
  return std::make_shared<http::HttpResponsePermanentRedirect>(fmt::format("https://{}{}", host, request.get_full_path()));
}

// django/middleware/security.py, SecurityMiddleware.process_response()
http::HttpResponsePtr SecurityMiddleware::process_response(http::HttpRequest& request, http::HttpResponsePtr response) {
  if (sts_seconds && request.is_secure() && !response->has_header("Strict-Transport-Security")) {
    std::string sts_header = fmt::format("max-age={}", sts_seconds);
    if (sts_include_subdomains) sts_header += "; includeSubDomains";
    if (sts_preload) sts_header += "; preload";
    response->headers.set("Strict-Transport-Security", sts_header);
  }
  if (content_type_nosniff) response->headers.setdefault("X-Content-Type-Options", "nosniff");
  // Support a comma-separated string or iterable of values to allow fallback.
  if (referrer_policy) response->headers.setdefault("Referrer-Policy", *referrer_policy);
  if (cross_origin_opener_policy) response->headers.setdefault("Cross-Origin-Opener-Policy", *cross_origin_opener_policy);
  return response;
}

void exec(python::importlib::Module& module) {
  module.set("SecurityMiddleware", core::handlers::middleware_class<SecurityMiddleware>("SecurityMiddleware"));
}

}  // namespace django::middleware::security
