// argparse, first half of parsing: which word belongs to which argument. Nothing is converted here, so nothing can be wrong
// with a value yet; argparse.cpp calls in, and takes the plan on to CLI11.
#include <algorithm>
#include <iterator>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "python/argparse_detail.h"

namespace python::argparse::detail {
namespace {

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

}  // namespace

bool Plan::saw(const DeclaredAction& action) const {
  return std::any_of(steps.begin(), steps.end(), [&](const Step& step) { return step.action == &action; });
}

Plan match(const ArgumentParser& parser, const std::vector<std::string>& args) { return Matcher(parser, args).plan(); }

}  // namespace python::argparse::detail
