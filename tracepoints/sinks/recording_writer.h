// The thread that writes a recording: it empties the streams of all threads, puts their events in order of time, sees to it that the
// frames of a thread nest, and hands lines to the file. It allocates nothing, so that it can still work when the process is crashing.
#pragma once

#include <pthread.h>
#include <semaphore.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <ctime>
#include <memory>
#include <string>
#include <string_view>

#include "tracepoints/sinks/event_stream.h"
#include "tracepoints/sinks/pending_lines.h"
#include "tracepoints/sinks/recording_file.h"
#include "tracepoints/sinks/recording_lines.h"
#include "tracepoints/sinks/recording_threads.h"

namespace tracepoints::sinks {

/// The writer thread, and what it shares with the threads that trace.
class RecordingWriter {
 public:
  static std::int64_t now_ns() noexcept;

  RecordingWriter(std::unique_ptr<RecordingFile> file, EventStreams& streams, std::int64_t zero_ns, std::string wall_clock);
  ~RecordingWriter();
  RecordingWriter(const RecordingWriter&) = delete;
  RecordingWriter& operator=(const RecordingWriter&) = delete;

  /// Gives: 0 or an errno.
  int start() noexcept;
  const RecordingFile& file() const noexcept { return *file_; }
  void first_line(std::string_view line) noexcept {
    pending_.line([&](JsonText& text) { text.put(line); });
  }

  /// An item was put in: wakes the writer when it should not sleep on.
  void arrived() noexcept {
    if (!streams.chunks().are_scarce() || wake_asked_.load(std::memory_order_relaxed) || wake_asked_.exchange(true)) return;
    wake();
  }
  /// Puts an item in that must not be lost: waits a while for room.
  template <class Put>
  void insist(const Put& put) noexcept {
    EventStream* const stream = streams.mine();
    for (int tries = 0; stream && tries < 200 && accepts.load(std::memory_order_relaxed); ++tries) {
      if (put(*stream)) return;
      wake();
      const timespec moment{.tv_sec = 0, .tv_nsec = 1'000'000};
      ::nanosleep(&moment, nullptr);
    }
  }

  /// Asks for the end and waits for it. Gives: false when the disk is too slow.
  bool end() noexcept;
  void say_that_it_takes_too_long() const noexcept;
  /// The same, in a signal handler.
  void end_by_signal(int signal) noexcept;
  /// In the child of a fork: the writer thread is the parent's, and so is the file.
  void forget() noexcept;
  bool forgotten() const noexcept { return forgotten_; }
  void join() noexcept { ::pthread_join(thread_, nullptr); }

  std::atomic<bool> accepts{true};
  EventStreams& streams;
  const std::int64_t zero_ns;
  const std::string wall_clock;

 private:
  enum class End : int { not_yet, finish, signal };

  static void* run_thread(void* self);
  void wake() noexcept;
  void run() noexcept;
  void drain(std::int64_t until_ns) noexcept;
  void take(std::size_t stream, const StoredItem& item) noexcept;
  void take_event(RecordedThread& thread, const StoredItem& item) noexcept;
  void close_inside(RecordedThread& thread, unsigned depth, std::int64_t time_ns, std::string_view error) noexcept;
  void close_process(int pid, std::int64_t time_ns) noexcept;
  void say_lost(std::uint64_t events, const LinePlace& place, std::int64_t time_ns) noexcept;
  void say_end() noexcept;
  bool flush() noexcept;
  bool failed(int error) noexcept;
  LinePlace our_place() const noexcept { return {pid_, pid_}; }

  template <class Make>
  void line(const Make& make) noexcept {
    if (!pending_.line(make)) ++unsaid_;
    if (pending_.are_many()) flush();
  }

  const int pid_;
  const std::unique_ptr<RecordingFile> file_;
  const std::string name_;             // the file's, as it may be shown
  const RecordingLines lines_;
  PendingLines pending_;
  RecordedThreads threads_;
  std::array<RecordedThread*, EventStreams::most> thread_of_stream_{};
  std::uint64_t lost_ = 0;             // in all, as far as the file says so
  std::uint64_t unsaid_ = 0;           // beside these
  std::int64_t retry_at_ns_ = 0;       // after a failed write; 0: all is well
  bool warned_ = false, gone_ = false;

  pthread_t thread_{};
  sem_t wake_{}, done_{};
  std::atomic<bool> wake_asked_{false}, ended_{false};
  std::atomic<End> end_{End::not_yet};
  std::atomic<int> signal_{0};
  bool forgotten_ = false;
};

}  // namespace tracepoints::sinks
