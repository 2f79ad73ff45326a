// The --trace* options. They are taken off the command line before the chain sees it, so that the chain is the one that a user
// without them gets.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "tracepoints/language.h"
#include "tracepoints/sinks/narrator.h"

namespace tracewalk {

inline constexpr std::string_view mirrored_django = "5.2.10";
/// The tool's own version.
std::string_view version();

struct TraceOptions {
  bool on = false;       // narrate
  bool only_language = true;  // no option but --trace-lang: for a command that prints in a language of its own, no wish to narrate it
  std::string file;      // record into this file; "": do not
  std::string ticket;    // in a child of the auto-reloader: RecordingSink::ticket() of the process that began the file
  std::string patterns;  // comma-separated globs over ids; "" is everything
  int zoom = 1;
  tracepoints::sinks::Tell tell = tracepoints::sinks::Tell::story;
  tracepoints::Language language = tracepoints::Language::en;
  bool colour = false;
  std::string print;     // --trace-help, --trace-version: print this on standard output, exit with 0, and do nothing else
};

/// A wrong option. what() is the one line for standard error; the exit code is 2.
class TraceOptionError : public std::invalid_argument {
 public:
  using std::invalid_argument::invalid_argument;
  static constexpr int exit_code = 2;
};

/// Takes every trace option out of argv, wherever it stands, also behind a bare `--`.
/// The auto-reloader starts its child with the same command line, from which they are gone: they travel in the environment
/// variable TRACEWALK_TRACE, which is read only where RUN_MAIN=true says that this process is such a child.
/// Raises: TraceOptionError.
TraceOptions take_trace_options(std::vector<std::string>& argv);

/// Those of this run, once main has taken them: for the commands that act on them.
inline TraceOptions trace_options;

/// What else travels in that variable, once the recording has begun: where the file is, and the ticket to it.
void carry_recording(const std::string& path, const std::string& ticket);

}  // namespace tracewalk
