// django.utils.deprecation: MiddlewareMixin, which nearly every middleware builds on. (The module's name tells of its
// past: it once eased the way from an older kind of middleware, and stayed.)
#pragma once

#include "django/core/handlers/base.h"

namespace django::utils::deprecation {

/// On the way in process_request, then the next layer, on the way out process_response.
/// Source: django/utils/deprecation.py, class MiddlewareMixin
class MiddlewareMixin : public core::handlers::Middleware {
 public:
  /// Raises: ValueError("get_response must be provided.").
  /// Takes: the class's own name, for the trace: a constructor of a base cannot ask for it.
  MiddlewareMixin(core::handlers::GetResponse get_response, std::string_view class_name);
  http::HttpResponsePtr operator()(http::HttpRequest& request) override;
  std::string_view __class__() const override { return class_name_; }

 protected:
  /// A response here ends the descent: the layers further in, and the view, are not asked.
  virtual http::HttpResponsePtr process_request(http::HttpRequest&) { return nullptr; }
  virtual http::HttpResponsePtr process_response(http::HttpRequest&, http::HttpResponsePtr response) { return response; }

 private:
  core::handlers::GetResponse get_response_;
  std::string_view class_name_;  // a literal
};

}  // namespace django::utils::deprecation
