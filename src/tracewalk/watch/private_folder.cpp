#include "tracewalk/watch/private_folder.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <filesystem>

#include "python/exceptions.h"

namespace tracewalk::watch {
namespace {

constexpr std::string_view prefix = "tracewalk-watch.";

// The address of a socket is short, and PYTHONPATH ends a path at a colon.
std::string temporary_folder() {
  constexpr std::size_t room = sizeof(sockaddr_un::sun_path) - sizeof("/tracewalk-watch.4194304.XXXXXX/socket");
  const char* const wanted = std::getenv("TMPDIR");
  if (!wanted || wanted[0] != '/') return "/tmp";
  const std::string folder(wanted);
  return folder.size() > room || folder.find(':') != folder.npos || ::access(wanted, W_OK | X_OK) != 0 ? "/tmp" : folder;
}

int locked(const std::string& folder) {
  const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (fd >= 0 && ::flock(fd, LOCK_EX | LOCK_NB) == 0) return fd;
  if (fd >= 0) ::close(fd);
  return -1;
}

bool lives(std::string_view name) {
  const std::string_view digits = name.substr(prefix.size(), name.find('.', prefix.size()) - prefix.size());
  pid_t pid = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), pid);
  return error != std::errc() || pid <= 0 || ::kill(pid, 0) == 0 || errno != ESRCH;
}

// Its owner is gone when no process has that id, and when nobody holds its lock (a container sees other ids than its neighbour).
void clear_stale(const std::string& temporary) {
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(temporary, ignored)) {
    const std::string name = entry.path().filename().string();
    struct stat status {};
    if (!name.starts_with(prefix) || ::lstat(entry.path().c_str(), &status) != 0) continue;
    if (!S_ISDIR(status.st_mode) || status.st_uid != ::geteuid() || lives(name)) continue;
    if (const int lock = locked(entry.path().string()); lock >= 0) {
      std::filesystem::remove_all(entry.path(), ignored);
      ::close(lock);
    }
  }
}

}  // namespace

PrivateFolder::PrivateFolder() {
  const std::string temporary = temporary_folder();
  clear_stale(temporary);
  path_ = fmt::format("{}/{}{}.XXXXXX", temporary, prefix, ::getpid());
  if (!::mkdtemp(path_.data())) python::raise_os_error(errno, temporary);
  lock_ = locked(path_);
}

PrivateFolder::~PrivateFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
  if (lock_ >= 0) ::close(lock_);
}

void PrivateFolder::write(std::string_view name, std::string_view text) const {
  const std::string file = fmt::format("{}/{}", path_, name);
  const int fd = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0) python::raise_os_error(errno, file);
  int failed = 0;
  while (!text.empty() && failed == 0) {
    const ssize_t written = ::write(fd, text.data(), text.size());
    if (written >= 0)
      text.remove_prefix(static_cast<std::size_t>(written));
    else if (errno != EINTR)
      failed = errno;
  }
  ::close(fd);
  if (failed != 0) python::raise_os_error(failed, file);
}

}  // namespace tracewalk::watch
