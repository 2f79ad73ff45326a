// django.core.management: from the command line to a command. main calls execute_from_command_line; control leaves for
// BaseCommand::run_from_argv, once the settings, the apps and the command have been found.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "django/core/management/base.h"
#include "python/builtins.h"
#include "python/importlib/__init__.h"
#include "tracepoints/repr.h"

namespace django::core::management {

/// The names of the commands in one management folder, sorted. No module is imported.
std::vector<std::string> find_commands(const std::string& management_dir);

/// An instance of a command. Raises: what importing its module raises; AttributeError when that has no Command.
std::shared_ptr<base::BaseCommand> load_command_class(const std::string& app_name, const std::string& name);

/// Which app provides a command: name to app name.
struct Commands : std::map<std::string, std::string, std::less<>> {
  using std::map<std::string, std::string, std::less<>>::map;
};
void repr_to(tracepoints::Repr& out, const Commands& commands) noexcept;

/// Core's commands, overlaid by those of the installed apps; an app that stands earlier in INSTALLED_APPS wins.
/// Made once a process.
Commands get_commands();
/// get_commands.cache_clear()
void get_commands_cache_clear();

/// Runs a command from code: no checks unless options say so, errors are raised, nothing exits.
/// Takes: `args` as on the command line, `options` by their name in the command's options or by the option's own name.
/// Raises: CommandError (also for a usage error), TypeError for an unknown option.
std::optional<std::string> call_command(const std::string& command_name, const std::vector<std::string>& args = {},
                                        const python::Dict& options = {});
std::optional<std::string> call_command(base::BaseCommand& command, const std::string& command_name,
                                        const std::vector<std::string>& args = {}, const python::Dict& options = {});

/// Source: django/core/management/__init__.py, class ManagementUtility
class ManagementUtility {
 public:
  /// Keeps a reference: broken apps make execute() take options out of argv, and the reloader's child must not get them either.
  explicit ManagementUtility(std::vector<std::string>& argv);
  std::string main_help_text(bool commands_only = false);
  /// Raises: SystemExit(1) after it has told that there is no such command.
  std::shared_ptr<base::BaseCommand> fetch_command(const std::string& subcommand);
  /// Raises: SystemExit(0) when a shell asks for completions, which it then has printed.
  void autocomplete();
  void execute();

 private:
  std::vector<std::string>& argv;
  std::string prog_name;
  std::optional<std::string> settings_exception;
};

/// The single door. main hands it sys.argv itself.
void execute_from_command_line(std::vector<std::string>& argv);

}  // namespace django::core::management
