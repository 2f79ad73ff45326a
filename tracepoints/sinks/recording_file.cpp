#include "tracepoints/sinks/recording_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <cstring>
#include <limits>

#include "tracepoints/sinks/text_layout.h"

namespace tracepoints::sinks {
namespace {

constexpr std::int64_t step_bytes = 256 * 1024;      // of disk space set aside at a time
constexpr std::size_t look_back_bytes = 64 * 1024;   // how far before the end of a torn file the last whole line may be
constexpr std::int64_t page_bytes = 4096;
constexpr fsblkcnt_t scarce_bytes = 64 * 1024 * 1024;
constexpr std::string_view head = "[\n";

std::string reason(int error) { return ::strerror(error); }

std::string folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == 0 ? "/" : path.substr(0, slash);
}

// The file itself, where the path may be a symbolic link to one that is still missing. Gives: "" when the links go round in circles.
std::string target_of(std::string path) {
  for (int links = 0; links < 40; ++links) {
    char to[PATH_MAX];
    const ssize_t size = ::readlink(path.c_str(), to, sizeof to);
    if (size < 0) return path;
    const std::string text(to, static_cast<std::size_t>(size));
    path = text.starts_with('/') ? text : folder_of(path) + "/" + text;
  }
  return "";
}

std::string_view kind_of(mode_t mode) {
  if (S_ISDIR(mode)) return "a folder";
  if (S_ISFIFO(mode)) return "a named pipe (FIFO)";
  if (S_ISSOCK(mode)) return "a socket";
  return "a device";
}

// Why that path cannot become a recording; "" when it seems that it can. Fills in the path of the file that is to be replaced.
std::string objection(const std::string& file, std::string& target) {
  if (file.find('\n') != file.npos) return "a name with a line break in it cannot be used";
  target = file;
  if (!file.starts_with('/')) {
    char* const folder = ::getcwd(nullptr, 0);
    if (!folder) return fmt::format("the current folder cannot be told: {}", reason(errno));
    target = fmt::format("{}/{}", folder, file);
    std::free(folder);
  }
  if (file.ends_with('/')) return "that names a folder; name a file in it";
  target = target_of(target);
  if (target.empty()) return reason(ELOOP);
  struct stat there {};
  if (::stat(target.c_str(), &there) == 0) {
    if (S_ISDIR(there.st_mode)) return "that is a folder; name a file in it";
    if (!S_ISREG(there.st_mode)) return fmt::format("that is {}, not a file; a recording is rewritten at its end, and only a file can be", kind_of(there.st_mode));
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; ++fd) {
      struct stat standard {};
      if (::fstat(fd, &standard) == 0 && standard.st_dev == there.st_dev && standard.st_ino == there.st_ino)
        return fmt::format("standard {} is that very file; name another", fd == 0 ? "input" : fd == 1 ? "output" : "error");
    }
    if (::faccessat(AT_FDCWD, target.c_str(), W_OK, AT_EACCESS) != 0) return fmt::format("the file cannot be written: {}", reason(errno));
    if (char* const real = ::realpath(target.c_str(), nullptr)) {
      target = real;
      std::free(real);
    }
    return "";
  }
  const int error = errno;
  const std::string folder = folder_of(target);
  if (error == ENOENT && ::stat(folder.c_str(), &there) != 0) return fmt::format("there is no folder {}; make it first", harmless(folder));
  if (error == ENOTDIR) return fmt::format("{} is not a folder", harmless(folder));
  return error == ENOENT ? "" : reason(error);
}

// Far from the numbers that the program's own files get: those are shown by the system-call stages, and must not change because of us.
int out_of_the_way(int fd) {
  rlimit files{};
  const rlim_t limit = ::getrlimit(RLIMIT_NOFILE, &files) == 0 ? std::min<rlim_t>(files.rlim_cur, 256) : 256;
  const int moved = limit > 16 ? ::fcntl(fd, F_DUPFD_CLOEXEC, static_cast<int>(limit) - 6) : -1;
  if (moved < 0) return fd;
  ::close(fd);
  return moved;
}

// Whether a line is one JSON object from end to end. Strings in it hold no raw line break, and braces in strings do not count.
bool is_whole(std::string_view line) {
  if (!line.starts_with('{')) return false;
  int depth = 0;
  bool in_text = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (in_text && line[i] == '\\') ++i;
    else if (line[i] == '"') in_text = !in_text;
    else if (!in_text && line[i] == '{') ++depth;
    else if (!in_text && line[i] == '}' && --depth == 0) return i + 1 == line.size();
  }
  return false;
}

// Where the last whole event of a torn file ends; npos when there is none.
std::size_t end_of_last_event(std::string_view text) {
  while (!text.empty()) {
    const std::size_t start = text.rfind('\n') + 1;  // 0 when there is none
    std::string_view line = text.substr(start);
    while (!line.empty() && (line.back() == ',' || line.back() == ']')) line.remove_suffix(1);
    if (is_whole(line)) return start + line.size();
    if (start == 0) break;
    text = text.substr(0, start - 1);
  }
  return std::string_view::npos;
}

