// Where events wait for the recording's writer thread: a stream of bytes for each thread that traces, in chunks from one pool.
//
// One thread puts in, one takes out, and neither ever waits for the other: no lock, no allocation, no system call (but for the first
// event of a thread, which gives it its stream). The pool bounds the memory of all threads together; the chunk that was freed last is
// taken first, and so is the lowest stream whose thread has ended: a server with short-lived threads keeps touching the same few.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "tracepoints/trace.h"

namespace tracepoints::sinks {

/// What a stream holds: events, and what the writer must know between them.
enum class Item : std::uint8_t {
  enter, leave, point, decision,  // as What
  thread,                         // whose the following events are
  line,                           // a line for the file, finished
  process_ended,
  lost,
};

/// An item as it lies in a stream; its values follow it.
struct StoredItem {
  std::uint32_t size = 0;         // of all of it, a multiple of 8
  Index index = 0;
  Item item{};
  std::uint8_t field_count = 0;
  std::int64_t time_ns = 0;
  std::uint32_t lost_before = 0;  // events that found no room, since the item before this one
  std::uint32_t request = 0;
  std::uint16_t depth = 0;
  std::uint8_t passing = 0;
  bool raised = false;
  std::uint32_t text_size = 0;    // the outcome, or a line

  struct Value {
    const char* name;
    std::uint8_t name_size, size;
  };
  /// For Item::thread, process_ended and lost, in place of the values.
  struct Thread {
    int pid, tid;
    std::uint64_t lost;
    std::uint8_t process_size, name_size;
    char names[96];
  };

  const Value* values() const noexcept { return reinterpret_cast<const Value*>(this + 1); }
  const Thread& thread() const noexcept { return *reinterpret_cast<const Thread*>(this + 1); }
  /// The values' texts, one after the other, then the outcome. Each starts at a multiple of 8, so that they are copied by words.
  const char* texts() const noexcept { return reinterpret_cast<const char*>(values() + field_count); }
};
constexpr std::size_t stored_size(std::size_t text_size) noexcept { return (text_size + 7) & ~std::size_t{7}; }
static_assert(Repr::capacity % 8 == 0);
static_assert(sizeof(StoredItem) == 32 && sizeof(StoredItem::Value) == 16);

/// A part of a stream.
struct EventChunk {
  static constexpr std::size_t capacity = 8 * 1024 - 16;

  std::atomic<EventChunk*> next{nullptr};
  std::atomic<std::uint32_t> filled{0};
  std::atomic<std::uint32_t> next_free{0};
  alignas(8) std::byte data[capacity];
};
static_assert(sizeof(EventChunk) == 8 * 1024);

/// The chunks of all threads: 32 MiB of address space, of which only what was once needed takes memory.
class EventChunks {
 public:
  static constexpr std::uint32_t count = 4096;

  explicit EventChunks(EventChunk* memory) noexcept : memory_(memory) {}

  /// On any thread. Gives: nullptr when none is left.
  EventChunk* take() noexcept;
  /// On the writer's.
  void give(EventChunk* chunk) noexcept;
  /// Whether so much waits that the writer should not sleep any longer.
  bool are_scarce() const noexcept { return in_use_.load(std::memory_order_relaxed) > count / 2; }

 private:
  EventChunk* const memory_;
  // The top of a stack of free ones, as a number from 1 on, below a count of its changes: who was slow does not mistake it for the old one.
  std::atomic<std::uint64_t> free_{0};
  std::atomic<std::uint32_t> never_used_{0};
  std::atomic<std::uint32_t> in_use_{0};
};

class EventStream {
 public:
  explicit EventStream(EventChunks& chunks) noexcept : chunks_(chunks) {}

  // The thread that puts in:
  /// Gives: false when there is no room; then the event is counted as lost.
  bool put(const Event& event) noexcept;
  bool put_line(std::string_view line, std::int64_t time_ns) noexcept;
  bool put_about(Item item, int pid, int tid, std::int64_t time_ns, std::uint64_t lost) noexcept;

  // The writer:
  /// The oldest item; nullptr when there is none.
  const StoredItem* front() noexcept;
  void pop() noexcept;
  /// Whose the events in front are: what the last Item::thread that was taken out said.
  const StoredItem::Thread& whose() const noexcept { return whose_; }
  /// Events lost since the last item that was put in.
  std::uint32_t take_lost() noexcept { return lost_.exchange(0, std::memory_order_relaxed); }

 private:
  StoredItem* reserve(std::size_t size) noexcept;
  void publish() noexcept { writing_->filled.store(written_, std::memory_order_release); }
  bool tell_thread_of(const Event& event) noexcept;
  bool count_lost() noexcept;

  EventChunks& chunks_;
  std::atomic<EventChunk*> first_{nullptr};
  // The thread's.
  EventChunk* writing_ = nullptr;
  std::uint32_t written_ = 0;
  std::atomic<std::uint32_t> lost_{0};
  StoredItem::Thread told_{};
  // The writer's.
  alignas(64) EventChunk* reading_ = nullptr;
  std::uint32_t read_ = 0, filled_seen_ = 0;
  StoredItem::Thread whose_{};
};

/// All streams of this process.
class EventStreams {
 public:
  static constexpr std::size_t most = 2048;

  /// There is one set for the life of the process. Gives: nullptr when there is no memory for it.
  static EventStreams* instance() noexcept;

  /// The calling thread's own stream, until it ends; nullptr when all are taken.
  EventStream* mine() noexcept;
  /// Streams that were ever used lie below this number.
  std::size_t used() const noexcept { return used_.load(std::memory_order_acquire); }
  /// nullptr when that stream was never used.
  EventStream* at(std::size_t number) noexcept;
  const EventChunks& chunks() const noexcept { return chunks_; }

  /// Events of threads that got no stream.
  std::atomic<std::uint32_t> lost{0};

 private:
  struct Slot {
    EventStream stream;
    alignas(64) std::byte signal_stack[64 * 1024];  // for a signal handler on a thread whose own stack has run over
  };

  EventStreams(EventChunk* chunks, void* slots) noexcept : chunks_(chunks), slots_(static_cast<Slot*>(slots)) {}
  static void give_back(void* slot) noexcept;
  EventStream* take_one() noexcept;

  EventChunks chunks_;
  std::array<std::atomic<std::uint64_t>, most / 64> taken_{};  // a bit for each stream
  std::array<std::atomic<bool>, most> made_{};
  std::atomic<std::size_t> used_{0};
  Slot* const slots_;
};

}  // namespace tracepoints::sinks
