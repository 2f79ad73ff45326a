// The recording: every event of a run, in a file that is whole at every moment.
//
// The thread where an event happens only copies it, compactly, into a stream of its own: no allocation, no lock, no system call. One
// writer thread empties the streams two hundred times a second, puts the events in order of time, and adds them to the file
// (RecordingFile says how). Where memory for streams runs out, events are lost and counted: a request never waits for the disk.
//
// (The class is not called Recording because that is what a reader gets back: recording_reader.h.)
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tracepoints/trace.h"

namespace tracepoints::sinks {

class RecordingWriter;

/// What the metadata line of a process says.
struct RecordedProcess {
  std::string producer = "tracewalk";
  std::string version;             // the producer's
  std::string django, python;      // of the program that is recorded; "" when it is not known (yet)
  std::vector<std::string> records = {"frame", "point", "decision", "syscall"};  // the kinds that can be in it
  std::vector<std::string> argv;   // values of secret options are masked
};

struct RecordingOptions {
  std::string file;                // as it was typed; relative to the current folder of this moment
  std::string ticket;              // "": begins a new file. Else RecordingSink::ticket() of the process that began it: adds to that file
  RecordedProcess process;         // this process
};

/// Thread-safe. After construction it never throws, never blocks the traced program, and prints at most two lines (`tracer: ...`) on
/// standard error: that the file cannot be written for now, and, at the end, how many events were lost.
///
/// Where the program is killed, what was recorded more than a few milliseconds before is in the file. Before a signal that ends the
/// process by default (SIGSEGV, SIGABRT, SIGTERM, ...) takes effect, the writer thread gets the time to write the rest.
///
/// Events may be those of other processes (`manage watch` passes on what a real Django tells): pid, tid, process, thread, request, time_ns
/// and depth are taken from the Event, so they must be right there; names of values are kept by reference (Field::name_text). Events
/// of one (pid, tid) must all come from one thread of this process, at a time.
class RecordingSink final : public Sink {
 public:
  /// Opens or creates the file and starts the writer thread. A file that is there already is replaced, and only once its successor
  /// stands complete beside it; a symbolic link stays, and what it names is replaced.
  /// Gives: nullptr when it cannot; then `trouble` says why and what to do, in one line without a prefix.
  static std::shared_ptr<RecordingSink> open(RecordingOptions options, std::string& trouble);
  ~RecordingSink() override;

  void event(const Event& event) noexcept override;
  /// Writes what is left, closes the frames that are open ("error":"process ended"), and says how many events were lost.
  void finish() noexcept override;

  /// What another process of this run needs to add to the same file; one word.
  std::string ticket() const;
  /// The file's absolute path, symbolic links followed.
  const std::string& path() const noexcept;

  /// Writes a metadata line for another process, or again when more is known about it. Takes effect after the events before it.
  void describe(int pid, const RecordedProcess& process) noexcept;
  /// Closes the open frames of another process that is gone. Called on the thread that passes on its events.
  void process_ended(int pid) noexcept;
  /// Counts events that were lost before they came here. `pid`, `tid`: whose; tid 0 is the process's first thread.
  void lost(int pid, int tid, std::uint64_t events) noexcept;

 private:
  explicit RecordingSink(std::unique_ptr<RecordingWriter> writer);

  std::unique_ptr<RecordingWriter> writer_;
  std::atomic<bool> finished_{false};
  bool stuck_ = false;  // the writer thread could not end in time
};

}  // namespace tracepoints::sinks
