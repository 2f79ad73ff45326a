// argparse: commands declare their arguments here; CommandParser.parse_args comes in with the words of the command line.
//
// The work is shared. Which word belongs to which argument is decided by argparse's own rules (class Matcher): abbreviations,
// -v2, --, numbers that look like options, positionals between options. The words, so put in order, go to CLI11, which hands
// each to its argument, converts it and checks it (bind). HelpFormatter lays out usage and help.
#include "python/argparse.h"

#include <algorithm>
#include <cctype>
#include <set>
#include <utility>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "python/codecs.h"
#include "python/int.h"
#include "python/os.h"
#include "python/shutil.h"
#include "python/sys.h"
#include "python/textwrap.h"

namespace python::argparse {
namespace {

using Actions = std::vector<const DeclaredAction*>;

// ---- names and texts ----

std::string join_choices(const List& choices, std::string_view separator) {
  std::vector<std::string> texts;
  for (const Value& choice : choices) texts.push_back(str(choice));
  return fmt::format("{}", fmt::join(texts, separator));
}

// Lib/argparse.py, _get_action_name(): how an error message calls it.
std::string action_name(const DeclaredAction& action) {
  if (!action.is_positional()) return fmt::format("{}", fmt::join(action.option_strings, "/"));
  return action.argument.metavar.empty() ? action.dest : action.argument.metavar;
}

std::string with_name(const DeclaredAction* action, const std::string& message) {
  return action ? fmt::format("argument {}: {}", action_name(*action), message) : message;
}

// text % {"prog": ..., ...} for the conversions that help texts use: %(name)s and %%.
template <class Lookup>
std::string expand(std::string_view text, const Lookup& lookup) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '%') {
      out += text[at];
      continue;
    }
    if (text.substr(at + 1).starts_with('%')) {
      out += '%', ++at;
      continue;
    }
    const std::size_t close = text.find(')', at);
    if (!text.substr(at + 1).starts_with('(') || close == text.npos || !text.substr(close + 1).starts_with('s'))
      throw ValueError(fmt::format("unsupported format character in help text {}", repr(text)));
    out += lookup(text.substr(at + 2, close - at - 2));
    at = close + 1;
  }
  return out;
}

std::string expand_prog(std::string_view text, const std::string& prog) {
  return expand(text, [&](std::string_view name) { return name == "prog" ? prog : throw KeyError(name); });
}

std::string expand_help(const DeclaredAction& action, const std::string& prog) {
  const Argument& argument = action.argument;
  if (argument.help.find('%') == argument.help.npos) return argument.help;
  return expand(argument.help, [&](std::string_view name) -> std::string {
    if (name == "prog") return prog;
    if (name == "dest") return action.dest;
    if (name == "default") return str(argument.default_);
    if (name == "const") return str(argument.const_);
    if (name == "metavar") return argument.metavar.empty() ? "None" : argument.metavar;
    if (name == "choices") return argument.choices.empty() ? "None" : join_choices(argument.choices, ", ");
    if (name == "type") return argument.type == Type::int_ ? "int" : "None";
    throw KeyError(name);
  });
}

// ---- which word belongs to which argument ----

/// One argument that the command line gives, with its words.
struct Step {
  const DeclaredAction* action;
  std::vector<std::string> args;
};

/// The command line, understood as far as `failure`, if there is one: what stands before it still happens first.
struct Plan {
  std::vector<Step> steps;
  std::vector<std::string> extras;
  std::optional<ArgumentError> failure;
  bool saw(const DeclaredAction& action) const {
    return std::any_of(steps.begin(), steps.end(), [&](const Step& step) { return step.action == &action; });
  }
};

// Lib/argparse.py, ArgumentParser._parse_known_args() and the methods it calls.
class Matcher {
 public:
  Matcher(const ArgumentParser& parser, const std::vector<std::string>& args) : parser_(parser), args_(args) {
    for (const DeclaredAction& action : parser.actions()) {
      if (action.is_positional()) positionals_.push_back(&action);
      for (const std::string& name : action.option_strings)
        if (looks_like_negative_number(name)) has_negative_number_options_ = true;
    }
  }

