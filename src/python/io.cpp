#include "python/io.h"

#include <poll.h>
#include <unistd.h>

#include <cerrno>

#include "python/builtins.h"
#include "python/exceptions.h"

namespace python::io {

void FileIO::write(std::string_view text) {
  std::string escaped;
  if (errors_ == Errors::backslashreplace && !is_utf8(text)) text = escaped = backslashreplace(text);
  while (!text.empty()) {
    const ssize_t written = ::write(fd_, text.data(), text.size());
    if (written >= 0) {
      text.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno == EAGAIN) {
      // A terminal somebody made non-blocking: wait until it takes more.
      pollfd ready{fd_, POLLOUT, 0};
      ::poll(&ready, 1, -1);
    } else if (errno != EINTR) {
      raise_os_error(errno);
    }
  }
}

bool FileIO::isatty() const { return ::isatty(fd_) == 1; }

}  // namespace python::io
