#include "tracepoints/sinks/event_stream.h"

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
thread_local constinit EventStream* stream_of_thread = nullptr;
pthread_key_t key;  // its destructor runs when a thread ends; unlike a thread_local object it takes no memory for each thread

// By words, the last one whole: a Repr has room for it, and so has the chunk.
char* copy(char* to, std::string_view text) noexcept {
  for (std::size_t i = 0; i < text.size(); i += 8) std::memcpy(to + i, text.data() + i, 8);
  return to + stored_size(text.size());
}

template <class To, class From>
constexpr To clamped(From value) noexcept {
  return value < From{0} ? To{0} : static_cast<To>(std::min<std::uint64_t>(static_cast<std::uint64_t>(value), std::numeric_limits<To>::max()));
}

}  // namespace

EventChunk* EventChunks::take() noexcept {
  std::uint64_t top = free_.load(std::memory_order_acquire);
  while (const auto number = static_cast<std::uint32_t>(top)) {
    EventChunk& chunk = memory_[number - 1];
    // Another thread may take it meanwhile, and next_free be nonsense: then the exchange fails.
    const std::uint64_t below = ((top >> 32) + 1) << 32 | chunk.next_free.load(std::memory_order_relaxed);
    if (!free_.compare_exchange_weak(top, below, std::memory_order_acquire)) continue;
    in_use_.fetch_add(1, std::memory_order_relaxed);
    chunk.next.store(nullptr, std::memory_order_relaxed);
    chunk.filled.store(0, std::memory_order_relaxed);
    return &chunk;
  }
  if (never_used_.load(std::memory_order_relaxed) >= count) return nullptr;
  const std::uint32_t fresh = never_used_.fetch_add(1, std::memory_order_relaxed);
  if (fresh >= count) return nullptr;
  in_use_.fetch_add(1, std::memory_order_relaxed);
  return ::new (static_cast<void*>(memory_ + fresh)) EventChunk;
}

void EventChunks::give(EventChunk* chunk) noexcept {
  std::uint64_t top = free_.load(std::memory_order_relaxed), now = 0;
  do {
    chunk->next_free.store(static_cast<std::uint32_t>(top), std::memory_order_relaxed);
    now = ((top >> 32) + 1) << 32 | static_cast<std::uint32_t>(chunk - memory_ + 1);
  } while (!free_.compare_exchange_weak(top, now, std::memory_order_release, std::memory_order_relaxed));
  in_use_.fetch_sub(1, std::memory_order_relaxed);
}

StoredItem* EventStream::reserve(std::size_t size) noexcept {
  if (!writing_ || written_ + size > EventChunk::capacity) {
    EventChunk* const fresh = chunks_.take();
    if (!fresh) return nullptr;
    (writing_ ? writing_->next : first_).store(fresh, std::memory_order_release);
    writing_ = fresh;
    written_ = 0;
  }
  auto* const item = reinterpret_cast<StoredItem*>(writing_->data + written_);
  written_ += static_cast<std::uint32_t>(size);
  item->size = static_cast<std::uint32_t>(size);
  item->lost_before = 0;
  if (lost_.load(std::memory_order_relaxed) != 0) [[unlikely]]
    item->lost_before = take_lost();
  return item;
}

bool EventStream::count_lost() noexcept {
  lost_.fetch_add(1, std::memory_order_relaxed);
  return false;
}

bool EventStream::tell_thread_of(const Event& event) noexcept {
  const std::string_view process = event.process.substr(0, 48), name = event.thread.substr(0, 48);
  if (told_.pid == event.pid && told_.tid == event.tid && process == std::string_view(told_.names, told_.process_size) &&
      name == std::string_view(told_.names + told_.process_size, told_.name_size)) [[likely]]
    return true;
  StoredItem* const item = reserve(stored_size(sizeof(StoredItem) + sizeof(StoredItem::Thread)));
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

bool EventStream::put(const Event& event) noexcept {
  if (!tell_thread_of(event)) return count_lost();
  const std::string_view outcome = event.outcome.str();
  std::size_t size = sizeof(StoredItem) + event.field_count * sizeof(StoredItem::Value) + stored_size(outcome.size());
  for (std::size_t i = 0; i < event.field_count; ++i) size += stored_size(event.fields[i].value.str().size());
  StoredItem* const item = reserve(size);
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
    text = copy(text, written);
  }
  copy(text, outcome);
  publish();
  return true;
}

