// django.core.handlers.exception: an exception that leaves a layer of the onion becomes a response there.
#pragma once

#include <exception>
#include <optional>
#include <string>
#include <string_view>

#include "django/core/handlers/base.h"

namespace django::core::handlers::exception {

/// `except Exception as exc`: what was caught, for those who report it.
struct Raised {
  Raised(std::exception_ptr pointer) : pointer(std::move(pointer)) {}
  std::exception_ptr pointer;
};
void repr_to(tracepoints::Repr& out, const Raised& exc) noexcept;

/// A layer that lets no exception out. SystemExit and KeyboardInterrupt are none, and pass.
/// Takes: the layer, and its name for the trace.
GetResponse convert_exception_to_response(GetResponse get_response, std::string_view name);

/// Raises: nothing but what DEBUG_PROPAGATE_EXCEPTIONS lets through, or an error handler of the project's own for a 500.
http::HttpResponsePtr response_for_exception(http::HttpRequest& request, const Raised& exc);

/// Logs a response of 400 or more, once: whoever caught the exception knows most and comes first.
/// Takes: the finished message. `level` nullopt: an error from 500 on, a warning below.
void log_response(const std::string& message, http::HttpResponseBase& response, http::HttpRequest& request,
                  std::exception_ptr exception = nullptr, std::string_view logger = "django.request", std::optional<int> level = {});

}  // namespace django::core::handlers::exception
