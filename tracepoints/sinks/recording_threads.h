// What the writer of a recording knows of each thread: its names, and the frames that are open on it.
// A table of fixed size: nothing is allocated once it stands.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "tracepoints/sinks/event_stream.h"
#include "tracepoints/sinks/recording_lines.h"

namespace tracepoints::sinks {

struct RecordedThread {
  struct Frame {
    Index index;
    std::uint16_t depth;
  };
  static constexpr std::size_t deepest = 1000;  // as deep as Python calls go

  int pid, tid;
  LinePlace place;
  std::uint64_t used_at;   // for finding the one that was not used for longest
  std::uint8_t name_size;
  char name[48];
  std::size_t open_count;
  Frame frames[deepest];

  /// Gives: false when there is no room for one more.
  bool open(Index index, std::uint16_t depth) noexcept {
    if (open_count == deepest) return false;
    frames[open_count++] = {index, depth};
    return true;
  }
  /// Gives: false when that frame is not the innermost.
  bool close(Index index, std::uint16_t depth) noexcept {
    if (open_count == 0 || frames[open_count - 1].depth != depth || frames[open_count - 1].index != index) return false;
    --open_count;
    return true;
  }
};

class RecordedThreads {
 public:
  /// The thread, new or known. Where its name or its process's is new, `line` is given a function that writes that as a line.
  /// Gives: nullptr when there is no room because all the others have frames open.
  template <class Line>
  RecordedThread* find(const StoredItem::Thread& whose, const Line& line) noexcept {
    if (whose.pid == 0) return nullptr;
    say_process(whose, line);
    RecordedThread* thread = known(whose.pid, whose.tid);
    if (!thread) thread = make(whose.pid, whose.tid);
    if (!thread) return nullptr;
    thread->used_at = ++clock_;
    const std::string_view name(whose.names + whose.process_size, whose.name_size);
    if (name != std::string_view(thread->name, thread->name_size) && !name.empty()) {
      thread->name_size = static_cast<std::uint8_t>(name.copy(thread->name, sizeof thread->name));
      line([&](JsonText& text) { RecordingLines::name(text, "thread_name", name, thread->place); });
    }
    return thread;
  }

  /// The thread has ended: its place is free.
  void forget(RecordedThread& thread) noexcept { tids_[static_cast<std::size_t>(&thread - threads_.get())] = thread.tid = thread.pid = 0; }

  template <class Do>
  void each(const Do& act) noexcept {
    for (std::size_t i = 0; i < count_; ++i) act(threads_[i]);
  }
  template <class Do>
  void each_of(int pid, const Do& act) noexcept {
    each([&](RecordedThread& thread) {
      if (thread.pid == pid) act(thread);
    });
  }

 private:
  struct Process {
    int pid = 0;
    std::uint8_t name_size = 0;
    char name[48] = {};
  };

  RecordedThread* known(int pid, int tid) noexcept {
    for (std::size_t i = 0; i < count_; ++i)
      if (tids_[i] == tid && threads_[i].pid == pid) return &threads_[i];
    return nullptr;
  }

  RecordedThread* make(int pid, int tid) noexcept {
    std::size_t at = 0;
    while (at < count_ && tids_[at] != 0) ++at;
    if (at == count_ && count_ < most) {
      ++count_;
    } else if (at == count_) {
      for (std::size_t i = 0; i < most; ++i)
        if (threads_[i].open_count == 0 && (at == most || threads_[i].used_at < threads_[at].used_at)) at = i;
      if (at == most) return nullptr;
    }
    RecordedThread& thread = threads_[at];
    tids_[at] = thread.tid = tid;
    thread.pid = pid;
    thread.place = LinePlace(pid, tid);
    thread.name_size = 0;
    thread.open_count = 0;
    return &thread;
  }

  template <class Line>
  void say_process(const StoredItem::Thread& whose, const Line& line) noexcept {
    if (whose.process_size == 0) return;
    const std::string_view name(whose.names, whose.process_size);
    for (const Process& process : processes_)
      if (process.pid == whose.pid && name == std::string_view(process.name, process.name_size)) return;
    Process& process = processes_[next_process_++ % processes_.size()];
    process.pid = whose.pid;
    process.name_size = static_cast<std::uint8_t>(name.copy(process.name, sizeof process.name));
    line([&](JsonText& text) { RecordingLines::name(text, "process_name", name, LinePlace(whose.pid, whose.pid)); });
  }

  static constexpr std::size_t most = 4096;
  const std::unique_ptr<RecordedThread[]> threads_ = std::make_unique_for_overwrite<RecordedThread[]>(most);
  std::array<int, most> tids_{};
  std::size_t count_ = 0;
  std::uint64_t clock_ = 0;
  std::array<Process, 64> processes_{};
  std::size_t next_process_ = 0;
};

}  // namespace tracepoints::sinks
