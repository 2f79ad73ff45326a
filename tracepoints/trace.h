// The three call sites, and the switch behind them.
//
// A tracepoint that is off costs one relaxed load and a branch. One that is on fills an Event on the stack, without
// allocating, and hands it to every sink. Built with -DTRACEPOINTS=OFF it costs nothing, and its arguments still type-check.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <iterator>
#include <memory>
#include <new>
#include <string_view>
#include <type_traits>
#include <utility>

#include "tracepoints/ids.h"  // made by CMake from catalogue/*.h: the ids alone, so that a new sentence rebuilds one file
#include "tracepoints/names.h"
#include "tracepoints/repr.h"

#ifndef TRACEPOINTS_COMPILED_IN
#define TRACEPOINTS_COMPILED_IN 1
#endif

namespace tracepoints {

inline constexpr bool compiled_in = TRACEPOINTS_COMPILED_IN;
using Index = std::uint16_t;

/// The place of an id in the catalogue. A misspelt id does not compile.
consteval Index index_of(std::string_view id) {
  for (std::size_t i = 0; i < std::size(ids); ++i)
    if (ids[i] == id) return static_cast<Index>(i);
  throw "no such tracepoint in the catalogue";
}

struct Field {
  std::string_view name_text;  // lasts as long as the program: it is made at compile time
  Repr value;
  std::string_view name() const noexcept { return name_text; }
};

enum class What : std::uint8_t { enter, leave, point, decision };

/// One moment of the run, as a sink receives it. It lives on the caller's stack: copy what must outlast the call.
struct Event {
  What what{};
  Index index = 0;
  std::int64_t time_ns = 0;      // steady clock, taken at the call
  std::int64_t duration_ns = 0;  // leave only
  int pid = 0, tid = 0;          // tid: the kernel's
  int depth = 0;                 // how many open frames are around it, on its thread
  unsigned request = 0;          // the number of the connection its thread serves; 0: none
  std::string_view process;      // "parent", "child" or "" (one process only)
  std::string_view thread;       // the thread's name, as Python's threading would give it
  bool raised = false;           // leave only: an exception is passing, and it leaves this frame
  int passing = 0;               // how many exceptions are on their way through this thread; 0: all are caught
  std::string_view file;         // the C++ source of the call site, as the compiler was given it, or a watched Django's .py; "" for a leave
  int line = 0;
  std::uint8_t field_count = 0;
  std::array<Field, max_fields> fields;
  Repr outcome;                  // leave: the result, or the exception; decision: the branch taken
};

/// Where events go. Called on the thread where they happen; must not throw and must not trace.
class Sink {
 public:
  virtual ~Sink() = default;
  virtual void event(const Event& event) noexcept = 0;
  /// The process ends: what is kept back is written now. Other threads may still send events; they are too late.
  virtual void finish() noexcept {}
};

/// Adds a sink for the rest of the run. Not to be called once threads run.
void add_sink(std::shared_ptr<Sink> sink);
/// For tests: forgets the sinks. Not to be called while other threads run.
void remove_sinks() noexcept;
/// The last act of a process, before exit and before os._exit: switches everything off and finishes every sink, once.
void finish() noexcept;

/// Switches on by comma-separated globs over ids; `-GLOB` leaves out. "" and "*" are everything.
/// Gives: false when a pattern matches no id at all; then nothing is changed and `unmatched` names it.
bool enable(std::string_view patterns, std::string_view* unmatched = nullptr);
/// Whether a glob of those patterns (without the minus) means that id.
bool glob_matches(std::string_view glob, std::string_view id);
/// Whether enable() would take these patterns.
bool are_patterns(std::string_view patterns, std::string_view* unmatched = nullptr);
/// Switches one entry, after enable().
void enable_one(Index index, bool wanted) noexcept;
void disable_all() noexcept;

/// Names this process or this thread in events. The text is copied.
void name_process(std::string_view name) noexcept;
void name_thread(std::string_view name) noexcept;
/// The connection this thread serves from now on; 0 ends it.
void set_request(unsigned number) noexcept;

/// Tells the tracer that an exception object was made: its text is what a leaving frame shows.
void note_exception(std::string_view type_name, std::string_view message) noexcept;

/// Python's `finally`, where C++ writes it as `catch (...) { clean_up(); throw; }`. To C++ the exception is caught while it cleans up;
/// to Python, and to whoever follows the events, it is still on its way. Stands in the catch block, before what it does.
class StillPassing {
 public:
  StillPassing() noexcept;
  ~StillPassing();
  StillPassing(const StillPassing&) = delete;
  StillPassing& operator=(const StillPassing&) = delete;
};

inline std::array<std::atomic<bool>, std::size(ids)> enabled{};

inline bool on(Index index) noexcept {
  if constexpr (compiled_in)
    return enabled[index].load(std::memory_order_relaxed);
  else
    return false;
}

namespace detail {

struct FrameState {
  std::int64_t start_ns = 0;
  int exceptions = 0;
  Repr result;
};

void open(Event& event, FrameState& frame) noexcept;
void close(Index index, FrameState& frame) noexcept;
void emit(Event& event) noexcept;

template <class... Args>
void fill(Event& event, [[maybe_unused]] const Names& names, const Args&... args) noexcept {
  static_assert(sizeof...(args) <= max_fields, "at most four values at a tracepoint");
  [[maybe_unused]] std::size_t i = 0;
  ((event.fields[i].name_text = names.str(i), repr_to(event.fields[i].value, args), ++i), ...);
  event.field_count = sizeof...(args);
}

template <class Fill>
[[gnu::noinline, gnu::cold]] void open_cold(Index index, FrameState& frame, const Fill& fill) {
  Event event;
  event.index = index;
  fill(event);
  open(event, frame);
}

template <class Fill>
[[gnu::noinline, gnu::cold]] void point_cold(Index index, What what, const Fill& fill) {
  Event event;
  event.index = index;
  event.what = what;
  fill(event);
  emit(event);
}

template <Index I>
class LiveFrame {
 public:
  template <class Fill>
  explicit LiveFrame(const Fill& fill) : live_(on(I)) {
    if (live_) [[unlikely]]
      open_cold(I, *::new (static_cast<void*>(state_)) FrameState, fill);
  }
  ~LiveFrame() {
    if (live_) [[unlikely]]
      close(I, state());
  }
  LiveFrame(const LiveFrame&) = delete;
  LiveFrame& operator=(const LiveFrame&) = delete;

