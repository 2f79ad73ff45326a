#include "tracewalk/tracediff/tree.h"

#include <algorithm>
#include <functional>
#include <map>

#include "tracepoints/catalogue.h"
#include "tracepoints/trace.h"
#include "tracewalk/tracediff/values.h"

namespace tracewalk::tracediff {
namespace {

using tracepoints::Tracepoint;
using tracepoints::What;
using tracepoints::sinks::Record;
using tracepoints::sinks::Recording;

bool matches(std::string_view patterns, std::string_view id) {
  bool has_positive = false, taken = false, left_out = false;
  while (!patterns.empty()) {
    std::string_view glob = patterns.substr(0, patterns.find(','));
    patterns.remove_prefix(std::min(glob.size() + 1, patterns.size()));
    if (glob.empty()) continue;
    const bool is_minus = glob.starts_with('-');
    if (is_minus) glob.remove_prefix(1);
    const bool hit = tracepoints::glob_matches(glob, id);
    if (is_minus) left_out = left_out || hit;
    else has_positive = true, taken = taken || hit;
  }
  return !left_out && (taken || !has_positive);
}

std::uint64_t mixed(std::uint64_t seed, std::uint64_t value) noexcept {
  seed ^= value + 0x9e3779b97f4a7c15U + (seed << 12) + (seed >> 4);
  return seed * 0xff51afd7ed558ccdU;
}

constexpr std::size_t greatest_depth = 1000;  // Python's own limit; what a broken file nests deeper is put side by side

// One thread, while its records are read.
class Builder {
 public:
  Builder() { tree_.nodes.emplace_back(); }
  void add(const Record& record, const Tracepoint* stage, bool wanted);
  Tree take();

 private:
  struct Open {
    const Record* enter;
    int node;  // the innermost wanted node: this one, or one around it
    bool wanted;
  };
  int parent() const { return open_.empty() ? 0 : open_[std::min(open_.size(), greatest_depth) - 1].node; }

