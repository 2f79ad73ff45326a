// difflib: fetch_command asks for the command that an unknown name resembles. The measure is Python's: the longest common
// block, then the longest blocks left and right of it, and so on; twice their length over the length of both texts.
#include "python/difflib.h"

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "python/codecs.h"
#include "python/exceptions.h"

namespace python::difflib {
namespace {

struct Range {
  std::size_t alo, ahi, blo, bhi;
};
struct Match {
  std::size_t a, b, size;
};

class SequenceMatcher {
 public:
  SequenceMatcher(std::u32string a, std::u32string b) : a_(std::move(a)), b_(std::move(b)) {
    for (std::size_t j = 0; j < b_.size(); ++j) b2j_[b_[j]].push_back(j);
    // Python's "autojunk": in a long text, a character that is everywhere starts no block.
    if (b_.size() >= 200) std::erase_if(b2j_, [&](const auto& entry) { return entry.second.size() > b_.size() / 100 + 1; });
  }

  double ratio() const {
    const std::size_t length = a_.size() + b_.size();
    return length == 0 ? 1.0 : 2.0 * static_cast<double>(matches()) / static_cast<double>(length);
  }

 private:
  // The longest block; of equals the first in a, then the first in b.
  Match find_longest_match(const Range& in) const {
    Match best{in.alo, in.blo, 0};
    std::map<std::size_t, std::size_t> lengths;  // end in b -> length of the block that ends there and at a[i - 1]
    for (std::size_t i = in.alo; i < in.ahi; ++i) {
      std::map<std::size_t, std::size_t> next;
      if (const auto found = b2j_.find(a_[i]); found != b2j_.end()) {
        for (const std::size_t j : found->second) {
          if (j < in.blo) continue;
          if (j >= in.bhi) break;
          const auto before = lengths.find(j);
          const std::size_t length = next[j + 1] = (before == lengths.end() ? 0 : before->second) + 1;
          if (length > best.size) best = {i + 1 - length, j + 1 - length, length};
        }
      }
      lengths = std::move(next);
    }
    // A character that starts no block may still lengthen one.
    while (best.a > in.alo && best.b > in.blo && a_[best.a - 1] == b_[best.b - 1]) --best.a, --best.b, ++best.size;
    while (best.a + best.size < in.ahi && best.b + best.size < in.bhi && a_[best.a + best.size] == b_[best.b + best.size])
      ++best.size;
    return best;
  }

  std::size_t matches() const {
    std::size_t sum = 0;
    std::vector<Range> left{{0, a_.size(), 0, b_.size()}};
    while (!left.empty()) {
      const Range in = left.back();
      left.pop_back();
      const Match found = find_longest_match(in);
      if (found.size == 0) continue;
      sum += found.size;
      if (in.alo < found.a && in.blo < found.b) left.push_back({in.alo, found.a, in.blo, found.b});
      if (found.a + found.size < in.ahi && found.b + found.size < in.bhi)
        left.push_back({found.a + found.size, in.ahi, found.b + found.size, in.bhi});
    }
    return sum;
  }

  std::u32string a_, b_;
  std::map<char32_t, std::vector<std::size_t>> b2j_;
};

}  // namespace

double ratio(std::string_view a, std::string_view b) {
  return SequenceMatcher(codecs::decode(a), codecs::decode(b)).ratio();
}

std::vector<std::string> get_close_matches(std::string_view word, const std::vector<std::string>& possibilities,
                                           std::size_t n, double cutoff) {
  if (n == 0) throw ValueError("n must be > 0: 0");
  if (!(cutoff >= 0.0 && cutoff <= 1.0)) throw ValueError(fmt::format("cutoff must be in [0.0, 1.0]: {}", cutoff));
  std::vector<std::pair<double, std::string>> scored;
  for (const std::string& possibility : possibilities)
    if (const double score = ratio(possibility, word); score >= cutoff) scored.emplace_back(score, possibility);
  // Python takes the largest (score, text) pairs, so the text decides between equal scores.
  std::stable_sort(scored.begin(), scored.end(), [](const auto& a, const auto& b) { return a > b; });
  std::vector<std::string> best;
  for (std::size_t i = 0; i < scored.size() && i < n; ++i) best.push_back(std::move(scored[i].second));
  return best;
}

}  // namespace python::difflib
