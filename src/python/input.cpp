// input(): waits on standard input and on signals at once, so that Ctrl-C ends it as it ends Python's.
#include "python/input.h"

#include <cerrno>

#include <poll.h>
#include <unistd.h>

#include "python/signal.h"
#include "python/sys.h"

namespace python {

std::string input(std::string_view prompt) {
  sys::stdout_->write(prompt);
  sys::stdout_->flush();
  std::string line;
  for (;;) {
    // One byte at a time: what follows the line belongs to whoever reads next.
    pollfd waits[2] = {{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0},
                       {.fd = signal::wakeup_fd(), .events = POLLIN, .revents = 0}};
    if (::poll(waits, waits[1].fd < 0 ? 1 : 2, -1) < 0 && errno != EINTR) raise_os_error(errno);
    signal::check_signals();
    if ((waits[0].revents & (POLLIN | POLLHUP | POLLERR | POLLNVAL)) == 0) continue;
    char c = 0;
    const ssize_t got = ::read(STDIN_FILENO, &c, 1);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) raise_os_error(errno);
    if (got == 0 && line.empty()) throw EOFError("EOF when reading a line");
    if (got == 0 || c == '\n') return line;
    line += c;
  }
}

}  // namespace python
