#include "tracepoints/sinks/text_layout.h"

#include <algorithm>

namespace tracepoints::sinks {
namespace {

struct Range {
  char32_t first, last;
};

constexpr Range wide[] = {{0x1100, 0x115f}, {0x2e80, 0x303e}, {0x3041, 0x33ff}, {0x3400, 0x4dbf}, {0x4e00, 0x9fff},
                          {0xa000, 0xa4cf}, {0xac00, 0xd7a3}, {0xf900, 0xfaff}, {0xfe30, 0xfe6f}, {0xff00, 0xff60},
                          {0xffe0, 0xffe6}, {0x1f300, 0x1f64f}, {0x1f900, 0x1f9ff}, {0x20000, 0x3fffd}};
constexpr Range zero[] = {{0x300, 0x36f}, {0x200b, 0x200f}, {0xfe00, 0xfe0f}};

constexpr std::u32string_view never_first = U"，。、；：？！）】》〉」』”’…—％·～,.;:?!)]}";
constexpr std::u32string_view never_last = U"（【《〈「『“‘([{";

template <std::size_t N>
bool within(const Range (&ranges)[N], char32_t code) noexcept {
  return std::any_of(std::begin(ranges), std::end(ranges), [&](Range r) { return code >= r.first && code <= r.last; });
}

int width_of(char32_t code) noexcept { return within(zero, code) ? 0 : within(wide, code) ? 2 : 1; }

// A word, a Chinese character with the punctuation that clings to it, or a piece that wants to stay whole.
struct Atom {
  std::string text;
  Style style = Style::plain;
  int width = 0;
  bool space_before = false;
  bool glued = false;  // no break between this one and the one before
};

bool is_chinese(char32_t code) noexcept { return code >= 0x2e80 && within(wide, code); }

void split_into_atoms(const Span& span, std::vector<Atom>& atoms, bool& space, char32_t& previous) {
  std::string_view rest = span.text;
  if (span.keep_together) {
    atoms.push_back({std::string(rest), span.style, columns(rest), space, !space && !atoms.empty() && !is_chinese(previous)});
    space = false;
    for (std::string_view tail = rest; !tail.empty(); tail.remove_prefix(first_character(tail).size))
      previous = first_character(tail).code;
    return;
  }
  bool fresh = true;  // the style may have changed: never append to an atom of another span
  while (!rest.empty()) {
    const Character c = first_character(rest);
    const std::string_view bytes = rest.substr(0, c.size);
    rest.remove_prefix(c.size);
    if (c.code == U' ') {
      space = true;
      continue;
    }
    const bool clings = never_first.find(c.code) != never_first.npos || never_last.find(previous) != never_last.npos;
    const bool breakable = space || is_chinese(c.code) || is_chinese(previous);
    if (!atoms.empty() && !space && !fresh && (clings || !breakable)) {
      atoms.back().text += bytes;
      atoms.back().width += width_of(c.code);
    } else {
      atoms.push_back({std::string(bytes), span.style, width_of(c.code), space, !space && (clings || !breakable)});
    }
    fresh = space = false;
    previous = c.code;
  }
}

void append(Spans& line, std::string_view text, Style style) {
  if (!line.empty() && line.back().style == style)
    line.back().text += text;
  else
    line.push_back({std::string(text), style});
}

// The head of a text that is too long for any line: ends after a dot or slash if there is one in its second half.
std::size_t head_size(std::string_view text, int width) {
  std::size_t size = 0, nice = 0;
  int used = 0;
  while (size < text.size()) {
    const Character c = first_character(text.substr(size));
    used += width_of(c.code);
    if (used > width && size > 0) break;
    size += c.size;
    if (used * 2 > width && (c.code == U'.' || c.code == U'/' || c.code == U',' || c.code == U' ')) nice = size;
  }
  return size < text.size() && nice != 0 ? nice : size;
}

}  // namespace

Character first_character(std::string_view text) noexcept {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  const std::size_t size = lead < 0x80 ? 1 : lead >= 0xc2 && lead < 0xe0 ? 2 : lead >= 0xe0 && lead < 0xf0 ? 3
                           : lead >= 0xf0 && lead < 0xf5 ? 4 : 0;
  if (size == 1) return {lead, 1};
  if (size == 0 || size > text.size()) return {0xfffd, 1};
  char32_t code = lead & (0xffU >> (size + 1));
  for (std::size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return {0xfffd, 1};
    code = (code << 6) | (byte(i) & 0x3fU);
  }
  return {code, size};
}

int columns(std::string_view text) noexcept {
  int sum = 0;
  while (!text.empty()) {
    const Character c = first_character(text);
    sum += width_of(c.code);
    text.remove_prefix(c.size);
  }
  return sum;
}

int columns(const Spans& spans) noexcept {
  int sum = 0;
  for (const Span& span : spans) sum += columns(span.text);
  return sum;
}

std::vector<Spans> wrap(const Spans& text, int width, int later_width) {
  std::vector<Atom> atoms;
  bool space = false;
  char32_t previous = U' ';
  for (const Span& span : text) split_into_atoms(span, atoms, space, previous);

  std::vector<Spans> lines(1);
  int used = 0;
  const auto new_line = [&] { lines.emplace_back(), used = 0, width = later_width; };
  for (std::size_t i = 0; i < atoms.size(); ++i) {
    Atom& atom = atoms[i];
    int needed = atom.width;  // with what may not be broken off it
    for (std::size_t j = i + 1; j < atoms.size() && atoms[j].glued; ++j) needed += atoms[j].width;
    const int gap = atom.space_before && used > 0 ? 1 : 0;
    if (used > 0 && !atom.glued && used + gap + needed > width) new_line();
    if (used > 0 && gap == 1) append(lines.back(), " ", atom.style), used += 1;
    std::string_view rest = atom.text;
    while (used + columns(rest) > width) {
      if (used >= width) {
        new_line();
        continue;
      }
      const std::size_t size = head_size(rest, width - used);
      if (size == rest.size()) break;
      append(lines.back(), rest.substr(0, size), atom.style);
      rest.remove_prefix(size);
      new_line();
    }
    append(lines.back(), rest, atom.style);
    used += columns(rest);
  }
  return lines;
}

Spans cut(const Spans& text, int width, std::string_view ellipsis) {
  if (columns(text) <= width) return text;
  Spans line;
  int room = width - columns(ellipsis);
  for (const Span& span : text) {
    std::string_view rest = span.text;
    while (!rest.empty()) {
      const Character c = first_character(rest);
      room -= width_of(c.code);
      if (room < 0) {
        append(line, ellipsis, span.style);
        return line;
      }
      append(line, rest.substr(0, c.size), span.style);
      rest.remove_prefix(c.size);
    }
  }
  return line;
}

Spans shorten_values(Spans text, int width, std::string_view ellipsis) {
  constexpr int least = 14;
  const auto is_value = [](const Span& span) { return span.style == Style::value || span.style == Style::result; };
  for (int excess = columns(text) - width; excess > 0; excess = columns(text) - width) {
    Span* longest = nullptr;
    for (Span& span : text)
      if (is_value(span) && (!longest || columns(span.text) > columns(longest->text))) longest = &span;
    if (!longest || columns(longest->text) <= least) break;
    int second = least;
    for (const Span& span : text)
      if (is_value(span) && &span != longest) second = std::max(second, columns(span.text));
    const int now = columns(longest->text);
    const int wanted = std::max({now - excess, std::min(second, now - 1), least});
    const Spans shorter = cut({{longest->text, longest->style}}, wanted, ellipsis);
    longest->text = shorter.front().text;
  }
  return text;
}

std::string harmless(std::string_view text) {
  constexpr char hex[] = "0123456789abcdef";
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const Character c = first_character(text);
    const bool marks = (c.code >= 0x200b && c.code <= 0x200f) || (c.code >= 0x2028 && c.code <= 0x202f) ||
                       (c.code >= 0x2066 && c.code <= 0x2069) || c.code == 0xfeff;  // they turn a line around, or hide
    const bool broken = c.code == 0xfffd && c.size == 1;
    if (c.code < 0x20 || (c.code >= 0x7f && c.code < 0xa0) || marks || broken) {
      for (const char byte : text.substr(0, c.size)) {
        const auto b = static_cast<unsigned char>(byte);
        out += {'\\', 'x', hex[b >> 4], hex[b & 15]};
      }
    } else {
      out += text.substr(0, c.size);
    }
    text.remove_prefix(c.size);
  }
  return out;
}

}  // namespace tracepoints::sinks
