#include "python/logging/__init__.h"

#include <pthread.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <ctime>
#include <map>

#include <fmt/format.h>
#include <spdlog/common.h>
#include <spdlog/logger.h>
#include <spdlog/sinks/base_sink.h>

#include "python/exceptions.h"
#include "python/sys.h"
#include "python/time.h"
#include "tracepoints/trace.h"

namespace python::logging {

// Every handler that is alive, so that shutdown() can flush it. Never destroyed: threads may log while the program ends.
struct Manager {
  std::mutex mutex;
  std::map<std::string, Logger*, std::less<>> loggers;
  std::vector<std::weak_ptr<Handler>> handlers;
  Logger root{"root", nullptr};
  Manager() { root.setLevel(WARNING); }

  static Manager& get() {
    static Manager& manager = *new Manager;
    return manager;
  }

  // The loggers above are made too, so that a parent never changes. Python's PlaceHolder is the flag asked_for_.
  Logger* logger(std::string_view name) {
    if (name.empty() || name == "root") return &root;
    const auto found = loggers.find(name);
    if (found != loggers.end()) return found->second;
    const std::size_t dot = name.rfind('.');
    Logger* const parent = dot == name.npos ? &root : logger(name.substr(0, dot));
    auto* const made = new Logger(std::string(name), parent);
    loggers.emplace(name, made);
    return made;
  }

  Logger& ask_for(std::string_view name) {
    const std::lock_guard lock(mutex);
    Logger* const found = logger(name);
    found->asked_for_ = true;
    return *found;
  }

  std::vector<std::string> asked_for() {
    const std::lock_guard lock(mutex);
    std::vector<std::string> names;
    for (const auto& [name, logger] : loggers)
      if (logger->asked_for_) names.push_back(name);
    return names;
  }