bool EventStream::put_line(std::string_view line, std::int64_t time_ns) noexcept {
  StoredItem* const item = reserve(stored_size(sizeof(StoredItem) + line.size()));
  if (!item) return false;
  item->item = Item::line;
  item->field_count = 0;
  item->time_ns = time_ns;
  item->text_size = static_cast<std::uint32_t>(line.size());
  std::memcpy(static_cast<void*>(item + 1), line.data(), line.size());
  publish();
  return true;
}

bool EventStream::put_about(Item what, int pid, int tid, std::int64_t time_ns, std::uint64_t lost) noexcept {
  StoredItem* const item = reserve(stored_size(sizeof(StoredItem) + sizeof(StoredItem::Thread)));
  if (!item) return false;
  const StoredItem::Thread about{pid, tid, lost, 0, 0, {}};
  item->item = what;
  item->time_ns = time_ns;
  std::memcpy(static_cast<void*>(item + 1), &about, sizeof about);
  publish();
  return true;
}

const StoredItem* EventStream::front() noexcept {
  if (!reading_ && !(reading_ = first_.load(std::memory_order_acquire))) return nullptr;
  while (read_ == filled_seen_) {
    EventChunk* const next = reading_->next.load(std::memory_order_acquire);  // before `filled`: where there is a next one, this is filled for good
    filled_seen_ = reading_->filled.load(std::memory_order_acquire);
    if (read_ < filled_seen_) break;
    if (!next) return nullptr;
    chunks_.give(reading_);
    reading_ = next;
    read_ = filled_seen_ = 0;
  }
  return reinterpret_cast<const StoredItem*>(reading_->data + read_);
}

void EventStream::pop() noexcept {
  const auto* const item = reinterpret_cast<const StoredItem*>(reading_->data + read_);
  if (item->item == Item::thread) whose_ = item->thread();
  read_ += item->size;
}

EventStreams* EventStreams::instance() noexcept {
  static EventStreams* const streams = []() -> EventStreams* {
    constexpr std::size_t chunks_size = EventChunks::count * sizeof(EventChunk);
    void* const memory = ::mmap(nullptr, chunks_size + most * sizeof(Slot), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED || ::pthread_key_create(&key, give_back) != 0) return nullptr;
    // Never destroyed: threads may outlive every destructor.
    return new (std::nothrow) EventStreams(static_cast<EventChunk*>(memory), static_cast<std::byte*>(memory) + chunks_size);
  }();
  return streams;
}

EventStream* EventStreams::mine() noexcept {
  if (stream_of_thread) [[likely]]
    return stream_of_thread;
  return take_one();
}

EventStream* EventStreams::take_one() noexcept {
  const int errno_before = errno;
  for (std::size_t word = 0; word < taken_.size(); ++word) {
    std::uint64_t bits = taken_[word].load(std::memory_order_relaxed);
    while (~bits != 0) {
      const auto bit = static_cast<std::size_t>(std::countr_one(bits));
      if (!taken_[word].compare_exchange_weak(bits, bits | std::uint64_t{1} << bit, std::memory_order_acquire, std::memory_order_relaxed)) continue;
      const std::size_t number = word * 64 + bit;
      Slot& slot = slots_[number];
      if (!made_[number].load(std::memory_order_relaxed)) {
        ::new (static_cast<void*>(&slot.stream)) EventStream(chunks_);
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
      stream_of_thread = &slot.stream;
      errno = errno_before;
      return stream_of_thread;
    }
  }
  errno = errno_before;
  return nullptr;
}

void EventStreams::give_back(void* memory) noexcept {
  EventStreams& all = *instance();
  auto* const slot = static_cast<Slot*>(memory);
  stack_t stack{};
  if (::sigaltstack(nullptr, &stack) == 0 && stack.ss_sp == slot->signal_stack) {
    stack = {.ss_sp = nullptr, .ss_flags = SS_DISABLE, .ss_size = 0};
    ::sigaltstack(&stack, nullptr);
  }
  stream_of_thread = nullptr;
  const auto number = static_cast<std::size_t>(slot - all.slots_);
  all.taken_[number / 64].fetch_and(~(std::uint64_t{1} << (number % 64)), std::memory_order_release);
}

EventStream* EventStreams::at(std::size_t number) noexcept {
  return made_[number].load(std::memory_order_acquire) ? &slots_[number].stream : nullptr;
}

}  // namespace tracepoints::sinks
