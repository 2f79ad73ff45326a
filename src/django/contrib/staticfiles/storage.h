// Where collectstatic puts the files: STATIC_ROOT.
#pragma once

#include <memory>

#include "django/core/files/storage/filesystem.h"

namespace django::contrib::staticfiles::storage {

/// Source: django/contrib/staticfiles/storage.py, class StaticFilesStorage
class StaticFilesStorage : public core::files::storage::FileSystemStorage {
 public:
  /// Raises: ImproperlyConfigured when the settings clash.
  StaticFilesStorage();
  /// "" when STATIC_ROOT is not set.
  std::string location() const override;
  /// Raises: ImproperlyConfigured when STATIC_ROOT is not set.
  std::string path(const std::string& name) const override;
};

/// The storage that STORAGES["staticfiles"] names; a new one at each call.
/// Raises: ImproperlyConfigured for a back end that is not here.
std::shared_ptr<StaticFilesStorage> staticfiles_storage();

}  // namespace django::contrib::staticfiles::storage