  void remember(const std::shared_ptr<Handler>& handler) {
    const std::lock_guard lock(mutex);
    std::erase_if(handlers, [](const std::weak_ptr<Handler>& one) { return one.expired(); });
    handlers.push_back(handler);
  }
};

namespace {

constexpr std::pair<int, std::string_view> level_names[] = {{CRITICAL, "CRITICAL"}, {ERROR, "ERROR"}, {WARNING, "WARNING"},
                                                            {INFO, "INFO"},         {DEBUG, "DEBUG"}, {NOTSET, "NOTSET"},
                                                            {CRITICAL, "FATAL"},    {WARNING, "WARN"}};

const double start_time = time::time();

std::string thread_name() {
  char name[32] = "";
  // Python: the main thread's name is its own; the kernel gives it the program's.
  if (::getpid() == ::gettid()) return "MainThread";
  return ::pthread_getname_np(::pthread_self(), name, sizeof name) == 0 ? name : "";
}

std::string strftime(const std::string& format, double seconds) {
  const auto whole = static_cast<std::time_t>(std::floor(seconds));
  std::tm local{};
  ::localtime_r(&whole, &local);
  char text[256];
  return std::string(text, std::strftime(text, sizeof text, format.c_str(), &local));
}

// One conversion of a format: flags, width and precision as the two languages share them.
struct Spec {
  bool left = false, zero = false;
  std::size_t width = 0;
  std::optional<int> precision = {};
  char type = 's';
};

std::string pad(std::string text, const Spec& spec) {
  if (text.size() >= spec.width) return text;
  const std::size_t missing = spec.width - text.size();
  if (spec.left) return text + std::string(missing, ' ');
  return std::string(missing, spec.zero && spec.type != 's' ? '0' : ' ') + text;
}

// Reads digits; a width beyond any line is a mistake.
int number(std::string_view& text) {
  int value = 0;
  while (!text.empty() && std::isdigit(static_cast<unsigned char>(text.front()))) {
    value = value * 10 + (text.front() - '0');
    if (value > 1000) throw ValueError("width in a logging format is too large");
    text.remove_prefix(1);
  }
  return value;
}

// What stands between "%(name)" and the type letter, or after the colon in "{name:...}".
Spec parse_spec(std::string_view text, bool braces) {
  Spec spec;
  spec.left = braces;  // Python: str.format aligns text to the left, % to the right
  bool aligned = false;
  for (; !text.empty(); text.remove_prefix(1)) {
    const char c = text.front();
    if (c == '-' || c == '<') spec.left = true, aligned = true;
    else if (c == '>') spec.left = false, aligned = true;
    else if (c == '0') spec.zero = true;
    else if (c != '+' && c != ' ' && c != '#') break;
  }
  spec.width = static_cast<std::size_t>(number(text));
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    spec.precision = number(text);
  }
  if (!text.empty()) spec.type = text.front(), text.remove_prefix(1);
  if (!text.empty() || std::string_view("sdf").find(spec.type) == std::string_view::npos)
    throw ValueError("unsupported conversion in a logging format");
  if (braces && !aligned && spec.type != 's') spec.left = false;
  return spec;
}

std::string convert(const std::string& value, const Spec& spec) {
  if (spec.type == 's') return pad(spec.precision ? value.substr(0, static_cast<std::size_t>(*spec.precision)) : value, spec);
  char* end = nullptr;
  const double numeric = std::strtod(value.c_str(), &end);
  if (value.empty() || *end) throw TypeError(fmt::format("%{} format: a real number is required, not str", spec.type));
  if (spec.type == 'd') return pad(fmt::format("{}", static_cast<std::int64_t>(numeric)), spec);
  return pad(fmt::format("{:.{}f}", numeric, spec.precision.value_or(6)), spec);
}

using Lookup = std::function<std::string(std::string_view field)>;

// fmt % record.__dict__
std::string percent_format(std::string_view format, const Lookup& lookup) {
  std::string out;
  while (!format.empty()) {
    if (format.starts_with("%%")) {
      out += '%';
      format.remove_prefix(2);
    } else if (format.starts_with("%(")) {
      const std::size_t close = format.find(')');
      const std::size_t type = close == format.npos ? close : format.find_first_of("sdfrgeixX", close);
      if (type == format.npos) throw ValueError("incomplete format");
      out += convert(lookup(format.substr(2, close - 2)), parse_spec(format.substr(close + 1, type - close), false));
      format.remove_prefix(type + 1);
    } else {
      out += format.front();
      format.remove_prefix(1);
    }
  }
  return out;
}

// fmt.format(**record.__dict__)
std::string brace_format(std::string_view format, const Lookup& lookup) {
  std::string out;
  while (!format.empty()) {
    if (format.starts_with("{{") || format.starts_with("}}")) {
      out += format.front();
      format.remove_prefix(2);
    } else if (format.front() == '{') {
      const std::size_t close = format.find('}');
      if (close == format.npos) throw ValueError("expected '}' before end of string");
      const std::string_view inside = format.substr(1, close - 1);
      const std::size_t colon = std::min(inside.find(':'), inside.size());
      out += convert(lookup(inside.substr(0, colon)), parse_spec(inside.substr(std::min(colon + 1, inside.size())), true));
      format.remove_prefix(close + 1);
    } else {
      out += format.front();
      format.remove_prefix(1);
    }
  }
  return out;
}

// The standard-error line of last resort: a program whose standard error is gone must go on.
void write_stderr(const std::string& text) noexcept {
  try {
    sys::stderr_->write(text);
  } catch (...) {
  }
}

}  // namespace

std::string getLevelName(int level) {
  for (const auto& [number, name] : level_names)
    if (number == level) return std::string(name);
  return fmt::format("Level {}", level);
}

int checkLevel(std::string_view name) {
  for (const auto& [number, known] : level_names)
    if (known == name) return number;
  throw ValueError(fmt::format("Unknown level: {}", repr(name)));
}

bool NameFilter::filter(const LogRecord& record) {
  return name_.empty() || record.name == name_ || (record.name.starts_with(name_) && record.name[name_.size()] == '.');
}

Formatter::Formatter(std::optional<std::string> fmt, std::optional<std::string> datefmt, char style)
    : _fmt(fmt.value_or(style == '{' ? "{message}" : "%(message)s")), datefmt(std::move(datefmt)), style_(style) {
  // Left out: the style '$' of string.Template, which no configuration of Django uses.
  if (style != '%' && style != '{') throw ValueError("Style must be one of: %, {");
  // Python: whether a field exists is found out when a record is formatted, as `extra` may bring any.
  bool found = false;
  const Lookup lookup = [&found](std::string_view) { return found = true, "0"; };
  style == '{' ? brace_format(_fmt, lookup) : percent_format(_fmt, lookup);
  if (!found) throw ValueError(fmt::format("Invalid format '{}' for '{}' style", _fmt, style));
}

bool Formatter::uses(std::string_view field) const {
  return _fmt.find(style_ == '{' ? fmt::format("{{{}", field) : fmt::format("%({})", field)) != std::string::npos;
}

