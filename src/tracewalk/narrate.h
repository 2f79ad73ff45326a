// Switches the narration and the recording on, as the options ask for them.
#pragma once

#include <string>
#include <vector>

#include "tracewalk/trace_options.h"

namespace tracewalk {

/// Adds the narrator on standard error, the recording, or both, switches on what they need, and names this process where there will be
/// two. Does nothing when the options ask for neither. `argv` is the command line without the trace options.
/// Raises: TraceOptionError where the tracepoints were not compiled in, and where the file cannot be recorded into.
void start(const TraceOptions& options, const std::vector<std::string>& argv);

/// Whether this command line of a manage.py, program first, makes two processes: runserver does, unless it is told not to.
bool will_reload(const std::vector<std::string>& argv);

/// Switches on what the narration and the recording that the options ask for need.
void switch_on(const TraceOptions& options);

}  // namespace tracewalk
