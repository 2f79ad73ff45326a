// Switches the narration on, as the options ask for it.
#pragma once

#include <string>
#include <vector>

#include "tracewalk/trace_options.h"

namespace tracewalk {

/// Adds the narrator on standard error, switches on what it will show, and names this process where there will be two.
/// Does nothing when `options.on` is false. `argv` is the command line without the trace options.
/// Raises: TraceOptionError where the tracepoints were not compiled in.
void start(const TraceOptions& options, const std::vector<std::string>& argv);

/// Whether this command line of a manage.py, program first, makes two processes: runserver does, unless it is told not to.
bool will_reload(const std::vector<std::string>& argv);

/// Switches on what the options ask for. `every_zoom`: also what is deeper than the zoom shown.
void switch_on(const TraceOptions& options, bool every_zoom = false);

}  // namespace tracewalk
