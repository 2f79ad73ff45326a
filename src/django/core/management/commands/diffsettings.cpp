// django/core/management/commands/diffsettings.py. The settings are compared, and printed, by their repr().
#include "django/core/management/commands/diffsettings.h"

#include <algorithm>

#include <fmt/format.h>

#include "django/conf/__init__.h"
#include "python/builtins.h"

namespace django::core::management::commands::diffsettings {

using django::conf::global_settings;
using django::conf::Settings;
using django::conf::settings;
using enum python::argparse::Action;

namespace {

// django/core/management/commands/diffsettings.py, module_to_dict()
std::map<std::string, std::string> module_to_dict(const python::Dict& module) {
  std::map<std::string, std::string> reprs;
  const auto is_upper = [](const std::string& name) {
    return std::none_of(name.begin(), name.end(), [](char c) { return c >= 'a' && c <= 'z'; }) &&
           std::any_of(name.begin(), name.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
  };
  for (const auto& [name, value] : module)
    if (!name.starts_with('_') && is_upper(name)) reprs[name] = python::repr(value);
  return reprs;
}

/// The settings of a module and its name, which Django keeps among them.
std::map<std::string, std::string> settings_to_dict(const Settings& module) {
  auto reprs = module_to_dict(module.items());
  reprs["SETTINGS_MODULE"] = python::repr(module.SETTINGS_MODULE);
  return reprs;
}

}  // namespace

Command::Command() {
  help = "Displays differences between the current settings.py and Django's\n    default settings.";
  requires_system_checks = {.all = false, .tags = {}};
}

// django/core/management/commands/diffsettings.py, Command.add_arguments()
void Command::add_arguments(base::CommandParser& parser) {
  parser.add_argument({"--all"}, {.action = store_true,
                                  .help = "Display all settings, regardless of their value. In \"hash\" mode, default values "
                                          "are prefixed by \"###\"."});
  parser.add_argument({"--default"}, {.metavar = "MODULE",
                                      .help = "The settings module to compare the current settings against. Leave empty to "
                                              "compare against Django's default settings."});
  parser.add_argument({"--output"}, {.default_ = "hash",
                                     .choices = {"hash", "unified"},
                                     .help = "Selects the output format. 'hash' mode displays each changed setting, with the "
                                             "settings that don't appear in the defaults followed by ###. 'unified' mode "
                                             "prefixes the default setting with a minus sign, followed by the changed setting "
                                             "prefixed with a plus sign."});
}

// django/core/management/commands/diffsettings.py, Command.handle()
std::optional<std::string> Command::handle(base::Options& options) {
  const Reprs user_settings = settings_to_dict(settings._setup_and_get());
  const python::Value& default_ = options["default"];
  const Reprs default_settings =
      default_.truthy() ? settings_to_dict(Settings(default_.str())) : module_to_dict(global_settings());
  const bool all = options.get<bool>("all");
  const auto lines = options.get<std::string>("output") == "hash" ? output_hash(user_settings, default_settings, all)
                                                                  : output_unified(user_settings, default_settings, all);
  return fmt::format("{}", fmt::join(lines, "\n"));
}

// django/core/management/commands/diffsettings.py, Command.output_hash()
std::vector<std::string> Command::output_hash(const Reprs& user_settings, const Reprs& default_settings, bool all) const {
  std::vector<std::string> output;
  for (const auto& [key, value] : user_settings) {
    const auto default_ = default_settings.find(key);
    if (default_ == default_settings.end())
      output.push_back(key + " = " + value + "  ###");
    else if (value != default_->second)
      output.push_back(key + " = " + value);
    else if (all)
      output.push_back("### " + key + " = " + value);
  }
  return output;
}

// django/core/management/commands/diffsettings.py, Command.output_unified()
std::vector<std::string> Command::output_unified(const Reprs& user_settings, const Reprs& default_settings, bool all) const {
  std::vector<std::string> output;
  for (const auto& [key, value] : user_settings) {
    const auto default_ = default_settings.find(key);
    if (default_ == default_settings.end()) {
      output.push_back(style.SUCCESS("+ " + key + " = " + value));
    } else if (value != default_->second) {
      output.push_back(style.ERROR("- " + key + " = " + default_->second));
      output.push_back(style.SUCCESS("+ " + key + " = " + value));
    } else if (all) {
      output.push_back("  " + key + " = " + value);
    }
  }
  return output;
}

void exec(python::importlib::Module& module) { module.set("Command", base::command_class<Command>()); }

}  // namespace django::core::management::commands::diffsettings
