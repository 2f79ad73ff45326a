#include "tracepoints/sinks/recording.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <limits>
#include <utility>

#include "tracepoints/sinks/event_stream.h"
#include "tracepoints/sinks/last_words.h"
#include "tracepoints/sinks/recording_file.h"
#include "tracepoints/sinks/recording_lines.h"
#include "tracepoints/sinks/recording_threads.h"
#include "tracepoints/sinks/text_layout.h"

namespace tracepoints::sinks {
namespace {

constexpr std::int64_t ms = 1'000'000;                // ns
constexpr std::int64_t round_ns = 5 * ms;             // what a SIGKILL may cost at most, and a little
constexpr std::int64_t retry_ns = 100 * ms;           // how often a full disk is tried again
constexpr std::int64_t patience_ns = 5'000 * ms;      // how long the end of the process waits for a slow disk
constexpr std::int64_t last_words_ns = 1'000 * ms;    // the same, when a signal ends it
constexpr std::size_t writer_stack_bytes = 256 * 1024;
constexpr std::string_view process_ended_text = "process ended";

timespec clock_after(std::int64_t ns) noexcept {
  timespec at{};
  clock_gettime(CLOCK_MONOTONIC, &at);
  ns += at.tv_nsec;
  at.tv_sec += ns / 1'000'000'000;
  at.tv_nsec = ns % 1'000'000'000;
  return at;
}

std::int64_t now_ns() noexcept {
  const timespec now = clock_after(0);
  return now.tv_sec * 1'000'000'000 + now.tv_nsec;
}

bool wait_for(sem_t& semaphore, std::int64_t ns) noexcept {
  const timespec until = clock_after(ns);
  int result;
  do {
    result = ::sem_clockwait(&semaphore, CLOCK_MONOTONIC, &until);
  } while (result != 0 && errno == EINTR);
  return result == 0;
}

// 2026-11-22T16:00:00.000000Z
std::string wall_clock_text() {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:06}Z", fmt::gmtime(now.tv_sec), now.tv_nsec / 1000);
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

// Lines that wait to be written, in a buffer of fixed size.
class Pending {
 public:
  /// Room for what one item may bring, but for a pile of frames that end together.
  bool has_room() const noexcept { return capacity - size_ > 4 * RecordingFile::most_of_line; }
  bool are_many() const noexcept { return size_ >= 32 * 1024; }
  bool empty() const noexcept { return size_ == 0; }
  std::string_view text() const noexcept { return {bytes_.get(), size_}; }
  std::uint64_t count() const noexcept { return static_cast<std::uint64_t>(std::count(text().begin(), text().end(), '\n')); }
  /// Gives: false when the line had no room; then it is lost.
  template <class Make>
  bool line(const Make& make) noexcept {
    if (capacity - size_ < RecordingFile::most_of_line) return false;
    JsonText text(bytes_.get() + size_, RecordingFile::most_of_line);
    text.put(",\n");
    make(text);
    size_ += text.str().size();
    return true;
  }
  void wrote(std::size_t bytes) noexcept {
    size_ -= bytes;
    std::memmove(bytes_.get(), bytes_.get() + bytes, size_);  // mostly nothing is left
  }

 private:
  static constexpr std::size_t capacity = 128 * 1024;
  const std::unique_ptr<char[]> bytes_ = std::make_unique_for_overwrite<char[]>(capacity);
  std::size_t size_ = 0;
};

// The writer thread, and what it shares with the threads that trace.
class RecordingSink::Writer {
 public:
  Writer(std::unique_ptr<RecordingFile> file, EventStreams& all, std::int64_t zero, std::string wall)
      : streams(all), zero_ns(zero), wall_clock(std::move(wall)), file_(std::move(file)) {
    ::sem_init(&wake_, 0, 0);
    ::sem_init(&done_, 0, 0);
  }
  ~Writer() {
    ::sem_destroy(&wake_);
    ::sem_destroy(&done_);
  }
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

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
  void insist(const Put& put) noexcept;

  /// Asks for the end and waits for it. Gives: false when the disk is too slow.
  bool end() noexcept;
  void end_by_signal(int signal) noexcept;
  void forget() noexcept;
  bool forgotten() const noexcept { return forgotten_; }
  void join() noexcept { ::pthread_join(thread_, nullptr); }

  std::atomic<bool> accepts{true};
  EventStreams& streams;
  const std::int64_t zero_ns;
  const std::string wall_clock;

