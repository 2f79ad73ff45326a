// django/core/management/commands/check.py
#include "django/core/management/commands/check.h"

#include <algorithm>

#include <fmt/format.h>

#include "django/apps/registry.h"
#include "django/conf/__init__.h"
#include "django/core/checks/registry.h"

namespace django::core::management::commands::check {

using base::CommandError;
using checks::registry;
using django::apps::apps;
using django::conf::settings;
using enum python::argparse::Action;

namespace {

/// tuple(connections): the aliases of DATABASES; there is always a "default".
python::List connections() {
  python::List aliases;
  if (const auto* const databases = settings.__getattr__("DATABASES").get_if<python::Dict>())
    for (const auto& [alias, database] : *databases) aliases.emplace_back(alias);
  if (std::find(aliases.begin(), aliases.end(), python::Value("default")) == aliases.end()) aliases.emplace_back("default");
  return aliases;
}

/// getattr(checks, name)
int level(const std::string& name) {
  if (name == "CRITICAL") return checks::CRITICAL;
  if (name == "WARNING") return checks::WARNING;
  if (name == "INFO") return checks::INFO;
  return name == "DEBUG" ? checks::DEBUG_ : checks::ERROR;
}

}  // namespace

Command::Command() {
  help = "Checks the entire Django project for potential problems.";
  requires_system_checks = {.all = false, .tags = {}};
}

// django/core/management/commands/check.py, Command.add_arguments()
void Command::add_arguments(base::CommandParser& parser) {
  parser.add_argument({"args"}, {.nargs = "*", .metavar = "app_label"});
  parser.add_argument({"--tag", "-t"}, {.action = append, .dest = "tags", .help = "Run only checks labeled with given tag."});
  parser.add_argument({"--list-tags"}, {.action = store_true,
                                        .help = "List available tags. Specify --deploy to include available deployment tags."});
  parser.add_argument({"--deploy"}, {.action = store_true, .help = "Check deployment settings."});
  parser.add_argument({"--fail-level"}, {.default_ = "ERROR",
                                         .choices = {"CRITICAL", "ERROR", "WARNING", "INFO", "DEBUG"},
                                         .help = "Message level that will cause the command to exit with a non-zero status. "
                                                 "Default is ERROR."});
  parser.add_argument({"--database"}, {.action = append,
                                       .choices = connections(),
                                       .dest = "databases",
                                       .help = "Run database related checks against these aliases."});
}

// django/core/management/commands/check.py, Command.handle()
std::optional<std::string> Command::handle(base::Options& options) {
  const bool include_deployment_checks = options.get<bool>("deploy");
  if (options.get<bool>("list_tags")) {
    stdout_->write(fmt::format("{}", fmt::join(registry().tags_available(include_deployment_checks), "\n")));
    return std::nullopt;
  }

  std::vector<std::shared_ptr<django::apps::AppConfig>> app_configs;
  const std::vector<std::string> app_labels = options["args"].strings();
  for (const std::string& app_label : app_labels) app_configs.push_back(apps.get_app_config(app_label));

  std::optional<std::vector<std::string>> tags, databases;
  if (!options["tags"].is_none()) {
    tags = options["tags"].strings();
    for (const std::string& tag : *tags)
      if (!registry().tag_exists(tag, include_deployment_checks))
        throw CommandError("There is no system check with the \"" + tag + "\" tag.");
  }
  if (!options["databases"].is_none()) databases = options["databases"].strings();

  base::BaseCommand::check({.app_configs = app_labels.empty() ? nullptr : &app_configs,
                            .tags = tags,
                            .display_num_errors = true,
                            .include_deployment_checks = include_deployment_checks,
                            .fail_level = level(options.get<std::string>("fail_level")),
                            .databases = databases});
  return std::nullopt;
}

void exec(python::importlib::Module& module) { module.set("Command", base::command_class<Command>()); }

}  // namespace django::core::management::commands::check