  Plan plan() {
    try {
      classify();
      walk();
    } catch (const ArgumentError& error) {
      plan_.failure = error;
    }
    return std::move(plan_);
  }

 private:
  // A word taken as an option: what it names (nullptr: no option of ours), and what is glued to it.
  struct Option {
    const DeclaredAction* action = nullptr;
    std::string name = {};
    bool equals = false;                       // glued with "="
    std::optional<std::string> value = {};     // "--opt=value", "-v2"
  };
  struct Lengths {
    std::size_t least, most;
  };

  static bool looks_like_negative_number(std::string_view word) {  // ^-\d+$|^-\d*\.\d+$
    if (!word.starts_with('-')) return false;
    word.remove_prefix(1);
    const std::size_t point = word.find('.');
    const std::string_view tail = point == word.npos ? word : word.substr(point + 1);
    const auto digits = [](std::string_view text) { return text.find_first_not_of("0123456789") == text.npos; };
    return !tail.empty() && digits(tail) && (point == word.npos || digits(word.substr(0, point)));
  }

  const DeclaredAction* find(std::string_view name) const {
    for (const DeclaredAction& action : parser_.actions())
      for (const std::string& option_string : action.option_strings)
        if (option_string == name) return &action;
    return nullptr;
  }

  // The kind of each word: O an option, A an argument, - the first "--".
  void classify() {
    options_.resize(args_.size());
    for (std::size_t i = 0; i < args_.size(); ++i) {
      if (args_[i] == "--") {
        kinds_ += '-';
        kinds_.append(args_.size() - i - 1, 'A');
        return;
      }
      options_[i] = parse_optional(args_[i]);
      kinds_ += options_[i] ? 'O' : 'A';
    }
  }

  std::optional<Option> parse_optional(const std::string& word) const {
    if (word.size() < 2 || word[0] != '-') return {};
    if (const DeclaredAction* action = find(word)) return Option{action, word};
    const std::size_t equals = word.find('=');
    if (equals != word.npos)
      if (const DeclaredAction* action = find(word.substr(0, equals)))
        return Option{action, word.substr(0, equals), true, word.substr(equals + 1)};

    const std::vector<Option> candidates = abbreviated(word, equals);
    if (candidates.size() > 1) {
      std::vector<std::string> names;
      for (const Option& candidate : candidates) names.push_back(candidate.name);
      throw ArgumentError(nullptr, fmt::format("ambiguous option: {} could match {}", word, fmt::join(names, ", ")));
    }
    if (candidates.size() == 1) return candidates.front();
    if (looks_like_negative_number(word) && !has_negative_number_options_) return {};
    if (word.find(' ') != word.npos) return {};
    return Option{nullptr, word};
  }

  // Every option string that the word may be short for, in order of declaration.
  std::vector<Option> abbreviated(const std::string& word, std::size_t equals) const {
    std::vector<Option> out;
    const bool two_dashes = word[1] == '-';
    if (two_dashes && !parser_.allow_abbrev()) return out;
    for (const DeclaredAction& action : parser_.actions()) {
      for (const std::string& name : action.option_strings) {
        if (two_dashes) {
          if (name.starts_with(std::string_view(word).substr(0, equals))) {
            Option& option = out.emplace_back(Option{&action, name, equals != word.npos});
            if (option.equals) option.value = word.substr(equals + 1);
          }
        } else if (name == std::string_view(word).substr(0, 2)) {
          out.push_back({&action, name, false, word.substr(2)});
        } else if (name.starts_with(word)) {
          out.push_back({&action, name});
        }
      }
    }
    return out;
  }

