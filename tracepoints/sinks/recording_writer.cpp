#include "tracepoints/sinks/recording_writer.h"

#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <limits>
#include <utility>

#include "tracepoints/sinks/text_layout.h"

namespace tracepoints::sinks {
namespace {

constexpr std::int64_t ms = 1'000'000;                // ns
constexpr std::int64_t round_ns = 5 * ms;             // what a SIGKILL may cost at most, and a little
constexpr std::int64_t retry_ns = 100 * ms;           // how often a full disk is tried again
constexpr std::int64_t patience_ns = 5'000 * ms;      // how long the end of the process waits for a slow disk
constexpr std::int64_t last_words_ns = 1'000 * ms;    // the same, when a signal ends it
constexpr std::size_t stack_bytes = 256 * 1024;
constexpr std::string_view process_ended_text = "process ended";

timespec clock_after(std::int64_t ns) noexcept {
  timespec at{};
  clock_gettime(CLOCK_MONOTONIC, &at);
  ns += at.tv_nsec;
  at.tv_sec += ns / 1'000'000'000;
  at.tv_nsec = ns % 1'000'000'000;
  return at;
}

bool wait_for(sem_t& semaphore, std::int64_t ns) noexcept {
  const timespec until = clock_after(ns);
  int result;
  do {
    result = ::sem_clockwait(&semaphore, CLOCK_MONOTONIC, &until);
  } while (result != 0 && errno == EINTR);
  return result == 0;
}

// A line for the terminal, without allocating: the process may be crashing.
template <class... Args>
void say(fmt::format_string<Args...> text, Args&&... args) noexcept {
  char line[1024];
  try {
    const auto end = fmt::format_to_n(line, sizeof line - 1, text, std::forward<Args>(args)...);
    std::size_t size = std::min(end.size, sizeof line - 1);
    line[size++] = '\n';
    [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, line, size);
  } catch (...) {
    // Nobody can be told.
  }
}

}  // namespace

RecordingWriter::RecordingWriter(std::unique_ptr<RecordingFile> file, EventStreams& all, std::int64_t zero, std::string wall)
    : streams(all), zero_ns(zero), wall_clock(std::move(wall)), pid_(::getpid()), file_(std::move(file)), name_(harmless(file_->path())) {
  ::sem_init(&wake_, 0, 0);
  ::sem_init(&done_, 0, 0);
}

RecordingWriter::~RecordingWriter() {
  ::sem_destroy(&wake_);
  ::sem_destroy(&done_);
}

std::int64_t RecordingWriter::now_ns() noexcept {
  const timespec now = clock_after(0);
  return now.tv_sec * 1'000'000'000 + now.tv_nsec;
}

int RecordingWriter::start() noexcept {
  sigset_t all, before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);  // signals are for the program's own threads
  pthread_attr_t attributes;
  ::pthread_attr_init(&attributes);
  ::pthread_attr_setstacksize(&attributes, stack_bytes);
  const int error = ::pthread_create(&thread_, &attributes, run_thread, this);
  ::pthread_attr_destroy(&attributes);
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return error;
}

void* RecordingWriter::run_thread(void* self) {
  ::pthread_setname_np(::pthread_self(), "tracer");
  static_cast<RecordingWriter*>(self)->run();
  return nullptr;
}

void RecordingWriter::wake() noexcept {
  const int errno_before = errno;
  ::sem_post(&wake_);
  errno = errno_before;
}

bool RecordingWriter::end() noexcept {
  End expected = End::not_yet;
  end_.compare_exchange_strong(expected, End::finish);
  wake();
  return ended_.load() || wait_for(done_, patience_ns);
}

void RecordingWriter::end_by_signal(int signal) noexcept {
  if (forgotten_ || ::pthread_equal(::pthread_self(), thread_)) return;
  int none = 0;
  signal_.compare_exchange_strong(none, signal);
  End expected = End::not_yet;
  end_.compare_exchange_strong(expected, End::signal);
  ::sem_post(&wake_);
  for (std::int64_t waited = 0; waited < last_words_ns && !ended_.load(); waited += ms / 2) {
    const timespec moment{.tv_sec = 0, .tv_nsec = ms / 2};
    ::nanosleep(&moment, nullptr);
  }
}

