// django/core/management/__init__.py. The order matters: settings before apps, apps before the command, as it is the apps that bring commands.
#include "django/core/management/__init__.h"

#include <algorithm>
#include <mutex>
#include <set>

#include <fmt/format.h>

#include "django/__init__.h"
#include "django/apps/registry.h"
#include "django/conf/__init__.h"
#include "django/core/exceptions.h"
#include "django/core/management/color.h"
#include "django/utils/autoreload.h"
#include "python/difflib.h"
#include "python/exceptions.h"
#include "python/os.h"
#include "python/sys.h"
#include "tracepoints/trace.h"

namespace django::core::management {

namespace argparse = python::argparse;
namespace autoreload = utils::autoreload;
namespace os = python::os;
namespace sys = python::sys;
using base::BaseCommand, base::CommandError, base::CommandParser, base::Options;
using conf::settings;
using exceptions::ImproperlyConfigured;
using python::importlib::import_module;
using python::SystemExit;

namespace {

std::mutex commands_mutex;
std::optional<Commands> cached_commands;

// __path__[0] of this package.
std::string core_management_dir() {
  return sys::prefix() + "/django/core/management";
}

Commands build_commands() {
  TRACE_FRAME("management.get_commands");
  Commands commands;
  for (const std::string& name : find_commands(core_management_dir())) commands[name] = "django.core";
  if (!settings.configured()) return traced.result(commands);
  const auto app_configs = apps::apps.get_app_configs();
  for (auto app_config = app_configs.rbegin(); app_config != app_configs.rend(); ++app_config) {
    const std::string path = os::path::join((*app_config)->path, "management");
    for (const std::string& name : find_commands(path)) {
      const std::string& app_name = (*app_config)->name;
      if (const auto found = commands.find(name); found != commands.end()) {
        const std::string& loser = found->second;
        TRACE_DECISION("management.get_commands:winner", app_name, name, loser);
      }
      commands[name] = app_name;
    }
  }
  return traced.result(commands);
}

// "--fail-level" of {"-f", "--fail-level"}: "-" sorts before letters.
std::string long_name(const argparse::DeclaredAction& action) {
  return *std::min_element(action.option_strings.begin(), action.option_strings.end());
}

std::string underscored(std::string option) {
  option.erase(0, option.find_first_not_of('-'));
  std::replace(option.begin(), option.end(), '-', '_');
  return option;
}

// s_opt.nargs != 0: whether the option is followed by a value.
bool takes_value(const argparse::DeclaredAction& action) {
  using enum argparse::Action;
  return action.argument.action == store || action.argument.action == append;
}

// ' '.join(words)
std::string join(const std::vector<std::string>& words, std::string_view between) { return fmt::format("{}", fmt::join(words, between)); }

std::vector<std::string> split(std::string_view text) {
  constexpr std::string_view blanks = " \t\n\r\v\f";
  std::vector<std::string> out;
  for (std::size_t at = text.find_first_not_of(blanks); at != text.npos;) {
    const std::size_t end = std::min(text.find_first_of(blanks, at), text.size());
    out.emplace_back(text.substr(at, end - at));
    at = text.find_first_not_of(blanks, end);
  }
  return out;
}

std::string getenv_or_raise(const std::string& key) {
  const auto value = os::environ.get(key);
  if (!value) throw python::KeyError(key);
  return *value;
}

// int(text), as far as a word count goes.
int to_int(const std::string& text) {
  try {
    std::size_t used = 0;
    const int value = std::stoi(text, &used);
    if (text.find_first_not_of(" \t\n\r\v\f", used) == text.npos) return value;
  } catch (const std::logic_error&) {
  }
  throw python::ValueError("invalid literal for int() with base 10: " + python::repr(text));
}

}  // namespace

void repr_to(tracepoints::Repr& out, const Commands& commands) noexcept {
  out.put('{');
  std::string_view separator;
  for (const auto& [name, app_name] : commands) {
    if (out.full()) break;
    out.put(separator);
    repr_to(out, name);
    out.put(": ");
    repr_to(out, app_name);
    separator = ", ";
  }
  out.put('}');
}

// django/core/management/__init__.py, find_commands()
std::vector<std::string> find_commands(const std::string& management_dir) {
  TRACE_FRAME("management.find_commands", management_dir);
  const std::string command_dir = os::path::join(management_dir, "commands");
  std::vector<std::string> names;
  for (const auto& [name, is_pkg] : python::importlib::iter_modules({command_dir}))
    if (!is_pkg && !name.starts_with('_')) names.push_back(name);
  return traced.result(names);
}

// django/core/management/__init__.py, load_command_class()
std::shared_ptr<BaseCommand> load_command_class(const std::string& app_name, const std::string& name) {
  TRACE_FRAME("management.load_command_class", app_name, name);
  const auto module = import_module(fmt::format("{}.management.commands.{}", app_name, name));
  auto command = module->get<base::CommandClass>("Command")();
  traced.result(*command);
  return command;
}

// django/core/management/__init__.py, get_commands()
// Departs: commands of Django that need the ORM (migrate, shell, dumpdata, ...) are not there.
Commands get_commands() {
  const std::lock_guard lock(commands_mutex);
  // @functools.cache: a second call does not enter the function.
  if (!cached_commands) cached_commands = build_commands();
  return *cached_commands;
}

void get_commands_cache_clear() {
  const std::lock_guard lock(commands_mutex);
  cached_commands.reset();
}

// django/core/management/__init__.py, call_command()
std::optional<std::string> call_command(const std::string& command_name, const std::vector<std::string>& args,
                                        const python::Dict& options) {
  const Commands commands = get_commands();
  const auto app_name = commands.find(command_name);
  if (app_name == commands.end()) throw CommandError("Unknown command: " + python::repr(command_name));
  const auto command = load_command_class(app_name->second, command_name);
  return call_command(*command, command_name, args, options);
}

// Left out: sub-parsers and mutually exclusive groups, which no command here has.
std::optional<std::string> call_command(BaseCommand& command, const std::string& command_name,
                                        const std::vector<std::string>& args, const python::Dict& options) {
  const auto parser = command.create_parser("", command_name);
  std::map<std::string, std::string> opt_mapping;  // option's own name -> name in the options
  std::set<std::string> valid_options(command.base_stealth_options.begin(), command.base_stealth_options.end());
  valid_options.insert(command.stealth_options.begin(), command.stealth_options.end());
  for (const auto& s_opt : parser->actions()) {
    valid_options.insert(s_opt.dest);
    if (s_opt.option_strings.empty()) continue;
    opt_mapping[underscored(long_name(s_opt))] = s_opt.dest;
    valid_options.insert(underscored(long_name(s_opt)));
  }

  python::Dict arg_options;
  std::set<std::string> unknown_options;
  bool skip_checks_given = false;
  for (const auto& [key, value] : options) {
    const auto mapped = opt_mapping.find(key);
    arg_options.emplace_back(mapped == opt_mapping.end() ? key : mapped->second, value);
    if (!valid_options.contains(key)) unknown_options.insert(key);
    skip_checks_given = skip_checks_given || key == "skip_checks";
  }

  // What is required on the command line may also come by name.
  std::vector<std::string> parse_args = args;
  for (const auto& opt : parser->actions())
    for (const auto& [dest, value] : arg_options)
      if (opt.dest == dest && opt.argument.required && !opt.option_strings.empty()) {
        parse_args.push_back(long_name(opt));
        if (takes_value(opt)) parse_args.push_back(python::str(value));
      }

  Options defaults = parser->parse_args(parse_args);
  for (const auto& [dest, value] : arg_options) defaults.set(dest, value);
  if (!unknown_options.empty())
    throw python::TypeError(fmt::format("Unknown option(s) for {} command: {}. Valid options are: {}.", command_name,
                                        fmt::join(unknown_options, ", "), fmt::join(valid_options, ", ")));
  if (!skip_checks_given) defaults.set("skip_checks", true);
  return command.execute(defaults);
}

// django/core/management/__init__.py, ManagementUtility.__init__()
// Departs: there is no `python -m django` to give prog_name another form.
ManagementUtility::ManagementUtility(std::vector<std::string>& argv) : argv(argv.empty() ? sys::argv : argv) {
  TRACE_FRAME("management.ManagementUtility.__init__", argv);
  prog_name = os::path::basename(this->argv.at(0));
}

// django/core/management/__init__.py, ManagementUtility.main_help_text()
std::string ManagementUtility::main_help_text(bool commands_only) {
  TRACE_FRAME("management.ManagementUtility.main_help_text", commands_only);
  std::vector<std::string> usage;
  if (commands_only) {
    for (const auto& [name, app] : get_commands()) usage.push_back(name);
  } else {
    usage = {"", fmt::format("Type '{} help <subcommand>' for help on a specific subcommand.", prog_name), "",
             "Available subcommands:"};
    std::map<std::string, std::vector<std::string>> commands_dict;
    for (const auto& [name, app] : get_commands()) {
      // The last word of the app's name; core alone is shown as django.
      const std::string heading = app == "django.core" ? "django" : app.substr(app.rfind('.') + 1);
      commands_dict[heading].push_back(name);
    }
    const Style style = color_style();
    for (const auto& [app, names] : commands_dict) {
      usage.push_back("");
      usage.push_back(style.NOTICE(fmt::format("[{}]", app)));
      for (const std::string& name : names) usage.push_back("    " + name);
    }
    if (settings_exception)
      usage.push_back(style.NOTICE(
          fmt::format("Note that only Django core commands are listed as settings are not properly configured (error: {}).",
                      *settings_exception)));
  }
  return join(usage, "\n");
}

// django/core/management/__init__.py, ManagementUtility.fetch_command()
std::shared_ptr<BaseCommand> ManagementUtility::fetch_command(const std::string& subcommand) {
  TRACE_FRAME("management.ManagementUtility.fetch_command", subcommand);
  const Commands commands = get_commands();
  const auto found = commands.find(subcommand);
  if (found == commands.end()) {
    TRACE_DECISION("management.ManagementUtility.fetch_command:found", false, subcommand);
    // If the settings are to blame, this raises their error once more, so that it is seen.
    if (!os::environ.get(conf::ENVIRONMENT_VARIABLE, "").empty())
      settings.INSTALLED_APPS();
    else if (!settings.configured())
      sys::stderr_->write("No Django settings specified.\n");
    std::vector<std::string> names;
    for (const auto& [name, app] : commands) names.push_back(name);
    const auto possible_matches = python::difflib::get_close_matches(subcommand, names);
    std::string message = "Unknown command: " + python::repr(subcommand);
    if (!possible_matches.empty()) message += fmt::format(". Did you mean {}?", possible_matches[0]);
    sys::stderr_->write(fmt::format("{}\nType '{} help' for usage.\n", message, prog_name));
    throw SystemExit(1);
  }
  const std::string& app_name = found->second;
  TRACE_DECISION("management.ManagementUtility.fetch_command:found", true, subcommand, app_name);
  auto klass = load_command_class(app_name, subcommand);
  traced.result(*klass);
  return klass;
}

// django/core/management/__init__.py, ManagementUtility.autocomplete()
// Left out: the names of apps, which only commands of the ORM complete.
void ManagementUtility::autocomplete() {
  TRACE_FRAME("management.ManagementUtility.autocomplete");
  if (!os::environ.contains("DJANGO_AUTO_COMPLETE")) return;

  std::vector<std::string> cwords = split(getenv_or_raise("COMP_WORDS"));
  if (!cwords.empty()) cwords.erase(cwords.begin());
  const int cword = to_int(getenv_or_raise("COMP_CWORD"));

  // Python: index -1, for a cursor on the program's name, is the last word.
  const std::size_t words = cwords.size();
  const std::size_t at = cword > 0 ? static_cast<std::size_t>(cword - 1) : words - static_cast<std::size_t>(1 - cword);
  const std::string curr = at < words ? cwords[at] : "";

  std::vector<std::string> subcommands;
  for (const auto& [name, app] : get_commands()) subcommands.push_back(name);
  subcommands.push_back("help");

  if (cword == 1) {
    std::vector<std::string> matches;
    for (const std::string& name : subcommands)
      if (name.starts_with(curr)) matches.push_back(name);
    std::sort(matches.begin(), matches.end());
    sys::stdout_->write(join(matches, " ") + "\n");
    throw SystemExit(0);
  }
  if (cwords.empty()) throw python::IndexError("list index out of range");
  const std::string& subcommand = cwords[0];
  // `help` has no options.
  if (subcommand != "help" && std::find(subcommands.begin(), subcommands.end(), subcommand) != subcommands.end()) {
    std::vector<std::pair<std::string, bool>> options = {{"--help", false}};
    const auto subcommand_cls = fetch_command(subcommand);
    const auto parser = subcommand_cls->create_parser("", subcommand);
    for (const auto& s_opt : parser->actions())
      if (!s_opt.option_strings.empty()) options.emplace_back(long_name(s_opt), takes_value(s_opt));

    std::set<std::string> prev_opts;
    for (std::size_t i = 1; i + 1 < static_cast<std::size_t>(std::max(cword, 1)) && i < words; ++i)
      prev_opts.insert(cwords[i].substr(0, cwords[i].find('=')));
    std::sort(options.begin(), options.end());
    for (const auto& [opt_label, require_arg] : options)
      if (!prev_opts.contains(opt_label) && opt_label.starts_with(curr))
        sys::stdout_->write(opt_label + (require_arg ? "=\n" : "\n"));
  }
  throw SystemExit(0);
}

// django/core/management/__init__.py, ManagementUtility.execute()
void ManagementUtility::execute() {
  TRACE_FRAME("management.ManagementUtility.execute", this->argv, this->prog_name);
  const std::string subcommand = argv.size() > 1 ? argv[1] : "help";  // no argument: help
  TRACE_DECISION("management.ManagementUtility.execute:subcommand", subcommand);

  // A parser to throw away: these two options decide which commands there are.
  CommandParser::Init init;
  init.prog = prog_name;
  init.usage = "%(prog)s subcommand [options] [args]";
  init.add_help = false;
  init.allow_abbrev = false;
  CommandParser parser(init);
  parser.add_argument({"--settings"});
  parser.add_argument({"--pythonpath"});
  parser.add_argument({"args"}, {.nargs = "*"});  // catch-all
  const std::vector<std::string> rest(argv.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(2, argv.size())), argv.end());
  std::optional<std::pair<Options, std::vector<std::string>>> parsed;
  try {
    parsed = parser.parse_known_args(rest);
    base::handle_default_options(parsed->first);
  } catch (const CommandError&) {
    // The command's own parser will complain, in better words.
  }

