#include "python/sys.h"

#include <climits>
#include <unistd.h>

#include "python/os.h"

namespace python::sys {
namespace {
io::FileIO standard_output(STDOUT_FILENO), standard_error(STDERR_FILENO, io::FileIO::Errors::backslashreplace);
}  // namespace

io::TextIO* stdout_ = &standard_output;
io::TextIO* stderr_ = &standard_error;

std::string executable() {
  char file[PATH_MAX];
  const ssize_t size = ::readlink("/proc/self/exe", file, sizeof file);
  if (size <= 0) return argv.empty() ? "" : os::path::abspath(argv[0]);
  std::string path(file, static_cast<std::size_t>(size));
  // A program that was rebuilt while it runs: the link then names the file that is gone.
  constexpr std::string_view deleted = " (deleted)";
  if (path.ends_with(deleted)) path.resize(path.size() - deleted.size());
  return path;
}

std::string prefix() {
  static const std::string found = [] {
    const std::string installed = os::path::normpath(os::path::dirname(executable()) + "/../share/tracewalk");
    return os::path::isdir(installed + "/django") ? installed : std::string(TRACEWALK_SOURCE_ROOT);
  }();
  return found;
}

}  // namespace python::sys
