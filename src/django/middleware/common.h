// django.middleware.common: the slash at the end, "www." at the front, the length in the header.
#pragma once

#include <string>
#include <vector>

#include "django/utils/deprecation.h"
#include "python/importlib/__init__.h"
#include "python/re.h"

namespace django::middleware::common {

/// Source: django/middleware/common.py, class CommonMiddleware
class CommonMiddleware : public utils::deprecation::MiddlewareMixin {
 public:
  explicit CommonMiddleware(core::handlers::GetResponse get_response);

 protected:
  /// Raises: PermissionDenied for a user agent that is not wanted; DisallowedHost, as it is the first to ask for the host.
  http::HttpResponsePtr process_request(http::HttpRequest& request) override;
  http::HttpResponsePtr process_response(http::HttpRequest& request, http::HttpResponsePtr response) override;

 private:
  static bool should_redirect_with_slash(const http::HttpRequest& request);
  /// Raises: RuntimeError in DEBUG for a method whose body a redirect would lose.
  static std::string get_full_path_with_slash(http::HttpRequest& request);
  std::vector<python::re::Pattern> disallowed_user_agents_;
};

void exec(python::importlib::Module& module);

}  // namespace django::middleware::common