std::string Formatter::formatTime(const LogRecord& record) const {
  if (datefmt) return strftime(*datefmt, record.created);
  const double fraction = record.created - std::floor(record.created);
  return fmt::format("{},{:03}", strftime(default_time_format, record.created), static_cast<int>(fraction * 1000));
}

std::string Formatter::field(std::string_view name, const LogRecord& record) const {
  if (name == "message") return record.msg;
  if (name == "asctime") return formatTime(record);
  if (name == "levelname") return getLevelName(record.level);
  if (name == "levelno") return fmt::format("{}", record.level);
  if (name == "name") return record.name;
  if (name == "server_time") return record.server_time;
  if (name == "status_code" && record.status_code) return fmt::format("{}", *record.status_code);
  if (name == "created") return fmt::format("{}", record.created);
  if (name == "msecs") return fmt::format("{}", static_cast<int>((record.created - std::floor(record.created)) * 1000));
  if (name == "relativeCreated") return fmt::format("{}", (record.created - start_time) * 1000);
  if (name == "process") return fmt::format("{}", ::getpid());
  if (name == "processName") return "MainProcess";
  if (name == "thread") return fmt::format("{}", ::gettid());
  if (name == "threadName") return record.threadName;
  // Left out: pathname, filename, module, lineno and funcName; a C++ call does not carry its place, so they are empty.
  for (const std::string_view place : {"pathname", "filename", "module", "funcName"})
    if (name == place) return "";
  if (name == "lineno") return "0";
  throw ValueError(fmt::format("Formatting field not found in record: {}", repr(name)));
}

std::string Formatter::format(LogRecord& record) {
  const Lookup lookup = [&](std::string_view name) { return field(name, record); };
  std::string text = style_ == '{' ? brace_format(_fmt, lookup) : percent_format(_fmt, lookup);
  if (record.exc_info) {
    // Departs: C++ has no frames to list, so a traceback is its last line, and those of what it was raised from.
    if (!text.ends_with('\n')) text += '\n';
    text += format_exception(record.exc_info);
    if (text.ends_with('\n')) text.pop_back();
  }
  return text;
}

std::string Handler::format(LogRecord& record) {
  static Formatter default_formatter;
  return (formatter ? *formatter : default_formatter).format(record);
}

void Handler::handle(const LogRecord& record) noexcept {
  try {
    for (const auto& filter : filters)
      if (!filter->filter(record)) return;
    LogRecord own = record;
    emit(own);
  } catch (...) {
    handleError(record);
  }
}

void Handler::handleError(const LogRecord& record) noexcept {
  try {
    std::string reason = format_exception(std::current_exception());
    write_stderr(fmt::format("--- Logging error ---\n{}Message: {}\n", reason, repr(record.msg)));
  } catch (...) {
  }
}

// spdlog does the writing: its sink keeps lines whole when threads write at once, and its logger swallows what a stream throws.
struct StreamHandler::Backend {
  class Sink : public spdlog::sinks::base_sink<std::mutex> {
   public:
    explicit Sink(io::TextIO* const* stream) : stream_(stream) {}

   protected:
    void sink_it_(const spdlog::details::log_msg& message) override {
      line_.assign(message.payload.data(), message.payload.size());
      line_ += '\n';
      (*stream_)->write(line_);
    }
    void flush_() override { (*stream_)->flush(); }

   private:
    io::TextIO* const* const stream_;
    std::string line_;
  };

  explicit Backend(io::TextIO* const* stream) : logger("", std::make_shared<Sink>(stream)) {
    logger.set_level(spdlog::level::trace);  // levels were judged before
    // A broken standard error is nothing to report to standard error.
    logger.set_error_handler([](const std::string&) {});
  }
  spdlog::logger logger;
};

StreamHandler::StreamHandler(io::TextIO* const* stream) : backend_(std::make_unique<Backend>(stream)) {}
StreamHandler::~StreamHandler() = default;
void StreamHandler::emit(LogRecord& record) { backend_->logger.log(spdlog::level::info, spdlog::string_view_t(format(record))); }
void StreamHandler::flush() { backend_->logger.flush(); }

bool Logger::isEnabledFor(int level) const noexcept { return !disabled && level >= getEffectiveLevel(); }

int Logger::getEffectiveLevel() const noexcept {
  for (const Logger* logger = this; logger; logger = logger->parent_)
    if (const int level = logger->level_) return level;
  return NOTSET;
}

