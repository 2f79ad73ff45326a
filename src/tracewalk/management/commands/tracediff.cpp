#include "tracewalk/management/commands/tracediff.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <vector>

#include "python/exceptions.h"
#include "tracepoints/sinks/recording_reader.h"
#include "tracepoints/sinks/terminal.h"
#include "tracepoints/sinks/text_layout.h"
#include "tracepoints/trace.h"
#include "tracewalk/nearest.h"
#include "tracewalk/trace_options.h"
#include "tracewalk/tracediff/diff.h"
#include "tracewalk/tracediff/json.h"
#include "tracewalk/tracediff/render.h"

namespace tracewalk::management::commands::tracediff {

namespace base = django::core::management::base;
using namespace tracewalk::tracediff;
using tracepoints::sinks::harmless;
using tracepoints::sinks::Recording;
using enum python::argparse::Action;

namespace {

constexpr int different = 1, trouble = 2;

Recording recording_in(const std::string& path) {
  try {
    return tracepoints::sinks::read_recording(path);
  } catch (const tracepoints::sinks::RecordingError& e) {
    throw base::CommandError(e.what(), trouble);
  }
}

// A trace of another program reads well and has nothing to say.
void expect_stages(const std::string& path, const Recording& recording) {
  if (recording.records.empty() && recording.foreign > 0)
    throw base::CommandError(fmt::format("{}: none of its {} calls is a stage of the chain; was it recorded while manage.py ran?", harmless(path), recording.foreign), trouble);
}

void check_patterns(const std::string& patterns) {
  std::string_view unmatched;
  if (patterns.empty() || tracepoints::are_patterns(patterns, &unmatched)) return;
  const std::string_view glob = unmatched.substr(unmatched.starts_with('-') ? 1 : 0);
  throw base::CommandError(fmt::format("--only: no stage matches '{}'; the nearest is '{}'", harmless(glob), nearest(glob, tracepoints::ids)), trouble);
}

// Standard output is what is coloured here, not standard error.
bool wants_colour(const base::Options& options, bool is_terminal) {
  const auto is_set = [](const char* name) {
    const char* value = std::getenv(name);
    return value && *value;
  };
  const char* term = std::getenv("TERM");
  if (options.get<bool>("no_color")) return false;
  if (options.get<bool>("force_color")) return true;
  const char* colors = std::getenv("DJANGO_COLORS");
  return is_terminal && !is_set("NO_COLOR") && !(term && std::string_view(term) == "dumb") && !(colors && std::string_view(colors) == "nocolor");
}

int width_of(const base::Options& options) {
  if (!options["width"].is_none()) return std::clamp(options.get<int>("width"), 40, 1000);
  return tracepoints::sinks::FilePaper(STDOUT_FILENO).width();
}

}  // namespace

Command::Command() {
  help =
      "Compares two recordings as trees of stages: what only one run has, what moved, and which values differ. "
      "Takes what --trace-file and watch record, and VizTracer's JSON. "
      "Idle turns of the server's loop count as one; times, ports, process ids and the folders above a file are not compared. "
      "Exits with 0 when the runs are the same, 1 when they differ, 2 when a file cannot be read.";
  requires_system_checks = {.all = false, .tags = {}};
}

void Command::add_arguments(base::CommandParser& parser) {
  parser.add_argument({"left"}, {.metavar = "A", .help = "A recording; - is standard input."});
  parser.add_argument({"right"}, {.metavar = "B", .help = "The recording to compare it with."});
  parser.add_argument({"--all", "-a"}, {.action = store_true, .help = "Show every stage, also where both runs are the same."});
  parser.add_argument({"--brief", "-q"}, {.action = store_true, .help = "Print only how many differences there are."});
  parser.add_argument({"--no-values"}, {.action = store_false, .dest = "values", .help = "Compare only which stages run, not their values and results."});
  parser.add_argument({"--only"}, {.default_ = "", .metavar = "PATTERN,...",
                                   .help = "Compare only stages whose ids match; -PATTERN leaves out, e.g. --only=-importlib.*"});
  parser.add_argument({"--zoom"}, {.default_ = "3", .choices = {"0", "1", "2", "3"},
                                   .help = "Compare only what a narration at this zoom shows; default: 3, everything."});
  parser.add_argument({"--json"}, {.action = store_true, .help = "Print the result as JSON, for programs."});
  parser.add_argument({"--width", "-W"}, {.type = python::argparse::Type::int_, .metavar = "COLUMNS",
                                          .help = "Columns of the output; default: the terminal's, else 80. Below 72 the two runs share one column."});
}

std::optional<std::string> Command::handle(base::Options& options) {
  const std::string a = options.get<std::string>("left"), b = options.get<std::string>("right");
  const std::string only = options.get<std::string>("only");
  check_patterns(only);
  if (a == "-" && b == "-") throw base::CommandError("standard input can be only one of the two recordings", trouble);
  const Recording left = recording_in(a), right = recording_in(b);
  expect_stages(a, left);
  expect_stages(b, right);

  const tracepoints::Language language = trace_options.language;
  const Diff diff = compare(left, right, {.patterns = only, .zoom = std::atoi(options.get<std::string>("zoom").c_str()), .values = options.get<bool>("values"), .language = language});
  const Source from{a, &left}, to{b, &right};
  if (options.get<bool>("json")) {
    stdout_->write(as_json(diff, from, to), {}, "");
  } else {
    const Look look{.width = width_of(options), .colour = wants_colour(options, stdout_->isatty()), .utf8 = tracepoints::sinks::locale_is_utf8(),
                    .all = options.get<bool>("all"), .brief = options.get<bool>("brief"), .language = language};
    stdout_->write(rendered(diff, from, to, look), {}, "");
  }
  if (diff.counts.different() > 0) throw python::SystemExit(different);
  return std::nullopt;
}

void exec(python::importlib::Module& module) { module.set("Command", base::command_class<Command>()); }

}  // namespace tracewalk::management::commands::tracediff
