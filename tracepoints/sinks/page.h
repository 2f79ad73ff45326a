// The narrator's page: the margin with time, lane and rails, and the text beside it, wrapped to the width of the paper.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "tracepoints/sinks/text_layout.h"

namespace tracepoints::sinks {

/// How a line joins the rails of the frames around it.
enum class Joint : unsigned char {
  enter,   // ├ a new line inside the frame around it
  inside,  // │ more about the line above
  leave,   // └ the frame ends here
};

/// The left side of a line.
struct Margin {
  std::int64_t time_ns = -1;   // since the start of the process; below 0: not shown
  std::string_view lane;       // "" : lanes are not told apart yet
  bool name_lane = true;       // else only its room is kept free
  int level = 0;               // how many shown frames are around it
  Joint joint = Joint::enter;
  int hang = 2;                // the text's further lines are set in by as much
};

/// Collects the lines of one block; take() gives them for one write.
class Page {
 public:
  Page(bool colour, bool utf8) : colour_(colour), utf8_(utf8) {}

  void set_width(int width) noexcept { width_ = width; }
  /// Text of any length, wrapped.
  void put(const Margin& margin, const Spans& text);
  /// The same, with values shortened first. `one_line`: what is still too long is cut, but never the name it starts with.
  void put_short(const Margin& margin, const Spans& text, bool one_line);
  /// A line across the page: ── left ───────── right
  void rule(std::string_view lane, std::string_view left, std::string_view right);
  std::string take() noexcept;

  /// One of two spellings, by what the terminal can show.
  std::string_view glyph(std::string_view utf8, std::string_view ascii) const noexcept { return utf8_ ? utf8 : ascii; }

 private:
  Spans margin_spans(const Margin& margin, bool first) const;
  void line(Spans margin, const Spans& text);

  bool colour_, utf8_;
  int width_ = 80;
  std::string block_;
};

}  // namespace tracepoints::sinks