  // How many of the coming words an option takes; "--" ends them.
  std::size_t match_argument(const DeclaredAction& action, std::string_view kinds) const {
    if (!action.takes_value()) return 0;
    const std::size_t run = std::min(kinds.find_first_not_of('A'), kinds.size());
    const std::string& nargs = action.argument.nargs;
    if (nargs == "?") return std::min<std::size_t>(run, 1);
    if (nargs == "*") return run;
    if (nargs == "+") return run > 0 ? run : throw ArgumentError(&action, "expected at least one argument");
    const std::size_t wanted = nargs.empty() ? 1 : std::stoul(nargs);
    if (run >= wanted) return wanted;
    if (nargs.empty()) throw ArgumentError(&action, "expected one argument");
    throw ArgumentError(&action, fmt::format("expected {} argument{}", wanted, wanted == 1 ? "" : "s"));
  }

  // How many of the words from `at` a positional may take; a "--" among them counts.
  std::optional<Lengths> positional_lengths(const DeclaredAction& action, std::size_t at) const {
    const auto skip_dashes = [&](std::size_t i) { return std::min(kinds_.find_first_not_of('-', i), kinds_.size()); };
    const std::size_t start = skip_dashes(at);
    const std::size_t run_end = std::min(kinds_.find_first_of('O', at), kinds_.size());
    const bool has_one = start < kinds_.size() && kinds_[start] == 'A';
    const std::string& nargs = action.argument.nargs;
    if (nargs == "*") return Lengths{0, run_end - at};
    if (nargs == "?") return Lengths{0, has_one ? skip_dashes(start + 1) - at : start - at};
    if (nargs == "+") return has_one ? std::optional(Lengths{start + 1 - at, run_end - at}) : std::nullopt;
    std::size_t end = start;
    for (std::size_t wanted = nargs.empty() ? 1 : std::stoul(nargs); wanted > 0; --wanted, ++end) {
      end = skip_dashes(end);
      if (end >= kinds_.size() || kinds_[end] != 'A') return {};
    }
    return Lengths{end - at, skip_dashes(end) - at};
  }

  // Shares the words from `at` out to the first `count` positionals, each as greedy as the ones behind it allow.
  bool share_out(std::size_t first, std::size_t count, std::size_t at, std::vector<std::size_t>& lengths) const {
    if (count == 0) return true;
    const std::optional<Lengths> range = positional_lengths(*positionals_[first], at);
    if (!range) return false;
    for (std::size_t length = range->most + 1; length-- > range->least;) {
      lengths.push_back(length);
      if (share_out(first + 1, count - 1, at + length, lengths)) return true;
      lengths.pop_back();
    }
    return false;
  }

  // As many positionals as the words up to the next option allow. Gives where it stopped.
  std::size_t consume_positionals(std::size_t at) {
    std::vector<std::size_t> lengths;
    std::size_t count = positionals_.size();
    while (count > 0 && !share_out(0, count, at, lengths)) --count;
    for (std::size_t i = 0; i < lengths.size(); ++i) {
      const auto from = args_.begin() + static_cast<std::ptrdiff_t>(at);
      std::vector<std::string> args(from, from + static_cast<std::ptrdiff_t>(lengths[i]));
      if (const auto dashes = std::find(args.begin(), args.end(), "--"); dashes != args.end()) args.erase(dashes);
      plan_.steps.push_back({positionals_[i], std::move(args)});
      at += lengths[i];
    }
    positionals_.erase(positionals_.begin(), positionals_.begin() + static_cast<std::ptrdiff_t>(lengths.size()));
    return at;
  }

