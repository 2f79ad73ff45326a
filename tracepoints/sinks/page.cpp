#include "tracepoints/sinks/page.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "tracepoints/sinks/palette.h"

namespace tracepoints::sinks {
namespace {

constexpr int time_columns = 8;
constexpr int least_text = 24;  // narrower than that, the text runs over the edge: it is still better than a column of syllables

}  // namespace

// Outer levels have two columns each, deep ones have one, and all of them together at most half of the page.
Spans Page::margin_spans(const Margin& margin, bool first) const {
  Spans spans;
  spans.push_back({first && margin.time_ns >= 0 ? fmt::format("{:>7.3f} ", static_cast<double>(margin.time_ns) / 1e9)
                                                : std::string(time_columns, ' '),
                   Style::time});
  if (!margin.lane.empty()) {
    std::string lane(margin.lane);
    if (!first || !margin.name_lane) lane.assign(static_cast<std::size_t>(columns(margin.lane)), ' ');
    spans.push_back({lane + ' ', Style::lane});
  }
  const int roomy = width_ / 20, most = width_ / 2;
  std::string rails;
  int used = 0;
  const auto rail = [&](int level, std::string_view sign) {
    if (used >= most) return;
    rails += sign;
    if (level < roomy) rails += ' ';
    used += level < roomy ? 2 : 1;
  };
  const std::string_view through = glyph("│", "|");
  const int open = margin.level;
  if (margin.joint == Joint::enter && first) {
    for (int i = 0; i + 1 < open; ++i) rail(i, through);
    if (open > 0) rail(open - 1, glyph("├", "|"));
  } else {
    for (int i = 0; i < open; ++i) rail(i, through);
    if (margin.joint == Joint::leave) rail(open, first ? glyph("└", "`") : " ");
    if (margin.joint == Joint::inside) rail(open, through);
  }
  if (!rails.empty() && rails.back() != ' ') rails += ' ';
  spans.push_back({rails, Style::rail});
  return spans;
}

void Page::line(Spans margin, const Spans& text) {
  Spans all = std::move(margin);
  all.insert(all.end(), text.begin(), text.end());
  if (text.empty() || columns(text) == 0)
    while (!all.empty() && all.back().text.find_first_not_of(' ') == std::string::npos) all.pop_back();
  std::string out = painted(all, colour_);
  if (!colour_) out.erase(out.find_last_not_of(' ') + 1);
  block_ += out;
  block_ += '\n';
}

void Page::put(const Margin& margin, const Spans& text) {
  const int room = std::max(width_ - columns(margin_spans(margin, true)), least_text);
  const std::vector<Spans> lines = wrap(text, room, std::max(room - margin.hang, least_text));
  for (std::size_t i = 0; i < lines.size(); ++i) {
    Spans left = margin_spans(margin, i == 0);
    if (i > 0 && margin.hang > 0) left.push_back({std::string(static_cast<std::size_t>(margin.hang), ' '), Style::plain});
    line(std::move(left), lines[i]);
  }
}

void Page::put_short(const Margin& margin, const Spans& text, bool one_line) {
  Spans left = margin_spans(margin, true);
  const int room = std::max(width_ - columns(left), least_text);
  const std::string_view ellipsis = glyph("…", "...");
  const Spans shorter = shorten_values(text, room, ellipsis);
  const int name = shorter.empty() ? 0 : columns(shorter.front().text);
  if (columns(shorter) <= room || (one_line && name <= room))
    line(std::move(left), cut(shorter, room, ellipsis));
  else
    put(margin, shorten_values(text, 2 * room - 12, ellipsis));  // two lines then, and more of each value
}

void Page::rule(std::string_view lane, std::string_view left, std::string_view right) {
  const std::string_view dash = glyph("─", "-");
  const auto dashes = [&](int count) {
    std::string out;
    for (int i = 0; i < count; ++i) out += dash;
    return out;
  };
  Spans spans = {{dashes(2) + ' ', Style::rail}};
  if (!lane.empty()) spans.push_back({std::string(lane) + ": ", Style::lane});
  const int room = width_ - columns(spans) - columns(right) - (right.empty() ? 1 : 2) - 2;
  for (Span& span : cut({{std::string(left), Style::heading}}, std::max(room, 8), glyph("…", "..."))) spans.push_back(std::move(span));
  const int rest = width_ - columns(spans) - columns(right) - (right.empty() ? 1 : 2);
  spans.push_back({' ' + dashes(std::max(rest, 2)), Style::rail});
  if (!right.empty()) spans.push_back({' ' + std::string(right), Style::place});
  line({}, spans);
}

std::string Page::take() noexcept { return std::exchange(block_, {}); }

}  // namespace tracepoints::sinks
