// logging.config: the whole of logging from one dict.
//
// Django calls this twice at start-up: with its own defaults, then with the project's LOGGING setting.
#pragma once

#include <functional>

#include "python/builtins.h"
#include "python/importlib/__init__.h"

namespace python::logging::config {

/// What LOGGING_CONFIG may name: a function that takes the LOGGING setting.
using ConfigFunction = std::function<void(const Dict& config)>;

/// Builds formatters, filters and handlers, gives them to loggers, and disables the loggers that are not mentioned
/// (unless disable_existing_loggers is false). "class" and "()" name attributes of modules: HandlerClass, FilterClass,
/// FormatterClass of logging/__init__.h.
/// Raises: ValueError("Unable to configure handler 'x'") and the like, the reason nested in it.
/// Source: Lib/logging/config.py, class DictConfigurator
void dictConfig(const Dict& config);

/// The module `logging.config`: dictConfig.
void exec(importlib::Module& module);

}  // namespace python::logging::config
