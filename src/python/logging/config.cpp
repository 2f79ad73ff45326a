#include "python/logging/config.h"

#include <map>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "python/exceptions.h"
#include "python/logging/__init__.h"

namespace python::logging::config {
namespace {

const Value none;

const Value& get(const Dict& dict, std::string_view key) {
  for (const auto& [name, value] : dict)
    if (name == key) return value;
  return none;
}

const Dict& dict_of(const Value& value, std::string_view what) {
  static const Dict empty;
  if (value.is_none()) return empty;
  const Dict* dict = value.get_if<Dict>();
  if (!dict) throw ValueError(fmt::format("{} must be a dict, not {}", what, value.type_name()));
  return *dict;
}

std::optional<std::string> text_of(const Value& value) {
  if (value.is_none()) return std::nullopt;
  return value.str();
}

int level_of(const Value& value) { return value.is_str() ? checkLevel(value.str()) : static_cast<int>(value.integer()); }

// A dotted name becomes the class it names. The classes of logging itself need no import, as `logging` is imported here.
template <class T>
T resolve(const std::string& dotted) {
  const std::size_t dot = dotted.rfind('.');
  if (dot == dotted.npos) throw ValueError(fmt::format("Cannot resolve {}", repr(dotted)));
  const std::string module_name = dotted.substr(0, dot), attribute = dotted.substr(dot + 1);
  if (module_name == "logging") {
    importlib::Module own;
    own.name = module_name;
    logging::exec(own);
    return own.get<T>(attribute);
  }
  for (const importlib::ModulePtr& module : importlib::modules())
    if (module->name == module_name) return module->get<T>(attribute);
  return importlib::import_module(module_name)->get<T>(attribute);
}

// "Unable to configure X 'name'", with what went wrong as its cause.
template <class Configure>
auto named(std::string_view what, const std::string& name, const Configure& configure) {
  try {
    return configure();
  } catch (const std::exception&) {
    std::throw_with_nested(ValueError(fmt::format("Unable to configure {} {}", what, repr(name))));
  }
}

class DictConfigurator {
 public:
  explicit DictConfigurator(const Dict& config) : config_(config) {}

  void configure() {
    const Value& version = get(config_, "version");
    if (version.is_none()) throw ValueError("dictionary doesn't specify a version");
    if (!(version == Value(1))) throw ValueError(fmt::format("Unsupported version: {}", repr(version)));
    if (get(config_, "incremental").truthy()) return configure_incremental();

    const std::vector<std::string> existing = existing_loggers();
    _clearExistingHandlers();
    for (const auto& [name, value] : section("formatters"))
      formatters_[name] = named("formatter", name, [&, &value = value] { return configure_formatter(dict_of(value, "a formatter")); });
    for (const auto& [name, value] : section("filters"))
      filters_[name] = named("filter", name, [&, &value = value] { return configure_filter(dict_of(value, "a filter")); });
    for (const auto& [name, value] : section("handlers"))
      handlers_[name] = named("handler", name, [&, &value = value] { return configure_handler(dict_of(value, "a handler")); });

    const Dict& loggers = section("loggers");
    for (const auto& [name, value] : loggers)
      named("logger", name, [&, &name = name, &value = value] { configure_logger(name, dict_of(value, "a logger")); });
    disable_rest(existing, loggers);
    if (const Value& root = get(config_, "root"); root.truthy())
      named("root logger", "root", [&] { common_logger_config(getLogger(), dict_of(root, "root")); });
  }

 private:
  const Dict& section(std::string_view key) const { return dict_of(get(config_, key), key); }

  // Only levels, and whether records propagate.
  void configure_incremental() {
    // Left out: the levels of named handlers; nothing keeps handlers by their names once they are configured.
    for (const auto& [name, value] : section("loggers")) {
      const Dict& logger = dict_of(value, "a logger");
      if (const Value& level = get(logger, "level"); !level.is_none()) getLogger(name).setLevel(level_of(level));
      if (const Value& propagate = get(logger, "propagate"); !propagate.is_none()) getLogger(name).propagate = propagate.truthy();
    }
    const Dict& root = section("root");
    if (const Value& level = get(root, "level"); !level.is_none()) getLogger().setLevel(level_of(level));
  }

