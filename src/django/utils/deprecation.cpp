#include "django/utils/deprecation.h"

#include "python/exceptions.h"
#include "tracepoints/trace.h"

namespace django::utils::deprecation {

// django/utils/deprecation.py, MiddlewareMixin.__init__()
MiddlewareMixin::MiddlewareMixin(core::handlers::GetResponse get_response, std::string_view class_name) : class_name_(class_name) {
  TRACE_FRAME("deprecation.MiddlewareMixin.__init__", class_name);
  if (!get_response) throw python::ValueError("get_response must be provided.");
  get_response_ = std::move(get_response);
}

// django/utils/deprecation.py, MiddlewareMixin.__call__()
http::HttpResponsePtr MiddlewareMixin::operator()(http::HttpRequest& request) {
  TRACE_FRAME("deprecation.MiddlewareMixin.__call__", tracepoints::Object{__class__()}, request.path);
  http::HttpResponsePtr response = process_request(request);
  TRACE_DECISION("deprecation.MiddlewareMixin.__call__:short_circuit", response != nullptr, tracepoints::Object{__class__()});
  if (!response) response = get_response_(request);
  response = process_response(request, std::move(response));
  return traced.result(response);
}

}  // namespace django::utils::deprecation
