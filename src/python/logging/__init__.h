// logging: loggers in a tree of dotted names, their handlers, and the formatters of those.
//
// A record made by a logger goes to that logger's handlers and then to those of each ancestor, until one of them says that
// records do not propagate. `django.server`, the access log, is such a logger; django/utils/log.h configures it.
//
// Logging never throws into the code that logs, and may be used from any thread. A handler writes one record with one write(2).
#pragma once

#include <any>
#include <atomic>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "python/builtins.h"
#include "python/importlib/__init__.h"
#include "python/io.h"
#include "python/sys.h"

namespace python::logging {

inline constexpr int NOTSET = 0, DEBUG = 10, INFO = 20, WARNING = 30, ERROR = 40, CRITICAL = 50;

/// "INFO" for 20; "Level 21" for a number without a name.
std::string getLevelName(int level);
/// A level as settings have it: "INFO", or 20. Raises: ValueError("Unknown level: 'X'").
int checkLevel(std::string_view name);

/// What a call may add to its record: Python's `extra` and `exc_info`.
struct Extra {
  std::optional<int> status_code = {};
  std::string server_time = {};         // "": not given
  std::exception_ptr exc_info = {};
  std::any request = {};
};

/// One thing that was logged.
/// Source: Lib/logging/__init__.py, class LogRecord
struct LogRecord {
  std::string name;                     // the logger's
  int level = NOTSET;                   // levelno
  std::string msg;                      // finished: what Python has after msg % args
  std::optional<int> status_code;
  std::string server_time;
  std::exception_ptr exc_info;
  std::any request;
  double created = 0;                   // seconds since the epoch
  std::string threadName;
};

class Filter {
 public:
  virtual ~Filter() = default;
  /// False drops the record.
  virtual bool filter(const LogRecord& record) = 0;
};

/// Lets pass what was logged by that logger or one below it.
class NameFilter : public Filter {
 public:
  explicit NameFilter(std::string name) : name_(std::move(name)) {}
  bool filter(const LogRecord& record) override;

 private:
  std::string name_;
};

/// Makes a line out of a record, by a format in one of two styles: "%(levelname)s %(message)s", "{levelname} {message}".
/// Fields: asctime created levelname levelno message msecs name process processName relativeCreated server_time status_code
/// thread threadName.
/// Source: Lib/logging/__init__.py, class Formatter
class Formatter {
 public:
  /// Raises: ValueError for another style, or a format in which no field can be found.
  explicit Formatter(std::optional<std::string> fmt = {}, std::optional<std::string> datefmt = {}, char style = '%');
  virtual ~Formatter() = default;
  /// May change the record, as Python's formatters do: it is this handler's own copy.
  virtual std::string format(LogRecord& record);
  /// The record's local time by datefmt (strftime), or by default_time_format with ",MSEC" behind it.
  std::string formatTime(const LogRecord& record) const;

 protected:
  bool uses(std::string_view field) const;
  std::string default_time_format = "%Y-%m-%d %H:%M:%S";
  std::string _fmt;
  std::optional<std::string> datefmt;

 private:
  std::string field(std::string_view name, const LogRecord& record) const;
  char style_;
};

/// Source: Lib/logging/__init__.py, class Handler
class Handler {
 public:
  virtual ~Handler() = default;
  /// Filters, formats and emits. Does not throw.
  void handle(const LogRecord& record) noexcept;
  virtual void flush() {}
  virtual void close() {}

  // To be set before the handler is given to a logger.
  std::atomic<int> level{NOTSET};
  std::shared_ptr<Formatter> formatter;  // nullptr: "%(message)s"
  std::vector<std::shared_ptr<Filter>> filters;

 protected:
  virtual void emit(LogRecord& record) = 0;
  std::string format(LogRecord& record);
  /// What emit() threw: reported on standard error, as far as that goes.
  void handleError(const LogRecord& record) noexcept;
};

/// Writes to what a variable such as sys.stderr holds at that moment.
class StreamHandler : public Handler {
 public:
  /// Takes: a variable that outlives the handler.
  explicit StreamHandler(io::TextIO* const* stream = &sys::stderr_);
  ~StreamHandler() override;
  void flush() override;

 protected:
  void emit(LogRecord& record) override;

 private:
  struct Backend;
  std::unique_ptr<Backend> backend_;
};

class NullHandler : public Handler {
 protected:
  void emit(LogRecord&) override {}
};

/// Made by getLogger only, and never destroyed.
/// Source: Lib/logging/__init__.py, class Logger
class Logger {
 public:
  bool isEnabledFor(int level) const noexcept;
  int getEffectiveLevel() const noexcept;
  void log(int level, std::string msg, Extra extra = {}) noexcept;
  void debug(std::string msg, Extra extra = {}) noexcept { log(DEBUG, std::move(msg), std::move(extra)); }
  void info(std::string msg, Extra extra = {}) noexcept { log(INFO, std::move(msg), std::move(extra)); }
  void warning(std::string msg, Extra extra = {}) noexcept { log(WARNING, std::move(msg), std::move(extra)); }
  void error(std::string msg, Extra extra = {}) noexcept { log(ERROR, std::move(msg), std::move(extra)); }
  void critical(std::string msg, Extra extra = {}) noexcept { log(CRITICAL, std::move(msg), std::move(extra)); }
  /// error(), with the exception that is being handled.
  void exception(std::string msg, Extra extra = {}) noexcept;

  void setLevel(int level) noexcept { level_ = level; }
  void addHandler(std::shared_ptr<Handler> handler);
  void addFilter(std::shared_ptr<Filter> filter);
  void removeHandlers();
  bool hasHandlers() const;

  const std::string name;
  std::atomic<bool> propagate{true}, disabled{false};

 private:
  friend struct Manager;
  Logger(std::string name, Logger* parent) : name(std::move(name)), parent_(parent) {}
  using Handlers = std::vector<std::shared_ptr<Handler>>;
  using Filters = std::vector<std::shared_ptr<Filter>>;
  void callHandlers(const LogRecord& record) noexcept;
  std::shared_ptr<const Handlers> handlers() const;
  std::shared_ptr<const Filters> filters() const;

  Logger* const parent_;                // nullptr: the root
  std::atomic<int> level_{NOTSET};
  bool asked_for_ = false;              // Python's PlaceHolder: false while only loggers below it were asked for
  mutable std::mutex mutex_;            // guards the two lists; they are replaced whole and never changed
  std::shared_ptr<const Handlers> handlers_ = std::make_shared<Handlers>();
  std::shared_ptr<const Filters> filters_ = std::make_shared<Filters>();
};

/// The logger of that dotted name; always the same one. "" is the root.
Logger& getLogger(std::string_view name = {});
/// The names that getLogger was asked for, sorted: what disable_existing_loggers looks at.
std::vector<std::string> existing_loggers();

/// Flushes and closes the handlers. At the end of the program; logging still works afterwards.
/// Source: Lib/logging/__init__.py, shutdown()
void shutdown();

/// The same for dictConfig, which begins afresh: not the end of anything, so not traced.
void _clearExistingHandlers();

/// The classes as a logging configuration names them: attributes of a module, for "class" and "()".
using FilterClass = std::function<std::shared_ptr<Filter>(const Dict& arguments)>;
using HandlerClass = std::function<std::shared_ptr<Handler>(const Dict& arguments)>;
using FormatterClass = std::function<std::shared_ptr<Formatter>(std::optional<std::string> fmt, std::optional<std::string> datefmt, char style)>;

/// The module `logging`: StreamHandler, NullHandler, Formatter, Filter.
void exec(importlib::Module& module);

}  // namespace python::logging
