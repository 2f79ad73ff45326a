// django.middleware.security: https, and the headers that tell browsers to be careful.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "django/utils/deprecation.h"
#include "python/importlib/__init__.h"
#include "python/re.h"

namespace django::middleware::security {

/// Source: django/middleware/security.py, class SecurityMiddleware
class SecurityMiddleware : public utils::deprecation::MiddlewareMixin {
 public:
  explicit SecurityMiddleware(core::handlers::GetResponse get_response);

 protected:
  http::HttpResponsePtr process_request(http::HttpRequest& request) override;
  http::HttpResponsePtr process_response(http::HttpRequest& request, http::HttpResponsePtr response) override;

 private:
  std::int64_t sts_seconds;  // seconds
  bool sts_include_subdomains, sts_preload, content_type_nosniff, redirect;
  std::optional<std::string> redirect_host, referrer_policy, cross_origin_opener_policy;
  std::vector<python::re::Pattern> redirect_exempt;
};

void exec(python::importlib::Module& module);

}  // namespace django::middleware::security
