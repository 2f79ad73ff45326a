// A file that appears whole or not at all: rename(2) within a folder is one step for everybody who looks.
#include "python/atomic_file.h"

#include <cerrno>
#include <cstdio>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "python/exceptions.h"
#include "python/os.h"
#include "python/os_files.h"
#include "python/secrets.h"

namespace python {

std::string AtomicFile::temporary_name(const std::string& path) {
  constexpr std::string_view characters = "abcdefghijklmnopqrstuvwxyz0123456789_";
  std::string name;
  do {
    // A long name is cut: the folder allows 255 bytes for ours too.
    name = "." + os::path::basename(path).substr(0, 200) + ".";
    for (int i = 0; i < 8; ++i) name += secrets::choice(characters);
    name = os::path::join(os::path::dirname(path), name);
  } while (os::path::lexists(name));
  return name;
}

AtomicFile::AtomicFile(std::string path, unsigned mode) : path_(std::move(path)), temporary_(temporary_name(path_)) {
  fd_ = ::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
  if (fd_ < 0) raise_os_error(errno, path_);
}

AtomicFile::~AtomicFile() {
  if (fd_ < 0) return;
  ::close(fd_);
  ::unlink(temporary_.c_str());
}

void AtomicFile::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) raise_os_error(errno, path_);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

void AtomicFile::chmod(unsigned mode) {
  if (::fchmod(fd_, mode) != 0) raise_os_error(errno, path_);
}

void AtomicFile::commit() {
  const int fd = fd_;
  fd_ = -1;
  try {
    if (::close(fd) != 0) raise_os_error(errno, path_);  // some disks tell only now that they are full
    os::replace(temporary_, path_);
  } catch (const OSError&) {
    ::unlink(temporary_.c_str());
    throw;
  }
}

}  // namespace python