bool read_all(int fd, char* to, std::size_t size, std::int64_t from) noexcept {
  while (size > 0) {
    const ssize_t got = ::pread(fd, to, size, from);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    to += got, from += got, size -= static_cast<std::size_t>(got);
  }
  return true;
}

// One write, as a rule; a signal or a limit may make it two. Gives: 0 or the errno.
int write_all(int fd, std::string_view text, std::int64_t at) noexcept {
  while (!text.empty()) {
    const ssize_t done = ::pwrite(fd, text.data(), text.size(), at);
    if (done < 0 && errno == EINTR) continue;
    if (done < 0) return errno;
    text.remove_prefix(static_cast<std::size_t>(done));
    at += done;
  }
  return 0;
}

// Open-file-description locks: they are this descriptor's, not the process's, and the kernel frees them when it dies.
void lock(int fd, short type) noexcept {
  struct flock whole {};
  whole.l_type = type;
  whole.l_whence = SEEK_SET;
  while (::fcntl(fd, F_OFD_SETLKW, &whole) != 0 && errno == EINTR) {}
}

}  // namespace

RecordingFile::RecordingFile(int fd, std::string path, std::string first_line)
    : fd_(fd), path_(std::move(path)), first_line_(std::move(first_line)) {
  rlimit size{};
  const bool limited = ::getrlimit(RLIMIT_FSIZE, &size) == 0 && size.rlim_cur < std::numeric_limits<std::int64_t>::max();
  size_limit_ = limited ? static_cast<std::int64_t>(size.rlim_cur) : std::numeric_limits<std::int64_t>::max();
}

RecordingFile::~RecordingFile() {
  if (fd_ >= 0) ::close(fd_);
}

std::unique_ptr<RecordingFile> RecordingFile::create(const std::string& file, std::string_view first_line, std::string& trouble) {
  std::string target;
  trouble = objection(file, target);
  if (!trouble.empty()) return nullptr;
  const std::string folder = folder_of(target);
  std::string beside = folder + "/.tracewalk-XXXXXX";
  const int fd = ::mkostemp(beside.data(), O_CLOEXEC);  // mode 0600
  if (fd < 0) {
    trouble = fmt::format("no file can be made in {}: {}", harmless(folder), reason(errno));
    return nullptr;
  }
  std::unique_ptr<RecordingFile> made(new RecordingFile(out_of_the_way(fd), target, std::string(first_line)));
  const std::string start = fmt::format("{}{}{}", head, first_line, tail);
  made->look_at_disk();
  int error = made->size_limit_ < static_cast<std::int64_t>(start.size() + spare_bytes) ? EFBIG : made->set_aside(static_cast<std::int64_t>(start.size()), false);
  if (error == 0) error = write_all(made->fd_, start, 0);
  if (error == 0 && ::rename(beside.c_str(), target.c_str()) != 0) error = errno;
  if (error != 0) {
    ::unlink(beside.c_str());
    trouble = fmt::format("the file cannot be written: {}", reason(error));
    return nullptr;
  }
  return made;
}