  // The option at `at` with its words, and the options glued to it: -xyz is -x -y -z while they take no value.
  std::size_t consume_optional(std::size_t at) {
    Option option = *options_[at];
    if (!option.action) return plan_.extras.push_back(args_[at]), at + 1;
    std::vector<Step> steps;
    std::size_t stop = at + 1;
    while (option.value) {
      const std::size_t wanted = match_argument(*option.action, "A");
      if (wanted == 1) {
        steps.push_back({option.action, {*option.value}});
        break;
      }
      const bool can_go_on = wanted == 0 && option.name[1] != '-' && !option.value->empty();
      if (!can_go_on || option.equals || option.value->front() == '-')
        throw ArgumentError(option.action, fmt::format("ignored explicit argument {}", repr(*option.value)));
      steps.push_back({option.action, {}});
      const std::string name = {'-', option.value->front()};
      const std::string rest = option.value->substr(1);
      const DeclaredAction* next = find(name);
      if (!next) {
        plan_.extras.push_back("-" + *option.value);
        option.action = nullptr;
        break;
      }
      option = Option{next, name};
      if (!rest.empty()) {
        option.equals = rest[0] == '=';
        option.value = option.equals ? rest.substr(1) : rest;
      }
    }
    if (option.action && !option.value) {
      stop += match_argument(*option.action, std::string_view(kinds_).substr(at + 1));
      steps.push_back({option.action, {args_.begin() + static_cast<std::ptrdiff_t>(at + 1),
                                       args_.begin() + static_cast<std::ptrdiff_t>(stop)}});
    }
    std::move(steps.begin(), steps.end(), std::back_inserter(plan_.steps));
    return stop;
  }

  // Positionals and options in turn, up to the last option; then the positionals behind it.
  void walk() {
    std::size_t at = 0;
    const auto leave_over = [&](std::size_t end) {
      for (; at < end; ++at) plan_.extras.push_back(args_[at]);
    };
    for (std::size_t option; (option = kinds_.find('O', at)) != kinds_.npos;) {
      if (at != option) {
        const std::size_t end = consume_positionals(at);
        if (std::exchange(at, end) != end) continue;
        leave_over(option);
      }
      at = consume_optional(at);
    }
    at = consume_positionals(at);
    leave_over(args_.size());
  }

  const ArgumentParser& parser_;
  const std::vector<std::string>& args_;
  bool has_negative_number_options_ = false;
  std::string kinds_;
  std::vector<std::optional<Option>> options_;  // as long as args_
  Actions positionals_;                         // those that have had no turn yet
  Plan plan_;
};

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

void print(io::TextIO& stream, const std::string& message) {
  try {
    stream.write(message);
  } catch (const OSError&) {  // as argparse does: a reader that has gone is no reason for another error
  }
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
        print(*sys::stdout_, version_text(action));
        throw SystemExit(0);
    }
  }

  std::string version_text(const DeclaredAction& action) const {
    const std::string text = expand_prog(action.argument.version, parser_.prog);
    const int width = std::max(shutil::get_terminal_columns() - 2, 11);
    return fmt::format("{}\n", fmt::join(textwrap::wrap(text, static_cast<std::size_t>(width)), "\n"));
  }

  const ArgumentParser& parser_;
  const std::vector<Step>& steps_;
  Namespace& result_;
  std::size_t at_ = 0;
  List values_;  // of the step that is under way
};

// ---- layout ----

constexpr std::size_t indent_of_arguments = 2;
constexpr std::string_view usage_prefix = "usage: ";

int line_width() { return shutil::get_terminal_columns() - 2; }

std::string metavar_of(const DeclaredAction& action) {
  const Argument& argument = action.argument;
  if (!argument.metavar.empty()) return argument.metavar;
  if (!argument.choices.empty()) return "{" + join_choices(argument.choices, ",") + "}";
  std::string text = action.dest;
  if (!action.is_positional())
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return text;
}

std::string format_args(const DeclaredAction& action) {
  const std::string metavar = metavar_of(action);
  const std::string& nargs = action.argument.nargs;
  if (nargs.empty()) return metavar;
  if (nargs == "?") return fmt::format("[{}]", metavar);
  if (nargs == "*") return fmt::format("[{} ...]", metavar);
  if (nargs == "+") return fmt::format("{0} [{0} ...]", metavar);
  return fmt::format("{}", fmt::join(std::vector<std::string>(std::stoul(nargs), metavar), " "));
}

