// The wait is poll(2) itself, the call CPython makes, and not Asio's reactor: that would be epoll_wait, with a timer and an
// event descriptor of Asio's own beside it, so the lowest zoom level could not show the one call that the loop waits in. The
// descriptor that signals make readable is watched in the same call.
#include "python/selectors.h"

#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <limits>
#include <string>

#include "python/exceptions.h"
#include "python/signal.h"
#include "python/time.h"
#include "tracepoints/trace.h"

namespace python::selectors {

void PollSelector::register_(int fd, int events) {
  if (events == 0 || (events & ~(EVENT_READ | EVENT_WRITE)) != 0)
    throw ValueError("Invalid events: " + std::to_string(events));
  if (fd < 0) throw ValueError("Invalid file descriptor: " + std::to_string(fd));
  for (const SelectorKey& key : keys_)
    if (key.fd == fd) throw KeyError(std::to_string(fd) + " is already registered");
  keys_.push_back({fd, events});
}

void PollSelector::unregister(int fd) {
  if (std::erase_if(keys_, [&](const SelectorKey& key) { return key.fd == fd; }) == 0)
    throw KeyError(std::to_string(fd) + " is not registered");
}

// Lib/selectors.py, _PollLikeSelector.select()
std::vector<Ready> PollSelector::select(std::optional<double> timeout) {
  TRACE_FRAME("selectors._PollLikeSelector.select", timeout);
  const double deadline = timeout ? time::monotonic() + *timeout : std::numeric_limits<double>::infinity();
  std::vector<pollfd> watched;
  watched.reserve(keys_.size() + 1);
  for (const SelectorKey& key : keys_) {
    const int events = ((key.events & EVENT_READ) != 0 ? POLLIN : 0) | ((key.events & EVENT_WRITE) != 0 ? POLLOUT : 0);
    watched.push_back({key.fd, static_cast<short>(events), 0});
  }
  watched.push_back({signal::wakeup_fd(), POLLIN, 0});  // -1 off the main thread: poll leaves that out

  const int fd = watched.front().fd;
  std::vector<Ready> ready;
  for (double left = timeout.value_or(0);; left = deadline - time::monotonic()) {
    signal::check_signals();
    // Rounded up, so that a wait is never shorter than asked for.
    const int milliseconds = timeout ? static_cast<int>(std::ceil(std::clamp(left, 0.0, 1e6) * 1000)) : -1;
    int count = 0;
    {
      TRACE_FRAME("syscall.poll", fd, milliseconds);
      count = traced.result(::poll(watched.data(), watched.size(), milliseconds));
    }
    if (count < 0 && errno != EINTR) raise_os_error(errno);
    signal::check_signals();
    for (std::size_t i = 0; count > 0 && i < keys_.size(); ++i) {
      // Python: an error or a hang-up counts as every event, so that whoever waits finds out.
      const short happened = watched[i].revents;
      const int events = ((happened & ~POLLOUT) != 0 ? EVENT_READ : 0) | ((happened & ~POLLIN) != 0 ? EVENT_WRITE : 0);
      if ((events & keys_[i].events) != 0) ready.emplace_back(keys_[i], events & keys_[i].events);
    }
    // Python: a call that only a signal has ended is made again with the rest of its time (PEP 475).
    if (!ready.empty() || (timeout && time::monotonic() >= deadline)) break;
    if (count == 0) break;
  }
  const std::size_t ready_count = ready.size();
  traced.result(ready_count);
  return ready;
}

}  // namespace python::selectors
