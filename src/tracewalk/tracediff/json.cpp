#include "tracewalk/tracediff/json.h"

#include "python/builtins.h"
#include "python/json.h"

namespace tracewalk::tracediff {
namespace {

using python::Dict;
using python::List;
using python::Value;

Value number(std::uint64_t count) { return static_cast<std::int64_t>(count); }

Value text_or_null(const std::string& text) { return text.empty() ? Value() : Value(text); }

Value about(const Source& source) {
  const auto& data = source.recording->metadata;
  return Dict{{"file", source.path},
              {"producer", text_or_null(data.producer)},
              {"version", text_or_null(data.version)},
              {"django", text_or_null(django_of(*source.recording))},
              {"python", text_or_null(data.python)},
              {"notes", source.recording->notes}};
}

std::string_view name_of(Role role) { return role == Role::only ? "only" : role == Role::parent ? "parent" : "child"; }

std::string_view name_of(Duty duty) {
  switch (duty) {
    case Duty::main: return "main";
    case Duty::server: return "server";
    case Duty::request: return "request";
    case Duty::other: break;
  }
  return "other";
}

// The ids of the callers, outermost first.
List path_of(const Tree& tree, int node) {
  List path;
  for (int up = tree[node].parent; up > 0; up = tree[up].parent) path.insert(path.begin(), std::string(tree[up].id));
  return path;
}

Dict values_of(const Node& node) {
  Dict out;
  for (const auto& [name, value] : node.enter->values) out.emplace_back(name, value);
  return out;
}

Value side(const Tree& tree, int node) {
  if (node < 0) return {};
  return Dict{{"path", path_of(tree, node)}, {"values", values_of(tree[node])}};
}

Value end_of(const std::string& how) { return how == "raised " ? Value("raised") : Value(how); }

void add_differences(List& out, const ProcessDiff& process, const ThreadDiff& thread) {
  static const Tree nothing{.nodes = std::vector<Node>(1)};
  const Tree& left = thread.left ? thread.left->tree : nothing;
  const Tree& right = thread.right ? thread.right->tree : nothing;
  for (const Line& line : thread.lines) {
    const bool is_half = line.left >= 0 && line.right < 0 && line.partner >= 0;  // said with its other place
    if (line.sort == Sort::same || is_half) continue;
    const int l = line.left >= 0 || line.partner < 0 ? line.left : thread.lines[static_cast<std::size_t>(line.partner)].left;
    const ThreadTree& about = thread.right ? *thread.right : *thread.left;
    List changes;
    for (const ValueChange& change : line.changes) {
      const bool is_end = change.name == "end";
      changes.emplace_back(Dict{{"name", change.name}, {"left", is_end ? end_of(change.left) : Value(change.left)}, {"right", is_end ? end_of(change.right) : Value(change.right)}});
    }
    out.emplace_back(Dict{{"kind", line.sort == Sort::left ? "only_left" : line.sort == Sort::right ? "only_right" : line.sort == Sort::moved ? "moved" : "values"},
                          {"process", name_of(process.role)},
                          {"process_number", process.number},
                          {"thread", name_of(about.duty)},
                          {"thread_number", about.number},
                          {"id", line.right >= 0 ? right[line.right].id : left[line.left].id},
                          {"left", side(left, l)},
                          {"right", side(right, line.right)},
                          {"changes", std::move(changes)},
                          {"explained", line.explained},
                          {"notes", line.notes}});
  }
}

}  // namespace

std::string as_json(const Diff& diff, const Source& left, const Source& right) {
  List differences;
  for (const ProcessDiff& process : diff.processes)
    for (const ThreadDiff& thread : process.threads) add_differences(differences, process, thread);
  const Counts& counts = diff.counts;
  const Dict whole{{"format", "tracewalk tracediff 1"},
                   {"left", about(left)},
                   {"right", about(right)},
                   {"compared", diff.kinds},
                   {"only_left_holds", diff.only_left_kinds},
                   {"only_right_holds", diff.only_right_kinds},
                   {"counts", Dict{{"same", number(counts.same)},
                                   {"only_left", number(counts.left)},
                                   {"only_right", number(counts.right)},
                                   {"moved", number(counts.moved)},
                                   {"values", number(counts.values)},
                                   {"explained", number(counts.explained)}}},
                   {"differences", std::move(differences)}};
  return python::json::dumps(whole, {.sort_keys = false, .indent = 2, .ensure_ascii = true}) + "\n";
}

}  // namespace tracewalk::tracediff