// "--tag, -t TAGS": what stands on the left of its help.
std::string invocation(const DeclaredAction& action) {
  if (action.is_positional()) return metavar_of(action);
  const std::string names = fmt::format("{}", fmt::join(action.option_strings, ", "));
  return action.takes_value() ? names + " " + format_args(action) : names;
}

std::vector<std::string> usage_parts(const Actions& actions, bool positional) {
  std::vector<std::string> parts;
  for (const DeclaredAction* action : actions) {
    if (action->is_suppressed() || action->is_positional() != positional) continue;
    if (positional) {
      parts.push_back(format_args(*action));
      continue;
    }
    std::string part = action->option_strings[0];
    if (action->takes_value()) part += " " + format_args(*action);
    parts.push_back(action->argument.required ? part : "[" + part + "]");
  }
  return parts;
}

// Lines of parts behind an indent; the first line has `first_length` columns taken already.
std::vector<std::string> fill_lines(const std::vector<std::string>& parts, std::size_t indent, std::size_t width) {
  std::vector<std::string> lines;
  std::size_t length = 0;
  for (const std::string& part : parts) {
    const std::size_t part_length = codecs::len(part);
    if (lines.empty() || length + 1 + part_length > width) {
      lines.push_back(std::string(indent, ' ') + part);
      length = indent + part_length;
    } else {
      lines.back() += " " + part;
      length += 1 + part_length;
    }
  }
  return lines;
}

std::string wrap_usage(const std::string& prog, const Actions& actions, int columns) {
  const std::vector<std::string> optionals = usage_parts(actions, false), positionals = usage_parts(actions, true);
  std::vector<std::string> all = optionals;
  all.insert(all.end(), positionals.begin(), positionals.end());
  const std::string one_line = all.empty() ? prog : fmt::format("{} {}", prog, fmt::join(all, " "));
  const std::size_t width = static_cast<std::size_t>(std::max(columns, 0));
  if (usage_prefix.size() + codecs::len(one_line) <= width) return one_line;

  std::vector<std::string> lines;
  const auto append = [&](const std::vector<std::string>& parts, std::size_t indent) {
    const std::vector<std::string> more = fill_lines(parts, indent, width);
    lines.insert(lines.end(), more.begin(), more.end());
  };
  const std::size_t prog_end = usage_prefix.size() + codecs::len(prog);
  if (4 * prog_end <= 3 * width) {  // a short program name shares the first line
    const bool options_first = !optionals.empty();
    append(options_first ? optionals : positionals, prog_end + 1);
    if (options_first) append(positionals, prog_end + 1);
    if (lines.empty()) return prog;
    lines.front().replace(0, prog_end + 1, prog + " ");
    // argparse lets the name stand alone on its line when not even one part fits behind it.
    if (const auto& first = options_first ? optionals.front() : positionals.front();
        prog_end + 1 + codecs::len(first) > width)
      lines.front() = prog + "\n" + std::string(prog_end + 1, ' ') + lines.front().substr(prog.size() + 1);
  } else {
    lines.push_back(prog);
    append(all, usage_prefix.size());
    if (lines.size() > 2) {
      lines.resize(1);
      append(optionals, usage_prefix.size());
      append(positionals, usage_prefix.size());
    }
  }
  return fmt::format("{}", fmt::join(lines, "\n"));
}

// White space runs become one blank, those at the ends go.
std::string collapse(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool space = c == ' ' || (c >= '\t' && c <= '\r');
    if (!space) out += c;
    else if (!out.empty() && out.back() != ' ') out += ' ';
  }
  if (out.ends_with(' ')) out.pop_back();
  return out;
}

