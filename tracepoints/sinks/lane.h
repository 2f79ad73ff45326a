// What the narrator remembers of one thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tracepoints/trace.h"

namespace tracepoints::sinks {

struct OpenFrame {
  Index index = 0;
  bool shown = false;
  bool has_shown_inside = false;  // something was printed below its own line
  int turn_starts_with = -1;      // the first idle call of the loop that this frame runs; -1: it runs none so far
};

/// Turns of a loop that brought nothing. The last call is held back: only what comes next tells whether its turn was idle.
struct Idle {
  int turns = 0;
  std::int64_t since_ns = 0;  // of the first turn counted
  std::int64_t until_ns = 0;
  bool holds = false;
  Event call, leave;          // the held call, as it was entered and as it returned
  bool any() const noexcept { return turns > 0 || holds; }
};

/// An exception on its way out.
struct Trouble {
  bool passing = false;
  bool shown = false;      // on the innermost frame that is shown
  int depth = 0;           // Event::passing when it was met
  int frames = 0;          // shown frames that it left since then
  std::string text;
};

struct Lane {
  std::string label;
  bool is_request = false;
  bool is_thread = false;  // not the process's first thread
  std::vector<OpenFrame> stack;
  Idle idle;
  Trouble trouble;

  int level() const noexcept {
    int count = 0;
    for (const OpenFrame& frame : stack) count += frame.shown;
    return count;
  }
  OpenFrame* innermost_shown() noexcept {
    for (auto frame = stack.rbegin(); frame != stack.rend(); ++frame)
      if (frame->shown) return &*frame;
    return nullptr;
  }
};

}  // namespace tracepoints::sinks
