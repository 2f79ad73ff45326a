// The thread that writes the narration. It alone waits for the terminal: what is told to it stands in a bounded queue, so that a
// terminal that has been stopped (Ctrl-S) or a pipe that nobody reads never stops the project.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "tracepoints/language.h"
#include "tracepoints/sinks/terminal.h"
#include "tracepoints/trace.h"

namespace tracewalk::watch {

/// One thread hands in, the other tells; the order stays. What is told in one go is written in one go.
class Teller {
 public:
  static constexpr std::size_t most_events = 8192;

  /// `paper`: where everything is written in the end.
  Teller(tracepoints::Language language, std::unique_ptr<tracepoints::sinks::Paper> paper, std::size_t room = most_events);
  /// Waits until everything is told.
  ~Teller();
  Teller(const Teller&) = delete;
  Teller& operator=(const Teller&) = delete;

  /// What the sinks of this teller write on.
  std::unique_ptr<tracepoints::sinks::Paper> paper();

  /// Gives: false when there is no room. `insist`: takes it all the same. Told when wake() is called, or with whatever comes next.
  bool event(const std::shared_ptr<tracepoints::Sink>& sink, const tracepoints::Event& event, bool insist);
  /// Once for many events: to wake a sleeping thread for each would cost more than to tell them.
  void wake() noexcept;
  /// Events that will not be told: one line with their number stands where the first of them would have stood. `sentence` is about {} events.
  void gap(const tracepoints::Text& sentence, std::uint64_t events);
  /// A line of its own, without its end.
  void note(std::string line);
  /// The process of that sink has ended.
  void finish(std::shared_ptr<tracepoints::Sink> sink);
  /// Called on the teller's thread once everything before it has been told.
  void then(std::function<void()> call);

  /// No more comes. `done` is called on the teller's thread once everything is told.
  void close(std::function<void()> done);

 private:
  struct Gap {
    const tracepoints::Text* sentence;
    std::uint64_t events;
  };
  struct Item {
    std::shared_ptr<tracepoints::Sink> sink = {};
    std::unique_ptr<tracepoints::Event> event = {};
    std::function<void()> call = {};
    std::string line = {};
    std::shared_ptr<Gap> gap = {};
    bool ends = false;
  };

  void push(Item item);
  void run();
  void tell(Item& item) noexcept;
  void flush() noexcept;

  class Sheet;
  const tracepoints::Language language_;
  const std::unique_ptr<tracepoints::sinks::Paper> paper_;
  std::string written_;   // the teller's thread only: not on the paper yet
  bool is_read_ = true;   // the teller's thread only: somebody takes what is written
  const std::size_t room_;
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<Item> items_;
  std::shared_ptr<Gap> gap_;  // the last thing that was handed in, while it grows
  bool full_ = false;
  bool closed_ = false;
  std::function<void()> done_;
  std::thread thread_;
};

}  // namespace tracewalk::watch
