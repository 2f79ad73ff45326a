// What all connections of a run share: how it is told, and where.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "tracepoints/trace.h"
#include "tracewalk/trace_options.h"
#include "tracewalk/watch/story.h"
#include "tracewalk/watch/teller.h"

namespace tracewalk::watch {

/// Where a recording of the run is kept. All calls come from one thread.
class Record {
 public:
  virtual ~Record() = default;
  /// A process has come, or more is known about it.
  virtual void describe(const Story& story) = 0;
  virtual void event(const tracepoints::Event& event) = 0;
  virtual void lost(int pid, std::uint64_t events) = 0;
  virtual void process_ended(int pid) = 0;
};

struct Watching {
  TraceOptions options;
  Teller* teller = nullptr;   // nullptr: nothing is narrated
  Record* record = nullptr;   // nullptr: nothing is recorded
  /// Makes the narrator of a process.
  std::function<std::shared_ptr<tracepoints::Sink>(const Story& story)> narrator;

  // What the run has seen so far.
  int processes = 0;               // that have said hello
  std::string introduced;          // the versions that the first line named
  bool told_other_protocol = false;
};

}  // namespace tracewalk::watch
