#include "django/utils/log.h"

#include <fmt/format.h>

#include "django/conf/__init__.h"
#include "django/utils/module_loading.h"
#include "python/logging/config.h"
#include "tracepoints/trace.h"

namespace logging = python::logging;
using django::conf::settings;
using django::core::management::color_style;
using django::utils::module_loading::import_string;
using python::Dict;
using python::List;

namespace django::utils::log {
namespace {

// a.encode("unicode_escape").decode("ascii"). Broken UTF-8 comes as U+FFFD, as Python's request has it.
std::string unicode_escape(std::string_view text) {
  std::string out;
  const std::string clean = python::decode_utf8_replace(text);
  for (std::size_t i = 0; i < clean.size();) {
    const auto lead = static_cast<unsigned char>(clean[i]);
    const int more = lead < 0xC0 ? 0 : lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3;
    char32_t code = more == 0 ? lead : lead & (0x3F >> more);
    for (int n = 1; n <= more; ++n) code = (code << 6) | (static_cast<unsigned char>(clean[i + static_cast<std::size_t>(n)]) & 0x3F);
    i += static_cast<std::size_t>(more) + 1;
    const auto number = static_cast<std::uint32_t>(code);
    if (code == '\\') out += "\\\\";
    else if (code == '\n') out += "\\n";
    else if (code == '\r') out += "\\r";
    else if (code == '\t') out += "\\t";
    else if (code >= 0x20 && code < 0x7F) out += static_cast<char>(code);
    else if (code <= 0xFF) out += fmt::format("\\x{:02x}", number);
    else if (code <= 0xFFFF) out += fmt::format("\\u{:04x}", number);
    else out += fmt::format("\\U{:08x}", number);
  }
  return out;
}

}  // namespace

const Dict& DEFAULT_LOGGING() {
  static const Dict config = {
      {"version", 1},
      {"disable_existing_loggers", false},
      {"filters",
       Dict{
           {"require_debug_false", Dict{{"()", "django.utils.log.RequireDebugFalse"}}},
           {"require_debug_true", Dict{{"()", "django.utils.log.RequireDebugTrue"}}},
       }},
      {"formatters",
       Dict{
           {"django.server", Dict{{"()", "django.utils.log.ServerFormatter"}, {"format", "[{server_time}] {message}"}, {"style", "{"}}},
       }},
      {"handlers",
       Dict{
           {"console", Dict{{"level", "INFO"}, {"filters", List{"require_debug_true"}}, {"class", "logging.StreamHandler"}}},
           {"django.server", Dict{{"level", "INFO"}, {"class", "logging.StreamHandler"}, {"formatter", "django.server"}}},
           {"mail_admins",
            Dict{{"level", "ERROR"}, {"filters", List{"require_debug_false"}}, {"class", "django.utils.log.AdminEmailHandler"}}},
       }},
      {"loggers",
       Dict{
           {"django", Dict{{"handlers", List{"console", "mail_admins"}}, {"level", "INFO"}}},
           {"django.server", Dict{{"handlers", List{"django.server"}}, {"level", "INFO"}, {"propagate", false}}},
       }},
  };
  return config;
}

// django/utils/log.py, configure_logging()
void configure_logging(const std::optional<std::string>& logging_config, const python::Value& logging_settings) {
  TRACE_FRAME("log.configure_logging", logging_config);
  if (!logging_config || logging_config->empty()) return;
  const auto logging_config_func = import_string<logging::config::ConfigFunction>(*logging_config);
  logging::config::dictConfig(DEFAULT_LOGGING());
  if (!logging_settings.truthy()) return;
  const Dict* const own = logging_settings.get_if<Dict>();
  if (!own) throw python::ValueError(fmt::format("LOGGING must be a dict, not {}", logging_settings.type_name()));
  logging_config_func(*own);
}

// Left out: CallbackFilter; a settings file cannot hold a function.
bool RequireDebugFalse::filter(const logging::LogRecord&) { return !settings.DEBUG(); }
bool RequireDebugTrue::filter(const logging::LogRecord&) { return settings.DEBUG(); }

// Left out: AdminEmailHandler's mail; without ADMINS, the default, Django's handler returns at once as well.
void AdminEmailHandler::emit(logging::LogRecord&) {}

ServerFormatter::ServerFormatter(std::optional<std::string> fmt, std::optional<std::string> datefmt, char style)
    : super(std::move(fmt), std::move(datefmt), style), style(color_style()) {
  default_time_format = "%d/%b/%Y %H:%M:%S";
}

// django/utils/log.py, ServerFormatter.format()
std::string ServerFormatter::format(logging::LogRecord& record) {
  TRACE_FRAME("log.ServerFormatter.format", record.msg);
  if (const int status_code = record.status_code.value_or(0)) {
    const std::string_view role = 200 <= status_code && status_code < 300   ? "HTTP_SUCCESS"  // the common case first
                                  : 100 <= status_code && status_code < 200 ? "HTTP_INFO"
                                  : status_code == 304                      ? "HTTP_NOT_MODIFIED"
                                  : 300 <= status_code && status_code < 400 ? "HTTP_REDIRECT"
                                  : status_code == 404                      ? "HTTP_NOT_FOUND"
                                  : 400 <= status_code && status_code < 500 ? "HTTP_BAD_REQUEST"
                                                                            : "HTTP_SERVER_ERROR";
    record.msg = style[role](record.msg);
  }
  if (uses_server_time() && record.server_time.empty()) record.server_time = formatTime(record);
  return traced.result(super::format(record));
}

// django/utils/log.py, log_response()
void log_response(const std::string& message, int status_code, std::any request, std::exception_ptr exception,
                  std::optional<int> level, std::string_view logger) {
  if (!level) level = status_code >= 500 ? logging::ERROR : status_code >= 400 ? logging::WARNING : logging::INFO;
  logging::getLogger(logger).log(*level, unicode_escape(message),
                                 {.status_code = status_code, .exc_info = std::move(exception), .request = std::move(request)});
}

void exec(python::importlib::Module& module) {
  module.set("RequireDebugFalse", logging::FilterClass([](const Dict&) { return std::make_shared<RequireDebugFalse>(); }));
  module.set("RequireDebugTrue", logging::FilterClass([](const Dict&) { return std::make_shared<RequireDebugTrue>(); }));
  module.set("AdminEmailHandler", logging::HandlerClass([](const Dict&) { return std::make_shared<AdminEmailHandler>(); }));
  module.set("ServerFormatter", logging::FormatterClass([](std::optional<std::string> fmt, std::optional<std::string> datefmt, char style) {
    return std::make_shared<ServerFormatter>(std::move(fmt), std::move(datefmt), style);
  }));
}

}  // namespace django::utils::log