std::unique_ptr<RecordingFile> RecordingFile::join(const std::string& file, std::string_view mark, std::string& trouble) {
  const int fd = ::open(file.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
  if (fd < 0) {
    trouble = reason(errno);
    return nullptr;
  }
  std::string start(most_bytes, '\0');
  struct stat status {};
  ssize_t got = -1;
  if (::fstat(fd, &status) == 0 && S_ISREG(status.st_mode)) got = ::pread(fd, start.data(), start.size(), 0);
  const std::string_view text(start.data(), got < 0 ? 0 : static_cast<std::size_t>(got));
  const std::size_t line_end = text.find('\n', head.size());
  if (!text.starts_with(head) || line_end == text.npos || text.substr(0, line_end).find(mark) == text.npos) {
    ::close(fd);
    trouble = "it is not the file that this run began";
    return nullptr;
  }
  std::string_view line = text.substr(head.size(), line_end - head.size());
  if (line.ends_with(',')) line.remove_suffix(1);
  return std::unique_ptr<RecordingFile>(new RecordingFile(out_of_the_way(fd), file, std::string(line)));
}

void RecordingFile::look_at_disk() noexcept {
  struct statvfs disk {};
  if (::fstatvfs(fd_, &disk) == 0) is_disk_scarce_ = disk.f_bavail < scarce_bytes / std::max<fsblkcnt_t>(disk.f_frsize, 1);
}

// Sets disk space aside from the file's end on. A file system that cannot do this says so once, and then a full disk is met when writing.
int RecordingFile::set_aside(std::int64_t end, bool last_word) noexcept {
  const std::int64_t needed = end + static_cast<std::int64_t>(last_word ? 0 : spare_bytes);
  if (needed > size_limit_) return EFBIG;
  if (!can_set_aside_ || !is_disk_scarce_ || needed <= set_aside_to_) return 0;
  for (const std::int64_t to : {needed + step_bytes, needed}) {  // the disk may have room for this, but not for more
    const std::int64_t from = set_aside_to_ > 0 ? set_aside_to_ : std::max<std::int64_t>(size_after_last_, 0);
    int result;
    do {
      result = ::fallocate(fd_, FALLOC_FL_KEEP_SIZE, from, to - from);
    } while (result != 0 && errno == EINTR);
    if (result == 0) {
      set_aside_to_ = to;
      return 0;
    }
    if (errno != ENOSPC && errno != EDQUOT && errno != EFBIG && errno != EIO) {
      can_set_aside_ = false;
      return 0;
    }
  }
  return errno;
}

// Where the next event goes: before the closing bracket, or behind the last whole line where that is torn.
int RecordingFile::find_end(std::int64_t size, std::int64_t& end) noexcept {
  end = size - static_cast<std::int64_t>(tail.size());
  char last[tail.size()];
  if (end > 0 && read_all(fd_, last, sizeof last, end) && std::string_view(last, sizeof last) == tail) return 0;
  char first[head.size()];
  if (size > 0 && (!read_all(fd_, first, std::min<std::size_t>(sizeof first, static_cast<std::size_t>(size)), 0) || first[0] != head[0])) return EBADMSG;
  try {
    std::string text(std::min(look_back_bytes, static_cast<std::size_t>(size)), '\0');
    const std::int64_t from = size - static_cast<std::int64_t>(text.size());
    if (!read_all(fd_, text.data(), text.size(), from)) return EIO;
    if (const std::size_t found = end_of_last_event(text); found != text.npos) {
      end = from + static_cast<std::int64_t>(found);
      return 0;
    }
    if (from > 0) return EBADMSG;
    // Somebody emptied it: it begins again.
    const std::string start = fmt::format("{}{}{}", head, first_line_, tail);
    end = static_cast<std::int64_t>(start.size() - tail.size());
    if (const int error = set_aside(static_cast<std::int64_t>(start.size()), false)) return error;
    return write_all(fd_, start, 0);
  } catch (...) {
    return ENOMEM;
  }
}

// One write. `end`: where the last event ends now; `size`: of the file.
int RecordingFile::add_batch(std::string_view lines, std::int64_t end, std::int64_t size, bool last_word) noexcept {
  const auto new_size = end + static_cast<std::int64_t>(lines.size() + tail.size());
  if (const int error = set_aside(new_size, last_word)) return error;
  char batch[most_bytes];
  lines.copy(batch, lines.size());
  tail.copy(batch + lines.size(), tail.size());
  // Between two pages the kernel may make the writer wait for the disk, and a kill in that time tears the tail. It waits here instead.
  if (end / page_bytes != (new_size - 1) / page_bytes) write_all(fd_, tail.substr(0, 1), end);
  const int error = write_all(fd_, {batch, lines.size() + tail.size()}, end);
  size_after_last_ = error == 0 ? new_size : -1;
  if (error == 0 && size <= new_size) return 0;
  // A part of it may be there; or the rest of a torn line is. What is overwritten now has its place on the disk already.
  const auto whole = error == 0 ? new_size : end + static_cast<std::int64_t>(tail.size());
  if (error != 0) write_all(fd_, tail, end);
  [[maybe_unused]] const int cut = ::ftruncate(fd_, whole);
  return error;
}

int RecordingFile::add_locked(std::string_view lines, std::size_t& added, bool last_word) noexcept {
  struct stat now {};
  if (::fstat(fd_, &now) != 0) return errno;
  if (now.st_nlink == 0) return ESTALE;
  look_at_disk();
  if (now.st_size < size_after_last_) set_aside_to_ = 0;  // somebody cut it, and its blocks went, too
  std::int64_t end = 0, size = now.st_size;
  if (const int error = find_end(size, end)) return error;
  while (added < lines.size()) {
    std::string_view batch = lines.substr(added);
    if (batch.size() > most_of_line) batch = batch.substr(0, batch.rfind(",\n", most_of_line));
    if (const int error = add_batch(batch, end, size, last_word)) return error;
    added += batch.size();
    end += static_cast<std::int64_t>(batch.size());
    size = size_after_last_;
  }
  return 0;
}

int RecordingFile::add(std::string_view lines, std::size_t& added, bool last_word) noexcept {
  added = 0;
  if (fd_ < 0) return EBADF;
  lock(fd_, F_WRLCK);
  const int error = add_locked(lines, added, last_word);
  lock(fd_, F_UNLCK);
  return error;
}

void RecordingFile::close() noexcept {
  if (fd_ < 0) return;
  lock(fd_, F_WRLCK);
  struct stat now {};
  if (set_aside_to_ > 0 && ::fstat(fd_, &now) == 0) [[maybe_unused]] const int cut = ::ftruncate(fd_, now.st_size);
  lock(fd_, F_UNLCK);
  ::close(fd_);
  fd_ = -1;
}

void RecordingFile::forget() noexcept {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

}  // namespace tracepoints::sinks
