#include "tracewalk/tracediff/align.h"

#include <algorithm>
#include <cstddef>
#include <unordered_map>

#include "tracewalk/tracediff/values.h"

namespace tracewalk::tracediff {
namespace {

using Row = std::vector<int>;  // nodes of one side, in order

constexpr std::size_t greatest_table = 1 << 18;  // pairs of siblings that are weighed against each other
constexpr std::size_t window = 32;               // beyond that: how far ahead a partner is looked for
constexpr int unwrapping = 3;                    // how many stages that one side lacks may stand around others
constexpr std::uint64_t patience = 4'000'000;    // pairs that may be weighed in all

class Aligner {
 public:
  Aligner(const Tree& left, const Tree& right) : left_(left), right_(right) {
    out_.left = {std::vector<int>(left.nodes.size(), -1), std::vector<Match>(left.nodes.size(), Match::none)};
    out_.right = {std::vector<int>(right.nodes.size(), -1), std::vector<Match>(right.nodes.size(), Match::none)};
    for (std::size_t i = 1; i < left.nodes.size(); ++i) ++times_[left.nodes[i].id].first;
    for (std::size_t i = 1; i < right.nodes.size(); ++i) ++times_[right.nodes[i].id].second;
  }

  Alignment run() {
    pair(0, 0);
    find_moved();
    return std::move(out_);
  }

 private:
  struct Pair {
    std::size_t left, right;  // places in the rows
  };

  bool occurs_once(const Node& a) const {
    const auto& [here, there] = times_.at(a.id);
    return here == 1 && there == 1;
  }
  bool is_certain(const Node& a, const Node& b) const { return a.id == b.id && (occurs_once(a) || (same_subject(a, b) && value_changes(a, b).empty())); }
  int shared_below(const Node& a, const Node& b) const;
  int weight(int l, int r) const;

  void pair(int l, int r);
  void pair_equal(int l, int r);
  void rows(Row left, Row right, int deep);
  std::vector<Pair> best_pairs(const Row& left, const Row& right, bool only_certain);
  std::vector<Pair> near_pairs(const Row& left, const Row& right, bool only_certain) const;
  void gap(Row left, Row right, int deep);
  Row opened(const Row& row, const Tree& tree, int times) const;
  std::vector<int> unmatched(const Tree& tree, const Alignment::Side& side) const;
  void find_moved();
  void pair_moved(int l, int r);
  Row free_children(const Tree& tree, const Alignment::Side& side, int node) const;

