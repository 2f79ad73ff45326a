#include "tracewalk/trace_options.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <string_view>

#include "tracepoints/catalogue.h"
#include "tracepoints/trace.h"
#include "tracewalk/nearest.h"
#include "tracewalk/trace_help.h"

namespace tracewalk {
namespace {

using tracepoints::Language;
using tracepoints::sinks::Tell;

constexpr const char* carrier = "TRACEWALK_TRACE";  // the options on their way to the child, one a line
constexpr std::string_view ticket_line = "ticket=";  // not an option: nobody can type it

std::string_view variable(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

/// What is being gathered, beside the options themselves.
struct Gathering {
  TraceOptions options;
  std::optional<int> zoom;
  bool help = false, version = false;
};

// One row for each option; a later one is one row more.
struct Option {
  std::string_view name;
  std::string_view values;  // "": takes none; "[...]": may be left out
  bool (*take)(Gathering&, std::string_view value);  // false: not one of `values`
};

bool take_patterns(Gathering& all, std::string_view value) {
  std::string& patterns = all.options.patterns;
  if (!patterns.empty() && !value.empty()) patterns += ',';
  patterns += value;
  return true;
}

bool take_zoom(Gathering& all, std::string_view value) {
  if (value.size() != 1 || value[0] < '0' || value[0] > '3') return false;
  all.zoom = value[0] - '0';
  return true;
}

bool take_tell(Gathering& all, std::string_view value) {
  if (value == "brief") all.options.tell = Tell::brief;
  else if (value == "story") all.options.tell = Tell::story;
  else if (value == "source") all.options.tell = Tell::source;
  else return false;
  return true;
}

bool take_language(Gathering& all, std::string_view value) {
  if (value == "en") all.options.language = Language::en;
  else if (value == "zh") all.options.language = Language::zh;
  else return false;
  return true;
}

bool take_file(Gathering& all, std::string_view value) {
  all.options.file = value;
  all.options.ticket.clear();
  return true;
}

constexpr std::string_view file_option = "--trace-file", language_option = "--trace-lang";

constexpr Option table[] = {
    {"--trace", "[PATTERN,...]", take_patterns},
    {"--trace-zoom", "0, 1, 2 or 3", take_zoom},
    {"--trace-tell", "brief, story or source", take_tell},
    {language_option, "en or zh", take_language},
    {file_option, "FILE", take_file},
    {"--trace-help", "", [](Gathering& all, std::string_view) { return all.help = true; }},
    {"--trace-version", "", [](Gathering& all, std::string_view) { return all.version = true; }},
};

// --traceback and what argparse takes for it (--tracebac) are Django's.
bool is_ours(std::string_view argument) {
  return argument == "--trace" || argument.starts_with("--trace=") || argument.starts_with("--trace-");
}

void take(Gathering& all, std::string_view argument) {
  const std::size_t equals = argument.find('=');
  const std::string_view name = argument.substr(0, equals);
  const bool has_value = equals != argument.npos;
  const std::string_view value = has_value ? argument.substr(equals + 1) : "";
  const std::string shown = tracepoints::sinks::harmless(argument);
  const Option* option = std::find_if(std::begin(table), std::end(table), [&](const Option& o) { return o.name == name; });
  if (option == std::end(table)) {
    std::vector<std::string_view> names;
    for (const Option& o : table) names.push_back(o.name);
    throw TraceOptionError(fmt::format("tracer: there is no option {}; the nearest is {} (--trace-help lists them)",
                                       tracepoints::sinks::harmless(name), nearest(name, names)));
  }
  const bool optional = option->values.starts_with('[');
  if (has_value && option->values.empty()) throw TraceOptionError(fmt::format("tracer: {}: {} takes no value", shown, name));
  if (value.empty() && !option->values.empty() && !(optional && !has_value))
    throw TraceOptionError(fmt::format("tracer: {} needs its value attached: {}={}", name, name, option->values));
  if (!option->take(all, value))
    throw TraceOptionError(fmt::format("tracer: {}: the value must be {}", shown, option->values));
  if (name != file_option) all.options.on = true;  // a recording is silent
  if (name != language_option) all.options.only_language = false;
}

Language language_of_locale() {
  for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANG"})
    if (const std::string_view value = variable(name); !value.empty())
      return value.starts_with("zh") ? Language::zh : Language::en;
  return Language::en;
}

bool wants_colour(const std::vector<std::string>& argv) {
  const auto has = [&](std::string_view option) { return std::find(argv.begin(), argv.end(), option) != argv.end(); };
  if (has("--no-color")) return false;
  if (has("--force-color")) return true;
  if (!variable("NO_COLOR").empty() || variable("DJANGO_COLORS") == "nocolor" || variable("TERM") == "dumb") return false;
  return ::isatty(STDERR_FILENO) == 1;
}

void check_patterns(const std::string& patterns) {
  std::string_view unmatched;
  if (patterns.empty() || tracepoints::are_patterns(patterns, &unmatched)) return;
  const std::string_view glob = unmatched.substr(unmatched.starts_with('-') ? 1 : 0);
  throw TraceOptionError(fmt::format("tracer: --trace: no tracepoint matches '{}'; the nearest is '{}'",
                                     tracepoints::sinks::harmless(glob), nearest(glob, tracepoints::ids)));
}

// Who names stages wants to see them: without a zoom of its own, the smallest that shows all that are named.
int zoom_of(const std::string& patterns) {
  int zoom = 1;
  std::string_view rest = patterns;
  while (!rest.empty()) {
    const std::string_view pattern = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(pattern.size() + 1, rest.size()));
    if (pattern.empty() || pattern == "*" || pattern.starts_with('-')) continue;
    for (const tracepoints::Tracepoint& stage : tracepoints::catalogue())
      if (tracepoints::glob_matches(pattern, stage.id)) zoom = std::max(zoom, stage.zoom);
  }
  return zoom;
}

}  // namespace

TraceOptions take_trace_options(std::vector<std::string>& argv) {
  std::vector<std::string> taken;
  if (variable("RUN_MAIN") == "true") {
    std::string_view rest = variable(carrier);
    while (!rest.empty()) {
      taken.emplace_back(rest.substr(0, rest.find('\n')));
      rest.remove_prefix(std::min(taken.back().size() + 1, rest.size()));
    }
  }
  const auto first = argv.empty() ? argv.begin() : argv.begin() + 1;  // argv[0] is the program
  const auto ours = std::stable_partition(first, argv.end(), [](const std::string& argument) { return !is_ours(argument); });
  taken.insert(taken.end(), ours, argv.end());
  argv.erase(ours, argv.end());

  Gathering all;
  all.options.language = language_of_locale();
  std::string carried;
  for (const std::string& argument : taken) {
    if (argument.starts_with(ticket_line)) {
      all.options.ticket = argument.substr(ticket_line.size());
      continue;
    }
    take(all, argument);
    if (!argument.starts_with(file_option)) carried += (carried.empty() ? "" : "\n") + argument;
  }
  check_patterns(all.options.patterns);
  all.options.zoom = all.zoom.value_or(zoom_of(all.options.patterns));
  all.options.colour = wants_colour(argv);
  if (carried.empty())
    ::unsetenv(carrier);
  else
    ::setenv(carrier, carried.c_str(), 1);
  if (all.version) all.options.print = fmt::format("tracewalk {} (mirrors Django {})\n", version(), mirrored_django);
  if (all.help) all.options.print = trace_help(all.options.language);
  return all.options;
}

std::string_view version() {
#ifdef TRACEWALK_VERSION
  return TRACEWALK_VERSION;
#else
  return "0";
#endif
}

void carry_recording(const std::string& path, const std::string& ticket) {
  std::string carried(variable(carrier));
  carried += fmt::format("{}{}={}\n{}{}", carried.empty() ? "" : "\n", file_option, path, ticket_line, ticket);
  ::setenv(carrier, carried.c_str(), 1);
}

}  // namespace tracewalk
