// django/contrib/staticfiles/storage.py: called by collectstatic.
#include "django/contrib/staticfiles/storage.h"

#include "django/conf/__init__.h"
#include "django/contrib/staticfiles/utils.h"
#include "django/core/exceptions.h"
#include "python/builtins.h"

namespace django::contrib::staticfiles::storage {

using core::exceptions::ImproperlyConfigured;
using core::files::storage::FileSystemStorage;
using django::conf::settings;

// django/contrib/staticfiles/storage.py, StaticFilesStorage.__init__()
// Departs: an existing file is replaced in one step; Django deletes it first, and then nothing is there for a moment.
StaticFilesStorage::StaticFilesStorage() : FileSystemStorage(settings.STATIC_ROOT().value_or(""), true) {
  utils::check_settings(settings.STATIC_URL());
}

std::string StaticFilesStorage::location() const { return base_location().empty() ? "" : FileSystemStorage::location(); }

// django/contrib/staticfiles/storage.py, StaticFilesStorage.path()
std::string StaticFilesStorage::path(const std::string& name) const {
  if (location().empty())
    throw ImproperlyConfigured(
        "You're using the staticfiles app without having set the STATIC_ROOT setting to a filesystem path.");
  return FileSystemStorage::path(name);
}

std::shared_ptr<StaticFilesStorage> staticfiles_storage() {
  const python::Value* const configured = settings.__getattr__("STORAGES").find("staticfiles");
  if (configured == nullptr) throw ImproperlyConfigured("Could not find config for 'staticfiles' in settings.STORAGES.");
  const python::Value* const backend = configured->find("BACKEND");
  const std::string name = backend == nullptr ? "" : python::str(*backend);
  // Left out: ManifestStaticFilesStorage, which renames each file after its contents, and back ends of others.
  if (name != "django.contrib.staticfiles.storage.StaticFilesStorage")
    throw ImproperlyConfigured("The staticfiles storage '" + name +
                               "' is not available here: use 'django.contrib.staticfiles.storage.StaticFilesStorage'.");
  return std::make_shared<StaticFilesStorage>();
}

}  // namespace django::contrib::staticfiles::storage
