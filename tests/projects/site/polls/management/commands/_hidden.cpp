// A name with a leading underscore is no command.
#include "django/core/management/base.h"
#include "python/importlib/__init__.h"

namespace {
namespace base = django::core::management::base;

class Command : public base::BaseCommand {
 public:
  std::optional<std::string> handle(base::Options&) override {
    stdout_->write("hidden ran");
    return std::nullopt;
  }
};

void exec(python::importlib::Module& module) { module.set("Command", base::command_class<Command>()); }
}  // namespace

TRACEWALK_MODULE(exec)
