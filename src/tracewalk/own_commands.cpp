#include "tracewalk/own_commands.h"

#include <algorithm>

#include "django/conf/__init__.h"
#include "python/importlib/__init__.h"
#include "python/sys.h"

namespace tracewalk {

std::vector<std::string> own_commands() {
  std::vector<std::string> names;
  for (const auto& [name, is_pkg] : python::importlib::iter_modules({python::sys::prefix() + "/tracewalk/management/commands"}))
    if (!is_pkg && !name.starts_with('_')) names.push_back(name);
  return names;
}

bool names_own_command(const std::vector<std::string>& argv) {
  if (argv.size() < 2) return false;
  auto subcommand = argv.begin() + 1;
  if (*subcommand == "help")
    subcommand = std::find_if(subcommand + 1, argv.end(), [](const std::string& word) { return !word.starts_with('-'); });
  const std::vector<std::string> names = own_commands();
  return subcommand != argv.end() && std::find(names.begin(), names.end(), *subcommand) != names.end();
}

void configure_for_own_commands() {
  django::conf::settings.configure({{"INSTALLED_APPS", python::List{"tracewalk"}}});
}

}  // namespace tracewalk
