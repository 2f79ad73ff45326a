// One stage of the chain, as data. The entries stand in catalogue/, one header per leg, in story order.
#pragma once

#include <array>
#include <string_view>

namespace tracepoints {

/// The same sentence in both languages.
struct Text {
  std::string_view en, zh;
};

/// Where a Django version has the stage: the line of its `def`; 0 when that version lacks it.
struct Line {
  std::string_view version;
  int line = 0;
};

/// One way out of a decision. `value` is what the fork's value prints as ("True", "'help'"),
/// `then` what happens there, `how` the switch, setting or fault that leads there.
struct Alternative {
  std::string_view value;
  Text then{}, how{};
};

/// What the call site marks: a frame (TRACE_FRAME), a moment (TRACE_POINT), a fork (TRACE_DECISION).
enum class Kind : unsigned char { frame, point, decision };

struct Tracepoint {
  std::string_view id;        // the tail of the qualname; a point or decision adds ":word"
  std::string_view qualname;  // Django's or Python's dotted name
  std::string_view path;      // file below Django's folder, or below Lib/ ("Lib/socketserver.py")
  std::array<Line, 4> lines{};
  std::string_view leg;       // the chapter: an id of `legs`
  int zoom = 2;               // 0 the legs, 1 the stages, 2 every mirrored call, 3 system calls
  Kind kind = Kind::frame;
  bool folds = false;         // an idle turn of a loop: counted below zoom 3, not printed one by one
  Text what{}, why{}, mistake{};
  std::array<Alternative, 5> alternatives{};
  std::string_view anchor;    // the section of walkthrough.md
};

/// A chapter of the story. `anchor` is its section of walkthrough.md.
struct Leg {
  std::string_view id, anchor;
  Text title;
};

}  // namespace tracepoints
