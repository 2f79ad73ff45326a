// django/core/management/commands/startapp.py
#include "django/core/management/commands/startapp.h"

namespace django::core::management::commands::startapp {

Command::Command() {
  help = "Creates a Django app directory structure for the given app name in the current directory or optionally in the given "
         "directory.";
  missing_args_message = "You must provide an application name.";
}

// django/core/management/commands/startapp.py, Command.handle()
std::optional<std::string> Command::handle(base::Options& options) {
  const std::string app_name = options.get<std::string>("name");
  const python::Value target = options["directory"];
  options.pop("name");
  options.pop("directory");
  return super::handle("app", app_name, target.is_none() ? std::nullopt : std::optional(target.str()), options);
}

void exec(python::importlib::Module& module) { module.set("Command", base::command_class<Command>()); }

}  // namespace django::core::management::commands::startapp
