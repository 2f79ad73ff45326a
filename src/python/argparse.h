// argparse: the same face, with designated initialisers for keyword arguments. CLI11 does the work, in argparse.cpp only.
#pragma once

#include <functional>
#include <initializer_list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "python/builtins.h"
#include "python/exceptions.h"

namespace python::argparse {

enum class Action { store, store_true, store_false, store_const, append, version, help };
enum class Type { str, int_ };
inline constexpr std::string_view SUPPRESS = "==SUPPRESS==";

struct DeclaredAction;

/// A word of the command line that an argument cannot take, or an argument that cannot be declared.
/// str() is "argument -v/--verbosity: expected one argument"; without an action, the message alone.
class ArgumentError : public Exception {
 public:
  ArgumentError(const DeclaredAction* action, const std::string& message);
};

/// The keyword arguments of add_argument.
struct Argument {
  Action action = Action::store;
  std::string nargs = {};                    // "", "?", "*", "+", or a number in digits
  Type type = Type::str;
  Value default_ = {};                       // SUPPRESS: absent from the Namespace unless given
  Value const_ = {};
  List choices = {};
  std::string dest = {};                     // "": from the option's name
  std::string metavar = {};
  std::string help = {};                     // %% and %(prog)s, %(default)s, ... are expanded; SUPPRESS hides the argument
  std::string version = {};
  bool required = false;
};

/// What parse_args gives: names to values, in the order they were declared.
class Namespace {
 public:
  const Value& operator[](std::string_view dest) const;    // KeyError when there is none
  bool contains(std::string_view dest) const;
  void set(std::string_view dest, Value value);
  /// options.get("x", default)
  Value get(std::string_view dest, Value default_ = {}) const;
  template <class T> T get(std::string_view dest) const;   // bool: truthiness; int: integer(); std::string: str()
  void pop(std::string_view dest);
  const Dict& items() const { return items_; }

 private:
  Dict items_;
};
/// <Namespace>
void repr_to(tracepoints::Repr& out, const Namespace& options) noexcept;
template <> bool Namespace::get<bool>(std::string_view dest) const;
template <> int Namespace::get<int>(std::string_view dest) const;
template <> std::string Namespace::get<std::string>(std::string_view dest) const;

/// One declared argument, for those who list them (help formatter, completion).
struct DeclaredAction {
  std::vector<std::string> option_strings;   // empty: a positional
  std::string dest;
  Argument argument;

  bool is_positional() const { return option_strings.empty(); }
  bool is_suppressed() const { return argument.help == SUPPRESS; }
  /// nargs != 0
  bool takes_value() const { return argument.action == Action::store || argument.action == Action::append; }
};

class ArgumentParser;

/// How help is laid out: argparse.HelpFormatter of Python 3.13. A subclass may reorder what it is given.
/// Width: COLUMNS or the terminal's, less 2, asked anew for each text.
class HelpFormatter {
 public:
  virtual ~HelpFormatter() = default;
  /// Appends "usage: ..." and an empty line.
  virtual void add_usage(std::string& out, const ArgumentParser& parser, std::vector<const DeclaredAction*> actions) const;
  /// Appends one section's arguments and their help.
  virtual void add_arguments(std::string& out, const ArgumentParser& parser, std::vector<const DeclaredAction*> actions) const;
};

/// Source: Lib/argparse.py, class ArgumentParser
class ArgumentParser {
 public:
  struct Init {
    std::string prog = {};                   // "": the last part of sys.argv[0]
    std::optional<std::string> usage = {};   // nullopt: made from the arguments
    std::string description = {};
    bool add_help = true;
    bool allow_abbrev = true;
    std::shared_ptr<const HelpFormatter> formatter = {};
  };
  explicit ArgumentParser(Init init);
  virtual ~ArgumentParser();

  /// Declares an argument: one name without a dash is a positional, else all are option strings.
  /// Raises: ArgumentError when an option string is taken, ValueError when the names make no sense.
  void add_argument(std::initializer_list<std::string_view> names, const Argument& argument = {});
  /// Takes the arguments without the program. Raises SystemExit (help, version, a usage error: exit code 2).
  virtual Namespace parse_args(const std::vector<std::string>& args);
  /// Gives the words that no argument takes as second.
  std::pair<Namespace, std::vector<std::string>> parse_known_args(const std::vector<std::string>& args);
  /// The value of a name that the command line does not give; declared arguments learn it too.
  void set_defaults(std::string_view dest, Value value);

  std::string format_usage() const;
  std::string format_help() const;
  void print_help() const;                   // to sys.stdout
  /// Prints usage and "prog: error: message" to sys.stderr, then raises SystemExit(2).
  [[noreturn]] virtual void error(const std::string& message) const;

  const std::vector<DeclaredAction>& actions() const { return actions_; }
  bool allow_abbrev() const { return allow_abbrev_; }
  std::string prog, usage, description;

 private:
  Namespace parse_known_args_or_throw(const std::vector<std::string>& args, std::vector<std::string>& extras) const;
  std::vector<DeclaredAction> actions_;
  Dict defaults_;
  bool allow_abbrev_;
  std::shared_ptr<const HelpFormatter> formatter_;
};

}  // namespace python::argparse
