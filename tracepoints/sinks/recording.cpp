#include "tracepoints/sinks/recording.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <utility>

#include "tracepoints/sinks/last_words.h"
#include "tracepoints/sinks/recording_writer.h"

namespace tracepoints::sinks {
namespace {

std::atomic<RecordingSink*> recording_of_process{nullptr};

// 2026-11-22T16:00:00.000000Z
std::string wall_clock_text() {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:06}Z", fmt::gmtime(now.tv_sec), now.tv_nsec / 1000);
}

}  // namespace

RecordingSink::RecordingSink(std::unique_ptr<RecordingWriter> writer) : writer_(std::move(writer)) {}

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
  std::int64_t zero = RecordingWriter::now_ns();
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
  auto writer = std::make_unique<RecordingWriter>(std::move(file), *streams, zero, wall_clock);
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
  RecordingWriter& writer = *writer_;
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
    writer_->say_that_it_takes_too_long();
}

std::string RecordingSink::ticket() const { return fmt::format("{}@{}", writer_->zero_ns, writer_->wall_clock); }
const std::string& RecordingSink::path() const noexcept { return writer_->file().path(); }

void RecordingSink::describe(int pid, const RecordedProcess& process) noexcept {
  try {
    const std::string line = metadata_line(process, pid, writer_->wall_clock);
    writer_->insist([&](EventStream& stream) { return stream.put_line(line, RecordingWriter::now_ns()); });
  } catch (...) {
    // No memory for a line about the process: its events are recorded all the same.
  }
}

void RecordingSink::process_ended(int pid) noexcept {
  writer_->insist([&](EventStream& stream) { return stream.put_about(Item::process_ended, pid, 0, RecordingWriter::now_ns(), 0); });
}

void RecordingSink::lost(int pid, int tid, std::uint64_t events) noexcept {
  writer_->insist([&](EventStream& stream) { return stream.put_about(Item::lost, pid, tid != 0 ? tid : pid, RecordingWriter::now_ns(), events); });
}

}  // namespace tracepoints::sinks
