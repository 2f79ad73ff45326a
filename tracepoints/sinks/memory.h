// A sink for tests: keeps copies of events, and lets a test wait for one instead of for time.
#pragma once

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tracepoints/trace.h"

namespace tracepoints::sinks {

/// An event that outlasts the call.
struct Kept {
  What what{};
  std::string id;
  std::int64_t time_ns = 0, duration_ns = 0;
  int pid = 0, tid = 0, depth = 0;
  unsigned request = 0;
  std::string process, thread;
  bool raised = false;
  int passing = 0;
  std::vector<std::pair<std::string, std::string>> fields;
  std::string outcome;

  /// The value of that name; "" when there is none.
  std::string_view value(std::string_view name) const noexcept;
};

class Memory final : public Sink {
 public:
  void event(const Event& event) noexcept override;

  std::vector<Kept> events() const;
  std::size_t count(std::string_view id, What what = What::enter) const;
  void clear();

  /// Waits until that event is there; those that came before the call count too.
  /// Gives: false when the time is over.
  bool wait_for(std::string_view id, What what = What::enter, std::chrono::milliseconds timeout = std::chrono::seconds(10),
                std::size_t times = 1) const;

  /// The tree of ids, one line each, two spaces a level: a thread's own, or all threads one after the other.
  std::string tree(int tid) const;
  std::string tree() const;

 private:
  std::size_t count_locked(std::string_view id, What what) const noexcept;

  mutable std::mutex mutex_;
  mutable std::condition_variable arrived_;
  std::vector<Kept> events_;
};

/// Switches everything on into a fresh memory sink, and off again: `const Recorded recorded;` at the start of a test.
class Recorded {
 public:
  explicit Recorded(std::string_view patterns = {});
  ~Recorded();
  Recorded(const Recorded&) = delete;
  Recorded& operator=(const Recorded&) = delete;
  Memory* operator->() const noexcept { return memory_.get(); }

 private:
  std::shared_ptr<Memory> memory_;
};

}  // namespace tracepoints::sinks
