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
#include "tracewalk/record.h"

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
void switch_on(const TraceOptions& options) {
  enable(options.patterns);
  if (!options.file.empty()) return;  // a recording has everything, and the narrator lets pass by what is too deep for it
  const auto stages = catalogue();
  for (std::size_t i = 0; i < stages.size(); ++i)
    if (stages[i].zoom > options.zoom && !(stages[i].folds && options.zoom > 0)) enable_one(static_cast<Index>(i), false);
}

void start(const TraceOptions& options, const std::vector<std::string>& argv) {
  const bool records = !options.file.empty();
  if (!options.on && !records) return;
  if (!compiled_in) throw TraceOptionError("tracer: this program was built without its tracepoints (TRACEPOINTS=OFF); build it with them to use --trace");
  const char* const run_main = std::getenv("RUN_MAIN");  // "true" in the process that the auto-reloader started
  const bool is_child = run_main && std::string_view(run_main) == "true";
  if (is_child)
    name_process(child);
  else if (will_reload(argv))
    name_process(parent);
  if (options.on)
    add_sink(std::make_shared<sinks::Narrator>(
        sinks::NarratorOptions{.zoom = options.zoom, .tell = options.tell, .language = options.language, .colour = options.colour,
                               .utf8 = sinks::locale_is_utf8(), .hears_all = records, .told_before = is_child ? "autoreload" : ""},
        std::make_unique<sinks::FilePaper>(STDERR_FILENO)));
  if (records)
    if (auto recording = open_recording(options, {.version = std::string(version()), .django = std::string(mirrored_django), .python = "", .argv = argv}))
      add_sink(std::move(recording));
  switch_on(options);
}

}  // namespace tracewalk