void RecordingWriter::forget() noexcept {
  forgotten_ = true;
  accepts.store(false);
  file_->forget();
}

void RecordingWriter::run() noexcept {
  for (;;) {
    wait_for(wake_, retry_at_ns_ != 0 ? retry_ns : round_ns);
    if (end_.load() != End::not_yet) return say_end();
    const std::int64_t now = now_ns();
    if (retry_at_ns_ > now) continue;  // wake_asked_ stays, so that scarce memory does not wake us again and again
    wake_asked_.store(false);
    drain(now);
    flush();
  }
}

// Events of all threads, in order of time, as far as they happened before `until_ns`: those of the last moment may not all be there yet.
void RecordingWriter::drain(std::int64_t until_ns) noexcept {
  struct Front {
    std::int64_t time_ns;
    std::size_t stream;
    bool operator<(const Front& other) const noexcept { return time_ns > other.time_ns; }  // the heap's top is the oldest
  };
  std::array<Front, EventStreams::most> heap;
  std::size_t size = 0;
  if (const std::uint32_t lost = streams.lost.exchange(0, std::memory_order_relaxed)) say_lost(lost, our_place(), until_ns);
  for (std::size_t number = 0; number < streams.used(); ++number) {
    EventStream* const stream = streams.at(number);
    const StoredItem* const front = stream ? stream->front() : nullptr;
    if (front && front->time_ns <= until_ns) heap[size++] = {front->time_ns, number};
  }
  std::make_heap(heap.begin(), heap.begin() + size);
  while (size > 0) {
    std::pop_heap(heap.begin(), heap.begin() + size);
    const std::size_t number = heap[--size].stream;
    EventStream& stream = *streams.at(number);
    const StoredItem* front = stream.front();
    do {
      if (!pending_.has_room() && !flush()) return;
      take(number, *front);
      stream.pop();
      front = stream.front();
    } while (front && front->time_ns <= until_ns && (size == 0 || front->time_ns <= heap[0].time_ns));
    if (!front || front->time_ns > until_ns) continue;
    heap[size++] = {front->time_ns, number};
    std::push_heap(heap.begin(), heap.begin() + size);
  }
}

void RecordingWriter::take(std::size_t stream, const StoredItem& item) noexcept {
  if (gone_) return;
  RecordedThread*& thread = thread_of_stream_[stream];
  if (item.lost_before > 0) say_lost(item.lost_before, thread ? thread->place : our_place(), item.time_ns);
  switch (item.item) {
    case Item::enter:
    case Item::leave:
    case Item::point:
    case Item::decision:
      if (!thread) thread = threads_.find(streams.at(stream)->whose(), [this](const auto& make) { line(make); });
      if (!thread) ++unsaid_;
      else take_event(*thread, item);
      break;
    case Item::thread:
      // A thread of our own keeps its stream until it ends. Others' threads share that of the thread that passes them on.
      if (thread && thread->pid == pid_ && thread->open_count == 0) threads_.forget(*thread);
      thread = threads_.find(item.thread(), [this](const auto& make) { line(make); });
      break;
    case Item::line:
      line([&](JsonText& text) { text.put({item.texts(), item.text_size}); });
      break;
    case Item::process_ended:
      close_process(item.thread().pid, item.time_ns);
      break;
    case Item::lost:
      say_lost(item.thread().lost, {item.thread().pid, item.thread().tid}, item.time_ns);
      break;
  }
}

// B and E of a thread must nest, whatever was lost between them: an event's depth says which frames are around it.
void RecordingWriter::take_event(RecordedThread& thread, const StoredItem& item) noexcept {
  const std::int64_t ts = item.time_ns - zero_ns;
  close_inside(thread, item.item == Item::leave ? item.depth + 1U : item.depth, item.time_ns, "");
  if (item.item == Item::enter && !thread.open(item.index, item.depth)) {
    ++unsaid_;
    return;
  }
  if (item.item == Item::leave && !thread.close(item.index, item.depth)) {
    ++unsaid_;  // its beginning was lost
    return;
  }
  line([&](JsonText& text) { lines_.event(text, item, thread.place, ts); });
}

