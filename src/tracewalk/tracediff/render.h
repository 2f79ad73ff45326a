// A Diff as text for a person: two columns side by side, or one where the window is narrow.
#pragma once

#include <string>

#include "tracepoints/sinks/recording_reader.h"
#include "tracewalk/tracediff/diff.h"
#include "tracewalk/tracediff/look.h"

namespace tracewalk::tracediff {

/// One of the two recordings, as it is introduced.
struct Source {
  std::string path;
  const tracepoints::sinks::Recording* recording = nullptr;
};

/// Gives: whole lines.
std::string rendered(const Diff& diff, const Source& left, const Source& right, const Look& look);

}  // namespace tracewalk::tracediff
