#include "python/signal.h"

#include <csignal>
#include <fcntl.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <map>
#include <thread>

#include "python/exceptions.h"

namespace python::signal {
namespace {

constexpr int signal_count = 65;
std::array<std::atomic<bool>, signal_count> pending{};
std::atomic<bool> any_pending{false};
std::atomic<int> event_fd{-1};
std::thread::id main_thread;
std::map<int, Handler> handlers;  // main thread only

extern "C" void note_signal(int signum) {
  const int saved = errno;
  pending[static_cast<std::size_t>(signum)].store(true);
  any_pending.store(true);
  const eventfd_t one = 1;
  // Nothing can be done here if it fails, and it only fails when the descriptor is readable already.
  [[maybe_unused]] const ssize_t written = ::write(event_fd.load(), &one, sizeof one);
  errno = saved;
}

}  // namespace

void signal(int signum, Handler handler) {
  handlers[signum] = std::move(handler);
  struct sigaction action {};
  action.sa_handler = note_signal;
  ::sigemptyset(&action.sa_mask);
  if (::sigaction(signum, &action, nullptr) != 0) raise_os_error(errno);
}

void initialise() {
  main_thread = std::this_thread::get_id();
  if (event_fd.load() < 0) event_fd.store(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
  ::signal(SIGPIPE, SIG_IGN);
  struct sigaction inherited {};
  ::sigaction(SIGINT, nullptr, &inherited);
  // A shell starts background jobs with SIGINT ignored; Python leaves that as it is.
  if (inherited.sa_handler != SIG_IGN) signal(SIGINT, [](int) { throw KeyboardInterrupt(); });
}

bool in_main_thread() { return std::this_thread::get_id() == main_thread; }

int wakeup_fd() { return in_main_thread() ? event_fd.load() : -1; }

void check_signals() {
  if (!any_pending.load(std::memory_order_relaxed) || !in_main_thread()) return;
  any_pending.store(false);
  eventfd_t count = 0;
  [[maybe_unused]] const ssize_t drained = ::read(event_fd.load(), &count, sizeof count);
  for (int signum = 1; signum < signal_count; ++signum)
    if (pending[static_cast<std::size_t>(signum)].exchange(false))
      if (const auto found = handlers.find(signum); found != handlers.end()) {
        const Handler handler = found->second;
        handler(signum);
      }
}

}  // namespace python::signal