void RecordingWriter::close_inside(RecordedThread& thread, unsigned depth, std::int64_t time_ns, std::string_view error) noexcept {
  while (thread.open_count > 0 && thread.frames[thread.open_count - 1].depth >= depth) {
    const Index index = thread.frames[--thread.open_count].index;
    line([&](JsonText& text) { lines_.end(text, index, thread.place, time_ns - zero_ns, error); });
  }
}

void RecordingWriter::close_process(int pid, std::int64_t time_ns) noexcept {
  threads_.each_of(pid, [&](RecordedThread& thread) { close_inside(thread, 0, time_ns, process_ended_text); });
}

void RecordingWriter::say_lost(std::uint64_t events, const LinePlace& place, std::int64_t time_ns) noexcept {
  lost_ += events;
  line([&](JsonText& text) { RecordingLines::lost(text, events, place, time_ns - zero_ns); });
}

// Gives: false when lines are left that cannot be written now.
bool RecordingWriter::flush() noexcept {
  if (gone_) pending_.wrote(pending_.text().size());
  if (pending_.empty()) return true;
  if (retry_at_ns_ > now_ns()) return false;
  std::size_t added = 0;
  const int error = file_->add(pending_.text(), added);
  pending_.wrote(added);
  if (error != 0) return failed(error);
  retry_at_ns_ = 0;
  return true;
}

bool RecordingWriter::failed(int error) noexcept {
  if (error == ESTALE || error == EBADMSG) {
    gone_ = true;
    accepts.store(false);
    pending_.wrote(pending_.text().size());
    say("tracer: {} {}; from here on this run is not recorded", name_,
        error == ESTALE ? "was deleted or replaced" : "is no longer the recording: something else was written into it");
    return true;
  }
  retry_at_ns_ = now_ns() + retry_ns;
  if (!std::exchange(warned_, true))
    say("tracer: {} cannot be written now: {}; the run goes on, and so does the recording when it can", name_, ::strerror(error));
  return false;
}

// The last act. Nothing here may allocate: a crash may have left the heap locked.
void RecordingWriter::say_end() noexcept {
  const bool killed = end_.load() == End::signal;
  accepts.store(false);
  retry_at_ns_ = 0;
  const std::int64_t now = now_ns();
  drain(std::numeric_limits<std::int64_t>::max());
  if (killed && !gone_) {
    char name[16] = "SIG";
    if (const char* const abbreviation = ::sigabbrev_np(signal_.load())) std::strncat(name, abbreviation, 10);
    line([&](JsonText& text) { RecordingLines::killed(text, name, our_place(), now - zero_ns); });
  }
  std::uint64_t unsaid = streams.lost.exchange(0, std::memory_order_relaxed) + std::exchange(unsaid_, 0);
  for (std::size_t number = 0; number < streams.used(); ++number)
    if (EventStream* const stream = streams.at(number)) {
      unsaid += stream->take_lost();
      for (; const StoredItem* const item = stream->front(); stream->pop()) unsaid += item->item <= Item::decision ? 1 : 0;  // the disk is full
    }
  if (!gone_) threads_.each([&](RecordedThread& thread) { close_inside(thread, 0, now, process_ended_text); });
  if (unsaid > 0 && retry_at_ns_ == 0) say_lost(std::exchange(unsaid, 0), our_place(), now);
  if (!flush()) {
    unsaid += pending_.count();
    char last[256];
    JsonText text(last, sizeof last);
    text.put(",\n");
    RecordingLines::lost(text, unsaid, our_place(), now - zero_ns);
    std::size_t added = 0;
    file_->add(text.str(), added, true);
  }
  lost_ += unsaid;
  file_->close();
  if (lost_ > 0 && !gone_)
    say("tracer: {} event{} missing in {}: {}", lost_, lost_ == 1 ? " is" : "s are", name_,
        warned_ ? "it could not be written for a while" : "there was no room left to hold them");
  ended_.store(true);
  ::sem_post(&done_);
}

void RecordingWriter::say_that_it_takes_too_long() const noexcept {
  say("tracer: {} takes too long to write; its end may be missing", name_);
}

}  // namespace tracepoints::sinks
