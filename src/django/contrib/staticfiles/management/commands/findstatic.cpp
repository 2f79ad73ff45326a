// django/contrib/staticfiles/management/commands/findstatic.py: asks the same finders as the serving view.
#include "django/contrib/staticfiles/management/commands/findstatic.h"

#include <fmt/format.h>

#include "django/contrib/staticfiles/finders.h"
#include "python/os.h"

namespace django::contrib::staticfiles::management::commands::findstatic {

namespace os = python::os;
using enum python::argparse::Action;

Command::Command() {
  help = "Finds the absolute paths for the given static file(s).";
  label = "staticfile";
}

// django/contrib/staticfiles/management/commands/findstatic.py, Command.add_arguments()
void Command::add_arguments(base::CommandParser& parser) {
  super::add_arguments(parser);
  parser.add_argument({"--first"}, {.action = store_false,
                                    .dest = "find_all",
                                    .help = "Only return the first match for each static file."});
}

// django/contrib/staticfiles/management/commands/findstatic.py, Command.handle_label()
std::optional<std::string> Command::handle_label(const std::string& path, base::Options& options) {
  const int verbosity = options.get<int>("verbosity");
  std::vector<std::string> result;
  if (options.get<bool>("find_all"))
    result = finders::find_all(path);
  else if (const auto first = finders::find(path))
    result = {*first};
  std::string searched_locations;
  if (verbosity >= 2)
    searched_locations =
        fmt::format("\nLooking in the following locations:\n  {}", fmt::join(finders::searched_locations(), "\n  "));

  if (!result.empty()) {
    for (std::string& found : result) found = os::path::realpath(found);
    if (verbosity >= 1) return fmt::format("Found '{}' here:\n  {}{}", path, fmt::join(result, "\n  "), searched_locations);
    return fmt::format("{}", fmt::join(result, "\n"));
  }
  std::string message = "No matching file found for '" + path + "'.";
  if (verbosity >= 2) message += "\n" + searched_locations;
  if (verbosity >= 1) stderr_->write(message);
  return std::nullopt;
}

void exec(python::importlib::Module& module) { module.set("Command", base::command_class<Command>()); }

}  // namespace django::contrib::staticfiles::management::commands::findstatic
