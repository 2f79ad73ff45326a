// argparse, the layout: usage lines, help, the text of --version. ArgumentParser.print_help and error() come in here.
#include <algorithm>
#include <cctype>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "python/argparse_detail.h"
#include "python/codecs.h"
#include "python/shutil.h"
#include "python/textwrap.h"

namespace python::argparse {
namespace {

using detail::Actions;

std::string join_choices(const List& choices, std::string_view separator) {
  std::vector<std::string> texts;
  for (const Value& choice : choices) texts.push_back(str(choice));
  return fmt::format("{}", fmt::join(texts, separator));
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

// Parts side by side, in lines behind an indent; a part that is too long has a line to itself.
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

std::string detail::version_text(const ArgumentParser& parser, const DeclaredAction& action) {
  const std::string text = expand_prog(action.argument.version, parser.prog);
  const int width = std::max(line_width(), 11);
  return fmt::format("{}\n", fmt::join(textwrap::wrap(text, static_cast<std::size_t>(width)), "\n"));
}

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

}  // namespace python::argparse
