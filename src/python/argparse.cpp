// argparse: commands declare their arguments here; CommandParser.parse_args comes in with the words of the command line.
//
// The work is shared. Which word belongs to which argument is decided by argparse's own rules: abbreviations,
// -v2, --, numbers that look like options, positionals between options (argparse_matching.cpp). The words, so put in order, go
// to CLI11, which hands each to its argument, converts it and checks it (class Binder). argparse_help.cpp lays out usage and help.
#include "python/argparse.h"

#include <algorithm>
#include <utility>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "python/argparse_detail.h"
#include "python/int.h"
#include "python/os.h"
#include "python/sys.h"

namespace python::argparse {
namespace {

using detail::Plan, detail::Step, detail::version_text;

// Lib/argparse.py, _get_action_name(): how an error message calls it.
std::string action_name(const DeclaredAction& action) {
  if (!action.is_positional()) return fmt::format("{}", fmt::join(action.option_strings, "/"));
  return action.argument.metavar.empty() ? action.dest : action.argument.metavar;
}

std::string with_name(const DeclaredAction* action, const std::string& message) {
  return action ? fmt::format("argument {}: {}", action_name(*action), message) : message;
}

void print(io::TextIO& stream, const std::string& message) {
  try {
    stream.write(message);
  } catch (const OSError&) {  // as argparse does: a reader that has gone is no reason for another error
  }
}

// ---- conversion, checks, binding: CLI11 ----

std::optional<std::string> invalid_choice(const DeclaredAction& action, const Value& value) {
  const List& choices = action.argument.choices;
  if (choices.empty() || std::find(choices.begin(), choices.end(), value) != choices.end()) return {};
  std::vector<std::string> texts;
  for (const Value& choice : choices) texts.push_back(repr(choice));
  return fmt::format("invalid choice: {} (choose from {})", repr(value), fmt::join(texts, ", "));
}

std::string invalid_int(std::string_view text) { return fmt::format("invalid int value: {}", repr(text)); }

// A default given as text is converted as a word of the command line would be.
Value convert(const DeclaredAction& action, const std::string& text) {
  if (action.argument.type == Type::str) return text;
  const std::optional<std::int64_t> number = int_(text);
  return number ? Value(*number) : throw ArgumentError(&action, invalid_int(text));
}

// CLI11 takes numbers as C does (0x10 is 16, 010 is 8); so a number reaches it in plain digits.
CLI::Validator as_python_int() {
  return CLI::Validator(
      [](std::string& text) {
        const std::optional<std::int64_t> number = int_(text);
        if (!number) return invalid_int(text);
        text = std::to_string(*number);
        return std::string();
      },
      "INT");
}

CLI::Validator one_of_the_choices(const DeclaredAction& action) {
  return CLI::Validator(
      [&action](std::string& text) { return invalid_choice(action, convert(action, text)).value_or(std::string()); }, "CHOICE");
}

Value from_cli11(const DeclaredAction& action, const std::string& text) {
  if (action.argument.type == Type::str) return text;
  std::int64_t number = 0;
  if (!CLI::detail::lexical_cast(text, number)) throw CLI::ConversionError(text, action.dest);
  return number;
}

// Takes the steps one by one, in the order of the command line: argparse reports the first wrong word, not the first argument.
class Binder {
 public:
  Binder(const ArgumentParser& parser, const std::vector<Step>& steps, Namespace& result)
      : parser_(parser), steps_(steps), result_(result) {}

  void run() {
    CLI::App app;
    app.set_help_flag();  // ours is an argument like any other
    for (const DeclaredAction& action : parser_.actions()) declare(app, action);
    std::vector<std::string> words;
    for (const Step& step : steps_) {
      if (step.args.empty()) words.push_back(bare_name(*step.action));
      for (const std::string& arg : step.args) words.insert(words.end(), {name(*step.action), arg});
    }
    std::reverse(words.begin(), words.end());  // CLI11 reads from the back
    try {
      app.parse(words);
    } catch (const CLI::ValidationError& error) {  // "--3: message"
      const DeclaredAction* action = steps_[at_].action;
      throw ArgumentError(action, std::string(error.what()).substr(name(*action).size() + 2));
    }
  }

 private:
  // CLI11 knows each argument by its number: its rules for names are not argparse's (-long is a good name there). A second
  // name stands for the argument without a value, since an empty text is a value of its own.
  std::string name(const DeclaredAction& action) const {
    return "--" + std::to_string(&action - parser_.actions().data());
  }
  std::string bare_name(const DeclaredAction& action) const { return name(action) + "-bare"; }

