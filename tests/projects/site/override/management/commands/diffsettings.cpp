// Takes the place of a core command.
#include "django/core/management/base.h"
#include "python/importlib/__init__.h"

namespace {
namespace base = django::core::management::base;

class Command : public base::BaseCommand {
 public:
  Command() { help = "Overrides a core command."; }
  std::optional<std::string> handle(base::Options&) override {
    stdout_->write("diffsettings from the override app");
    return std::nullopt;
  }
};

void exec(python::importlib::Module& module) { module.set("Command", base::command_class<Command>()); }
}  // namespace

TRACEWALK_MODULE(exec)
