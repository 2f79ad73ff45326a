// The paper under the output: lines no wider than the window, and rows of two cells, one for each run.
#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <vector>

#include "tracepoints/language.h"
#include "tracepoints/sinks/text_layout.h"
#include "tracewalk/tracediff/look.h"
#include "tracewalk/tracediff/tree.h"

namespace tracewalk::tracediff {

class Sheet {
 public:
  /// Takes: a look that outlives it.
  explicit Sheet(const Look& look);

 protected:
  using Spans = tracepoints::sinks::Spans;
  using Style = tracepoints::sinks::Style;

  std::string_view say(const tracepoints::Text& text) const { return in(look_.language, text); }
  template <class... Args>
  std::string say(const tracepoints::Text& text, const Args&... args) const {
    return fmt::format(fmt::runtime(say(text)), args...);
  }
  /// One of two spellings, by what the terminal can show.
  std::string_view glyph(std::string_view utf8, std::string_view ascii) const { return look_.utf8 ? utf8 : ascii; }
  std::string_view ellipsis() const { return glyph("…", "..."); }

  /// One line; what is too long is cut.
  void put(const Spans& line);
  void put_wrapped(int indent, std::string_view first, std::string_view text, Style style);
  /// Two cells side by side, the marker between them; in one column the marker stands first.
  void row(std::string_view marker, Style style, const std::vector<Spans>& left, const std::vector<Spans>& right);

  /// id name=value name=value
  Spans call(const Node& node, int room) const;
  /// The id, or as many of its last parts as there is room for.
  std::string fitting_id(std::string_view id, int room) const;
  /// A few lines that fit the column.
  std::vector<Spans> cell(const Spans& text, int indent) const;

  std::string take() { return std::move(out_); }

  const Look& look_;
  const bool two_;  // columns; else one
  const int cell_;  // its width

 private:
  std::string out_;
};

}  // namespace tracewalk::tracediff
