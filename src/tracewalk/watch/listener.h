// The thread that listens: it takes the connections of the project's processes, and reads whatever they send, at once. It waits for
// nobody, so that no process ever waits for it.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "tracewalk/watch/connection.h"
#include "tracewalk/watch/watching.h"

namespace tracewalk::watch {

class Listener {
 public:
  static constexpr std::size_t most_connections = 64;  // open at a time

  /// Binds and listens: from here on a process may connect. Raises: python::OSError.
  Listener(const std::string& address, Watching& watching);
  ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  void start();
  /// The command has ended. Takes what its processes have sent, gives those that are about to end a moment, and leaves the others alone.
  /// Returns when all is handed on.
  void stop();

 private:
  void run();
  void wait(int timeout_ms);
  void accept_all();
  void read_all(int timeout_ms);
  void leave(std::size_t at);

  Watching& watching_;
  int listening_ = -1, wake_ = -1;
  std::vector<std::unique_ptr<Connection>> connections_;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace tracewalk::watch
