// A Diff as text for a person: two columns side by side, or one where the window is narrow.
#pragma once

#include <string>

#include "tracepoints/language.h"
#include "tracepoints/sinks/recording_reader.h"
#include "tracewalk/tracediff/diff.h"

namespace tracewalk::tracediff {

/// One of the two recordings, as it is introduced.
struct Source {
  std::string path;
  const tracepoints::sinks::Recording* recording = nullptr;
};

struct Look {
  int width = 80;
  bool colour = false;
  bool utf8 = true;
  bool all = false;    // equal stretches too, and everything inside what only one side has
  bool brief = false;  // the summary alone
  tracepoints::Language language = tracepoints::Language::en;
};

/// Gives: whole lines.
std::string rendered(const Diff& diff, const Source& left, const Source& right, const Look& look);

}  // namespace tracewalk::tracediff
