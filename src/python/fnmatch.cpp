// fnmatch: matched directly, without a regular expression in between. Both texts are UTF-8.
#include "python/fnmatch.h"

#include <cstddef>

namespace python::fnmatch {
namespace {

/// The next code point; broken bytes count as themselves.
char32_t next(std::string_view& text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  const std::size_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
  if (size == 1 || size > text.size()) {
    text.remove_prefix(1);
    return lead;
  }
  char32_t point = lead & (0xFFU >> (size + 1));
  for (std::size_t i = 1; i < size; ++i) point = (point << 6) | (byte(i) & 0x3FU);
  text.remove_prefix(size);
  return point;
}

/// `set` is what stands between the brackets, its "!" included.
bool in_set(char32_t c, std::string_view set) {
  const bool negated = set.starts_with('!');
  if (negated) set.remove_prefix(1);
  bool found = false;
  while (!set.empty()) {
    const char32_t low = next(set);
    char32_t high = low;
    if (set.size() > 1 && set.front() == '-') {
      set.remove_prefix(1);
      high = next(set);
    }
    found = found || (low <= c && c <= high);
  }
  return found != negated;
}

}  // namespace

bool fnmatchcase(std::string_view name, std::string_view pattern) {
  // Where to go on when what follows the last * does not fit: one character further.
  std::string_view name_after_star, pattern_after_star;
  bool star = false;
  for (;;) {
    const std::string_view name_here = name;
    bool fits = false;
    if (pattern.empty()) {
      if (name.empty()) return true;
    } else if (pattern.front() == '*') {
      pattern.remove_prefix(1);
      star = true, name_after_star = name, pattern_after_star = pattern;
      continue;
    } else if (!name.empty()) {
      const std::size_t from = pattern.size() > 1 && pattern[1] == '!' ? 2 : 1;
      const std::size_t close = pattern.front() == '[' ? pattern.find(']', from + 1) : std::string_view::npos;
      if (close != std::string_view::npos) {
        fits = in_set(next(name), pattern.substr(1, close - 1));
        pattern.remove_prefix(close + 1);
      } else {
        const char32_t wanted = next(pattern);  // a [ that is never closed stands for itself
        fits = next(name) == wanted || wanted == U'?';
      }
    }
    if (fits) continue;
    if (!star || name_here.empty() || name_after_star.empty()) return false;
    next(name_after_star);
    name = name_after_star, pattern = pattern_after_star;
  }
}

}  // namespace python::fnmatch
