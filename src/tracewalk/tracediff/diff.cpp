#include "tracewalk/tracediff/diff.h"

#include <algorithm>

#include "tracewalk/tracediff/versions.h"

namespace tracewalk::tracediff {
namespace {

using tracepoints::sinks::Record;
using tracepoints::sinks::Recording;

// What the recorder of a real Django never tells, though it tells of other moments: LEFT_OUT in watch/recorder.py.
constexpr std::string_view not_by_watch[] = {"importlib.import_module:found"};

std::vector<std::string_view> left_out_by(const Recording& a, const Recording& b) {
  if (a.metadata.producer != "tracewalk watch" && b.metadata.producer != "tracewalk watch") return {};
  return {std::begin(not_by_watch), std::end(not_by_watch)};
}

std::vector<std::string> both(const std::vector<std::string>& a, const std::vector<std::string>& b, bool in_b) {
  std::vector<std::string> out;
  for (const std::string& kind : a)
    if ((std::find(b.begin(), b.end(), kind) != b.end()) == in_b) out.push_back(kind);
  return out;
}

// Puts two aligned trees into one list of lines.
class Merger {
 public:
  Merger(const Tree& left, const Tree& right, const Alignment& alignment, const Versions& versions, const Choice& choice, Counts& counts,
         std::string_view left_django, std::string_view right_django)
      : left_(left), right_(right), side_(alignment), versions_(versions), choice_(choice), counts_(counts), left_django_(left_django), right_django_(right_django),
        left_line_(left.nodes.size(), -1), right_line_(right.nodes.size(), -1) {}

  std::vector<Line> run() {
    int l = 1, r = 1;
    while (l <= left_.count() || r <= right_.count()) {
      if (l <= left_.count() && at(side_.left.match, l) != Match::placed) left_only(l++);
      else if (r <= right_.count() && at(side_.right.match, r) != Match::placed) right_only(r++);
      else if (l <= left_.count() && r <= right_.count()) pair(l++, r++);
      else break;
    }
    link_moved();
    for (Line& line : lines_) explain(line);
    mark_context();
    count();
    return std::move(lines_);
  }

 private:
  template <class T>
  static T at(const std::vector<T>& list, int i) {
    return list[static_cast<std::size_t>(i)];
  }
  int owner(int l, int r) const {
    const int a = l < 0 ? -1 : at(left_line_, left_[l].parent), b = r < 0 ? -1 : at(right_line_, right_[r].parent);
    return std::max(a, b);
  }
  void put(Line line) {
    const int here = static_cast<int>(lines_.size());
    if (line.left >= 0) left_line_[static_cast<std::size_t>(line.left)] = here;
    if (line.right >= 0) right_line_[static_cast<std::size_t>(line.right)] = here;
    lines_.push_back(std::move(line));
  }
  void pair(int l, int r);
  void left_only(int l);
  void right_only(int r);
  bool is_chance(const Node& node, std::string_view other_django) const;
  void add_end(Line& line) const;
  void link_moved();
  bool is_shuffled(const Line& line) const;
  void explain(Line& line);
  void mark_context();
  void count();

