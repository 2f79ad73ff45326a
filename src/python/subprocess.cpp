// The way down to the system: fork makes a copy of this process, execve turns the copy into the new program, waitpid
// brings back how it ended. The parent waits in poll, so that a signal's handler can run (and raise) at any moment.
#include "python/subprocess.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <csignal>
#include <cstring>
#include <optional>

#include "python/exceptions.h"
#include "python/signal.h"
#include "python/time.h"
#include "tracepoints/trace.h"

namespace python::subprocess {
namespace {

// Closes when it goes out of scope.
class Descriptor {
 public:
  explicit Descriptor(int fd = -1) : fd_(fd) {}
  ~Descriptor() { close(); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }
  void close() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }

 private:
  int fd_;
};

std::vector<char*> pointers(const std::vector<std::string>& texts) {
  std::vector<char*> out;
  for (const std::string& text : texts) out.push_back(const_cast<char*>(text.c_str()));
  out.push_back(nullptr);
  return out;
}

// Between fork and execve only calls that are safe in a signal handler: another thread may have held any lock.
[[noreturn]] void become(const char* executable, char* const* argv, char* const* envp, int error_pipe) {
  // Python ignores SIGPIPE for itself and gives its children the system's default again.
  ::signal(SIGPIPE, SIG_DFL);
  ::execve(executable, argv, envp);
  const int failed = errno;
  [[maybe_unused]] const ssize_t written = ::write(error_pipe, &failed, sizeof failed);
  ::_exit(255);
}

class Popen {
 public:
  Popen(const std::vector<std::string>& args, const std::map<std::string, std::string>& env, const std::string& executable) {
    std::vector<std::string> pairs;
    for (const auto& [name, value] : env) pairs.push_back(name + "=" + value);
    // Made before fork: the child must not allocate.
    const std::vector<char*> argv = pointers(args), envp = pointers(pairs);

    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) raise_os_error(errno);
    const Descriptor read_end(ends[0]);
    Descriptor write_end(ends[1]);
    pid = fork(executable.c_str(), argv.data(), envp.data(), write_end.get());
    write_end.close();
    if (const int failed = execve(executable, args, read_end.get())) {
      int status = 0;
      ::waitpid(pid, &status, 0);
      raise_os_error(failed, executable);
    }
    // Readable when the child has ended. Not there before Linux 5.3: then the wait looks in now and then.
    pid_fd_.emplace(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  }

  // Popen._wait(). Gives: false when `seconds` (negative: for ever) are over and the child still runs.
  bool wait(double seconds = -1) {
    if (returncode) return true;
    TRACE_FRAME("syscall.waitpid", pid);
    const double end = time::monotonic() + seconds;
    for (;;) {
      int status = 0;
      const pid_t got = ::waitpid(pid, &status, WNOHANG);
      if (got == pid) {
        returncode = WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
      } else if (got < 0 && errno != EINTR) {
        returncode = 0;  // Python: somebody else took the child's status, which Python then reports as 0.
      }
      traced.result(returncode);
      signal::check_signals();  // also when the child has just ended: Ctrl-C reaches both, and must not be lost
      if (returncode) return true;
      const double left = seconds < 0 ? 3600 : end - time::monotonic();
      if (left <= 0) return false;
      poll_for(pid_fd_->get() < 0 ? std::min(left, 0.05) : left);
    }
  }

  void kill() const {
    if (!returncode) ::kill(pid, SIGKILL);
  }

  int pid = -1;
  std::optional<int> returncode;

 private:
  static int fork(const char* executable, char* const* argv, char* const* envp, int error_pipe) {
    TRACE_FRAME("syscall.fork");
    const pid_t pid = ::fork();
    if (pid == 0) become(executable, argv, envp, error_pipe);
    if (pid < 0) raise_os_error(errno);
    return traced.result(pid);
  }

  // The child makes this call; here the parent sees its outcome: the pipe closes by itself when it succeeded, else it
  // carries the errno. Gives: 0 or that errno.
  int execve([[maybe_unused]] const std::string& path, [[maybe_unused]] const std::vector<std::string>& argv, int error_pipe) const {
    TRACE_FRAME("syscall.execve", path, argv, pid);
    int failed = 0;
    ssize_t size;
    do {
      size = ::read(error_pipe, &failed, sizeof failed);
    } while (size < 0 && errno == EINTR);
    return traced.result(size == static_cast<ssize_t>(sizeof failed) ? failed : 0);
  }

  void poll_for(double seconds) const {
    pollfd fds[] = {{pid_fd_->get(), POLLIN, 0}, {signal::wakeup_fd(), POLLIN, 0}};  // a negative one is left out
    ::poll(fds, 2, static_cast<int>(std::ceil(seconds * 1000)));
  }

  std::optional<Descriptor> pid_fd_;
};

// How long a child may take to end by itself after Ctrl-C, which the terminal has sent to it, too. Seconds.
constexpr double sigint_wait = 0.25;

}  // namespace

int run(const std::vector<std::string>& args, const std::map<std::string, std::string>& env, const std::string& executable) {
  Popen process(args, env, executable.empty() ? args.at(0) : executable);
  try {
    process.wait();
  } catch (const KeyboardInterrupt&) {
    try {
      process.wait(sigint_wait);
    } catch (...) {
      process.kill();  // the second Ctrl-C
      throw;
    }
    process.kill();
    throw;
  } catch (...) {
    process.kill();
    process.wait();
    throw;
  }
  return *process.returncode;
}

}  // namespace python::subprocess
