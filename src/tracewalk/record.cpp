#include "tracewalk/record.h"

#include <fmt/format.h>
#include <unistd.h>

#include <string>
#include <utility>

#include "tracepoints/sinks/text_layout.h"

namespace tracewalk {

using tracepoints::sinks::harmless;
using tracepoints::sinks::RecordingSink;

std::shared_ptr<RecordingSink> open_recording(const TraceOptions& options, tracepoints::sinks::RecordedProcess process) {
  std::string trouble;
  auto recording = RecordingSink::open({.file = options.file, .ticket = options.ticket, .process = std::move(process)}, trouble);
  if (recording) {
    carry_recording(recording->path(), recording->ticket());
    return recording;
  }
  if (options.ticket.empty()) throw TraceOptionError(fmt::format("tracer: --trace-file={}: {}", harmless(options.file), trouble));
  const std::string line = fmt::format("tracer: {}: {}; this process is not recorded\n", harmless(options.file), trouble);
  [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, line.data(), line.size());
  return nullptr;
}

}  // namespace tracewalk
