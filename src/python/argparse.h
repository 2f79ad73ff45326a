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

/// The keyword arguments of add_argument.
struct Argument {
  Action action = Action::store;
  std::string nargs = {};                    // "", "?", "*", "+"
  Type type = Type::str;
  Value default_ = {};
  Value const_ = {};
  List choices = {};
  std::string dest = {};                     // "": from the option's name
  std::string metavar = {};
  std::string help = {};                     // %% and %(prog)s are expanded; SUPPRESS hides the option
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
template <> bool Namespace::get<bool>(std::string_view dest) const;
template <> int Namespace::get<int>(std::string_view dest) const;
template <> std::string Namespace::get<std::string>(std::string_view dest) const;

/// One declared argument, for those who list them (help formatter, completion).
struct DeclaredAction {
  std::vector<std::string> option_strings;   // empty: a positional
  std::string dest;
  Argument argument;
};

class ArgumentParser;

/// How help is laid out: argparse.HelpFormatter of Python 3.13. A subclass may reorder what it is given.
class HelpFormatter {
 public:
  virtual ~HelpFormatter() = default;
  /// Width: COLUMNS or the terminal's, less 2, as argparse takes it.
  virtual void add_usage(std::string& out, const ArgumentParser& parser, std::vector<const DeclaredAction*> actions) const;
  virtual void add_arguments(std::string& out, const ArgumentParser& parser, std::vector<const DeclaredAction*> actions) const;
};

class ArgumentParser {
 public:
  struct Init {
    std::string prog = {};
    std::string usage = {};
    std::string description = {};
    bool add_help = true;
    bool allow_abbrev = true;
    std::shared_ptr<const HelpFormatter> formatter = {};
  };
  explicit ArgumentParser(Init init);
  virtual ~ArgumentParser();

  void add_argument(std::initializer_list<std::string_view> names, const Argument& argument = {});
  /// Takes the arguments without the program. Raises SystemExit (help, version, a usage error: exit code 2).
  virtual Namespace parse_args(const std::vector<std::string>& args);
  /// Gives the rest as second.
  std::pair<Namespace, std::vector<std::string>> parse_known_args(const std::vector<std::string>& args);
  void set_defaults(std::string_view dest, Value value);

  std::string format_usage() const;
  std::string format_help() const;
  void print_help() const;                   // to sys.stdout
  /// Prints usage and "prog: error: message" to sys.stderr, then raises SystemExit(2).
  [[noreturn]] virtual void error(const std::string& message) const;

  const std::vector<DeclaredAction>& actions() const { return actions_; }
  std::string prog, usage, description;

 private:
  std::vector<DeclaredAction> actions_;
  Dict defaults_;
  bool allow_abbrev_;
  std::shared_ptr<const HelpFormatter> formatter_;
};

}  // namespace python::argparse
