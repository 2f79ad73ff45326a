#include "python/_pyio.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "python/exceptions.h"

namespace python::_pyio {

struct BufferedReader::State {
  std::string name;
  int fd = -1;
  stat_result stat;
  ~State() {
    if (fd >= 0) ::close(fd);
  }
};

BufferedReader::BufferedReader(const std::string& path) : state_(std::make_shared<State>()) {
  if (path.find('\0') != std::string::npos) throw ValueError("embedded null byte");
  state_->name = path;
  // O_NONBLOCK: opening a pipe for reading would wait for its writer. For a plain file it changes nothing.
  state_->fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
  if (state_->fd < 0) raise_os_error(errno, path);
  struct ::stat found {};
  if (::fstat(state_->fd, &found) != 0) raise_os_error(errno, path);
  if (S_ISDIR(found.st_mode)) raise_os_error(EISDIR, path);
  if (!S_ISREG(found.st_mode)) throw OSError(EINVAL, "Not a regular file", path);
  state_->stat = {.is_regular = true,
                  .st_size = found.st_size,
                  .st_mtime_ = static_cast<double>(found.st_mtim.tv_sec) + static_cast<double>(found.st_mtim.tv_nsec) / 1e9};
}

const std::string& BufferedReader::name() const { return state_->name; }

const stat_result& BufferedReader::fstat() const { return state_->stat; }

std::string BufferedReader::read(std::size_t size) const {
  if (state_->fd < 0) throw ValueError("read of closed file");
  std::string out(size, '\0');
  ssize_t got = 0;
  do {
    got = ::read(state_->fd, out.data(), out.size());
  } while (got < 0 && errno == EINTR);
  if (got < 0) raise_os_error(errno, state_->name);
  out.resize(static_cast<std::size_t>(got));
  return out;
}

void BufferedReader::close() const {
  if (state_->fd >= 0) ::close(state_->fd);
  state_->fd = -1;
}

}  // namespace python::_pyio
