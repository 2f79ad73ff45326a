#include "tracewalk/nearest.h"

#include <algorithm>
#include <limits>
#include <string>
#include <vector>

namespace tracewalk {
namespace {

std::size_t edits(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before_last(b.size() + 1), last(b.size() + 1), now(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    now[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      now[j] = std::min({last[j] + 1, now[j - 1] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) now[j] = std::min(now[j], before_last[j - 2] + 1);
    }
    before_last.swap(last);
    last.swap(now);
  }
  return last[b.size()];
}

}  // namespace

std::string nearest(std::string_view misspelt, std::span<const std::string_view> words) {
  std::string plain(misspelt);
  plain.erase(std::remove_if(plain.begin(), plain.end(), [](char c) { return c == '*' || c == '?'; }), plain.end());
  std::string best;
  std::size_t least = std::numeric_limits<std::size_t>::max();
  const auto consider = [&](std::string_view part, std::size_t penalty, std::string_view word, std::string_view rest) {
    const std::size_t cost = edits(plain, part) * 2 + penalty;
    if (cost < least) least = cost, best = std::string(word) + std::string(rest);
  };
  for (const std::string_view word : words) {
    consider(word, 0, word, "");  // a whole word before a part of one
    for (std::size_t dot = word.find('.'); dot != word.npos; dot = word.find('.', dot + 1)) {
      consider(word.substr(dot + 1), 1, word, "");
      consider(word.substr(0, dot), 1, word.substr(0, dot), ".*");
    }
  }
  return best;
}

}  // namespace tracewalk