  template <class T>
  T&& result(T&& value) const noexcept {
    if (live_) [[unlikely]] {
      state().result.clear();
      repr_to(state().result, value);
    }
    return std::forward<T>(value);
  }

 private:
  FrameState& state() const noexcept { return *std::launder(reinterpret_cast<FrameState*>(state_)); }

  bool live_;
  alignas(FrameState) mutable std::byte state_[sizeof(FrameState)];  // made only when on: off must cost nothing
};

struct NoFrame {
  template <class Fill>
  explicit NoFrame(const Fill&) {}
  template <class T>
  T&& result(T&& value) const noexcept {
    return std::forward<T>(value);
  }
};

template <Index I>
using Frame = std::conditional_t<compiled_in, LiveFrame<I>, NoFrame>;

}  // namespace detail

}  // namespace tracepoints

#define TRACEPOINTS_FILL(...)                                                                   \
  [&]([[maybe_unused]] ::tracepoints::Event& traced_event) {                                    \
    static constexpr auto traced_names = ::tracepoints::detail::names_of(#__VA_ARGS__);         \
    traced_event.file = __FILE__;                                                               \
    traced_event.line = __LINE__;                                                               \
    ::tracepoints::detail::fill(traced_event, traced_names __VA_OPT__(, ) __VA_ARGS__);         \
  }

/// A call: opens here, closes when the scope is left, by return or by exception. First in the body, once a function.
/// `return traced.result(x);` shows x as what the call gave.
#define TRACE_FRAME(id, ...)                                                      \
  [[maybe_unused]] const ::tracepoints::detail::Frame<::tracepoints::index_of(id)> traced( \
      TRACEPOINTS_FILL(__VA_ARGS__))

/// A moment.
#define TRACE_POINT(id, ...)                                                                \
  do {                                                                                      \
    if (::tracepoints::on(::tracepoints::index_of(id))) [[unlikely]]                        \
      ::tracepoints::detail::point_cold(::tracepoints::index_of(id), ::tracepoints::What::point, \
                                        TRACEPOINTS_FILL(__VA_ARGS__));                     \
  } while (false)

/// A fork: `taken` is the value that decides. The catalogue names the alternatives.
#define TRACE_DECISION(id, taken, ...)                                                         \
  do {                                                                                         \
    if (::tracepoints::on(::tracepoints::index_of(id))) [[unlikely]]                           \
      ::tracepoints::detail::point_cold(::tracepoints::index_of(id), ::tracepoints::What::decision, \
                                        [&](::tracepoints::Event& traced_decision) {           \
                                          repr_to(traced_decision.outcome, taken);             \
                                          TRACEPOINTS_FILL(__VA_ARGS__)(traced_decision);      \
                                        });                                                    \
  } while (false)
