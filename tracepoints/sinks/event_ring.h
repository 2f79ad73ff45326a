// Where events wait for the recording's writer thread: a ring of bytes for each thread that traces.
//
// One thread puts in, one takes out, and neither ever waits for the other: no lock, no allocation, no system call (but two: a
// thread's first event gives it its ring, and a ring that is half full wakes the writer). Rings are used again when their thread has
// ended, the lowest first, so a server with short-lived threads keeps touching the same few.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "tracepoints/trace.h"

namespace tracepoints::sinks {

/// What a ring holds: events, and what the writer must know between them.
enum class Item : std::uint8_t {
  enter, leave, point, decision,  // as What
  thread,                         // whose the following events are
  line,                           // a line for the file, finished
  process_ended,
  lost,
  skip,                           // nothing: the next item starts at the ring's beginning
};

/// An item as it lies in a ring; its values follow it.
struct StoredItem {
  std::uint32_t size = 0;         // of all of it, a multiple of 8
  Index index = 0;
  Item item{};
  std::uint8_t field_count = 0;
  std::int64_t time_ns = 0;
  std::uint32_t lost_before = 0;  // events that found the ring full, since the item before this one
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
  /// The values' texts, one after the other, then the outcome.
  const char* texts() const noexcept { return reinterpret_cast<const char*>(values() + field_count); }
};
static_assert(sizeof(StoredItem) == 32 && sizeof(StoredItem::Value) == 16);

class EventRing {
 public:
  static constexpr std::size_t capacity = 64 * 1024;

  // The thread that puts in:
  /// Gives: false when there is no room; then the event is counted as lost.
  bool put(const Event& event) noexcept;
  bool put_line(std::string_view line, std::int64_t time_ns) noexcept;
  bool put_about(Item item, int pid, int tid, std::int64_t time_ns, std::uint64_t lost) noexcept;
  /// Whether so much waits that the writer should not sleep any longer.
  bool is_half_full() noexcept;

  // The writer:
  /// The oldest item; nullptr when there is none.
  const StoredItem* front() noexcept;
  void pop() noexcept;
  /// Whose the events in front are: what the last Item::thread that was taken out said.
  const StoredItem::Thread& whose() const noexcept { return whose_; }
  /// Events lost since the last item that is in the ring.
  std::uint32_t take_lost() noexcept { return lost_.exchange(0, std::memory_order_relaxed); }

 private:
  static constexpr std::size_t mask = capacity - 1;

  StoredItem* reserve(std::size_t size) noexcept;
  void publish() noexcept { head_.store(reserved_to_, std::memory_order_release); }
  bool told_thread_of(const Event& event) noexcept;
  bool count_lost() noexcept;

  // The thread's. Items it has put in end at head_.
  alignas(64) std::atomic<std::uint64_t> head_{0};
  std::uint64_t reserved_to_ = 0;
  std::uint64_t tail_seen_ = 0;
  std::atomic<std::uint32_t> lost_{0};
  StoredItem::Thread told_{};
  // The writer's. What it has taken out ends at tail_.
  alignas(64) std::atomic<std::uint64_t> tail_{0};
  std::uint64_t head_seen_ = 0;
  StoredItem::Thread whose_{};

  alignas(64) std::byte data_[capacity];
};

/// All rings of this process: address space for many, memory for those that were used.
class EventRings {
 public:
  static constexpr std::size_t most = 1024;

  /// There is one set for the life of the process. Gives: nullptr when there is no memory for it.
  static EventRings* instance() noexcept;

  /// The calling thread's own ring, until it ends; nullptr when all are taken.
  EventRing* mine() noexcept;
  /// Rings that were ever used lie below this number.
  std::size_t used() const noexcept { return used_.load(std::memory_order_acquire); }
  /// nullptr when that ring was never used.
  EventRing* at(std::size_t number) noexcept;

  /// Events of threads that got no ring.
  std::atomic<std::uint32_t> lost{0};

 private:
  struct Slot {
    EventRing ring;
    alignas(64) std::byte signal_stack[64 * 1024];  // for a signal handler on a thread whose own stack has run over
  };

  static void give_back(void* slot) noexcept;
  EventRing* take_one() noexcept;

  std::array<std::atomic<std::uint64_t>, most / 64> taken_{};  // a bit for each ring
  std::array<std::atomic<bool>, most> made_{};
  std::atomic<std::size_t> used_{0};
  Slot* slots_ = nullptr;
};

}  // namespace tracepoints::sinks
