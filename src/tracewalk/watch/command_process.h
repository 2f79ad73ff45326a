// The command that `watch` starts: as a shell would have started it, with the same streams, folder, process group and signals.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

namespace tracewalk::watch {

class CommandProcess {
 public:
  /// Starts it. To be called while this process has one thread, and `hidden` signals are blocked (see Signals).
  /// Raises: python::OSError when it cannot be executed.
  CommandProcess(const std::vector<std::string>& command, const std::vector<std::string>& environment);

  pid_t pid() const noexcept { return pid_; }
  /// Looks whether it has ended; from then on its status stays known.
  bool has_ended();
  /// The exit code; nullopt when a signal has ended it, then signal() names that.
  std::optional<int> exit_code() const;
  int signal() const;
  void send(int signum) const;

 private:
  pid_t pid_ = -1;
  bool ended_ = false;
  int status_ = 0;
};

/// The signals that this process takes as readable bytes, instead of being interrupted or ended by them.
class Signals {
 public:
  Signals();
  ~Signals();
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  struct Came {
    int signum = 0;
    bool was_sent = false;  // by a process; the keys of a terminal reach the whole group, and so the command as well
    explicit operator bool() const noexcept { return signum != 0; }
  };
  int fd() const noexcept { return fd_; }
  /// The next one that has come; none when there is none.
  Came take() const;

 private:
  int fd_ = -1;
};

/// Dies as the command did, so that a shell sees what it would have seen.
[[noreturn]] void die_by(int signum);

}  // namespace tracewalk::watch