  try {
    settings.INSTALLED_APPS();
  } catch (const ImproperlyConfigured& exc) {
    settings_exception = exc.str();
    TRACE_POINT("management.ManagementUtility.execute:settings_exception", this->settings_exception);
  } catch (const python::ImportError& exc) {
    settings_exception = exc.str();
    TRACE_POINT("management.ManagementUtility.execute:settings_exception", this->settings_exception);
  }

  const bool configured = settings.configured();
  TRACE_DECISION("management.ManagementUtility.execute:configured", configured);
  if (configured) {
    // The reloading server starts even if the code is broken.
    const bool check_errors = subcommand == "runserver" && std::find(argv.begin(), argv.end(), "--noreload") == argv.end();
    TRACE_DECISION("management.ManagementUtility.execute:check_errors", check_errors, subcommand);
    if (check_errors) {
      try {
        autoreload::check_errors({"setup", [] { django::setup(); }})();
      } catch (const std::exception&) {
        // It is raised again in the child, where fixing the file leads to a new start. Until then: no apps at all.
        apps::apps._pretend_ready();
        // Without apps runserver is core's, which does not know the options of staticfiles' runserver.
        const auto _parser = fetch_command("runserver")->create_parser("django", "runserver");
        for (const std::string& _arg : _parser->parse_known_args(rest).second)
          if (const auto unknown = std::find(argv.begin(), argv.end(), _arg); unknown != argv.end()) argv.erase(unknown);
      }
    } else {
      django::setup();
    }
  }

