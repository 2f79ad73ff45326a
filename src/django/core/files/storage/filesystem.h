// Files in a folder of this machine.
#pragma once

#include <optional>
#include <string>

#include "django/core/files/storage/base.h"

namespace django::core::files::storage {

/// Source: django/core/files/storage/filesystem.py, class FileSystemStorage
class FileSystemStorage : public Storage {
 public:
  /// No location: MEDIA_ROOT. No permissions: the FILE_UPLOAD_... settings.
  /// `allow_overwrite`: save() replaces a file of that name instead of choosing another name.
  explicit FileSystemStorage(std::optional<std::string> location = {}, bool allow_overwrite = false);

  std::string base_location() const;
  /// Absolute.
  virtual std::string location() const;

  std::unique_ptr<std::istream> open(const std::string& name) const override;
  std::string save(const std::string& name, std::istream& content) override;
  void remove(const std::string& name) override;
  /// Also true for a link that points nowhere.
  bool exists(const std::string& name) const override;
  std::pair<std::vector<std::string>, std::vector<std::string>> listdir(const std::string& path) const override;
  std::int64_t get_modified_time(const std::string& name) const override;
  /// Raises: SuspiciousFileOperation for a name that leads out of the location.
  std::string path(const std::string& name) const override;

 protected:
  /// `name`, or the same with seven random letters before its extension while that is taken.
  std::string get_available_name(const std::string& name) const;

 private:
  std::string _save(const std::string& name, std::istream& content);
  std::optional<std::string> _location;
  bool _allow_overwrite;
};

/// The storage of MEDIA_ROOT: what default_storage is without other settings.
FileSystemStorage& default_storage();

}  // namespace django::core::files::storage
