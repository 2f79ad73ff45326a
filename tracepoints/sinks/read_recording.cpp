// read_recording: the file around parse_recording.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <new>

#include "tracepoints/sinks/recording_reader.h"
#include "tracepoints/sinks/text_layout.h"

namespace tracepoints::sinks {
namespace {

constexpr std::size_t greatest_file = std::size_t{2} << 30;

class File {
 public:
  explicit File(const std::string& path) : is_stdin_(path == "-"), fd_(is_stdin_ ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY)) {}
  ~File() {
    if (!is_stdin_ && fd_ >= 0) ::close(fd_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  int fd() const noexcept { return fd_; }

 private:
  bool is_stdin_;
  int fd_;
};

[[noreturn]] void fail(int error) {
  throw RecordingError(error == ENOENT   ? "there is no such file"
                       : error == EISDIR ? "is a directory, not a recording"
                       : error == EACCES ? "cannot be read: permission denied"
                                         : fmt::format("cannot be read: {}", std::strerror(error)));
}

std::string content(int fd) {
  std::string text;
  struct stat status {};
  if (::fstat(fd, &status) != 0) fail(errno);
  if (S_ISDIR(status.st_mode)) fail(EISDIR);
  if (S_ISREG(status.st_mode)) text.reserve(std::min(static_cast<std::size_t>(status.st_size) + 1, greatest_file));
  std::array<char, 1 << 16> block;
  while (true) {
    const ssize_t got = ::read(fd, block.data(), block.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) fail(errno);
    if (got == 0) return text;
    text.append(block.data(), static_cast<std::size_t>(got));
    if (text.size() > greatest_file) throw RecordingError("is larger than 2 GiB: record a shorter run");
  }
}

void expect_text(std::string_view text) {
  if (text.empty()) throw RecordingError("is empty, not a recording");
  if (text.starts_with("\x1f\x8b")) throw RecordingError("is compressed: unpack it first, with gunzip");
  if (text.starts_with("<")) throw RecordingError("is not a recording: it is a page of HTML or XML; save the trace as JSON");
}

}  // namespace

Recording read_recording(const std::string& path) {
  try {
    const File file(path);
    if (file.fd() < 0) fail(errno);
    const std::string text = content(file.fd());
    expect_text(text);
    return parse_recording(text);
  } catch (const RecordingError& e) {
    throw RecordingError(fmt::format("{}: {}", path == "-" ? "standard input" : harmless(path), e.what()));
  } catch (const std::bad_alloc&) {
    throw RecordingError(fmt::format("{}: is too large for the memory of this machine", harmless(path)));
  }
}

}  // namespace tracepoints::sinks
