// django.middleware.clickjacking: whether other sites may show our pages in a frame.
#pragma once

#include "django/utils/deprecation.h"
#include "python/importlib/__init__.h"

namespace django::middleware::clickjacking {

/// Sets X-Frame-Options unless the view has, or is exempt.
/// Source: django/middleware/clickjacking.py, class XFrameOptionsMiddleware
class XFrameOptionsMiddleware : public utils::deprecation::MiddlewareMixin {
 public:
  explicit XFrameOptionsMiddleware(core::handlers::GetResponse get_response)
      : MiddlewareMixin(std::move(get_response), "XFrameOptionsMiddleware") {}

 protected:
  http::HttpResponsePtr process_response(http::HttpRequest& request, http::HttpResponsePtr response) override;
};

void exec(python::importlib::Module& module);

}  // namespace django::middleware::clickjacking
