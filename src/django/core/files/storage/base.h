// What every storage of files can do.
#pragma once

#include <cstdint>
#include <istream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "python/exceptions.h"

namespace django::core::files::storage {

/// Source: django/core/files/storage/base.py, class Storage. Names are relative, with slashes.
class Storage {
 public:
  virtual ~Storage() = default;

  /// Where its files belong below the destination: set by FileSystemFinder from STATICFILES_DIRS.
  std::string prefix;

  /// The file's bytes. Raises: OSError.
  virtual std::unique_ptr<std::istream> open(const std::string& name) const = 0;
  /// Gives the name it was saved under, another one when the name was taken. Raises: OSError, SuspiciousFileOperation.
  virtual std::string save(const std::string& name, std::istream& content) = 0;
  virtual void remove(const std::string& name) = 0;   // delete()
  virtual bool exists(const std::string& name) const = 0;
  /// Folders, files.
  virtual std::pair<std::vector<std::string>, std::vector<std::string>> listdir(const std::string& path) const = 0;
  /// Seconds since the epoch.
  virtual std::int64_t get_modified_time(const std::string& name) const = 0;
  /// The file's place on this machine. Raises: NotImplementedError when it has none.
  virtual std::string path(const std::string&) const {
    throw python::NotImplementedError("This backend doesn't support absolute paths.");
  }
};

}  // namespace django::core::files::storage
