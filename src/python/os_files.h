// os, the part that works on files and folders. Each call raises the OSError that Python would raise.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace python::os {

/// os.mkdir(path, mode): one folder. FileExistsError when there is something of that name.
void mkdir(const std::string& path, unsigned mode = 0777);
/// os.makedirs(path, mode, exist_ok): with the folders above it, which get the default mode.
void makedirs(const std::string& path, unsigned mode = 0777, bool exist_ok = false);
/// os.unlink, os.rmdir, os.replace, os.symlink, os.chmod
void unlink(const std::string& path);
void rmdir(const std::string& path);
void replace(const std::string& source, const std::string& target);
void symlink(const std::string& source, const std::string& target);
void chmod(const std::string& path, unsigned mode);
/// os.umask(mask): gives the mask that was there before. It is the whole process's.
unsigned umask(unsigned mask);
/// os.access(path, os.W_OK)
bool access_write(const std::string& path);
/// stat.S_IMODE(os.stat(path).st_mode)
unsigned mode_of(const std::string& path);

struct DirEntry {
  std::string name;
  bool is_dir;       // a link to a folder counts
  bool is_symlink;
};
/// os.scandir, the entries sorted by name, so that two runs print the same.
std::vector<DirEntry> scandir(const std::string& path);

namespace path {
bool isabs(std::string_view path);
bool islink(const std::string& path);
/// Whether there is something of that name, be it a link that points nowhere.
bool lexists(const std::string& path);
/// "~" and "~/x" by HOME, else by the user's entry; "~name" by name's. Left as it is when unknown.
std::string expanduser(const std::string& path);
/// Seconds since the epoch, without the fraction.
std::int64_t getmtime(const std::string& path);
std::int64_t getatime(const std::string& path);
std::int64_t getsize(const std::string& path);
/// ("archive.tar", ".gz"); a leading dot belongs to the name.
std::pair<std::string, std::string> splitext(const std::string& path);
/// os.path.relpath(path, start) of two absolute paths.
std::string relpath(const std::string& path, const std::string& start);
}  // namespace path

}  // namespace python::os
