#include "python/time.h"

#include <poll.h>

#include <algorithm>
#include <chrono>
#include <cmath>

#include "python/signal.h"

namespace python::time {

double time() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

double monotonic() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

void sleep(double seconds) {
  const double end = monotonic() + seconds;
  for (;;) {
    signal::check_signals();
    const double left = end - monotonic();
    if (left <= 0) return;
    pollfd wake{signal::wakeup_fd(), POLLIN, 0};  // a negative descriptor is left out by poll
    ::poll(&wake, 1, static_cast<int>(std::ceil(std::min(left, 3600.0) * 1000)));
  }
}

}  // namespace python::time
