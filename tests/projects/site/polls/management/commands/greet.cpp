// Greets people: the command of the demo project, as an app on disk brings it.
#include "django/core/management/base.h"
#include "python/importlib/__init__.h"

namespace {
namespace base = django::core::management::base;

class Command : public base::BaseCommand {
 public:
  Command() { help = "Greets people."; }
  void add_arguments(base::CommandParser& parser) override {
    using enum python::argparse::Action;
    parser.add_argument({"names"}, {.nargs = "+", .help = "who to greet"});
    parser.add_argument({"--shout"}, {.action = store_true, .default_ = false, .help = "use capitals"});
    parser.add_argument({"--times"}, {.type = python::argparse::Type::int_, .default_ = 1, .help = "how often"});
  }
  std::optional<std::string> handle(base::Options& options) override {
    for (const std::string& name : options["names"].strings()) {
      std::string line = "Hello, " + name + "!";
      if (options.get<bool>("shout"))
        for (char& c : line) if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
      for (int i = 0; i < options.get<int>("times"); ++i) stdout_->write(style.SUCCESS(line));
    }
    if (options.get<int>("verbosity") >= 2) stdout_->write("verbosity=" + std::to_string(options.get<int>("verbosity")));
    if (options.get<int>("verbosity") == 0) return std::nullopt;
    return "done";
  }
};

void exec(python::importlib::Module& module) { module.set("Command", base::command_class<Command>()); }
}  // namespace

TRACEWALK_MODULE(exec)
