#include "tracepoints/sinks/event_ring.h"

#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstring>
#include <limits>
#include <new>

namespace tracepoints::sinks {
namespace {

// Known to the thread alone. A plain pointer: its use costs nothing, and giving back is the key's business.
thread_local constinit EventRing* ring_of_thread = nullptr;
pthread_key_t key;  // its destructor runs when a thread ends; unlike a thread_local object it takes no memory for each thread

constexpr std::size_t rounded(std::size_t size) noexcept { return (size + 7) & ~std::size_t{7}; }

template <class To, class From>
constexpr To clamped(From value) noexcept {
  return value < From{0} ? To{0} : static_cast<To>(std::min<std::uint64_t>(static_cast<std::uint64_t>(value), std::numeric_limits<To>::max()));
}

}  // namespace

StoredItem* EventRing::reserve(std::size_t size) noexcept {
  std::uint64_t head = head_.load(std::memory_order_relaxed);
  const std::size_t to_end = capacity - (head & mask);
  const std::size_t needed = size <= to_end ? size : to_end + size;
  if (head + needed - tail_seen_ > capacity) {
    tail_seen_ = tail_.load(std::memory_order_acquire);
    if (head + needed - tail_seen_ > capacity) return nullptr;
  }
  if (size > to_end) {  // there may be room for no more than the first 8 bytes of an item: enough for these two
    auto* const skip = reinterpret_cast<StoredItem*>(data_ + (head & mask));
    skip->size = static_cast<std::uint32_t>(to_end);
    skip->item = Item::skip;
    head += to_end;
  }
  reserved_to_ = head + size;
  auto* const item = reinterpret_cast<StoredItem*>(data_ + (head & mask));
  item->size = static_cast<std::uint32_t>(size);
  item->lost_before = 0;
  if (lost_.load(std::memory_order_relaxed) != 0) [[unlikely]]
    item->lost_before = take_lost();
  return item;
}

bool EventRing::count_lost() noexcept {
  lost_.fetch_add(1, std::memory_order_relaxed);
  return false;
}

bool EventRing::told_thread_of(const Event& event) noexcept {
  const std::string_view process = event.process.substr(0, 48), name = event.thread.substr(0, 48);
  if (told_.pid == event.pid && told_.tid == event.tid && process == std::string_view(told_.names, told_.process_size) &&
      name == std::string_view(told_.names + told_.process_size, told_.name_size)) [[likely]]
    return true;
  StoredItem* const item = reserve(rounded(sizeof(StoredItem) + sizeof(StoredItem::Thread)));
  if (!item) return false;
  told_.pid = event.pid;
  told_.tid = event.tid;
  told_.process_size = static_cast<std::uint8_t>(process.size());
  told_.name_size = static_cast<std::uint8_t>(name.size());
  std::copy(process.begin(), process.end(), told_.names);
  std::copy(name.begin(), name.end(), told_.names + process.size());
  item->item = Item::thread;
  item->time_ns = event.time_ns;
  std::memcpy(static_cast<void*>(item + 1), &told_, sizeof told_);
  publish();
  return true;
}

bool EventRing::put(const Event& event) noexcept {
  if (!told_thread_of(event)) return count_lost();
  const std::string_view outcome = event.outcome.str();
  std::size_t size = sizeof(StoredItem) + event.field_count * sizeof(StoredItem::Value) + outcome.size();
  for (std::size_t i = 0; i < event.field_count; ++i) size += event.fields[i].value.str().size();
  StoredItem* const item = reserve(rounded(size));
  if (!item) return count_lost();
  item->index = event.index;
  item->item = static_cast<Item>(event.what);
  item->field_count = event.field_count;
  item->time_ns = event.time_ns;
  item->request = event.request;
  item->depth = clamped<std::uint16_t>(event.depth);
  item->passing = clamped<std::uint8_t>(event.passing);
  item->raised = event.raised;
  item->text_size = static_cast<std::uint32_t>(outcome.size());
  auto* value = reinterpret_cast<StoredItem::Value*>(item + 1);
  auto* text = reinterpret_cast<char*>(value + event.field_count);
  for (std::size_t i = 0; i < event.field_count; ++i, ++value) {
    const std::string_view name = event.fields[i].name(), written = event.fields[i].value.str();
    *value = {name.data(), clamped<std::uint8_t>(name.size()), static_cast<std::uint8_t>(written.size())};
    std::memcpy(text, written.data(), written.size());
    text += written.size();
  }
  std::memcpy(text, outcome.data(), outcome.size());
  publish();
  return true;
}

bool EventRing::put_line(std::string_view line, std::int64_t time_ns) noexcept {
  StoredItem* const item = reserve(rounded(sizeof(StoredItem) + line.size()));
  if (!item) return false;
  item->item = Item::line;
  item->field_count = 0;
  item->time_ns = time_ns;
  item->text_size = static_cast<std::uint32_t>(line.size());
  std::memcpy(static_cast<void*>(item + 1), line.data(), line.size());
  publish();
  return true;
}

bool EventRing::put_about(Item what, int pid, int tid, std::int64_t time_ns, std::uint64_t lost) noexcept {
  StoredItem* const item = reserve(rounded(sizeof(StoredItem) + sizeof(StoredItem::Thread)));
  if (!item) return false;
  const StoredItem::Thread about{pid, tid, lost, 0, 0, {}};
  item->item = what;
  item->time_ns = time_ns;
  std::memcpy(static_cast<void*>(item + 1), &about, sizeof about);
  publish();
  return true;
}

bool EventRing::is_half_full() noexcept {
  const std::uint64_t head = head_.load(std::memory_order_relaxed);
  if (head - tail_seen_ < capacity / 2) [[likely]]
    return false;
  tail_seen_ = tail_.load(std::memory_order_acquire);
  return head - tail_seen_ >= capacity / 2;
}

const StoredItem* EventRing::front() noexcept {
  for (;;) {
    const std::uint64_t tail = tail_.load(std::memory_order_relaxed);
    if (tail == head_seen_) {
      head_seen_ = head_.load(std::memory_order_acquire);
      if (tail == head_seen_) return nullptr;
    }
    const auto* const item = reinterpret_cast<const StoredItem*>(data_ + (tail & mask));
    if (item->item != Item::skip) return item;
    tail_.store(tail + item->size, std::memory_order_release);
  }
}

void EventRing::pop() noexcept {
  const std::uint64_t tail = tail_.load(std::memory_order_relaxed);
  const auto* const item = reinterpret_cast<const StoredItem*>(data_ + (tail & mask));
  if (item->item == Item::thread) whose_ = item->thread();
  tail_.store(tail + item->size, std::memory_order_release);
}

EventRings* EventRings::instance() noexcept {
  static EventRings* const rings = []() -> EventRings* {
    void* const memory = ::mmap(nullptr, most * sizeof(Slot), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED || ::pthread_key_create(&key, give_back) != 0) return nullptr;
    auto* const made = new (std::nothrow) EventRings;  // never destroyed: threads may outlive every destructor
    if (made) made->slots_ = static_cast<Slot*>(memory);
    return made;
  }();
  return rings;
}

EventRing* EventRings::mine() noexcept {
  if (ring_of_thread) [[likely]]
    return ring_of_thread;
  return take_one();
}

EventRing* EventRings::take_one() noexcept {
  const int errno_before = errno;
  for (std::size_t word = 0; word < taken_.size(); ++word) {
    std::uint64_t bits = taken_[word].load(std::memory_order_relaxed);
    while (~bits != 0) {
      const auto bit = static_cast<std::size_t>(std::countr_one(bits));
      if (!taken_[word].compare_exchange_weak(bits, bits | std::uint64_t{1} << bit, std::memory_order_acquire, std::memory_order_relaxed)) continue;
      const std::size_t number = word * 64 + bit;
      Slot& slot = slots_[number];
      if (!made_[number].load(std::memory_order_relaxed)) {
        ::new (static_cast<void*>(&slot.ring)) EventRing;
        made_[number].store(true, std::memory_order_release);
        std::size_t used = used_.load(std::memory_order_relaxed);
        while (used <= number && !used_.compare_exchange_weak(used, number + 1, std::memory_order_release)) {}
      }
      if (::pthread_setspecific(key, &slot) != 0) {  // its end would not be noticed
        taken_[word].fetch_and(~(std::uint64_t{1} << bit), std::memory_order_release);
        errno = errno_before;
        return nullptr;
      }
      stack_t stack{};
      if (::sigaltstack(nullptr, &stack) == 0 && (stack.ss_flags & SS_DISABLE) != 0) {
        stack = {.ss_sp = slot.signal_stack, .ss_flags = 0, .ss_size = sizeof slot.signal_stack};
        ::sigaltstack(&stack, nullptr);
      }
      ring_of_thread = &slot.ring;
      errno = errno_before;
      return ring_of_thread;
    }
  }
  errno = errno_before;
  return nullptr;
}

void EventRings::give_back(void* memory) noexcept {
  EventRings& all = *instance();
  auto* const slot = static_cast<Slot*>(memory);
  stack_t stack{};
  if (::sigaltstack(nullptr, &stack) == 0 && stack.ss_sp == slot->signal_stack) {
    stack = {.ss_sp = nullptr, .ss_flags = SS_DISABLE, .ss_size = 0};
    ::sigaltstack(&stack, nullptr);
  }
  ring_of_thread = nullptr;
  const auto number = static_cast<std::size_t>(slot - all.slots_);
  all.taken_[number / 64].fetch_and(~(std::uint64_t{1} << (number % 64)), std::memory_order_release);
}

EventRing* EventRings::at(std::size_t number) noexcept {
  return made_[number].load(std::memory_order_acquire) ? &slots_[number].ring : nullptr;
}

}  // namespace tracepoints::sinks
