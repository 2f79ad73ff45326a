// base: ManagementUtility hands the command line to run_from_argv(). It parses, calls execute(), which runs the system checks
// and the command's own handle(), and turns a CommandError into one line and an exit code. Afterwards the databases are closed.
#include "django/core/management/base.h"

#include <algorithm>
#include <limits>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "django/__init__.h"
#include "django/core/checks/registry.h"
#include "django/core/exceptions.h"
#include "django/db/__init__.h"
#include "django/db/migrations/executor.h"
#include "python/os.h"
#include "python/sys.h"
#include "tracepoints/trace.h"

namespace django::core::management::base {

namespace argparse = python::argparse;         // from argparse import ArgumentParser, HelpFormatter
namespace os = python::os;                     // import os
namespace sys = python::sys;                   // import sys
using argparse::Action, argparse::ArgumentParser, argparse::DeclaredAction, argparse::HelpFormatter;
using core::exceptions::ImproperlyConfigured;  // from django.core.exceptions import ImproperlyConfigured
using db::DEFAULT_DB_ALIAS, db::connections;   // from django.db import DEFAULT_DB_ALIAS, connections

namespace {

// django/core/management/base.py, DjangoHelpFormatter.show_last
const std::set<std::string, std::less<>> show_last = {"--version",  "--verbosity", "--traceback",   "--settings",
                                                      "--pythonpath", "--no-color", "--force-color", "--skip-checks"};

// django/core/management/base.py, DjangoHelpFormatter._reordered_actions()
std::vector<const DeclaredAction*> _reordered_actions(std::vector<const DeclaredAction*> actions) {
  std::stable_partition(actions.begin(), actions.end(), [](const DeclaredAction* action) {
    return std::none_of(action->option_strings.begin(), action->option_strings.end(),
                        [](const std::string& name) { return show_last.contains(name); });
  });
  return actions;
}

// The class's name without its module: "CommandError".
std::string name_of_class(const python::BaseException& error) {
  return error.type_name().substr(error.type_name().rfind('.') + 1);
}

std::string unstyled(std::string_view text) { return std::string(text); }

// The finally of run_from_argv.
void close_connections() {
  try {
    connections.close_all();
  } catch (const ImproperlyConfigured&) {
    // Without settings there are no connections to close.
  }
}

}  // namespace

// ---- DjangoHelpFormatter ----

void DjangoHelpFormatter::add_usage(std::string& out, const ArgumentParser& parser,
                                    std::vector<const DeclaredAction*> actions) const {
  HelpFormatter::add_usage(out, parser, _reordered_actions(std::move(actions)));
}

void DjangoHelpFormatter::add_arguments(std::string& out, const ArgumentParser& parser,
                                        std::vector<const DeclaredAction*> actions) const {
  HelpFormatter::add_arguments(out, parser, _reordered_actions(std::move(actions)));
}

// ---- CommandParser ----

CommandParser::CommandParser(Init kwargs)
    : ArgumentParser(kwargs),
      missing_args_message_(std::move(kwargs.missing_args_message)),
      called_from_command_line_(kwargs.called_from_command_line) {
  TRACE_FRAME("base.CommandParser.__init__", kwargs.prog, kwargs.usage);
}

Options CommandParser::parse_args(const std::vector<std::string>& args) {
  TRACE_FRAME("base.CommandParser.parse_args", args);
  // A command that needs arguments and got none says so in its own words.
  if (missing_args_message_ && !missing_args_message_->empty() && args.empty()) error(*missing_args_message_);
  return traced.result(ArgumentParser::parse_args(args));
}

void CommandParser::error(const std::string& message) const {
  if (called_from_command_line_) ArgumentParser::error(message);
  throw CommandError("Error: " + message);
}

// django/core/management/base.py, handle_default_options()
void handle_default_options(const Options& options) {
  TRACE_FRAME("base.handle_default_options", options["settings"], options["pythonpath"]);
  if (options["settings"].truthy()) os::environ["DJANGO_SETTINGS_MODULE"] = options["settings"].str();
  if (options["pythonpath"].truthy()) sys::path.insert(sys::path.begin(), options["pythonpath"].str());
}

// ---- OutputWrapper ----

void OutputWrapper::set_style_func(StyleFunc style_func) {
  style_func_ = style_func && isatty() ? std::move(style_func) : StyleFunc();
}

void OutputWrapper::write(std::string_view msg, const StyleFunc& style_func, std::optional<std::string> ending) {
  TRACE_FRAME("base.OutputWrapper.write", msg);
  const std::string end = ending.value_or(ending_);
  std::string text(msg);
  if (!end.empty() && !text.ends_with(end)) text += end;
  const StyleFunc& style = style_func ? style_func : style_func_;
  _out->write(style ? style(text) : text);
}

// ---- BaseCommand ----

BaseCommand::BaseCommand(bool no_color, bool force_color) {
  TRACE_FRAME("base.BaseCommand.__init__", no_color);
  stdout_ = std::make_unique<OutputWrapper>(sys::stdout_);
  stderr_ = std::make_unique<OutputWrapper>(sys::stderr_);
  if (no_color && force_color) throw CommandError("'no_color' and 'force_color' can't be used together.");
  if (no_color) {
    style = no_style();
  } else {
    style = color_style(force_color);
    stderr_->set_style_func(style["ERROR"]);
  }
}

std::string BaseCommand::get_version() const { return django::get_version(); }

std::unique_ptr<CommandParser> BaseCommand::create_parser(const std::string& prog_name, const std::string& subcommand) {
  TRACE_FRAME("base.BaseCommand.create_parser", prog_name, subcommand);
  CommandParser::Init kwargs;
  kwargs.prog = fmt::format("{} {}", os::path::basename(prog_name), subcommand);
  kwargs.description = help;
  kwargs.formatter = std::make_shared<const DjangoHelpFormatter>();
  kwargs.missing_args_message = missing_args_message;
  kwargs.called_from_command_line = _called_from_command_line;
  auto parser = std::make_unique<CommandParser>(std::move(kwargs));

  add_base_argument(*parser, {"--version"},
                    {.action = Action::version, .help = "Show program's version number and exit.", .version = get_version()});
  add_base_argument(*parser, {"-v", "--verbosity"},
                    {.type = argparse::Type::int_, .default_ = 1, .choices = {0, 1, 2, 3},
                     .help = "Verbosity level; 0=minimal output, 1=normal output, 2=verbose output, 3=very verbose output"});
  add_base_argument(*parser, {"--settings"},
                    {.help = "The Python path to a settings module, e.g. \"myproject.settings.main\". If this isn't provided, "
                             "the DJANGO_SETTINGS_MODULE environment variable will be used."});
  add_base_argument(*parser, {"--pythonpath"},
                    {.help = "A directory to add to the Python path, e.g. \"/home/djangoprojects/myproject\"."});
  add_base_argument(*parser, {"--traceback"},
                    {.action = Action::store_true, .help = "Display a full stack trace on CommandError exceptions."});
  add_base_argument(*parser, {"--no-color"}, {.action = Action::store_true, .help = "Don't colorize the command output."});
  add_base_argument(*parser, {"--force-color"},
                    {.action = Action::store_true, .help = "Force colorization of the command output."});
  if (requires_system_checks)
    parser->add_argument({"--skip-checks"}, {.action = Action::store_true, .help = "Skip system checks."});
  add_arguments(*parser);
  traced.result(tracepoints::Object{"CommandParser"});
  return parser;
}

void BaseCommand::add_base_argument(CommandParser& parser, std::initializer_list<std::string_view> names,
                                    argparse::Argument argument) {
  for (const std::string_view name : names)
    if (std::find(suppressed_base_arguments.begin(), suppressed_base_arguments.end(), name) != suppressed_base_arguments.end())
      argument.help = argparse::SUPPRESS;
  parser.add_argument(names, argument);
}

void BaseCommand::print_help(const std::string& prog_name, const std::string& subcommand) {
  TRACE_FRAME("base.BaseCommand.print_help", prog_name, subcommand);
  const auto parser = create_parser(prog_name, subcommand);
  parser->print_help();
}

void BaseCommand::run_from_argv(const std::vector<std::string>& argv) {
  TRACE_FRAME("base.BaseCommand.run_from_argv", argv);
  _called_from_command_line = true;
  const auto parser = create_parser(argv.at(0), argv.at(1));
  // Python: a command's positionals under the name "args" become *args; here they stay among the options.
  Options options = parser->parse_args({argv.begin() + 2, argv.end()});
  handle_default_options(options);
  const bool traceback = options.get<bool>("traceback");
  try {
    try {
      execute(options);
    } catch (const CommandError& e) {
      TRACE_DECISION("base.BaseCommand.run_from_argv:traceback", traceback);
      if (traceback) throw;
      // SystemCheckError has its colours already.
      if (dynamic_cast<const SystemCheckError*>(&e)) stderr_->write(e.str(), unstyled);
      else stderr_->write(fmt::format("{}: {}", name_of_class(e), e.str()));
      throw python::SystemExit(e.returncode);
    }
  } catch (...) {
    // A destructor could not let out what close_all() raises, and Python's finally does.
    const tracepoints::StillPassing on_its_way;
    close_connections();
    throw;
  }
  close_connections();
}

std::optional<std::string> BaseCommand::execute(Options& options) {
  TRACE_FRAME("base.BaseCommand.execute", options.get("skip_checks"), options["no_color"]);
  const bool force_color = options.get<bool>("force_color"), no_color = options.get<bool>("no_color");
  if (force_color && no_color) throw CommandError("The --no-color and --force-color options can't be used together.");
  if (force_color) {
    style = color_style(/*force_color=*/true);
  } else if (no_color) {
    style = no_style();
    stderr_->set_style_func({});
  }
  // Left out: options "stdout" and "stderr", which only call_command() gives.

  const bool run_checks = requires_system_checks && !options.get<bool>("skip_checks");
  TRACE_DECISION("base.BaseCommand.execute:checks", run_checks);
  if (run_checks) {
    const CheckKwargs check_kwargs = get_check_kwargs(options);
    check(check_kwargs);
  }
  if (requires_migrations_checks) check_migrations();
  std::optional<std::string> output = handle(options);
  // Left out: output_transaction, which puts BEGIN and COMMIT around SQL for a database.
  if (output && !output->empty()) stdout_->write(*output);
  return traced.result(std::move(output));
}

CheckKwargs BaseCommand::get_check_kwargs(const Options&) {
  CheckKwargs kwargs;
  if (!requires_system_checks.all) kwargs.tags = requires_system_checks.tags;
  return kwargs;
}

void BaseCommand::check(const CheckKwargs& kwargs) {
  const auto& tags = kwargs.tags;
  const bool display_num_errors = kwargs.display_num_errors;
  const int fail_level = kwargs.fail_level;
  TRACE_FRAME("base.BaseCommand.check", tags, display_num_errors, fail_level);
  const std::vector<checks::CheckMessage> all_issues = checks::registry().run_checks(
      kwargs.app_configs, tags, kwargs.include_deployment_checks, kwargs.databases ? &*kwargs.databases : nullptr);

  std::string header, body, footer;
  std::size_t visible_issue_count = 0;  // without the silenced ones
  const auto add_group = [&](std::string_view group_name, int from, int below) {
    std::vector<std::string> formatted;
    for (const checks::CheckMessage& e : all_issues)
      if (e.level >= from && e.level < below && !e.is_silenced())
        formatted.push_back(e.is_serious() ? style.ERROR(e.str()) : style.WARNING(e.str()));
    if (formatted.empty()) return;
    visible_issue_count += formatted.size();
    std::sort(formatted.begin(), formatted.end());
    body += fmt::format("\n{}:\n{}\n", group_name, fmt::join(formatted, "\n"));
  };
  add_group("CRITICALS", checks::CRITICAL, std::numeric_limits<int>::max());
  add_group("ERRORS", checks::ERROR, checks::CRITICAL);
  add_group("WARNINGS", checks::WARNING, checks::ERROR);
  add_group("INFOS", checks::INFO, checks::WARNING);
  add_group("DEBUGS", std::numeric_limits<int>::min(), checks::INFO);

  if (visible_issue_count > 0) header = "System check identified some issues:\n";
  if (display_num_errors) {
    if (visible_issue_count > 0) footer += '\n';
    const std::string count = visible_issue_count == 0   ? "no issues"
                              : visible_issue_count == 1 ? "1 issue"
                                                         : fmt::format("{} issues", visible_issue_count);
    footer += fmt::format("System check identified {} ({} silenced).", count, all_issues.size() - visible_issue_count);
  }

  if (std::any_of(all_issues.begin(), all_issues.end(),
                  [&](const checks::CheckMessage& e) { return e.is_serious(fail_level) && !e.is_silenced(); }))
    throw SystemCheckError(style.ERROR("SystemCheckError: " + header) + body + footer);
  const std::string msg = header + body + footer;
  if (msg.empty()) return;
  if (visible_issue_count > 0) stderr_->write(msg, unstyled);
  else stdout_->write(msg);
}

void BaseCommand::check_migrations() {
  TRACE_FRAME("base.BaseCommand.check_migrations");
  try {
    const auto connection = connections[std::string(DEFAULT_DB_ALIAS)];
    const db::migrations::executor::MigrationExecutor executor(
        dynamic_cast<db::backends::dummy::base::DatabaseWrapper&>(*connection));
    TRACE_DECISION("base.BaseCommand.check_migrations:database", true);
  } catch (const ImproperlyConfigured&) {
    // No database, or only the dummy one.
    TRACE_DECISION("base.BaseCommand.check_migrations:database", false);
    return;
  }
  // Left out: the notice of unapplied migrations; no database here ever gets this far.
}

void repr_to(tracepoints::Repr& out, const BaseCommand& command) noexcept {
  repr_to(out, tracepoints::Object{command.__class__()});
}

// ---- LabelCommand ----

LabelCommand::LabelCommand() { missing_args_message = "Enter at least one %s."; }

std::unique_ptr<CommandParser> LabelCommand::create_parser(const std::string& prog_name, const std::string& subcommand) {
  // Django fills the label in when the class is made; here it is known only now, as the subclass sets it in its constructor.
  if (missing_args_message == "Enter at least one %s.") missing_args_message = fmt::format("Enter at least one {}.", label);
  return BaseCommand::create_parser(prog_name, subcommand);
}

void LabelCommand::add_arguments(CommandParser& parser) { parser.add_argument({"args"}, {.nargs = "+", .metavar = label}); }

std::optional<std::string> LabelCommand::handle(Options& options) {
  std::vector<std::string> output;
  for (const std::string& given : options["args"].strings())
    if (auto label_output = handle_label(given, options); label_output && !label_output->empty())
      output.push_back(std::move(*label_output));
  return fmt::format("{}", fmt::join(output, "\n"));
}

}  // namespace django::core::management::base
