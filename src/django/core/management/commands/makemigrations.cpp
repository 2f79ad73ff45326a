// django/core/management/commands/makemigrations.py
#include "django/core/management/commands/makemigrations.h"

#include "python/exceptions.h"

namespace django::core::management::commands::makemigrations {

// django/core/management/base.py, BaseCommand.handle()
// Left out: what the command does, and its options; there is no ORM here, so no list of commands has it.
std::optional<std::string> Command::handle(base::Options&) {
  throw python::NotImplementedError("subclasses of BaseCommand must provide a handle() method");
}

void exec(python::importlib::Module& module) { module.set("Command", base::command_class<Command>()); }

}  // namespace django::core::management::commands::makemigrations
