// django/core/management/commands/startproject.py
#include "django/core/management/commands/startproject.h"

#include "django/core/checks/security/base.h"
#include "django/core/management/utils.h"

namespace django::core::management::commands::startproject {

using checks::security::base::SECRET_KEY_INSECURE_PREFIX;
using utils::get_random_secret_key;

Command::Command() {
  help = "Creates a Django project directory structure for the given project name in the current directory or optionally in the "
         "given directory.";
  missing_args_message = "You must provide a project name.";
}

// django/core/management/commands/startproject.py, Command.handle()
std::optional<std::string> Command::handle(base::Options& options) {
  const std::string project_name = options.get<std::string>("name");
  const python::Value target = options["directory"];
  options.pop("name");
  options.pop("directory");
  // It goes into the settings; `check --deploy` knows the prefix and asks for another key.
  options.set("secret_key", std::string(SECRET_KEY_INSECURE_PREFIX) + get_random_secret_key());
  return super::handle("project", project_name, target.is_none() ? std::nullopt : std::optional(target.str()), options);
}

void exec(python::importlib::Module& module) { module.set("Command", base::command_class<Command>()); }

}  // namespace django::core::management::commands::startproject
