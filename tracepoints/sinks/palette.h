// Colours that can be read on a dark and on a light ground: never black, white or yellow; dim only for what frames the text.
#pragma once

#include <string>
#include <string_view>

#include "tracepoints/sinks/text_layout.h"

namespace tracepoints::sinks {

inline constexpr std::string_view escape_end = "\x1b[0m";

constexpr std::string_view escape_of(Style style) noexcept {
  switch (style) {
    case Style::rail:
    case Style::time:
    case Style::place:
    case Style::why: return "\x1b[2m";
    case Style::stage: return "\x1b[1m";
    case Style::leg: return "\x1b[1;36m";
    case Style::heading: return "\x1b[1;35m";
    case Style::value: return "\x1b[36m";
    case Style::result: return "\x1b[32m";
    case Style::decision: return "\x1b[1;35m";
    case Style::error: return "\x1b[1;31m";
    case Style::stop: return "\x1b[35m";
    case Style::lane: return "\x1b[32m";
    case Style::plain:
    case Style::name:
    case Style::note: return "";
  }
  return "";
}

inline std::string painted(const Spans& line, bool colour) {
  std::string out;
  for (const Span& span : line) {
    const std::string_view escape = colour ? escape_of(span.style) : "";
    out += escape;
    out += span.text;
    if (!escape.empty()) out += escape_end;
  }
  return out;
}

}  // namespace tracepoints::sinks