  const Tree& left_;
  const Tree& right_;
  const Alignment& side_;
  const Versions& versions_;
  const Choice& choice_;
  Counts& counts_;
  std::string_view left_django_, right_django_;
  std::vector<int> left_line_, right_line_;
  std::vector<Line> lines_;
};

// One side is still inside it, the other is not. Said of the innermost such call only.
void Merger::add_end(Line& line) const {
  const Node& a = left_[line.left];
  const Node& b = right_[line.right];
  if (!a.is_call() || !b.is_call() || a.never_returned() == b.never_returned()) return;
  const Tree& tree = a.never_returned() ? left_ : right_;
  const Node& open = a.never_returned() ? a : b;
  for (const int child : open.children)
    if (tree[child].never_returned()) return;
  const auto end = [](const Node& node) -> std::string {
    if (node.never_returned()) return "never";
    return node.leave->raised ? "raised " + node.leave->outcome : "returned";
  };
  line.changes.push_back({"end", end(a), end(b)});
}

void Merger::pair(int l, int r) {
  Line line{.sort = Sort::same, .left = l, .right = r, .owner = owner(l, r), .changes = {}, .notes = {}};
  if (choice_.values && left_[l].turns == 0) {
    line.changes = value_changes(left_[l], right_[r]);
    add_end(line);
    if (!line.changes.empty()) line.sort = Sort::values;
  }
  put(std::move(line));
}

// Whether a loop had an idle turn before the run ended says nothing, unless the other Django has no such turn.
bool Merger::is_chance(const Node& node, std::string_view other_django) const { return node.turns > 0 && !Versions::lacks(other_django, node.stage); }

void Merger::left_only(int l) {
  const Match match = at(side_.left.match, l);
  const int parent = left_[l].parent;
  const bool inside_chance = parent > 0 && at(left_line_, parent) == -2;
  if (inside_chance || (match == Match::none && is_chance(left_[l], right_django_))) {
    left_line_[static_cast<std::size_t>(l)] = -2;
    return;
  }
  const Sort sort = match == Match::none ? Sort::left : match == Match::moved ? Sort::moved : Sort::same;
  put({.sort = sort, .left = l, .right = -1, .owner = owner(l, -1), .changes = {}, .notes = {}});
}

void Merger::right_only(int r) {
  const Match match = at(side_.right.match, r);
  const int parent = right_[r].parent;
  const bool inside_chance = parent > 0 && at(right_line_, parent) == -2;
  if (inside_chance || (match == Match::none && is_chance(right_[r], left_django_))) {
    right_line_[static_cast<std::size_t>(r)] = -2;
    return;
  }
  const Sort sort = match == Match::none ? Sort::right : match == Match::moved ? Sort::moved : Sort::same;
  put({.sort = sort, .left = -1, .right = r, .owner = owner(-1, r), .changes = {}, .notes = {}});
}

// Django keeps its checks in a set: the order in which run_checks calls them says nothing.
bool Merger::is_shuffled(const Line& line) const {
  constexpr std::string_view unordered = "checks.registry.CheckRegistry.run_checks";
  const int left_parent = left_[at(side_.right.other, line.right)].parent, right_parent = right_[line.right].parent;
  return right_[right_parent].id == unordered && at(side_.right.other, right_parent) == left_parent;
}

// What moved stands in two places; what is inside it is compared in the right one.
void Merger::link_moved() {
  for (std::size_t i = 0; i < lines_.size(); ++i) {
    Line& line = lines_[i];
    if (line.right < 0 || line.left >= 0) continue;
    const int l = at(side_.right.other, line.right);
    if (l < 0 || at(left_line_, l) < 0) continue;
    line.partner = at(left_line_, l);
    lines_[static_cast<std::size_t>(line.partner)].partner = static_cast<int>(i);
    if (line.sort == Sort::moved && is_shuffled(line)) line.sort = lines_[static_cast<std::size_t>(line.partner)].sort = Sort::same;
    if (choice_.values) line.changes = value_changes(left_[l], right_[line.right]);
    if (line.sort == Sort::same && !line.changes.empty()) line.sort = Sort::values;
  }
  for (Line& line : lines_)  // its other place was inside an idle turn that is not shown
    if (line.sort == Sort::moved && line.partner < 0) line.sort = line.right < 0 ? Sort::left : Sort::right;
}

void Merger::explain(Line& line) {
  if (line.sort == Sort::same) return;
  const bool is_left = line.right < 0;
  const Tree& tree = is_left ? left_ : right_;
  const int node = is_left ? line.left : line.right;
  if (line.sort == Sort::left || line.sort == Sort::right) {
    // What stands inside an explained one needs no words of its own.
    const int around = line.owner;
    if (around >= 0 && lines_[static_cast<std::size_t>(around)].sort == line.sort && lines_[static_cast<std::size_t>(around)].explained) line.explained = true;
  }
  Place place{.id = tree[node].id, .stage = tree[node].stage, .callers = {}, .is_left = is_left, .is_moved = line.sort == Sort::moved,
              .has_other_values = line.sort == Sort::values};
  for (int up = tree[node].parent; up > 0; up = tree[up].parent) place.callers.push_back(tree[up].id);
  line.notes = versions_.explain(place);
  if (!line.notes.empty()) line.explained = true;
  if (line.sort == Sort::moved && line.partner >= 0 && line.explained) {
    Line& partner = lines_[static_cast<std::size_t>(line.partner)];
    partner.explained = true;
  }
}

void Merger::mark_context() {
  for (const Line& line : lines_) {
    if (line.sort == Sort::same) continue;
    for (int up = line.owner; up >= 0 && !lines_[static_cast<std::size_t>(up)].context; up = lines_[static_cast<std::size_t>(up)].owner)
      lines_[static_cast<std::size_t>(up)].context = true;
  }
}

// Something that moved is one difference, counted where it stands on the right.
void Merger::count() {
  for (const Line& line : lines_) {
    if (line.left >= 0 && line.right < 0 && line.partner >= 0) continue;
    switch (line.sort) {
      case Sort::same: ++counts_.same; break;
      case Sort::left: ++counts_.left; break;
      case Sort::right: ++counts_.right; break;
      case Sort::moved: ++counts_.moved; break;
      case Sort::values: ++counts_.values; break;
    }
    if (line.sort != Sort::same && line.explained) ++counts_.explained;
  }
}

using ThreadPair = std::pair<const ThreadTree*, const ThreadTree*>;

// Requests are paired by what they ask for, in their order; what is left between two pairs, in its order.
void pair_requests(const std::vector<const ThreadTree*>& left, const std::vector<const ThreadTree*>& right, std::vector<ThreadPair>& out) {
  const std::size_t n = left.size(), m = right.size();
  if (n * m > (1 << 22)) {
    for (std::size_t i = 0; i < std::max(n, m); ++i) out.emplace_back(i < n ? left[i] : nullptr, i < m ? right[i] : nullptr);
    return;
  }
  std::vector<int> best((n + 1) * (m + 1), 0);
  const auto at = [&](std::size_t i, std::size_t j) -> int& { return best[i * (m + 1) + j]; };
  const auto same = [&](std::size_t i, std::size_t j) { return same_value("serves", left[i]->serves, right[j]->serves); };
  const int much = static_cast<int>(n + m) + 1;
  for (std::size_t i = n; i-- > 0;)
    for (std::size_t j = m; j-- > 0;) at(i, j) = std::max({at(i + 1, j), at(i, j + 1), at(i + 1, j + 1) + (same(i, j) ? much : 1)});
  std::size_t i = 0, j = 0;
  while (i < n && j < m) {
    if (at(i, j) == at(i + 1, j + 1) + (same(i, j) ? much : 1)) out.emplace_back(left[i++], right[j++]);
    else if (at(i, j) == at(i + 1, j)) out.emplace_back(left[i++], nullptr);
    else out.emplace_back(nullptr, right[j++]);
  }
  while (i < n) out.emplace_back(left[i++], nullptr);
  while (j < m) out.emplace_back(nullptr, right[j++]);
}

std::vector<ThreadPair> pair_threads(const std::vector<ThreadTree>& left, const std::vector<ThreadTree>& right) {
  std::vector<ThreadPair> out;
  for (const Duty duty : {Duty::main, Duty::server, Duty::request, Duty::other}) {
    std::vector<const ThreadTree*> a, b;
    for (const ThreadTree& t : left)
      if (t.duty == duty) a.push_back(&t);
    for (const ThreadTree& t : right)
      if (t.duty == duty) b.push_back(&t);
    if (duty == Duty::request) {
      pair_requests(a, b, out);
      continue;
    }
    for (std::size_t i = 0; i < std::max(a.size(), b.size()); ++i) out.emplace_back(i < a.size() ? a[i] : nullptr, i < b.size() ? b[i] : nullptr);
  }
  return out;
}

}  // namespace

std::string django_of(const Recording& recording) {
  if (!recording.metadata.django.empty()) return recording.metadata.django;
  for (const tracepoints::sinks::Metadata& process : recording.processes_metadata)
    if (!process.django.empty()) return process.django;
  constexpr std::string_view banner = "Django version ";
  for (const Record& record : recording.records) {
    if (record.id != "base.OutputWrapper.write") continue;
    for (const auto& [name, value] : record.values)
      if (const std::size_t at = value.find(banner); at != value.npos) {
        const std::string_view rest = std::string_view(value).substr(at + banner.size());
        return std::string(rest.substr(0, rest.find_first_not_of("0123456789.")));
      }
  }
  return {};
}

Diff compare(const Recording& left, const Recording& right, const Choice& choice) {
  Diff out;
  const std::vector<std::string> left_kinds = kinds_of(left), right_kinds = kinds_of(right);
  out.kinds = both(left_kinds, right_kinds, true);
  out.only_left_kinds = both(left_kinds, right_kinds, false);
  out.only_right_kinds = both(right_kinds, left_kinds, false);
  const Wanted wanted{.kinds = out.kinds, .patterns = choice.patterns, .zoom = choice.zoom, .left_out = left_out_by(left, right)};
  out.left = trees_of(left, wanted);
  out.right = trees_of(right, wanted);

  const std::string left_django = django_of(left), right_django = django_of(right);
  const Versions versions({left_django, left.metadata.python}, {right_django, right.metadata.python}, choice.language);
  static const Tree nothing{.nodes = std::vector<Node>(1)};
  const auto add = [&](const ProcessTree* a, const ProcessTree* b) {
    static const std::vector<ThreadTree> none;
    const ProcessTree& one = *(a && (!b || b->role == Role::only) ? a : b);
    ProcessDiff process{.role = one.role, .number = one.number, .threads = {}};
    if (a && b && a->role != b->role) process.only_process = a->role == Role::only ? Side::left : Side::right;
    for (const auto& [l, r] : pair_threads(a ? a->threads : none, b ? b->threads : none)) {
      const Tree& x = l ? l->tree : nothing;
      const Tree& y = r ? r->tree : nothing;
      if (x.count() == 0 && y.count() == 0) continue;
      const Alignment alignment = align(x, y);
      process.threads.push_back({l, r, Merger(x, y, alignment, versions, choice, out.counts, left_django, right_django).run()});
    }
    out.processes.push_back(std::move(process));
  };

  // A run with one process is compared with the child of one with two: both serve.
  const auto first_child = [](auto& list) { return std::find_if(list.begin(), list.end(), [](const ProcessTree* r) { return r->role == Role::child; }); };
  std::vector<const ProcessTree*> rest;
  for (const ProcessTree& r : out.right) rest.push_back(&r);
  for (const ProcessTree& l : out.left) {
    auto same = std::find_if(rest.begin(), rest.end(), [&](const ProcessTree* r) { return r->role == l.role && r->number == l.number; });
    if (same == rest.end() && out.left.size() == 1 && l.role == Role::only) same = first_child(rest);
    if (same == rest.end() && out.right.size() == 1 && out.right[0].role == Role::only && l.role == Role::child && l.number == 1) same = rest.begin();
    add(&l, same == rest.end() ? nullptr : *same);
    if (same != rest.end()) rest.erase(same);
  }
  for (const ProcessTree* r : rest) add(nullptr, r);
  std::stable_sort(out.processes.begin(), out.processes.end(), [](const ProcessDiff& a, const ProcessDiff& b) {
    return a.role != b.role ? a.role < b.role : a.number < b.number;
  });
  return out;
}

}  // namespace tracewalk::tracediff
