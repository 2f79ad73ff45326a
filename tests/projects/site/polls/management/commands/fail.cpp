// Fails politely, with an exit code of its own when asked.
#include "django/core/management/base.h"
#include "python/importlib/__init__.h"

namespace {
namespace base = django::core::management::base;

class Command : public base::BaseCommand {
 public:
  Command() { help = "Fails on purpose."; }
  void add_arguments(base::CommandParser& parser) override {
    parser.add_argument({"--code"}, {.type = python::argparse::Type::int_});
  }
  std::optional<std::string> handle(base::Options& options) override {
    stdout_->write("before failing");
    if (!options["code"].is_none()) throw base::CommandError("failed with a code", options.get<int>("code"));
    throw base::CommandError("failed on purpose");
  }
};

void exec(python::importlib::Module& module) { module.set("Command", base::command_class<Command>()); }
}  // namespace

TRACEWALK_MODULE(exec)
