// One connection: a process of the project, from its hello to its end.
#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "tracewalk/watch/story.h"
#include "tracewalk/watch/watching.h"
#include "tracewalk/watch/wire.h"

namespace tracewalk::watch {

/// A socket that is closed when the last one who might still write to it lets go.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor();
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const noexcept { return fd_; }

 private:
  int fd_;
};

class Connection final : public Outlet {
 public:
  Connection(int fd, Watching& watching) : socket_(std::make_shared<Descriptor>(fd)), watching_(watching), story_(*this) {}

  int fd() const noexcept { return socket_->get(); }
  const Story& story() const noexcept { return story_; }
  /// Reads what has come. Gives: false when the peer is gone, or is nobody that can be understood.
  bool read();
  /// No more comes: tells the end.
  void end();

 private:
  bool event(const tracepoints::Event& event, Wish wish) override;
  void take(std::string_view line);
  void call(const Message& message);
  void hello();
  void introduce();
  void answer(std::uint64_t number);
  void lost(std::uint64_t events);
  void complain();
  bool is_told(const tracepoints::Event& event) const;

  const std::shared_ptr<Descriptor> socket_;
  Watching& watching_;
  Story story_;
  Lines lines_;
  std::shared_ptr<tracepoints::Sink> narrator_;
  std::shared_ptr<int> unanswered_ = std::make_shared<int>(0);
  bool refused_ = false, introduced_ = false, complained_ = false;
  std::optional<tracepoints::Event> first_;  // came before it was known which Django this is
};

}  // namespace tracewalk::watch
