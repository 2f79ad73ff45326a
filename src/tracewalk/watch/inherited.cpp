#include "tracewalk/watch/inherited.h"

#include <fcntl.h>
#include <unistd.h>

namespace tracewalk::watch {
namespace {

bool ignores(int signum) {
  struct sigaction action {};
  return ::sigaction(signum, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;
}

Inherited look() {
  Inherited found;
  for (char** entry = ::environ; entry && *entry; ++entry) found.environment.emplace_back(*entry);
  ::sigemptyset(&found.blocked);
  ::pthread_sigmask(SIG_SETMASK, nullptr, &found.blocked);
  found.ignores_sigpipe = ignores(SIGPIPE);
  found.ignores_sigchld = ignores(SIGCHLD);
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; ++fd)
    if (::fcntl(fd, F_GETFD) == -1) found.closed.push_back(fd);
  return found;
}

}  // namespace

const Inherited& inherited() {
  static const Inherited found = look();
  return found;
}

}  // namespace tracewalk::watch