  void declare(CLI::App& app, const DeclaredAction& action) {
    app.add_flag_callback(bare_name(action), [this] { take_bare(); })->trigger_on_parse();
    if (!action.takes_value()) return;
    const auto take_value = [this, &action](const CLI::results_t& results) {
      values_.push_back(from_cli11(action, results.at(0)));
      if (values_.size() == steps_[at_].args.size()) finish(take_list());
      return true;
    };
    CLI::Option* option = app.add_option(name(action), take_value)->expected(1)->trigger_on_parse();
    if (action.argument.type == Type::int_) option->transform(as_python_int());
    if (!action.argument.choices.empty()) option->check(one_of_the_choices(action));
  }

  // The step's values as argparse gives them: one by itself where nargs is none or "?", else a list.
  Value take_list() {
    const std::string& nargs = steps_[at_].action->argument.nargs;
    List values = std::exchange(values_, {});
    return nargs.empty() || nargs == "?" ? values.front() : Value(std::move(values));
  }

  void take_bare() {
    const DeclaredAction& action = *steps_[at_].action;
    const Argument& argument = action.argument;
    if (!action.takes_value()) return finish(argument.const_);
    if (argument.nargs == "?") {
      Value value = action.is_positional() ? argument.default_ : argument.const_;
      if (value.is_str() && value.str() != SUPPRESS) value = checked(action, convert(action, value.str()));
      return finish(value);
    }
    if (action.is_positional() && !argument.default_.is_none()) return finish(checked(action, argument.default_));
    finish(List{});
  }

  static Value checked(const DeclaredAction& action, Value value) {
    if (const auto message = invalid_choice(action, value)) throw ArgumentError(&action, *message);
    return value;
  }

  // The action itself; then the next step.
  void finish(const Value& value) {
    const DeclaredAction& action = *steps_[at_++].action;
    if (value == Value(SUPPRESS)) return;
    switch (action.argument.action) {
      case Action::store: case Action::store_const: return result_.set(action.dest, value);
      case Action::store_true: return result_.set(action.dest, true);
      case Action::store_false: return result_.set(action.dest, false);
      case Action::append: {
        const Value before = result_.get(action.dest);
        List items = before.is_none() ? List{} : before.items();
        items.push_back(value);
        return result_.set(action.dest, std::move(items));
      }
      case Action::help:
        parser_.print_help();
        throw SystemExit(0);
      case Action::version:
        print(*sys::stdout_, version_text(parser_, action));
        throw SystemExit(0);
    }
  }

