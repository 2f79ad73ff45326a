#include "tracewalk/narrate.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <string_view>

#include "tracepoints/catalogue.h"
#include "tracepoints/sinks/narrator.h"
#include "tracepoints/sinks/terminal.h"
#include "tracepoints/trace.h"

namespace tracewalk {
namespace {

using namespace tracepoints;

constexpr std::string_view parent = "parent", child = "child";

}  // namespace

// argparse takes abbreviations: --norel.
bool will_reload(const std::vector<std::string>& argv) {
  const auto is_no = [](std::string_view argument) {
    constexpr std::string_view noreload = "--noreload";
    return (argument.size() > 4 && argument.starts_with("--nor") && noreload.starts_with(argument)) || argument == "--help" ||
           argument == "-h" || argument == "--version";
  };
  return argv.size() > 1 && argv[1] == "runserver" && std::none_of(argv.begin(), argv.end(), is_no);
}

// What is not told need not be sent. Idle turns are counted from zoom 1 on, though their calls are deeper.
void switch_on(const TraceOptions& options, bool every_zoom) {
  enable(options.patterns);
  const auto stages = catalogue();
  for (std::size_t i = 0; i < stages.size() && !every_zoom; ++i)
    if (stages[i].zoom > options.zoom && !(stages[i].folds && options.zoom > 0)) enable_one(static_cast<Index>(i), false);
}

void start(const TraceOptions& options, const std::vector<std::string>& argv) {
  if (!options.on) return;
  if (!compiled_in) throw TraceOptionError("tracer: this program was built without its tracepoints (TRACEPOINTS=OFF); build it with them to use --trace");
  const char* const run_main = std::getenv("RUN_MAIN");  // "true" in the process that the auto-reloader started
  const bool is_child = run_main && std::string_view(run_main) == "true";
  if (is_child)
    name_process(child);
  else if (will_reload(argv))
    name_process(parent);
  add_sink(std::make_shared<sinks::Narrator>(
      sinks::NarratorOptions{.zoom = options.zoom, .tell = options.tell, .language = options.language, .colour = options.colour,
                             .utf8 = sinks::locale_is_utf8(), .told_before = is_child ? "autoreload" : ""},
      std::make_unique<sinks::FilePaper>(STDERR_FILENO)));
  switch_on(options);
}

}  // namespace tracewalk
