// One watched process: what its recorder says becomes events, as if its calls were ours.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "tracepoints/trace.h"
#include "tracewalk/watch/wire.h"

namespace tracewalk::watch {

/// Where the events of a story go. A frame whose entering was refused is refused as a whole: what is inside, and its end.
class Outlet {
 public:
  enum class Wish : unsigned char {
    offer,   // may be refused, when there is no room
    insist,  // the end of a frame that was taken
    refused  // belongs to a frame that was refused: only to be counted, and recorded
  };
  virtual ~Outlet() = default;
  /// Gives: whether it was taken.
  virtual bool event(const tracepoints::Event& event, Wish wish) = 0;
};

/// Not thread-safe. Nothing that a peer sends makes it grow without bounds.
class Story {
 public:
  explicit Story(Outlet& outlet) : outlet_(outlet) {}

  /// Takes: any message but L, S and W, which are not about calls. Gives: false when it makes no sense where it stands; it is left out then.
  bool take(const Message& message);

  bool has_begun() const noexcept { return pid_ != 0; }
  int pid() const noexcept { return pid_; }
  const std::string& process() const noexcept { return process_; }      // "parent", "child" or ""
  const std::string& python() const noexcept { return python_; }        // "3.11.2"
  const std::string& django() const noexcept { return django_; }        // "" until it is known
  const std::vector<std::string>& argv() const noexcept { return argv_; }  // sys.argv

 private:
  struct Frame {
    tracepoints::Index index;
    bool taken;
    std::int64_t since_ns;
  };
  struct Thread {
    std::string name;
    unsigned request = 0;
    std::vector<Frame> frames;
    std::size_t passing_through = 0;  // an exception left the frame above this many frames, and none of them is known to have caught it
  };
  struct Stage {
    std::string_view file;
    int line = 0;
    std::array<std::string_view, tracepoints::max_fields> names;
  };

  bool begin(const Message& message);
  bool place(const Message& message);
  bool enter(const Message& message);
  bool leave(const Message& message);
  bool instant(const Message& message);
  Thread* thread_of(int tid);
  void close_frame(Thread& thread, tracepoints::Event& event);
  tracepoints::Event event_of(const Message& message, const Thread& thread, tracepoints::What what) const;

  Outlet& outlet_;
  int pid_ = 0;
  std::string process_, python_, django_;
  std::vector<std::string> argv_;
  std::map<int, Thread> threads_;                       // by the kernel's id
  std::vector<Stage> stages_ = std::vector<Stage>(std::size(tracepoints::ids));
};

}  // namespace tracewalk::watch
