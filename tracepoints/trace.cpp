#include "tracepoints/trace.h"

#include <fnmatch.h>
#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstring>
#include <ctime>
#include <string>
#include <vector>

namespace tracepoints {
namespace {

struct Name {
  char bytes[48] = "";
  std::uint8_t size = 0;
  void set(std::string_view text) noexcept {
    size = static_cast<std::uint8_t>(text.size() < sizeof bytes ? text.size() : sizeof bytes);
    std::memcpy(bytes, text.data(), size);
  }
  std::string_view str() const noexcept { return {bytes, size}; }
};

struct ThreadState {
  int tid = 0;
  int depth = 0;
  unsigned request = 0;
  int still_passing = 0;
  Name name;
  Repr exception;
};

// Never destroyed: a daemon thread may still send events while exit() runs the destructors.
std::vector<std::shared_ptr<Sink>>& sinks = *new std::vector<std::shared_ptr<Sink>>;
std::atomic<bool> finished{false};
Name process_name;
std::atomic<int> process_id{0};  // getpid() is a system call, and would be a third of an event's cost
thread_local ThreadState thread_state;

std::int64_t now_ns() noexcept {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1'000'000'000 + now.tv_nsec;
}

int current_pid() noexcept {
  const int known = process_id.load(std::memory_order_relaxed);
  if (known != 0) return known;
  [[maybe_unused]] static const int registered = ::pthread_atfork(nullptr, nullptr, [] {
    process_id.store(0, std::memory_order_relaxed);
    thread_state.tid = 0;
  });
  const int pid = ::getpid();
  process_id.store(pid, std::memory_order_relaxed);
  return pid;
}

void deliver(Event& event) noexcept {
  ThreadState& thread = thread_state;
  if (thread.tid == 0) thread.tid = static_cast<int>(::syscall(SYS_gettid));
  event.pid = current_pid();
  event.tid = thread.tid;
  event.depth = thread.depth;
  event.request = thread.request;
  event.process = process_name.str();
  event.thread = thread.name.str();
  event.passing = std::uncaught_exceptions() + thread.still_passing;
  for (const auto& sink : sinks) sink->event(event);
}

using Choice = std::array<bool, std::size(ids)>;

bool choose(std::string_view patterns, Choice& wanted, std::string_view* unmatched) {
  bool first = true;
  if (patterns.empty()) patterns = "*";
  while (!patterns.empty()) {
    std::string_view pattern = patterns.substr(0, patterns.find(','));
    patterns.remove_prefix(pattern.size() + (pattern.size() < patterns.size() ? 1 : 0));
    const std::string_view whole = pattern;
    if (pattern.empty()) continue;
    const bool leave_out = pattern.starts_with('-');
    if (leave_out) pattern.remove_prefix(1);
    if (leave_out && first) wanted.fill(true);  // only exceptions are named: start from everything
    first = false;
    bool matched = false;
    for (std::size_t i = 0; i < std::size(ids); ++i)
      if (glob_matches(pattern, ids[i])) {
        matched = true;
        wanted[i] = !leave_out;
      }
    if (!matched) {
      if (unmatched) *unmatched = whole;
      return false;
    }
  }
  return true;
}

}  // namespace

bool glob_matches(std::string_view glob, std::string_view id) {
  return ::fnmatch(std::string(glob).c_str(), std::string(id).c_str(), 0) == 0;
}

void add_sink(std::shared_ptr<Sink> sink) {
  sinks.push_back(std::move(sink));
  finished = false;
}

void remove_sinks() noexcept { sinks.clear(); }

void finish() noexcept {
  if (finished.exchange(true)) return;
  disable_all();
  for (const auto& sink : sinks) sink->finish();
}

bool enable(std::string_view patterns, std::string_view* unmatched) {
  Choice wanted{};
  if (!choose(patterns, wanted, unmatched)) return false;
  for (std::size_t i = 0; i < std::size(ids); ++i) enabled[i].store(wanted[i], std::memory_order_relaxed);
  return true;
}

bool are_patterns(std::string_view patterns, std::string_view* unmatched) {
  Choice wanted{};
  return choose(patterns, wanted, unmatched);
}

void enable_one(Index index, bool wanted) noexcept { enabled[index].store(wanted, std::memory_order_relaxed); }

void disable_all() noexcept {
  for (auto& e : enabled) e.store(false, std::memory_order_relaxed);
}

void name_process(std::string_view name) noexcept { process_name.set(name); }
void name_thread(std::string_view name) noexcept { thread_state.name.set(name); }
void set_request(unsigned number) noexcept { thread_state.request = number; }

StillPassing::StillPassing() noexcept { ++thread_state.still_passing; }
StillPassing::~StillPassing() { --thread_state.still_passing; }

// As Python's repr() of the exception: OSError(98, 'Address already in use'), SystemExit(1), KeyError('x').
void note_exception(std::string_view type_name, std::string_view message) noexcept {
  Repr& text = thread_state.exception;
  text.clear();
  text.put(type_name);
  text.put('(');
  const std::size_t bracket = message.find("] ");
  if (message.starts_with("[Errno ") && bracket != message.npos) {
    text.put(message.substr(7, bracket - 7));
    text.put(", ");
    repr_to(text, message.substr(bracket + 2));
  } else if (type_name == "SystemExit" || type_name == "KeyError") {
    text.put(message);  // a number; a key that is a repr already
  } else if (!message.empty()) {
    repr_to(text, message);
  }
  text.put(')');
}

namespace detail {

void open(Event& event, FrameState& frame) noexcept {
  event.what = What::enter;
  event.time_ns = now_ns();
  frame.start_ns = event.time_ns;
  frame.exceptions = std::uncaught_exceptions();
  deliver(event);
  ++thread_state.depth;
}

void close(Index index, FrameState& frame) noexcept {
  Event event;
  event.what = What::leave;
  event.index = index;
  event.time_ns = now_ns();
  event.duration_ns = event.time_ns - frame.start_ns;
  event.raised = std::uncaught_exceptions() > frame.exceptions;
  event.outcome = event.raised ? thread_state.exception : frame.result;
  --thread_state.depth;
  deliver(event);
}

void emit(Event& event) noexcept {
  event.time_ns = now_ns();
  deliver(event);
}

}  // namespace detail
}  // namespace tracepoints
