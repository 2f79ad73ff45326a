// django.utils.log: what Django logs, and how.
//
// Two loggers matter to runserver: "django.server", the access log ("[time] message", coloured by status), and
// "django.request", which says "Not Found: /x" on the console while DEBUG is on.
#pragma once

#include <any>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "django/core/management/color.h"
#include "python/builtins.h"
#include "python/importlib/__init__.h"
#include "python/logging/__init__.h"

namespace django::utils::log {

/// Django's own logging configuration.
const python::Dict& DEFAULT_LOGGING();

/// Applies DEFAULT_LOGGING, then the function `logging_config` names to the project's LOGGING. Nothing when LOGGING_CONFIG is None.
/// Raises: ImportError for a wrong LOGGING_CONFIG; ValueError for a wrong LOGGING.
/// Source: django/utils/log.py, configure_logging()
void configure_logging(const std::optional<std::string>& logging_config, const python::Value& logging_settings);

class RequireDebugFalse : public python::logging::Filter {
 public:
  bool filter(const python::logging::LogRecord& record) override;
};

class RequireDebugTrue : public python::logging::Filter {
 public:
  bool filter(const python::logging::LogRecord& record) override;
};

/// Mails errors to the ADMINS. There is no mail here, so it does what Django's does without ADMINS: nothing.
class AdminEmailHandler : public python::logging::Handler {
 protected:
  void emit(python::logging::LogRecord& record) override;
};

/// The access log: the message in the colour of its status, behind the time at which the server took the request.
/// Source: django/utils/log.py, class ServerFormatter
class ServerFormatter : public python::logging::Formatter {
  using super = python::logging::Formatter;

 public:
  explicit ServerFormatter(std::optional<std::string> fmt = {}, std::optional<std::string> datefmt = {}, char style = '%');
  std::string format(python::logging::LogRecord& record) override;
  bool uses_server_time() const { return uses("server_time"); }

 private:
  core::management::Style style;
};

/// Logs a response of that status: 500 and above as an error, 400 and above as a warning. `message` is finished; what
/// is not printable ASCII in it is escaped, so that a path cannot forge a line of the log.
/// Whoever calls sees to it that one response is logged once (Django: response._has_been_logged).
/// Source: django/utils/log.py, log_response()
void log_response(const std::string& message, int status_code, std::any request = {}, std::exception_ptr exception = {},
                  std::optional<int> level = {}, std::string_view logger = "django.request");

/// The module `django.utils.log`: the classes above, as LOGGING names them.
void exec(python::importlib::Module& module);

}  // namespace django::utils::log