  static std::shared_ptr<Formatter> configure_formatter(const Dict& config) {
    const Value &factory = get(config, "()"), &class_name = get(config, "class");
    const std::string class_ = !factory.is_none() ? factory.str() : !class_name.is_none() ? class_name.str() : "logging.Formatter";
    const std::string style = text_of(get(config, "style")).value_or("%");
    if (style.size() != 1) throw ValueError("Style must be one of: %, {");
    return resolve<FormatterClass>(class_)(text_of(get(config, "format")), text_of(get(config, "datefmt")), style[0]);
  }

  static std::shared_ptr<Filter> configure_filter(const Dict& config) {
    const Value& factory = get(config, "()");
    return resolve<FilterClass>(factory.is_none() ? "logging.Filter" : factory.str())(config);
  }

  std::shared_ptr<Handler> configure_handler(const Dict& config) {
    const Value& factory = get(config, "()");
    const auto handler = resolve<HandlerClass>(factory.is_none() ? get(config, "class").str() : factory.str())(config);
    if (const Value& formatter = get(config, "formatter"); !formatter.is_none())
      handler->formatter = find(formatters_, formatter.str(), "formatter");
    if (const Value& level = get(config, "level"); !level.is_none()) handler->level = level_of(level);
    if (const Value& filters = get(config, "filters"); !filters.is_none())
      for (const std::string& name : filters.strings()) handler->filters.push_back(find(filters_, name, "filter"));
    return handler;
  }

  void configure_logger(const std::string& name, const Dict& config) {
    Logger& logger = getLogger(name);
    common_logger_config(logger, config);
    logger.disabled = false;
    if (const Value& propagate = get(config, "propagate"); !propagate.is_none()) logger.propagate = propagate.truthy();
  }

  void common_logger_config(Logger& logger, const Dict& config) {
    if (const Value& level = get(config, "level"); !level.is_none()) logger.setLevel(level_of(level));
    // A record that is logged just now finds the old handlers or the new ones, and for a moment perhaps none.
    logger.removeHandlers();
    if (const Value& handlers = get(config, "handlers"); !handlers.is_none())
      for (const std::string& name : handlers.strings()) logger.addHandler(find(handlers_, name, "handler"));
    if (const Value& filters = get(config, "filters"); !filters.is_none())
      for (const std::string& name : filters.strings()) logger.addFilter(find(filters_, name, "filter"));
  }

  // A logger from before: below a configured one it is reset and goes on; otherwise it may have to fall silent.
  void disable_rest(const std::vector<std::string>& existing, const Dict& loggers) {
    const Value& disable = get(config_, "disable_existing_loggers");
    const bool disable_existing = disable.is_none() || disable.truthy();
    for (const std::string& name : existing) {
      bool configured = false, child = false;
      for (const auto& [other, value] : loggers) {
        configured |= name == other;
        child |= name.starts_with(other + ".");
      }
      if (configured) continue;
      Logger& logger = getLogger(name);
      if (child) {
        logger.setLevel(NOTSET);
        logger.removeHandlers();
        logger.propagate = true;
      } else {
        logger.disabled = disable_existing;
      }
    }
  }

  template <class T>
  static std::shared_ptr<T> find(const std::map<std::string, std::shared_ptr<T>>& made, const std::string& name, std::string_view what) {
    const auto found = made.find(name);
    if (found == made.end()) throw ValueError(fmt::format("Unable to add {} {}: it is not configured", what, repr(name)));
    return found->second;
  }

  const Dict& config_;
  std::map<std::string, std::shared_ptr<Formatter>> formatters_;
  std::map<std::string, std::shared_ptr<Filter>> filters_;
  std::map<std::string, std::shared_ptr<Handler>> handlers_;
};

}  // namespace

void dictConfig(const Dict& config) { DictConfigurator(config).configure(); }

void exec(importlib::Module& module) { module.set("dictConfig", ConfigFunction(dictConfig)); }

}  // namespace python::logging::config
