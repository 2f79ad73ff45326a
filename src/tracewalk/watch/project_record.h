// The recording of a watched project: the one sink that records our own runs, told who the processes are.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tracepoints/sinks/recording.h"
#include "tracewalk/trace_options.h"
#include "tracewalk/watch/watching.h"

namespace tracewalk::watch {

class ProjectRecord final : public Record {
 public:
  /// `command`: what is going to be started.
  /// Raises: TraceOptionError when the file cannot be recorded into; a file that was there before is untouched then.
  ProjectRecord(const TraceOptions& options, const std::vector<std::string>& command);

  void describe(const Story& story) override;
  void event(const tracepoints::Event& event) override { recording_->event(event); }
  void lost(int pid, std::uint64_t events) override { recording_->lost(pid, 0, events); }
  void process_ended(int pid) override { recording_->process_ended(pid); }
  void finish() { recording_->finish(); }

 private:
  std::shared_ptr<tracepoints::sinks::RecordingSink> recording_;
};

}  // namespace tracewalk::watch
