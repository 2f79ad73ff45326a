// threading: a thread with a name, that may be a daemon.
//
// A daemon thread does not keep the program alive, and is cut off when it ends. An exception that leaves a thread is printed
// ("Exception in thread NAME:") and ends that thread only.
#pragma once

#include <functional>
#include <memory>
#include <string>

namespace python::threading {

struct ThreadInit {
  std::function<void()> target;
  std::string name = {};        // "": "Thread-N", or "Thread-N (target_name)" when target_name is given
  std::string target_name = {};
  bool daemon = false;
};

/// Source: Lib/threading.py, class Thread
class Thread {
 public:
  explicit Thread(ThreadInit init);
  /// Returns when the thread runs. RuntimeError("can't start new thread") when the system has none left.
  void start();
  void run();
  bool is_alive() const;
  /// Seconds; negative waits for ever.
  void join(double timeout = -1) const;
  const std::string& name() const;
  bool daemon() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

/// Waits for the threads that are no daemons: the interpreter's last act.
void _shutdown();

}  // namespace python::threading
