#include "tracepoints/sinks/terminal.h"

#include <poll.h>
#include <pthread.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <ctime>

namespace tracepoints::sinks {
namespace {

constexpr int usual_width = 80, least_width = 40, greatest_width = 160;

// Holds SIGPIPE back around a write: a reader who leaves (`| head`) must end the narration, not the server.
class WithoutSigpipe {
 public:
  explicit WithoutSigpipe(bool wanted) noexcept : wanted_(wanted) {
    if (!wanted_) return;
    sigset_t pending;
    sigemptyset(&sigpipe_);
    sigaddset(&sigpipe_, SIGPIPE);
    sigpending(&pending);
    was_pending_ = sigismember(&pending, SIGPIPE) == 1;
    pthread_sigmask(SIG_BLOCK, &sigpipe_, &before_);
  }
  ~WithoutSigpipe() {
    if (!wanted_) return;
    const timespec now{};
    if (!was_pending_) sigtimedwait(&sigpipe_, nullptr, &now);
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }
  WithoutSigpipe(const WithoutSigpipe&) = delete;
  WithoutSigpipe& operator=(const WithoutSigpipe&) = delete;

 private:
  bool wanted_, was_pending_ = false;
  sigset_t sigpipe_, before_;
};

}  // namespace

FilePaper::FilePaper(int fd) noexcept : fd_(fd), is_terminal_(::isatty(fd) == 1), can_break_(false) {
  struct stat status {};
  if (::fstat(fd, &status) == 0) can_break_ = S_ISFIFO(status.st_mode) || S_ISSOCK(status.st_mode);
}

int FilePaper::width() noexcept {
  winsize size{};
  if (is_terminal_ && ::ioctl(fd_, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
    return std::clamp<int>(size.ws_col, least_width, greatest_width);
  const char* columns = std::getenv("COLUMNS");
  const int told = columns ? std::atoi(columns) : 0;
  return told > 0 ? std::max(told, least_width) : usual_width;  // asked for: no line is too long
}

bool FilePaper::write(std::string_view lines) noexcept {
  const int errno_before = errno;  // the traced code may still want to look at it
  bool alive = true;
  {
    const WithoutSigpipe guard(can_break_);
    while (!lines.empty()) {
      const ssize_t written = ::write(fd_, lines.data(), lines.size());
      if (written >= 0) {
        lines.remove_prefix(static_cast<std::size_t>(written));
      } else if (errno == EAGAIN) {  // somebody made the stream non-blocking: give its reader a moment
        pollfd ready{fd_, POLLOUT, 0};
        if (::poll(&ready, 1, 1000) > 0) continue;
        break;
      } else if (errno != EINTR) {
        alive = false;
        break;
      }
    }
  }
  errno = errno_before;
  return alive;
}

std::int64_t FilePaper::now_ns() noexcept {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1'000'000'000 + now.tv_nsec;
}

bool locale_is_utf8() noexcept {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const char* value = std::getenv(name);
    if (!value || !*value) continue;
    const std::string_view text(value);
    for (const std::string_view spelling : {"UTF-8", "utf-8", "utf8", "UTF8"})
      if (text.find(spelling) != text.npos) return true;
    return false;
  }
  return false;
}

}  // namespace tracepoints::sinks
