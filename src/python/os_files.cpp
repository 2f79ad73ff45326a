// os, the part that works on files. A thin layer: the system's call, and its errno as Python's exception.
#include "python/os_files.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <filesystem>

#include <dirent.h>
#include <fcntl.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "python/exceptions.h"
#include "python/os.h"

namespace python::os {
namespace {

void check(int result, const std::string& filename) {
  if (result != 0) raise_os_error(errno, filename);
}

struct stat stat_of(const std::string& path) {
  struct stat found{};
  check(::stat(path.c_str(), &found), path);
  return found;
}

}  // namespace

void mkdir(const std::string& path, unsigned mode) { check(::mkdir(path.c_str(), mode), path); }

void makedirs(const std::string& path, unsigned mode, bool exist_ok) {
  std::string name = path;
  while (name.size() > 1 && name.back() == '/') name.pop_back();
  const std::string head = path::dirname(name);
  if (!head.empty() && head != name && !path::exists(head)) {
    try {
      makedirs(head, 0777, exist_ok);
    } catch (const FileExistsError&) {
      // Somebody else made it in the meantime: just as well.
    }
  }
  try {
    mkdir(name, mode);
  } catch (const OSError&) {
    if (!exist_ok || !path::isdir(name)) throw;
  }
}

void unlink(const std::string& path) { check(::unlink(path.c_str()), path); }
void rmdir(const std::string& path) { check(::rmdir(path.c_str()), path); }
void replace(const std::string& source, const std::string& target) {
  check(::rename(source.c_str(), target.c_str()), target);
}
void symlink(const std::string& source, const std::string& target) {
  check(::symlink(source.c_str(), target.c_str()), target);
}
void chmod(const std::string& path, unsigned mode) { check(::chmod(path.c_str(), mode), path); }
unsigned umask(unsigned mask) { return ::umask(mask); }
bool access_write(const std::string& path) { return ::access(path.c_str(), W_OK) == 0; }
unsigned mode_of(const std::string& path) { return stat_of(path).st_mode & 07777; }

std::vector<DirEntry> scandir(const std::string& path) {
  DIR* const folder = ::opendir(path.c_str());
  if (folder == nullptr) raise_os_error(errno, path);
  std::vector<DirEntry> entries;
  while (const dirent* const entry = ::readdir(folder)) {
    const std::string name = entry->d_name;
    if (name == "." || name == "..") continue;
    const std::string full = path::join(path, name);
    entries.push_back({name, path::isdir(full), path::islink(full)});
  }
  ::closedir(folder);
  std::sort(entries.begin(), entries.end(), [](const DirEntry& a, const DirEntry& b) { return a.name < b.name; });
  return entries;
}

namespace path {

bool isabs(std::string_view path) { return path.starts_with('/'); }

bool islink(const std::string& path) {
  struct stat found{};
  return ::lstat(path.c_str(), &found) == 0 && S_ISLNK(found.st_mode);
}

bool lexists(const std::string& path) {
  struct stat found{};
  return ::lstat(path.c_str(), &found) == 0;
}

std::string expanduser(const std::string& path) {
  if (!path.starts_with('~')) return path;
  const std::size_t slash = std::min(path.find('/'), path.size());
  const std::string user = path.substr(1, slash - 1);
  std::string home;
  if (user.empty()) {
    if (const auto from_environment = environ.get("HOME"))
      home = *from_environment;
    else if (const passwd* const entry = ::getpwuid(::getuid()))
      home = entry->pw_dir;
  } else if (const passwd* const entry = ::getpwnam(user.c_str())) {
    home = entry->pw_dir;
  }
  if (home.empty()) return path;
  while (home.size() > 1 && home.back() == '/') home.pop_back();
  return home + path.substr(slash);
}

std::int64_t getmtime(const std::string& path) { return stat_of(path).st_mtim.tv_sec; }
std::int64_t getatime(const std::string& path) { return stat_of(path).st_atim.tv_sec; }
std::int64_t getsize(const std::string& path) { return stat_of(path).st_size; }

std::pair<std::string, std::string> splitext(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  const std::size_t name = slash == std::string::npos ? 0 : slash + 1;
  const std::size_t first = path.find_first_not_of('.', name);  // leading dots are no extension
  const std::size_t dot = path.rfind('.');
  if (first == std::string::npos || dot == std::string::npos || dot < first) return {path, ""};
  return {path.substr(0, dot), path.substr(dot)};
}

std::string relpath(const std::string& path, const std::string& start) {
  return std::filesystem::path(path).lexically_relative(start).string();
}

}  // namespace path

}  // namespace python::os
