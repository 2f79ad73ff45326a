// The base of every management command, and the small classes around it: the parser, the output wrapper, the errors.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "python/argparse.h"
#include "python/exceptions.h"
#include "python/io.h"
#include "django/core/checks/messages.h"
#include "django/core/management/color.h"

namespace django::apps { class AppConfig; }

namespace django::core::management::base {

using Options = python::argparse::Namespace;

/// A command says in one line what went wrong; run_from_argv prints it and exits with `returncode`.
class CommandError : public python::Exception {
 public:
  explicit CommandError(std::string message, int returncode = 1)
      : Exception("django.core.management.base.CommandError", std::move(message)), returncode(returncode) {}
  int returncode;

 protected:
  CommandError(std::string_view type_name, std::string message, int returncode)
      : Exception(type_name, std::move(message)), returncode(returncode) {}
};

/// The system checks found serious messages.
class SystemCheckError : public CommandError {
 public:
  explicit SystemCheckError(std::string message)
      : CommandError("django.core.management.base.SystemCheckError", std::move(message), 1) {}
};

/// Puts the command's own options before the base options in help.
class DjangoHelpFormatter : public python::argparse::HelpFormatter {
 public:
  void add_usage(std::string& out, const python::argparse::ArgumentParser& parser,
                 std::vector<const python::argparse::DeclaredAction*> actions) const override;
  void add_arguments(std::string& out, const python::argparse::ArgumentParser& parser,
                     std::vector<const python::argparse::DeclaredAction*> actions) const override;
};

/// Source: django/core/management/base.py, class CommandParser
class CommandParser : public python::argparse::ArgumentParser {
 public:
  struct Init : python::argparse::ArgumentParser::Init {
    std::optional<std::string> missing_args_message = {};
    bool called_from_command_line = false;
  };
  explicit CommandParser(Init init);
  Options parse_args(const std::vector<std::string>& args) override;
  /// From the command line: usage and exit 2. From code: CommandError.
  [[noreturn]] void error(const std::string& message) const override;

 private:
  std::optional<std::string> missing_args_message_;
  bool called_from_command_line_;
};

/// A stream that ends each message with a newline and may colour it.
/// Source: django/core/management/base.py, class OutputWrapper
class OutputWrapper {
 public:
  explicit OutputWrapper(python::io::TextIO* out, std::string ending = "\n") : _out(out), ending_(std::move(ending)) {}
  /// `style_func` colours; without one the wrapper's own is used. `ending`: nullopt is the wrapper's.
  void write(std::string_view msg = {}, const StyleFunc& style_func = {}, std::optional<std::string> ending = {});
  bool isatty() const { return _out->isatty(); }
  void flush() { _out->flush(); }
  /// The style_func property. Ignored unless the stream is a terminal; without one, text stays as it is.
  void set_style_func(StyleFunc style_func);
  python::io::TextIO* _out;

 private:
  std::string ending_;
  StyleFunc style_func_;
};

/// Copies --settings into the environment and --pythonpath to the front of sys.path.
/// Source: django/core/management/base.py, handle_default_options
void handle_default_options(const Options& options);

/// A command's `requires_system_checks`: all, none, or these tags.
struct RequiresSystemChecks {
  bool all = true;
  std::vector<std::string> tags = {};
  explicit operator bool() const { return all || !tags.empty(); }
};

/// What BaseCommand.check and get_check_kwargs hand on. `tags` nullopt is None: every check.
struct CheckKwargs {
  const std::vector<std::shared_ptr<apps::AppConfig>>* app_configs = nullptr;
  std::optional<std::vector<std::string>> tags = {};
  bool display_num_errors = false;
  bool include_deployment_checks = false;
  int fail_level = checks::ERROR;
  std::optional<std::vector<std::string>> databases = {};
};

/// Source: django/core/management/base.py, class BaseCommand
class BaseCommand {
 public:
  /// Raises: CommandError when both are asked for.
  explicit BaseCommand(bool no_color = false, bool force_color = false);
  virtual ~BaseCommand() = default;

  /// The class as the trace shows it: "runserver.Command".
  virtual std::string_view __class__() const { return "Command"; }

  std::string help;
  bool output_transaction = false, requires_migrations_checks = false;
  RequiresSystemChecks requires_system_checks = {};
  std::vector<std::string> base_stealth_options = {"stderr", "stdout"};
  std::vector<std::string> stealth_options = {};   // accepted by call_command although no parser knows them
  std::vector<std::string> suppressed_base_arguments = {};
  std::optional<std::string> missing_args_message = {};
  bool _called_from_command_line = false;

  virtual std::string get_version() const;
  virtual std::unique_ptr<CommandParser> create_parser(const std::string& prog_name, const std::string& subcommand);
  virtual void add_arguments(CommandParser&) {}
  void print_help(const std::string& prog_name, const std::string& subcommand);
  /// Takes the whole argv, program and subcommand included. Raises SystemExit after a CommandError.
  virtual void run_from_argv(const std::vector<std::string>& argv);
  /// Gives what handle() returned, which was printed. Raises what handle raises.
  virtual std::optional<std::string> execute(Options& options);
  virtual CheckKwargs get_check_kwargs(const Options& options);
  /// Runs system checks and prints what they found. Raises SystemCheckError when that is serious.
  void check(const CheckKwargs& kwargs);
  /// A notice about migrations that have not been applied; nothing when there is no database.
  void check_migrations();
  virtual std::optional<std::string> handle(Options& options) = 0;

  std::unique_ptr<OutputWrapper> stdout_, stderr_;
  Style style;

 protected:
  /// Adds one of the options every command has, hidden when the command suppresses it.
  void add_base_argument(CommandParser& parser, std::initializer_list<std::string_view> names,
                         python::argparse::Argument argument);
};

void repr_to(tracepoints::Repr& out, const BaseCommand& command) noexcept;

/// Commands that take one or more labels.
/// Source: django/core/management/base.py, class LabelCommand
class LabelCommand : public BaseCommand {
 public:
  LabelCommand();
  std::string label = "label";
  std::unique_ptr<CommandParser> create_parser(const std::string& prog_name, const std::string& subcommand) override;
  void add_arguments(CommandParser& parser) override;
  std::optional<std::string> handle(Options& options) override;
  virtual std::optional<std::string> handle_label(const std::string& label, Options& options) = 0;
};

/// A module's "Command": calling it makes an instance. Write `module.set("Command", command_class<Command>());`
using CommandClass = std::function<std::shared_ptr<BaseCommand>()>;
template <class Command>
CommandClass command_class() {
  return [] { return std::make_shared<Command>(); };
}

}  // namespace django::core::management::base