 private:
  enum class End : int { not_yet, finish, signal };

  static void* run(void* self);
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

  const int pid_ = ::getpid();
  const std::unique_ptr<RecordingFile> file_;
  const RecordingLines lines_;
  Pending pending_;
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

namespace {

std::atomic<RecordingSink*> recording_of_process{nullptr};

}  // namespace

int RecordingSink::Writer::start() noexcept {
  sigset_t all, before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);  // signals are for the program's own threads
  pthread_attr_t attributes;
  ::pthread_attr_init(&attributes);
  ::pthread_attr_setstacksize(&attributes, writer_stack_bytes);
  const int error = ::pthread_create(&thread_, &attributes, run, this);
  ::pthread_attr_destroy(&attributes);
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return error;
}

void* RecordingSink::Writer::run(void* self) {
  ::pthread_setname_np(::pthread_self(), "tracer");
  static_cast<Writer*>(self)->run();
  return nullptr;
}

void RecordingSink::Writer::wake() noexcept {
  const int errno_before = errno;
  ::sem_post(&wake_);
  errno = errno_before;
}

template <class Put>
void RecordingSink::Writer::insist(const Put& put) noexcept {
  EventStream* const stream = streams.mine();
  for (int tries = 0; stream && tries < 200 && accepts.load(std::memory_order_relaxed); ++tries) {
    if (put(*stream)) return;
    wake();
    const timespec moment{.tv_sec = 0, .tv_nsec = ms};
    ::nanosleep(&moment, nullptr);
  }
}

bool RecordingSink::Writer::end() noexcept {
  End expected = End::not_yet;
  end_.compare_exchange_strong(expected, End::finish);
  wake();
  return ended_.load() || wait_for(done_, patience_ns);
}

// In a signal handler.
void RecordingSink::Writer::end_by_signal(int signal) noexcept {
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

// In the child of a fork: the writer thread is the parent's, and so is the file.
void RecordingSink::Writer::forget() noexcept {
  forgotten_ = true;
  accepts.store(false);
  file_->forget();
}

void RecordingSink::Writer::run() noexcept {
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
void RecordingSink::Writer::drain(std::int64_t until_ns) noexcept {
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

void RecordingSink::Writer::take(std::size_t stream, const StoredItem& item) noexcept {
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
void RecordingSink::Writer::take_event(RecordedThread& thread, const StoredItem& item) noexcept {
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

void RecordingSink::Writer::close_inside(RecordedThread& thread, unsigned depth, std::int64_t time_ns, std::string_view error) noexcept {
  while (thread.open_count > 0 && thread.frames[thread.open_count - 1].depth >= depth) {
    const Index index = thread.frames[--thread.open_count].index;
    line([&](JsonText& text) { lines_.end(text, index, thread.place, time_ns - zero_ns, error); });
  }
}

void RecordingSink::Writer::close_process(int pid, std::int64_t time_ns) noexcept {
  threads_.each_of(pid, [&](RecordedThread& thread) { close_inside(thread, 0, time_ns, process_ended_text); });
}

void RecordingSink::Writer::say_lost(std::uint64_t events, const LinePlace& place, std::int64_t time_ns) noexcept {
  lost_ += events;
  line([&](JsonText& text) { RecordingLines::lost(text, events, place, time_ns - zero_ns); });
}

// Gives: false when lines are left that cannot be written now.
bool RecordingSink::Writer::flush() noexcept {
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

bool RecordingSink::Writer::failed(int error) noexcept {
  if (error == ESTALE || error == EBADMSG) {
    gone_ = true;
    accepts.store(false);
    pending_.wrote(pending_.text().size());
    say("tracer: {} {}; from here on this run is not recorded", harmless(file_->path()),
        error == ESTALE ? "was deleted or replaced" : "is no longer the recording: something else was written into it");
    return true;
  }
  retry_at_ns_ = now_ns() + retry_ns;
  if (!std::exchange(warned_, true))
    say("tracer: {} cannot be written now: {}; the run goes on, and so does the recording when it can", harmless(file_->path()), ::strerror(error));
  return false;
}

// The last act. Nothing here may allocate: a crash may have left the heap locked.
void RecordingSink::Writer::say_end() noexcept {
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
    say("tracer: {} event{} missing in {}: {}", lost_, lost_ == 1 ? " is" : "s are", file_->path(),
        warned_ ? "it could not be written for a while" : "there was no room left to hold them");
  ended_.store(true);
  ::sem_post(&done_);
}

RecordingSink::RecordingSink(std::unique_ptr<Writer> writer) : writer_(std::move(writer)) {}

std::shared_ptr<RecordingSink> RecordingSink::open(RecordingOptions options, std::string& trouble) {
  if (recording_of_process.load()) {
    trouble = "this process writes a recording already";
    return nullptr;
  }
  EventStreams* const streams = EventStreams::instance();
  if (!streams) {
    trouble = "there is no memory for it";
    return nullptr;
  }
  std::int64_t zero = now_ns();
  std::string wall_clock = wall_clock_text();
  const std::size_t at = options.ticket.find('@');
  const bool joins = at != options.ticket.npos;
  if (joins) {
    std::from_chars(options.ticket.data(), options.ticket.data() + at, zero);
    wall_clock = options.ticket.substr(at + 1);
  }
  struct sigaction now {};
  if (::sigaction(SIGXFSZ, nullptr, &now) == 0 && now.sa_handler == SIG_DFL) ::signal(SIGXFSZ, SIG_IGN);  // a limit on file size is an error, as for Python
  const std::string line = metadata_line(options.process, ::getpid(), wall_clock);
  auto file = joins ? RecordingFile::join(options.file, fmt::format(R"("wall_clock":"{}")", wall_clock), trouble)
                    : RecordingFile::create(options.file, line, trouble);
  if (!file) return nullptr;
  auto writer = std::make_unique<Writer>(std::move(file), *streams, zero, wall_clock);
  if (joins) writer->first_line(line);
  std::shared_ptr<RecordingSink> sink(new RecordingSink(std::move(writer)));
  if (const int error = sink->writer_->start()) {
    trouble = fmt::format("its writer thread cannot be started: {}", ::strerror(error));
    sink->writer_->forget();
    return nullptr;
  }
  recording_of_process.store(sink.get());
  [[maybe_unused]] static const int registered = [] {
    std::atexit([] {
      if (RecordingSink* const open = recording_of_process.load()) open->finish();
    });
    return ::pthread_atfork(nullptr, nullptr, [] {
      if (RecordingSink* const parents = recording_of_process.exchange(nullptr)) parents->writer_->forget();
    });
  }();
  before_dying([](int signal) noexcept {
    if (RecordingSink* const open = recording_of_process.load()) open->writer_->end_by_signal(signal);
  });
  return sink;
}

RecordingSink::~RecordingSink() {
  finish();
  if (stuck_) static_cast<void>(writer_.release());  // its thread still uses it
}

void RecordingSink::event(const Event& event) noexcept {
  Writer& writer = *writer_;
  if (!writer.accepts.load(std::memory_order_relaxed)) return;
  EventStream* const stream = writer.streams.mine();
  if (!stream) [[unlikely]] {
    writer.streams.lost.fetch_add(1, std::memory_order_relaxed);
    return;
  }
  stream->put(event);
  writer.arrived();
}

void RecordingSink::finish() noexcept {
  if (writer_->forgotten() || finished_.exchange(true)) return;
  stuck_ = !writer_->end();
  RecordingSink* self = this;
  recording_of_process.compare_exchange_strong(self, nullptr);  // not before: a signal that comes now waits, too
  if (!stuck_)
    writer_->join();
  else
    say("tracer: {} takes too long to write; its end may be missing", harmless(writer_->file().path()));
}

std::string RecordingSink::ticket() const { return fmt::format("{}@{}", writer_->zero_ns, writer_->wall_clock); }
const std::string& RecordingSink::path() const noexcept { return writer_->file().path(); }

void RecordingSink::describe(int pid, const RecordedProcess& process) noexcept {
  try {
    const std::string line = metadata_line(process, pid, writer_->wall_clock);
    writer_->insist([&](EventStream& stream) { return stream.put_line(line, now_ns()); });
  } catch (...) {
    // No memory for a line about the process: its events are recorded all the same.
  }
}

void RecordingSink::process_ended(int pid) noexcept {
  writer_->insist([&](EventStream& stream) { return stream.put_about(Item::process_ended, pid, 0, now_ns(), 0); });
}

void RecordingSink::lost(int pid, int tid, std::uint64_t events) noexcept {
  writer_->insist([&](EventStream& stream) { return stream.put_about(Item::lost, pid, tid != 0 ? tid : pid, now_ns(), events); });
}

}  // namespace tracepoints::sinks
