// A Diff for programs.
#pragma once

#include <string>

#include "tracewalk/tracediff/diff.h"
#include "tracewalk/tracediff/render.h"

namespace tracewalk::tracediff {

/// One JSON object and a newline. Its keys, which later versions only add to, are described in docs/tracediff.md.
std::string as_json(const Diff& diff, const Source& left, const Source& right);

}  // namespace tracewalk::tracediff
