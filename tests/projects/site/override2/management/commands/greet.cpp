// One of two apps with a command of this name.
#include "django/core/management/base.h"
#include "python/importlib/__init__.h"

namespace {
namespace base = django::core::management::base;

class Command : public base::BaseCommand {
 public:
  std::optional<std::string> handle(base::Options&) override {
    stdout_->write("greet from override2");
    return std::nullopt;
  }
};

void exec(python::importlib::Module& module) { module.set("Command", base::command_class<Command>()); }
}  // namespace

TRACEWALK_MODULE(exec)
