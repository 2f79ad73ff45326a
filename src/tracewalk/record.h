// Switches the recording on, as --trace-file asks for it.
#pragma once

#include <memory>

#include "tracepoints/sinks/recording.h"
#include "tracewalk/trace_options.h"

namespace tracewalk {

/// Begins the recording, or, in a child of the auto-reloader, goes on with the one that its parent began. Later children of this process
/// are told about it through the environment.
/// Gives: nullptr, after a line on standard error, where a child cannot go on with it: that is no reason not to serve.
/// Raises: TraceOptionError when the file cannot be recorded into; a file that was there before is untouched then.
std::shared_ptr<tracepoints::sinks::RecordingSink> open_recording(const TraceOptions& options, tracepoints::sinks::RecordedProcess process);

}  // namespace tracewalk
