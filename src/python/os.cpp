#include "python/os.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <mutex>

#include "python/exceptions.h"
#include "tracepoints/trace.h"

namespace python::os {
namespace {
// getenv and setenv race with each other; every access of ours goes through here.
std::mutex environ_mutex;
}  // namespace

void Environ::Ref::operator=(std::string_view value) const {
  const std::lock_guard lock(environ_mutex);
  if (::setenv(key_.c_str(), std::string(value).c_str(), 1) != 0) raise_os_error(errno, key_);
}

std::optional<std::string> Environ::get(std::string_view key) const {
  const std::lock_guard lock(environ_mutex);
  const char* value = ::getenv(std::string(key).c_str());
  return value ? std::optional<std::string>(value) : std::nullopt;
}

std::string Environ::get(std::string_view key, std::string_view default_) const {
  return get(key).value_or(std::string(default_));
}

void Environ::setdefault(std::string_view key, std::string_view value) const {
  if (!contains(key)) (*this)[std::string(key)] = value;
}

void Environ::pop(std::string_view key) const {
  const std::lock_guard lock(environ_mutex);
  ::unsetenv(std::string(key).c_str());
}

std::map<std::string, std::string> Environ::copy() const {
  const std::lock_guard lock(environ_mutex);
  std::map<std::string, std::string> out;
  for (char** entry = ::environ; entry && *entry; ++entry) {
    const std::string_view text(*entry);
    const std::size_t equals = text.find('=');
    // The first of two equal names counts, as for getenv.
    if (equals != text.npos) out.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return out;
}

void _exit(int status) {
  tracepoints::finish();  // no destructor will do it: the trace must be whole to its last event
  std::_Exit(status);
}

std::string getcwd() {
  std::error_code error;
  const std::filesystem::path path = std::filesystem::current_path(error);
  if (error) raise_os_error(error.value());
  return path.string();
}

namespace path {

std::string basename(std::string_view path) { return std::string(path.substr(path.rfind('/') + 1)); }

std::string dirname(std::string_view path) {
  std::string_view head = path.substr(0, path.rfind('/') + 1);
  const std::size_t last = head.find_last_not_of('/');
  if (last != head.npos) head = head.substr(0, last + 1);
  return std::string(head);
}

std::string join(std::string_view a, std::string_view b) {
  if (b.starts_with('/') || a.empty()) return std::string(b);
  return std::string(a) + (a.ends_with('/') ? "" : "/") + std::string(b);
}

std::string normpath(std::string_view path) {
  const std::string_view root = path.starts_with("//") && !path.starts_with("///") ? "//" : path.starts_with('/') ? "/" : "";
  std::string out;
  std::size_t kept = 0;  // how many components of `out` a ".." may take away
  for (std::size_t at = 0; at <= path.size();) {
    const std::size_t slash = std::min(path.find('/', at), path.size());
    const std::string_view part = path.substr(at, slash - at);
    at = slash + 1;
    if (part.empty() || part == ".") continue;
    if (part == "..") {
      if (kept > 0) {
        out.resize(out.rfind('/') == out.npos ? 0 : out.rfind('/'));
        --kept;
        continue;
      }
      if (!root.empty()) continue;
    } else {
      ++kept;
    }
    if (!out.empty()) out += '/';
    out += part;
  }
  out.insert(0, root);
  return out.empty() ? "." : out;
}

std::string abspath(std::string_view path) { return normpath(path.starts_with('/') ? std::string(path) : join(getcwd(), path)); }

std::string realpath(std::string_view path) {
  std::error_code error;
  const auto real = std::filesystem::weakly_canonical(std::filesystem::path(path), error);
  return error ? abspath(path) : abspath(real.string());
}

namespace {
bool has_mode(std::string_view path, mode_t mode) {
  struct stat status {};
  return path.find('\0') == path.npos && ::stat(std::string(path).c_str(), &status) == 0 && (mode == 0 || (status.st_mode & S_IFMT) == mode);
}
}  // namespace

bool exists(std::string_view path) { return has_mode(path, 0); }
bool isdir(std::string_view path) { return has_mode(path, S_IFDIR); }
bool isfile(std::string_view path) { return has_mode(path, S_IFREG); }

}  // namespace path
}  // namespace python::os
