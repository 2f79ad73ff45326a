#include "tracewalk/watch/project_record.h"

#include "tracewalk/record.h"

namespace tracewalk::watch {
namespace {

tracepoints::sinks::RecordedProcess who(std::vector<std::string> argv) {
  return {.producer = "tracewalk watch", .version = std::string(version()), .django = "", .python = "", .argv = std::move(argv)};
}

}  // namespace

ProjectRecord::ProjectRecord(const TraceOptions& options, const std::vector<std::string>& command)
    : recording_(open_recording(options, who(command))) {}

void ProjectRecord::describe(const Story& story) {
  auto process = who(story.argv());
  process.django = story.django();
  process.python = story.python();
  recording_->describe(story.pid(), process);
}

}  // namespace tracewalk::watch