  const ArgumentParser& parser_;
  const std::vector<Step>& steps_;
  Namespace& result_;
  std::size_t at_ = 0;
  List values_;  // of the step that is under way
};

}  // namespace

ArgumentError::ArgumentError(const DeclaredAction* action, const std::string& message)
    : Exception("argparse.ArgumentError", with_name(action, message)) {}

// ---- Namespace ----

const Value& Namespace::operator[](std::string_view dest) const {
  for (const auto& [name, value] : items_)
    if (name == dest) return value;
  throw KeyError(dest);
}

bool Namespace::contains(std::string_view dest) const {
  return std::any_of(items_.begin(), items_.end(), [&](const auto& item) { return item.first == dest; });
}

void Namespace::set(std::string_view dest, Value value) {
  for (auto& [name, old] : items_)
    if (name == dest) return void(old = std::move(value));
  items_.emplace_back(dest, std::move(value));
}

Value Namespace::get(std::string_view dest, Value default_) const { return contains(dest) ? (*this)[dest] : default_; }
void Namespace::pop(std::string_view dest) {
  std::erase_if(items_, [&](const auto& item) { return item.first == dest; });
}

template <> bool Namespace::get<bool>(std::string_view dest) const { return (*this)[dest].truthy(); }
template <> int Namespace::get<int>(std::string_view dest) const { return static_cast<int>((*this)[dest].integer()); }
template <> std::string Namespace::get<std::string>(std::string_view dest) const { return (*this)[dest].str(); }

void repr_to(tracepoints::Repr& out, const Namespace&) noexcept { repr_to(out, tracepoints::Object{"Namespace"}); }
// ---- ArgumentParser ----

ArgumentParser::ArgumentParser(Init init)
    : prog(init.prog.empty() && !sys::argv.empty() ? os::path::basename(sys::argv[0]) : std::move(init.prog)),
      usage(std::move(init.usage).value_or("")),
      description(std::move(init.description)),
      allow_abbrev_(init.allow_abbrev),
      formatter_(init.formatter ? std::move(init.formatter) : std::make_shared<const HelpFormatter>()) {
  if (init.add_help) add_argument({"-h", "--help"}, {.action = Action::help, .help = "show this help message and exit"});
}

ArgumentParser::~ArgumentParser() = default;

void ArgumentParser::add_argument(std::initializer_list<std::string_view> names, const Argument& argument) {
  DeclaredAction action{{}, argument.dest, argument};
  const bool positional = names.size() == 0 || (names.size() == 1 && !names.begin()->starts_with('-'));
  if (positional) {
    if (names.size() == 1 && !argument.dest.empty()) throw ValueError("dest supplied twice for positional argument");
    if (names.size() == 1) action.dest = *names.begin();
    action.argument.required = argument.nargs != "?" && (argument.nargs != "*" || argument.default_.is_none());
  } else {
    for (const std::string_view name : names) {
      if (!name.starts_with('-'))
        throw ValueError(fmt::format("invalid option string {}: must start with a character '-'", repr(name)));
      action.option_strings.emplace_back(name);
    }
    if (action.dest.empty()) {
      const auto& strings = action.option_strings;
      const auto is_long = [](const std::string& name) { return name.starts_with("--"); };
      const auto found = std::find_if(strings.begin(), strings.end(), is_long);
      const std::string& name = found == strings.end() ? strings.front() : *found;
      action.dest = name.substr(std::min(name.find_first_not_of('-'), name.size()));
      if (action.dest.empty()) throw ValueError(fmt::format("dest= is required for options like {}", repr(name)));
      std::replace(action.dest.begin(), action.dest.end(), '-', '_');
    }
  }

  std::vector<std::string> taken;
  for (const std::string& name : action.option_strings)
    for (const DeclaredAction& other : actions_)
      if (std::find(other.option_strings.begin(), other.option_strings.end(), name) != other.option_strings.end())
        taken.push_back(name);
  if (!taken.empty())
    throw ArgumentError(&action, fmt::format("conflicting option string{}: {}", taken.size() == 1 ? "" : "s", fmt::join(taken, ", ")));

  Argument& declared = action.argument;
  if (declared.default_.is_none())
    for (const auto& [dest, value] : defaults_)
      if (dest == action.dest) declared.default_ = value;
  switch (declared.action) {
    case Action::store_true: if (declared.default_.is_none()) declared.default_ = false; break;
    case Action::store_false: if (declared.default_.is_none()) declared.default_ = true; break;
    case Action::version:
      if (declared.help.empty()) declared.help = "show program's version number and exit";
      [[fallthrough]];
    case Action::help: declared.default_ = SUPPRESS; break;
    default: break;
  }
  actions_.push_back(std::move(action));
}

void ArgumentParser::set_defaults(std::string_view dest, Value value) {
  for (DeclaredAction& action : actions_)
    if (action.dest == dest) action.argument.default_ = value;
  for (auto& [name, old] : defaults_)
    if (name == dest) return void(old = std::move(value));
  defaults_.emplace_back(dest, std::move(value));
}

Namespace ArgumentParser::parse_args(const std::vector<std::string>& args) {
  auto [result, rest] = parse_known_args(args);
  if (!rest.empty()) error(fmt::format("unrecognized arguments: {}", fmt::join(rest, " ")));
  return result;
}

std::pair<Namespace, std::vector<std::string>> ArgumentParser::parse_known_args(const std::vector<std::string>& args) {
  try {
    std::vector<std::string> extras;
    Namespace result = parse_known_args_or_throw(args, extras);
    return {std::move(result), std::move(extras)};
  } catch (const ArgumentError& wrong) {
    error(wrong.str());
    throw;  // error() does not return, but an overridden one is not known to
  }
}

Namespace ArgumentParser::parse_known_args_or_throw(const std::vector<std::string>& args, std::vector<std::string>& extras) const {
  Namespace result;
  const Value suppress(SUPPRESS);
  for (const DeclaredAction& action : actions_)
    if (!result.contains(action.dest) && !(action.argument.default_ == suppress)) result.set(action.dest, action.argument.default_);
  for (const auto& [dest, value] : defaults_)
    if (!result.contains(dest)) result.set(dest, value);

  Plan plan = detail::match(*this, args);
  Binder(*this, plan.steps, result).run();
  if (plan.failure) throw *plan.failure;

  std::vector<std::string> missing;
  for (const DeclaredAction& action : actions_) {
    if (plan.saw(action)) continue;
    const Value& default_ = action.argument.default_;
    if (action.argument.required) missing.push_back(action_name(action));
    else if (default_.is_str() && result.contains(action.dest) && result[action.dest] == default_)
      result.set(action.dest, convert(action, default_.str()));
  }
  if (!missing.empty())
    throw ArgumentError(nullptr, fmt::format("the following arguments are required: {}", fmt::join(missing, ", ")));
  extras = std::move(plan.extras);
  return result;
}
void ArgumentParser::print_help() const { print(*sys::stdout_, format_help()); }

void ArgumentParser::error(const std::string& message) const {
  print(*sys::stderr_, format_usage());
  print(*sys::stderr_, fmt::format("{}: error: {}\n", prog, message));
  throw SystemExit(2);
}

}  // namespace python::argparse
