#include "polls/management/commands/greet.h"

#include <fmt/format.h>

namespace base = django::core::management::base;

namespace polls::management::commands::greet {

Command::Command() { help = "Greets people."; }

void Command::add_arguments(base::CommandParser& parser) {
  using enum python::argparse::Action;
  parser.add_argument({"names"}, {.nargs = "+", .help = "who to greet"});
  parser.add_argument({"--shout"}, {.action = store_true, .default_ = false, .help = "use capitals"});
  parser.add_argument({"--times"}, {.type = python::argparse::Type::int_, .default_ = 1, .help = "how often"});
}

std::optional<std::string> Command::handle(base::Options& options) {
  for (const std::string& name : options["names"].strings()) {
    std::string line = fmt::format("Hello, {}!", name);
    if (options.get<bool>("shout"))
      for (char& c : line)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    for (int i = 0; i < options.get<int>("times"); ++i) stdout_->write(style.SUCCESS(line));
  }
  const int verbosity = options.get<int>("verbosity");
  if (verbosity >= 2) stdout_->write(fmt::format("verbosity={}", verbosity));
  if (verbosity == 0) return std::nullopt;
  return "done";
}

void exec(python::importlib::Module& module) { module.set("Command", base::command_class<Command>()); }

}  // namespace polls::management::commands::greet