void Logger::log(int level, std::string msg, Extra extra) noexcept {
  if (!isEnabledFor(level)) return;
  try {
    const LogRecord record{name, level, std::move(msg), extra.status_code, std::move(extra.server_time), extra.exc_info,
                           std::move(extra.request), time::time(), thread_name()};
    for (const auto& filter : *filters())
      if (!filter->filter(record)) return;
    callHandlers(record);
  } catch (...) {
    write_stderr("--- Logging error ---\n");
  }
}

void Logger::exception(std::string msg, Extra extra) noexcept {
  if (!extra.exc_info) extra.exc_info = std::current_exception();
  error(std::move(msg), std::move(extra));
}

void Logger::callHandlers(const LogRecord& record) noexcept {
  bool found = false;
  for (const Logger* logger = this; logger; logger = logger->propagate ? logger->parent_ : nullptr)
    for (const auto& handler : *logger->handlers()) {
      found = true;
      if (record.level >= handler->level) handler->handle(record);
    }
  // Python's lastResort: warnings are not lost when nobody configured anything.
  if (!found && record.level >= WARNING) write_stderr(record.msg + "\n");
}

std::shared_ptr<const Logger::Handlers> Logger::handlers() const {
  const std::lock_guard lock(mutex_);
  return handlers_;
}

std::shared_ptr<const Logger::Filters> Logger::filters() const {
  const std::lock_guard lock(mutex_);
  return filters_;
}

void Logger::addHandler(std::shared_ptr<Handler> handler) {
  Manager::get().remember(handler);
  const std::lock_guard lock(mutex_);
  if (std::find(handlers_->begin(), handlers_->end(), handler) != handlers_->end()) return;
  auto changed = std::make_shared<Handlers>(*handlers_);
  changed->push_back(std::move(handler));
  handlers_ = std::move(changed);
}

void Logger::addFilter(std::shared_ptr<Filter> filter) {
  const std::lock_guard lock(mutex_);
  auto changed = std::make_shared<Filters>(*filters_);
  changed->push_back(std::move(filter));
  filters_ = std::move(changed);
}

void Logger::removeHandlers() {
  const std::lock_guard lock(mutex_);
  handlers_ = std::make_shared<Handlers>();
}

bool Logger::hasHandlers() const {
  for (const Logger* logger = this; logger; logger = logger->propagate ? logger->parent_ : nullptr)
    if (!logger->handlers()->empty()) return true;
  return false;
}

Logger& getLogger(std::string_view name) { return Manager::get().ask_for(name); }

std::vector<std::string> existing_loggers() { return Manager::get().asked_for(); }

void _clearExistingHandlers() {
  std::vector<std::weak_ptr<Handler>> handlers;
  {
    Manager& manager = Manager::get();
    const std::lock_guard lock(manager.mutex);
    handlers.swap(manager.handlers);
  }
  // In the reverse order of their making, and whatever one of them says about it.
  for (auto weak = handlers.rbegin(); weak != handlers.rend(); ++weak)
    if (const auto handler = weak->lock()) try {
        handler->flush();
        handler->close();
      } catch (...) {
      }
}

void shutdown() {
  TRACE_FRAME("logging.shutdown");
  _clearExistingHandlers();
}

void exec(importlib::Module& module) {
  const auto stream = [](const Dict& arguments) -> io::TextIO* const* {
    for (const auto& [name, value] : arguments)
      if (name == "stream") {
        if (value.is_str() && value.str() == "ext://sys.stdout") return &sys::stdout_;
        if (!value.is_str() || value.str() != "ext://sys.stderr")
          throw ValueError(fmt::format("a stream is 'ext://sys.stdout' or 'ext://sys.stderr', not {}", repr(value)));
      }
    return &sys::stderr_;
  };
  module.set("StreamHandler", HandlerClass([stream](const Dict& arguments) { return std::make_shared<StreamHandler>(stream(arguments)); }));
  module.set("NullHandler", HandlerClass([](const Dict&) { return std::make_shared<NullHandler>(); }));
  module.set("Formatter", FormatterClass([](std::optional<std::string> fmt, std::optional<std::string> datefmt, char style) {
    return std::make_shared<Formatter>(std::move(fmt), std::move(datefmt), style);
  }));
  module.set("Filter", FilterClass([](const Dict& arguments) {
    std::string name;
    for (const auto& [key, value] : arguments)
      if (key == "name") name = value.str();
    return std::make_shared<NameFilter>(name);
  }));
}

}  // namespace python::logging
