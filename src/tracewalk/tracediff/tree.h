// A recording as trees of stages: one for each thread of each process.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tracepoints/sinks/recording_reader.h"
#include "tracepoints/tracepoint.h"

namespace tracewalk::tracediff {

/// One call, moment or fork.
struct Node {
  std::string_view id;                              // lasts as long as the Recording
  const tracepoints::Tracepoint* stage = nullptr;   // nullptr: this program's catalogue does not know it
  const tracepoints::sinks::Record* enter = nullptr;
  const tracepoints::sinks::Record* leave = nullptr;  // nullptr: a moment, a fork, or a call that never returned
  int parent = -1;
  int size = 1;                                     // of the subtree, this node included
  std::vector<int> children;
  int turns = 0;                                    // idle turns of a loop that this node stands for; 0: it is no idle call
  std::uint64_t shape = 0;                          // equal for subtrees of the same ids
  std::uint64_t full = 0;                           // equal for subtrees of the same ids and the same values
  std::array<std::uint16_t, 16> below{};            // how often which ids occur below: enough to estimate what two subtrees share
  bool is_call() const noexcept { return enter && enter->what == tracepoints::What::enter; }
  /// A call that did not return: the process ended, or the file did.
  bool never_returned() const noexcept { return is_call() && (!leave || (leave->raised && leave->outcome == "process ended")); }
};

/// Nodes in the order of their calls, so that a subtree is the range [i, i + size). Node 0 stands around all and is no call.
struct Tree {
  std::vector<Node> nodes;
  const Node& operator[](int i) const { return nodes[static_cast<std::size_t>(i)]; }
  int count() const noexcept { return static_cast<int>(nodes.size()) - 1; }
};

/// What a thread is there for. Threads of two recordings are compared when they are there for the same.
enum class Duty : unsigned char { main, server, request, other };

struct ThreadTree {
  Duty duty = Duty::main;
  std::string name;     // the thread's own
  std::string serves;   // request: the request lines it read, joined; "" when they are not recorded
  int number = 0;       // request: in the order of connections, from 1; other: in the order in which they began
  int pid = 0, tid = 0;
  Tree tree;
};

enum class Role : unsigned char { only, parent, child };

struct ProcessTree {
  Role role = Role::only;
  int number = 1;       // child: the first, the second after an edit, ...
  int pid = 0;
  std::vector<ThreadTree> threads;
};

/// What of a recording is compared.
struct Wanted {
  std::vector<std::string> kinds;  // "frame", "point", "decision", "syscall"
  std::string patterns;            // comma-separated globs over ids; `-GLOB` leaves out; "" is everything
  int zoom = 3;
  std::vector<std::string_view> left_out = {};  // ids that one of the two recorders cannot tell of
};

/// "frame", "point", "decision" or "syscall".
std::string_view kind_of(const tracepoints::sinks::Record& record);
/// The kinds that a recording can hold: what it says, else those that it does hold.
std::vector<std::string> kinds_of(const tracepoints::sinks::Recording& recording);

/// Takes: a recording that outlives the trees. What is not wanted is left out, and what was inside it stands one level further out.
/// Idle turns of a loop become one node.
std::vector<ProcessTree> trees_of(const tracepoints::sinks::Recording& recording, const Wanted& wanted);

}  // namespace tracewalk::tracediff
