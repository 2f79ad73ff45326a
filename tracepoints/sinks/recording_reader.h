// Reads a recording back: what --trace-file and `watch` wrote, a Chrome trace of another tool, or VizTracer's output.
//
// A recording is often the last thing a dying process left, so the reader takes what is whole and says what it had to leave out.
// It asks for nothing about the order of events and trusts no byte: whatever the file holds, it ends in a Recording or in one clear line.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tracepoints/trace.h"

namespace tracepoints::sinks {

/// One event, as it stands in the file.
struct Record {
  What what{};
  std::string id;                // as recorded; "" when the event names no stage
  std::optional<Index> index;    // its place in this program's catalogue
  std::string name, category;
  std::int64_t time_ns = 0;      // since the recording's zero
  int pid = 0, tid = 0;
  std::vector<std::pair<std::string, std::string>> values;  // name and repr, in the order of the file
  std::string outcome;           // leave: the result, or the exception; decision: the branch taken
  bool raised = false;           // leave only: by an exception
  int passing = 0;               // leave only: exceptions on their way, as Event::passing
  unsigned request = 0;          // the connection its thread served; 0: none, or not known
};

/// Who wrote the events of one process.
struct Metadata {
  std::string producer;              // "tracewalk", "tracewalk watch", "viztracer"; "" when nobody says
  std::string version;               // the producer's
  std::string django, python;        // of the program that was recorded; "" when it is not known
  std::string wall_clock;            // of the recording's zero, ISO 8601
  std::vector<std::string> records;  // what it can hold: "frame", "point", "decision", "syscall"; empty: it does not say
  std::vector<std::string> argv;
  int pid = 0;
};

struct Recording {
  Metadata metadata;                                   // the first process's
  std::vector<Metadata> processes_metadata;            // of every process that wrote one, in the order of the file
  std::map<int, std::string> processes;                // pid -> "parent", "child"; a process without a name is not in it
  std::map<std::pair<int, int>, std::string> threads;  // (pid, tid) -> "MainThread"
  std::vector<Record> records;                         // in the order of the file; complete events ("X") become enter and leave in order of time
  std::uint64_t lost = 0;                              // events that the recorder had to drop, by its own account
  std::uint64_t foreign = 0;                           // calls of functions that are no stage of the catalogue; they are not kept
  std::vector<std::string> notes;                      // what was repaired or left out, one English sentence each
};

/// The file cannot be read, or is no recording. what() is one line.
class RecordingError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Takes: the text of a whole file. No effects, so it can be fuzzed; memory is bounded by a small multiple of the text.
/// Raises: RecordingError when it holds no trace events at all and is not an empty recording either.
Recording parse_recording(std::string_view text);

/// Takes: a path; a pipe will do, and "-" is standard input. Raises: RecordingError, its line starting with the path.
Recording read_recording(const std::string& path);

}  // namespace tracepoints::sinks
