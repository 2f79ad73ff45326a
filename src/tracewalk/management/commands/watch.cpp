#include "tracewalk/management/commands/watch.h"

#include "python/os.h"
#include "python/subprocess.h"

namespace base = django::core::management::base;

namespace tracewalk::management::commands::watch {

Command::Command() {
  help = "Narrates a real Django project while COMMAND runs it.";
  requires_system_checks = {.all = false, .tags = {}};
}

void Command::add_arguments(base::CommandParser& parser) {
  parser.add_argument({"command"}, {.nargs = "+", .metavar = "COMMAND", .help = "The command that runs the project, e.g. python manage.py runserver"});
}

std::optional<std::string> Command::handle(base::Options& options) {
  throw python::SystemExit(python::subprocess::run(options["command"].strings(), python::os::environ.copy()));
}

void exec(python::importlib::Module& module) { module.set("Command", base::command_class<Command>()); }

}  // namespace tracewalk::management::commands::watch
