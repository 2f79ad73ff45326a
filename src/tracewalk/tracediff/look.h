// How a comparison is shown.
#pragma once

#include "tracepoints/language.h"

namespace tracewalk::tracediff {

struct Look {
  int width = 80;
  bool colour = false;
  bool utf8 = true;
  bool all = false;    // equal stretches too, and everything inside what only one side has
  bool brief = false;  // the summary alone
  tracepoints::Language language = tracepoints::Language::en;
};

}  // namespace tracewalk::tracediff