  const Tree& left_;
  const Tree& right_;
  Alignment out_;
  Match as_ = Match::placed;  // what a pair becomes
  std::unordered_map<std::string_view, std::pair<int, int>> times_;
  std::uint64_t weighed_ = 0;
};

int Aligner::shared_below(const Node& a, const Node& b) const {
  int shared = 0;
  for (std::size_t i = 0; i < a.below.size(); ++i) shared += std::min(a.below[i], b.below[i]);
  return shared;
}

// How much is gained when two siblings are taken for one; 0: they cannot be.
int Aligner::weight(int l, int r) const {
  const Node& a = left_[l];
  const Node& b = right_[r];
  if (a.id != b.id) return 0;
  const int shared = shared_below(a, b);
  if (a.full == b.full) return 4 * (a.size + 1);
  const bool same_values = value_changes(a, b).empty();
  if (!occurs_once(a)) {
    if (!same_subject(a, b)) return 0;
    // Two calls without anything inside, given other values: another call, unless nothing else is left for it.
    if (!same_values && a.size == 1 && b.size == 1) return 1;
  }
  return 4 * (1 + shared) + (same_values ? 2 : 0);
}

void Aligner::pair(int l, int r) {
  const auto i = static_cast<std::size_t>(l), j = static_cast<std::size_t>(r);
  if (left_[l].full == right_[r].full && left_[l].size == right_[r].size && as_ == Match::placed) return pair_equal(l, r);
  out_.left.other[i] = r;
  out_.right.other[j] = l;
  out_.left.match[i] = out_.right.match[j] = as_;
  if (as_ == Match::placed) rows(left_[l].children, right_[r].children, 0);
  else rows(free_children(left_, out_.left, l), free_children(right_, out_.right, r), 0);
}

// Equal subtrees are equal ranges.
void Aligner::pair_equal(int l, int r) {
  for (int k = 0; k < left_[l].size; ++k) {
    const auto i = static_cast<std::size_t>(l + k), j = static_cast<std::size_t>(r + k);
    out_.left.other[i] = r + k;
    out_.right.other[j] = l + k;
    out_.left.match[i] = out_.right.match[j] = as_;
  }
}

void Aligner::rows(Row left, Row right, int deep) {
  std::size_t head = 0;
  while (head < left.size() && head < right.size() && left_[left[head]].full == right_[right[head]].full) pair(left[head], right[head]), ++head;
  left.erase(left.begin(), left.begin() + static_cast<std::ptrdiff_t>(head));
  right.erase(right.begin(), right.begin() + static_cast<std::ptrdiff_t>(head));
  while (!left.empty() && !right.empty() && left_[left.back()].full == right_[right.back()].full) {
    pair(left.back(), right.back());
    left.pop_back();
    right.pop_back();
  }
  if (left.empty() || right.empty()) return;

  std::vector<Pair> pairs = best_pairs(left, right, deep > 0);
  Row left_gap, right_gap;
  std::size_t i = 0, j = 0;
  pairs.push_back({left.size(), right.size()});
  for (const Pair& p : pairs) {
    left_gap.assign(left.begin() + static_cast<std::ptrdiff_t>(i), left.begin() + static_cast<std::ptrdiff_t>(p.left));
    right_gap.assign(right.begin() + static_cast<std::ptrdiff_t>(j), right.begin() + static_cast<std::ptrdiff_t>(p.right));
    gap(left_gap, right_gap, deep);
    if (p.left < left.size()) pair(left[p.left], right[p.right]);
    i = p.left + 1;
    j = p.right + 1;
  }
}

// The heaviest common subsequence of two rows.
std::vector<Aligner::Pair> Aligner::best_pairs(const Row& left, const Row& right, bool only_certain) {
  const std::size_t n = left.size(), m = right.size();
  weighed_ += n * m;
  if (n * m > greatest_table || weighed_ > patience) return near_pairs(left, right, only_certain);
  std::vector<int> gain(n * m), best((n + 1) * (m + 1), 0);
  const auto at = [&](std::size_t i, std::size_t j) -> int& { return best[i * (m + 1) + j]; };
  for (std::size_t i = n; i-- > 0;)
    for (std::size_t j = m; j-- > 0;) {
      int& g = gain[i * m + j];
      g = only_certain && !is_certain(left_[left[i]], right_[right[j]]) ? 0 : weight(left[i], right[j]);
      at(i, j) = std::max({at(i + 1, j), at(i, j + 1), g > 0 ? at(i + 1, j + 1) + g : 0});
    }
  std::vector<Pair> pairs;
  for (std::size_t i = 0, j = 0; i < n && j < m;) {
    const int g = gain[i * m + j];
    if (g > 0 && at(i, j) == at(i + 1, j + 1) + g) pairs.push_back({i++, j++});
    else if (at(i, j) == at(i + 1, j)) ++i;
    else ++j;
  }
  return pairs;
}

// For very long rows: each node takes the next one ahead that it can be, equal ones first.
std::vector<Aligner::Pair> Aligner::near_pairs(const Row& left, const Row& right, bool only_certain) const {
  std::vector<Pair> pairs;
  std::size_t j = 0;
  for (std::size_t i = 0; i < left.size() && j < right.size(); ++i) {
    const Node& a = left_[left[i]];
    const std::size_t end = std::min(right.size(), j + window);
    const auto found_by = [&](const auto& test) {
      std::size_t k = j;
      while (k < end && !test(right_[right[k]])) ++k;
      return k;
    };
    std::size_t k = found_by([&](const Node& b) { return a.full == b.full; });
    if (k == end) k = found_by([&](const Node& b) { return a.id == b.id && (only_certain ? is_certain(a, b) : occurs_once(a) || same_subject(a, b)); });
    if (k == end) continue;
    pairs.push_back({i, k});
    j = k + 1;
  }
  return pairs;
}

// A row with its nodes replaced by what is inside them, some times over.
Row Aligner::opened(const Row& row, const Tree& tree, int times) const {
  Row now = row;
  for (; times > 0; --times) {
    Row next;
    for (const int node : now) {
      if (tree[node].children.empty()) next.push_back(node);
      else next.insert(next.end(), tree[node].children.begin(), tree[node].children.end());
    }
    now = std::move(next);
  }
  return now;
}

// Between two pairs: is what one side has here inside a stage that the other side lacks?
void Aligner::gap(Row left, Row right, int deep) {
  if (left.empty() || right.empty() || deep >= unwrapping || as_ != Match::placed) return;
  for (int sum = 1; sum <= unwrapping; ++sum)
    for (int l = 0; l <= sum; ++l) {
      const Row inside_left = opened(left, left_, l), inside_right = opened(right, right_, sum - l);
      if (inside_left.size() * inside_right.size() > greatest_table / 16 || weighed_ > patience) return;
      if (!best_pairs(inside_left, inside_right, true).empty()) return rows(inside_left, inside_right, deep + 1);
    }
}

std::vector<int> Aligner::unmatched(const Tree& tree, const Alignment::Side& side) const {
  std::vector<int> out;
  for (std::size_t i = 1; i < tree.nodes.size(); ++i)
    if (side.match[i] == Match::none && tree.nodes[i].turns == 0) out.push_back(static_cast<int>(i));
  return out;
}

Row Aligner::free_children(const Tree& tree, const Alignment::Side& side, int node) const {
  Row out;
  for (const int child : tree[node].children)
    if (side.match[static_cast<std::size_t>(child)] == Match::none) out.push_back(child);
  return out;
}

void Aligner::pair_moved(int l, int r) {
  as_ = Match::inside;
  pair(l, r);
  as_ = Match::placed;
  out_.left.match[static_cast<std::size_t>(l)] = out_.right.match[static_cast<std::size_t>(r)] = Match::moved;
}

// What is left over on both sides and is the same stage with the same values has moved; the larger and the earlier first.
void Aligner::find_moved() {
  const auto is_free = [&](int l, int r) {
    return out_.left.match[static_cast<std::size_t>(l)] == Match::none && out_.right.match[static_cast<std::size_t>(r)] == Match::none;
  };
  std::unordered_map<std::uint64_t, Row> by_content;
  std::unordered_map<std::string_view, Row> by_id;
  for (const int r : unmatched(right_, out_.right)) by_content[right_[r].full].push_back(r), by_id[right_[r].id].push_back(r);
  const Row lefts = unmatched(left_, out_.left);
  for (const int l : lefts)
    if (const auto equal = by_content.find(left_[l].full); equal != by_content.end())
      for (const int r : equal->second)
        if (is_free(l, r)) {
          pair_moved(l, r);
          break;
        }
  for (const int l : lefts) {
    const auto same = by_id.find(left_[l].id);
    if (same == by_id.end()) continue;
    int best = -1, most = -1;
    std::size_t looked_at = 0;
    for (const int r : same->second) {
      if (!is_free(l, r) || ++looked_at > window) continue;
      if (!is_certain(left_[l], right_[r])) continue;
      if (const int shared = shared_below(left_[l], right_[r]); shared > most) most = shared, best = r;
    }
    if (best >= 0) pair_moved(l, best);
  }
}

}  // namespace

Alignment align(const Tree& left, const Tree& right) { return Aligner(left, right).run(); }

}  // namespace tracewalk::tracediff