  autocomplete();

  const std::vector<std::string> all(argv.begin() + 1, argv.end());
  if (subcommand == "help") {
    TRACE_DECISION("management.ManagementUtility.execute:route", "help");
    // Python: the two names were never bound when the parser refused its arguments, as for `help --settings`.
    if (!parsed) throw python::UnboundLocalError("cannot access local variable 'args' where it is not associated with a value");
    const auto& [options, args] = *parsed;
    const std::vector<std::string> names = options["args"].strings();
    if (std::find(args.begin(), args.end(), "--commands") != args.end())
      sys::stdout_->write(main_help_text(true) + "\n");
    else if (names.empty())
      sys::stdout_->write(main_help_text() + "\n");
    else
      fetch_command(names[0])->print_help(prog_name, names[0]);
  } else if (subcommand == "version" || all == std::vector<std::string>{"--version"}) {
    TRACE_DECISION("management.ManagementUtility.execute:route", "version");
    sys::stdout_->write(django::get_version() + "\n");
  } else if (all == std::vector<std::string>{"--help"} || all == std::vector<std::string>{"-h"}) {
    TRACE_DECISION("management.ManagementUtility.execute:route", "help");
    sys::stdout_->write(main_help_text() + "\n");
  } else {
    TRACE_DECISION("management.ManagementUtility.execute:route", "fetch");
    fetch_command(subcommand)->run_from_argv(argv);
  }
}

// django/core/management/__init__.py, execute_from_command_line()
void execute_from_command_line(std::vector<std::string>& argv) {
  TRACE_FRAME("management.execute_from_command_line", argv);
  ManagementUtility utility(argv);
  utility.execute();
}

}  // namespace django::core::management
