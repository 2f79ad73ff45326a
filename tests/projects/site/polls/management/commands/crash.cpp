// Fails with something that is no CommandError.
#include "django/core/management/base.h"
#include "python/importlib/__init__.h"

namespace {
namespace base = django::core::management::base;

class Command : public base::BaseCommand {
 public:
  std::optional<std::string> handle(base::Options&) override { throw python::ValueError("not a CommandError"); }
};

void exec(python::importlib::Module& module) { module.set("Command", base::command_class<Command>()); }
}  // namespace

TRACEWALK_MODULE(exec)