  Tree tree_;
  std::vector<Open> open_;
};

void Builder::add(const Record& record, const Tracepoint* stage, bool wanted) {
  if (record.what == What::leave) {
    const auto begun = std::find_if(open_.rbegin(), open_.rend(), [&](const Open& o) { return o.enter->id == record.id; });
    if (begun == open_.rend()) return;
    if (begun->wanted) tree_.nodes[static_cast<std::size_t>(begun->node)].leave = &record;
    open_.erase(begun.base() - 1, open_.end());
    return;
  }
  int node = parent();
  if (wanted) {
    node = static_cast<int>(tree_.nodes.size());
    Node& added = tree_.nodes.emplace_back();
    added.id = record.id;
    added.stage = stage;
    added.enter = &record;
    added.parent = parent();
  }
  if (record.what == What::enter) open_.push_back({&record, node, wanted});
}

// An idle call: a stage of the loop with nothing inside but system calls.
std::vector<char> idle_calls(const Tree& tree) {
  std::vector<char> idle(tree.nodes.size(), 0);
  for (std::size_t i = 1; i < tree.nodes.size(); ++i) idle[i] = tree.nodes[i].stage && tree.nodes[i].stage->folds;
  for (std::size_t i = tree.nodes.size() - 1; i > 0; --i) {
    const auto parent = static_cast<std::size_t>(tree.nodes[i].parent);
    if (!idle[i] && !tree.nodes[i].id.starts_with("syscall.")) idle[parent] = 0;
  }
  return idle;
}

// Of the idle calls of a loop, the first of each kind stays and counts the others.
Tree folded(const Tree& tree) {
  const std::vector<char> idle = idle_calls(tree);
  Tree out;
  out.nodes.push_back(tree.nodes[0]);
  std::vector<int> moved_to(tree.nodes.size(), -1);  // -1: it went with an idle call
  moved_to[0] = 0;
  std::map<std::pair<int, std::string_view>, int> first;  // (loop, id) -> the one that stays
  for (std::size_t i = 1; i < tree.nodes.size(); ++i) {
    const int parent = moved_to[static_cast<std::size_t>(tree.nodes[i].parent)];
    if (parent < 0) continue;
    const int here = static_cast<int>(out.nodes.size());
    if (idle[i]) {
      const auto [place, is_first] = first.emplace(std::pair{parent, tree.nodes[i].id}, here);
      if (!is_first) {
        ++out.nodes[static_cast<std::size_t>(place->second)].turns;
        continue;
      }
    }
    Node node = tree.nodes[i];
    node.parent = parent;
    node.turns = idle[i] ? 1 : 0;
    moved_to[i] = here;
    out.nodes.push_back(std::move(node));
  }
  return out;
}

void finish(Tree& tree) {
  auto& nodes = tree.nodes;
  for (std::size_t i = 1; i < nodes.size(); ++i) nodes[static_cast<std::size_t>(nodes[i].parent)].children.push_back(static_cast<int>(i));
  for (std::size_t i = nodes.size(); i-- > 0;) {
    Node& node = nodes[i];
    const std::uint64_t id = std::hash<std::string_view>()(node.id);
    node.shape = mixed(17, id);
    node.full = mixed(19, id);
    if (node.enter) node.full = mixed(node.full, std::hash<std::string>()(values_text(node)));
    node.size = 1;
    for (const int child : node.children) {
      const Node& below = nodes[static_cast<std::size_t>(child)];
      node.size += below.size;
      node.shape = mixed(node.shape, below.shape);
      node.full = mixed(node.full, below.full);
      for (std::size_t k = 0; k < node.below.size(); ++k)
        node.below[k] = static_cast<std::uint16_t>(std::min(65535, node.below[k] + below.below[k]));
      std::uint16_t& count = node.below[std::hash<std::string_view>()(below.id) % node.below.size()];
      if (count < 65535) ++count;
    }
  }
}

Tree Builder::take() {
  Tree tree = folded(tree_);
  finish(tree);
  return tree;
}

// The request lines that a thread read, or the paths it answered.
std::string served_by(const Recording& recording, int pid, int tid) {
  std::string lines, paths;
  for (const Record& record : recording.records) {
    if (record.pid != pid || record.tid != tid || record.what != What::enter) continue;
    for (const auto& [name, value] : record.values) {
      if (name.ends_with("raw_requestline")) lines += value + '\n';
      if (record.id == "handlers.wsgi.WSGIHandler.__call__" && name == "environ.PATH_INFO") paths += value + '\n';
    }
  }
  return lines.empty() ? paths : lines;
}

}  // namespace

std::string_view kind_of(const Record& record) {
  if (record.id.starts_with("syscall.")) return "syscall";
  return record.what == What::point ? "point" : record.what == What::decision ? "decision" : "frame";
}

std::vector<std::string> kinds_of(const Recording& recording) {
  if (!recording.metadata.records.empty()) return recording.metadata.records;
  std::vector<std::string> kinds;
  for (const Record& record : recording.records)
    if (std::find(kinds.begin(), kinds.end(), kind_of(record)) == kinds.end()) kinds.emplace_back(kind_of(record));
  return kinds;
}

std::vector<ProcessTree> trees_of(const Recording& recording, const Wanted& wanted) {
  struct Whole {  // before anything is left out: what a thread or a process is there for must not depend on what is compared
    Builder builder;
    bool serves = false, runs_server = false, restarts = false;
    unsigned request = 0;
  };
  const auto stages = tracepoints::catalogue();
  std::map<std::pair<int, int>, std::size_t> place;
  std::vector<std::pair<std::pair<int, int>, Whole>> threads;
  std::map<std::string_view, bool> wants;
  for (const Record& record : recording.records) {
    const auto [at, is_new] = place.emplace(std::pair{record.pid, record.tid}, threads.size());
    if (is_new) threads.push_back({{record.pid, record.tid}, {}});
    Whole& whole = threads[at->second].second;
    if (record.id == "socketserver.ThreadingMixIn.process_request_thread") whole.serves = true;
    if (record.id == "runserver.Command.inner_run" || record.id == "autoreload.check_errors.wrapper") whole.runs_server = true;
    if (record.id == "autoreload.restart_with_reloader") whole.restarts = true;
    if (record.request) whole.request = record.request;
    const Tracepoint* stage = record.index ? &stages[*record.index] : nullptr;
    const std::string_view kind = kind_of(record);
    const auto [known, first] = wants.emplace(record.id, false);
    if (first)
      known->second = std::find(wanted.kinds.begin(), wanted.kinds.end(), kind) != wanted.kinds.end() && (!stage || stage->zoom <= wanted.zoom) &&
                      std::find(wanted.left_out.begin(), wanted.left_out.end(), record.id) == wanted.left_out.end() &&
                      matches(wanted.patterns, record.id);
    whole.builder.add(record, stage, known->second);
  }

  std::vector<ProcessTree> processes;
  for (auto& [key, whole] : threads) {
    const int pid = key.first, tid = key.second;
    auto process = std::find_if(processes.begin(), processes.end(), [&](const ProcessTree& p) { return p.pid == pid; });
    const bool is_first = process == processes.end();
    if (is_first) process = processes.insert(processes.end(), ProcessTree{.role = Role::only, .number = 1, .pid = pid, .threads = {}});
    const auto name = recording.threads.find(key);
    ThreadTree thread{.name = name == recording.threads.end() ? "" : name->second, .serves = {}, .pid = pid, .tid = tid, .tree = whole.builder.take()};
    thread.duty = is_first || thread.name == "MainThread" ? Duty::main
                  : whole.serves                          ? Duty::request
                  : thread.name == "django-main-thread" || whole.runs_server ? Duty::server
                  : whole.request ? Duty::request
                                  : Duty::other;
    if (thread.duty == Duty::request) thread.serves = served_by(recording, pid, tid);
    thread.number = 1 + static_cast<int>(std::count_if(process->threads.begin(), process->threads.end(), [&](const ThreadTree& t) { return t.duty == thread.duty; }));
    if (whole.restarts) process->role = Role::parent;
    process->threads.push_back(std::move(thread));
  }

  int children = 0;
  bool has_parent = false;
  for (ProcessTree& process : processes) {
    const auto name = recording.processes.find(process.pid);
    if (name != recording.processes.end() && name->second == "parent") process.role = Role::parent;
    if (name != recording.processes.end() && name->second == "child") process.role = Role::child;
    if (process.role == Role::only && has_parent) process.role = Role::child;
    has_parent = has_parent || process.role == Role::parent;
    if (process.role == Role::child) process.number = ++children;
  }
  return processes;
}

}  // namespace tracewalk::tracediff
