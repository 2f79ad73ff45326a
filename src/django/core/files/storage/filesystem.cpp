// Files in a folder of this machine. Called by the finders (to read) and by collectstatic (to write).
#include "django/core/files/storage/filesystem.h"

#include <cerrno>
#include <fstream>

#include <fmt/format.h>

#include "django/conf/__init__.h"
#include "django/core/exceptions.h"
#include "django/utils/_os.h"
#include "django/utils/crypto.h"
#include "python/atomic_file.h"
#include "python/os.h"
#include "python/os_files.h"

namespace django::core::files::storage {

namespace os = python::os;
using django::conf::settings;
using django::core::exceptions::SuspiciousFileOperation;
using django::utils::_os::safe_join;
using django::utils::crypto::get_random_string;

namespace {

/// A permission setting: an integer or None.
std::optional<unsigned> mode_setting(std::string_view name) {
  const python::Value& value = settings.__getattr__(name);
  if (value.is_none()) return std::nullopt;
  return static_cast<unsigned>(value.integer());
}

/// Sets the umask for as long as it lives.
class Umask {
 public:
  explicit Umask(unsigned mask) : old_(os::umask(mask)) {}
  ~Umask() { os::umask(old_); }
  Umask(const Umask&) = delete;
  Umask& operator=(const Umask&) = delete;

 private:
  unsigned old_;
};

}  // namespace

FileSystemStorage::FileSystemStorage(std::optional<std::string> location, bool allow_overwrite)
    : _location(std::move(location)), _allow_overwrite(allow_overwrite) {}

// django/core/files/storage/filesystem.py, FileSystemStorage.base_location
std::string FileSystemStorage::base_location() const { return _location ? *_location : settings.str("MEDIA_ROOT"); }

// django/core/files/storage/filesystem.py, FileSystemStorage.location
std::string FileSystemStorage::location() const { return os::path::abspath(base_location()); }

// django/core/files/storage/filesystem.py, FileSystemStorage._open()
std::unique_ptr<std::istream> FileSystemStorage::open(const std::string& name) const {
  const std::string full_path = path(name);
  // A stream opens a folder without complaint and then reads nothing.
  if (os::path::isdir(full_path)) python::raise_os_error(EISDIR, full_path);
  errno = 0;
  auto file = std::make_unique<std::ifstream>(full_path, std::ios::binary);
  if (!file->is_open()) python::raise_os_error(errno == 0 ? EIO : errno, full_path);
  return file;
}

// django/core/files/storage/base.py, Storage.save()
std::string FileSystemStorage::save(const std::string& name, std::istream& content) {
  return _save(_allow_overwrite ? name : get_available_name(name), content);
}

// django/core/files/storage/filesystem.py, FileSystemStorage._save()
std::string FileSystemStorage::_save(const std::string& name, std::istream& content) {
  const std::string full_path = path(name);
  const std::string directory = os::path::dirname(full_path);
  try {
    if (const auto directory_permissions_mode = mode_setting("FILE_UPLOAD_DIRECTORY_PERMISSIONS")) {
      // makedirs() gives its mode to the last folder only: the umask reaches those between.
      const Umask umask(0777 & ~*directory_permissions_mode);
      os::makedirs(directory, *directory_permissions_mode, true);
    } else {
      os::makedirs(directory, 0777, true);
    }
  } catch (const python::FileExistsError&) {
    // Python: FileExistsError(text) has no errno; its str() is the text alone.
    throw python::Exception(directory + " exists and is not a directory.");
  }

  // Departs: written under another name and then renamed, so that no reader and no Ctrl-C meets half a file.
  python::AtomicFile file(full_path);
  char chunk[64 * 1024];
  while (content.read(chunk, sizeof chunk), content.gcount() > 0)
    file.write({chunk, static_cast<std::size_t>(content.gcount())});
  if (content.bad()) python::raise_os_error(EIO, full_path);
  if (const auto file_permissions_mode = mode_setting("FILE_UPLOAD_PERMISSIONS")) file.chmod(*file_permissions_mode);
  file.commit();
  return os::path::relpath(full_path, location());
}

// django/core/files/storage/base.py, Storage.get_available_name()
std::string FileSystemStorage::get_available_name(const std::string& name) const {
  std::string available = name;
  const auto [file_root, file_ext] = os::path::splitext(name);
  while (exists(available)) available = file_root + "_" + get_random_string(7) + file_ext;
  return available;
}

// django/core/files/storage/filesystem.py, FileSystemStorage.delete()
void FileSystemStorage::remove(const std::string& name) {
  if (name.empty()) throw python::ValueError("The name must be given to delete().");
  const std::string full_path = path(name);
  try {
    if (os::path::isdir(full_path) && !os::path::islink(full_path))
      os::rmdir(full_path);
    else
      os::unlink(full_path);
  } catch (const python::FileNotFoundError&) {
    // Somebody else was faster.
  }
}

// django/core/files/storage/filesystem.py, FileSystemStorage.exists()
bool FileSystemStorage::exists(const std::string& name) const { return os::path::lexists(path(name)); }

// django/core/files/storage/filesystem.py, FileSystemStorage.listdir()
std::pair<std::vector<std::string>, std::vector<std::string>> FileSystemStorage::listdir(const std::string& path) const {
  std::vector<std::string> directories, files;
  // Departs: sorted by name; Django lists in the order in which the file system has them.
  for (const os::DirEntry& entry : os::scandir(this->path(path))) (entry.is_dir ? directories : files).push_back(entry.name);
  return {directories, files};
}

// django/core/files/storage/filesystem.py, FileSystemStorage.get_modified_time()
std::int64_t FileSystemStorage::get_modified_time(const std::string& name) const { return os::path::getmtime(path(name)); }

// django/core/files/storage/filesystem.py, FileSystemStorage.path()
std::string FileSystemStorage::path(const std::string& name) const { return safe_join(location(), name); }

FileSystemStorage& default_storage() {
  // Left out: the STORAGES setting's other back ends; the default one is this.
  static FileSystemStorage storage;
  return storage;
}

}  // namespace django::core::files::storage
