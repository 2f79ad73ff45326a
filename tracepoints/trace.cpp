#include "tracepoints/trace.h"

#include <fnmatch.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdlib>
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
  Name name;
  Repr exception;
};

std::vector<std::shared_ptr<Sink>> sinks;
Name process_name;
thread_local ThreadState thread_state;

std::int64_t now_ns() noexcept {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1'000'000'000 + now.tv_nsec;
}

void deliver(Event& event) noexcept {
  ThreadState& thread = thread_state;
  if (thread.tid == 0) thread.tid = static_cast<int>(::syscall(SYS_gettid));
  event.pid = ::getpid();
  event.tid = thread.tid;
  event.depth = thread.depth;
  event.request = thread.request;
  event.process = process_name.str();
  event.thread = thread.name.str();
  for (const auto& sink : sinks) sink->event(event);
}

bool glob_matches(std::string_view glob, std::string_view id) {
  return ::fnmatch(std::string(glob).c_str(), std::string(id).c_str(), 0) == 0;
}

}  // namespace

void add_sink(std::shared_ptr<Sink> sink) { sinks.push_back(std::move(sink)); }
void remove_sinks() noexcept { sinks.clear(); }

bool enable(std::string_view patterns, std::string_view* unmatched) {
  bool wanted[std::size(ids)] = {};
  bool first = true;
  if (patterns.empty()) patterns = "*";
  while (!patterns.empty()) {
    std::string_view pattern = patterns.substr(0, patterns.find(','));
    patterns.remove_prefix(pattern.size() + (pattern.size() < patterns.size() ? 1 : 0));
    const std::string_view whole = pattern;
    const bool leave_out = pattern.starts_with('-');
    if (leave_out) pattern.remove_prefix(1);
    if (leave_out && first)
      for (bool& w : wanted) w = true;  // only exceptions are named: start from everything
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
  for (std::size_t i = 0; i < std::size(ids); ++i) enabled[i].store(wanted[i], std::memory_order_relaxed);
  return true;
}

void disable_all() noexcept {
  for (auto& e : enabled) e.store(false, std::memory_order_relaxed);
}

void name_process(std::string_view name) noexcept { process_name.set(name); }
void name_thread(std::string_view name) noexcept { thread_state.name.set(name); }
void set_request(unsigned number) noexcept { thread_state.request = number; }

void note_exception(std::string_view type_name, std::string_view message) noexcept {
  Repr& text = thread_state.exception;
  text.clear();
  text.put(type_name);
  text.put('(');
  repr_to(text, message);
  text.put(')');
}

namespace detail {

// "addr, f(a, b)" -> addr | f(a, b)
std::string_view next_name(std::string_view& names) noexcept {
  int depth = 0;
  std::size_t i = 0;
  for (; i < names.size(); ++i) {
    const char c = names[i];
    if (c == '(' || c == '{' || c == '[') ++depth;
    if (c == ')' || c == '}' || c == ']') --depth;
    if (c == ',' && depth == 0) break;
  }
  const std::string_view name = names.substr(0, i);
  names.remove_prefix(i < names.size() ? i + 1 : i);
  while (!names.empty() && names.front() == ' ') names.remove_prefix(1);
  return name;
}

// C++ spelling to Python's: this->port is self.port, options["addr"] is options.addr, path() is path.
void set_name(Field& field, std::string_view text) noexcept {
  std::size_t size = 0;
  const auto put = [&](std::string_view part) {
    for (const char c : part)
      if (size < sizeof field.name_bytes) field.name_bytes[size++] = c;
  };
  if (text.starts_with("this->")) {
    put("self.");
    text.remove_prefix(6);
  }
  while (!text.empty()) {
    if (text.starts_with("->")) { put("."); text.remove_prefix(2); }
    else if (text.starts_with("[\"")) { put("."); text.remove_prefix(2); }
    else if (text.starts_with("\"]") || text.starts_with("()")) text.remove_prefix(2);
    else if (text == "_") break;  // default_ is Python's default
    else { put(text.substr(0, 1)); text.remove_prefix(1); }
  }
  field.name_size = static_cast<std::uint8_t>(size);
}

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