std::string paragraph(const std::string& text, const std::string& prog) {
  const std::string expanded = text.find("%(prog)") == text.npos ? text : expand_prog(text, prog);
  const std::size_t width = static_cast<std::size_t>(std::max(line_width(), 11));
  return fmt::format("{}\n\n", fmt::join(textwrap::wrap(collapse(expanded), width), "\n"));
}

// No more than one empty line in a row, none at the ends.
std::string tidy(std::string_view text) {
  std::string out;
  for (const char c : text)
    if (c != '\n' || (!out.empty() && !out.ends_with("\n\n"))) out += c;
  while (out.ends_with('\n')) out.pop_back();
  return out + "\n";
}

Actions pointers(const std::vector<DeclaredAction>& actions) {
  Actions out;
  for (const DeclaredAction& action : actions) out.push_back(&action);
  return out;
}

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

// ---- HelpFormatter ----

void HelpFormatter::add_usage(std::string& out, const ArgumentParser& parser, Actions actions) const {
  const std::string usage = parser.usage.empty() ? wrap_usage(parser.prog, actions, line_width()) : expand_prog(parser.usage, parser.prog);
  out += fmt::format("{}{}\n\n", usage_prefix, usage);
}

void HelpFormatter::add_arguments(std::string& out, const ArgumentParser& parser, Actions actions) const {
  // The longest argument of all sections sets the column of the help, up to a limit.
  std::size_t longest = 0;
  for (const DeclaredAction& action : parser.actions())
    if (!action.is_suppressed()) longest = std::max(longest, codecs::len(invocation(action)) + indent_of_arguments);
  const auto limit = static_cast<std::size_t>(std::min(24, std::max(line_width() - 20, 4)));
  const std::size_t help_position = std::min(longest + 2, limit);
  const auto help_width = static_cast<std::size_t>(std::max(line_width() - static_cast<int>(help_position), 11));

  for (const DeclaredAction* action : actions) {
    if (action->is_suppressed()) continue;
    const std::string header = invocation(*action);
    std::string line = std::string(indent_of_arguments, ' ') + header;
    std::vector<std::string> help;
    if (!collapse(action->argument.help).empty())
      help = textwrap::wrap(collapse(expand_help(*action, parser.prog)), help_width);
    const std::size_t header_end = indent_of_arguments + codecs::len(header);
    if (!help.empty() && header_end + 2 <= help_position) {
      line += std::string(help_position - header_end, ' ') + help.front();
      help.erase(help.begin());
    }
    out += line + "\n";
    for (const std::string& more : help) out += std::string(help_position, ' ') + more + "\n";
  }
}

// ---- ArgumentParser ----

ArgumentParser::ArgumentParser(Init init)
    : prog(init.prog.empty() && !sys::argv.empty() ? os::path::basename(sys::argv[0]) : std::move(init.prog)),
      usage(std::move(init.usage)),
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

  Plan plan = Matcher(*this, args).plan();
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

std::string ArgumentParser::format_usage() const {
  std::string out;
  formatter_->add_usage(out, *this, pointers(actions_));
  return tidy(out);
}

std::string ArgumentParser::format_help() const {
  std::string out;
  formatter_->add_usage(out, *this, pointers(actions_));
  if (!description.empty()) out += paragraph(description, prog);
  const auto add_section = [&](std::string_view heading, bool positional) {
    Actions section;
    for (const DeclaredAction& action : actions_)
      if (action.is_positional() == positional) section.push_back(&action);
    std::string arguments;
    formatter_->add_arguments(arguments, *this, std::move(section));
    if (!arguments.empty()) out += fmt::format("\n{}:\n{}\n", heading, arguments);
  };
  add_section("positional arguments", true);
  add_section("options", false);
  return tidy(out);
}

void ArgumentParser::print_help() const { print(*sys::stdout_, format_help()); }

void ArgumentParser::error(const std::string& message) const {
  print(*sys::stderr_, format_usage());
  print(*sys::stderr_, fmt::format("{}: error: {}\n", prog, message));
  throw SystemExit(2);
}

}  // namespace python::argparse
