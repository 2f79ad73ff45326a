// Text in terminal columns: how wide it is, and where it may be broken.
// English breaks at spaces. Chinese breaks between characters, but never so that a line starts with 。 or ends with （.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tracepoints::sinks {

/// What a piece of text is, so that the palette can colour it.
enum class Style : unsigned char {
  plain, time, rail, stage, leg, name, value, result, decision, note, error, stop, heading, lane, why, place
};

struct Span {
  std::string text;
  Style style = Style::plain;
  bool keep_together = false;  // broken only if it is longer than a whole line
};
using Spans = std::vector<Span>;

/// The first character of valid or broken UTF-8, with the bytes it takes (at least 1).
struct Character {
  char32_t code = 0;
  std::size_t size = 1;
};
Character first_character(std::string_view text) noexcept;

/// Columns on a terminal: Chinese characters are 2 wide, combining marks 0.
int columns(std::string_view text) noexcept;
int columns(const Spans& spans) noexcept;

/// Breaks into lines of at most `width` columns, the second and later ones of at most `later_width`.
/// Each line is a row of spans without a space at its end.
std::vector<Spans> wrap(const Spans& text, int width, int later_width);

/// Shortens the longest values and results until all fits, but leaves each its first characters; names are never touched.
Spans shorten_values(Spans text, int width, std::string_view ellipsis);

/// One line: what is too long is cut, and ends in `ellipsis`.
Spans cut(const Spans& text, int width, std::string_view ellipsis);

/// The text with every control character, and every byte that is not UTF-8, made visible: \x1b.
std::string harmless(std::string_view text);

}  // namespace tracepoints::sinks
