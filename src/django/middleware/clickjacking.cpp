#include "django/middleware/clickjacking.h"

#include <algorithm>

#include "django/conf/__init__.h"

using django::conf::settings;

namespace django::middleware::clickjacking {

// django/middleware/clickjacking.py, XFrameOptionsMiddleware.process_response()
http::HttpResponsePtr XFrameOptionsMiddleware::process_response(http::HttpRequest&, http::HttpResponsePtr response) {
  // Don't set it if it's already in the response
  if (response->has_header("X-Frame-Options")) return response;
  // Don't set it if they used @xframe_options_exempt
  if (response->xframe_options_exempt) return response;
  std::string value = settings.str("X_FRAME_OPTIONS");
  std::transform(value.begin(), value.end(), value.begin(), [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  response->headers.set("X-Frame-Options", value);
  return response;
}

void exec(python::importlib::Module& module) {
  module.set("XFrameOptionsMiddleware", core::handlers::middleware_class<XFrameOptionsMiddleware>("XFrameOptionsMiddleware"));
}

}  // namespace django::middleware::clickjacking
