#include "tracewalk/tracediff/sheet.h"

#include <algorithm>

#include "tracepoints/sinks/palette.h"

namespace tracewalk::tracediff {

using namespace tracepoints::sinks;

namespace {

constexpr int least_two_columns = 72;  // narrower windows get one
constexpr std::size_t most_lines = 3;  // of one cell

}  // namespace

Sheet::Sheet(const Look& look) : look_(look), two_(look.width >= least_two_columns), cell_(two_ ? (look.width - 3) / 2 : look.width - 2) {}

void Sheet::put(const Spans& line) {
  Spans trimmed = line;
  while (!trimmed.empty()) {
    std::string& text = trimmed.back().text;
    text.erase(text.find_last_not_of(' ') + 1);
    if (!text.empty()) break;
    trimmed.pop_back();
  }
  out_ += painted(cut(trimmed, look_.width, ellipsis()), look_.colour) + '\n';
}

void Sheet::put_wrapped(int indent, std::string_view first, std::string_view text, Style style) {
  const std::string margin(static_cast<std::size_t>(indent), ' ');
  const int lead = indent + columns(first), width = std::max(look_.width - lead, 20);
  bool is_first = true;
  for (const Spans& line : wrap({{harmless(text), style}}, width, width)) {
    Spans whole{{margin + (is_first ? std::string(first) : std::string(static_cast<std::size_t>(columns(first)), ' ')), style}};
    whole.insert(whole.end(), line.begin(), line.end());
    put(whole);
    is_first = false;
  }
}

std::string Sheet::fitting_id(std::string_view id, int room) const {
  if (columns(id) <= room) return std::string(id);
  const int kept = room - columns(ellipsis());
  for (std::size_t dot = id.find('.'); dot != id.npos; dot = id.find('.', dot + 1))
    if (columns(id.substr(dot)) <= kept) return std::string(ellipsis()) + std::string(id.substr(dot));
  std::string_view tail = id;
  while (columns(tail) > std::max(kept, 1)) tail.remove_prefix(first_character(tail).size);
  return std::string(ellipsis()) + std::string(tail);
}

Spans Sheet::call(const Node& node, int room) const {
  Spans text{{fitting_id(harmless(node.id), room), Style::stage}};
  if (node.enter)
    for (const auto& [name, value] : node.enter->values) {
      text.push_back({" ", Style::plain});
      text.push_back({harmless(name) + "=", Style::name});
      text.push_back({harmless(value), Style::value});
    }
  if (node.enter && node.enter->what == tracepoints::What::decision) {
    text.push_back({" = ", Style::plain});
    text.push_back({harmless(node.enter->outcome), Style::decision});
  }
  return text;
}

std::vector<Spans> Sheet::cell(const Spans& text, int indent) const {
  const int width = std::max(cell_ - indent, 12);
  std::vector<Spans> lines = wrap(shorten_values(text, width * 3 - 10, ellipsis()), width, width - 2);
  if (lines.size() > most_lines) {
    lines.resize(most_lines);
    if (!lines.back().back().text.ends_with(ellipsis())) lines.back().push_back({std::string(ellipsis()), Style::plain});
    lines.back() = cut(lines.back(), width - 2, ellipsis());
  }
  bool is_first = true;
  for (Spans& line : lines) {
    line.insert(line.begin(), {std::string(static_cast<std::size_t>(indent + (is_first ? 0 : 2)), ' '), Style::plain});
    is_first = false;
  }
  return lines;
}

void Sheet::row(std::string_view marker, Style style, const std::vector<Spans>& left, const std::vector<Spans>& right) {
  if (!two_) {
    for (const std::vector<Spans>* side : {&left, &right})
      for (const Spans& text : *side) {
        Spans line{{std::string(marker) + " ", style}};
        line.insert(line.end(), text.begin(), text.end());
        put(line);
      }
    return;
  }
  for (std::size_t i = 0; i < std::max(left.size(), right.size()); ++i) {
    Spans line = i < left.size() ? left[i] : Spans{};
    line.push_back({std::string(static_cast<std::size_t>(std::max(cell_ - columns(line), 0)), ' '), Style::plain});
    line.push_back({" " + std::string(marker) + " ", style});
    if (i < right.size()) line.insert(line.end(), right[i].begin(), right[i].end());
    put(line);
  }
}

}  // namespace tracewalk::tracediff
