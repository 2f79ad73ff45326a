// Finders: each knows one kind of place where static files lie. The first that has the file wins.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "django/core/checks/messages.h"
#include "django/core/files/storage/filesystem.h"
#include "python/importlib/__init__.h"

namespace django::contrib::staticfiles::finders {

using core::files::storage::FileSystemStorage;
using core::files::storage::Storage;
/// A file as list() gives it: its path below its storage, and that storage.
using Found = std::pair<std::string, std::shared_ptr<Storage>>;

/// Source: django/contrib/staticfiles/finders.py, class BaseFinder
class BaseFinder {
 public:
  virtual ~BaseFinder() = default;
  /// Raises: NotImplementedError when it has nothing to check.
  virtual std::vector<core::checks::CheckMessage> check() const;
  /// Absolute paths: at most one, unless `find_all`. Notes where it looked in searched_locations().
  virtual std::vector<std::string> find(const std::string& path, bool find_all = false) const = 0;
  virtual std::vector<Found> list(const std::vector<std::string>& ignore_patterns) const = 0;
};

/// Looks in the folders of STATICFILES_DIRS.
class FileSystemFinder : public BaseFinder {
 public:
  FileSystemFinder();
  std::vector<core::checks::CheckMessage> check() const override;
  std::vector<std::string> find(const std::string& path, bool find_all = false) const override;
  std::vector<Found> list(const std::vector<std::string>& ignore_patterns) const override;
  std::optional<std::string> find_location(const std::string& root, std::string path, std::string prefix = {}) const;

 private:
  std::vector<std::pair<std::string, std::string>> locations;  // prefix, root
  std::map<std::string, std::shared_ptr<FileSystemStorage>> storages;
};

/// Looks in the folder "static" of each installed app, in their order.
class AppDirectoriesFinder : public BaseFinder {
 public:
  AppDirectoriesFinder();
  std::vector<std::string> find(const std::string& path, bool find_all = false) const override;
  std::vector<Found> list(const std::vector<std::string>& ignore_patterns) const override;
  std::optional<std::string> find_in_app(const std::string& app, const std::string& path) const;

  std::string source_dir = "static";

 private:
  std::vector<std::pair<std::string, std::shared_ptr<FileSystemStorage>>> storages;  // by app
};

/// Looks in MEDIA_ROOT, when asked to by STATICFILES_FINDERS.
class DefaultStorageFinder : public BaseFinder {
 public:
  /// Raises: ImproperlyConfigured when MEDIA_ROOT is empty.
  DefaultStorageFinder();
  std::vector<std::string> find(const std::string& path, bool find_all = false) const override;
  std::vector<Found> list(const std::vector<std::string>& ignore_patterns) const override;

 private:
  std::shared_ptr<FileSystemStorage> storage;
};

/// What a module's attribute holds for a finder class: calling it makes one. module.set("MyFinder", FinderClass{...})
using FinderClass = std::function<std::shared_ptr<BaseFinder>()>;

/// Where the last find() of this thread looked.
/// Departs: one list per thread; Django's is shared, so two requests at once may see each other's places.
std::vector<std::string>& searched_locations();

/// The files at that relative path that the finders of STATICFILES_FINDERS have: the first, or all.
/// Source: django/contrib/staticfiles/finders.py, find()
std::vector<std::string> find_all(const std::string& path);
std::optional<std::string> find(const std::string& path);

/// The finders of STATICFILES_FINDERS. Each is made once. Raises: ImportError, ImproperlyConfigured.
std::vector<std::shared_ptr<BaseFinder>> get_finders();
std::shared_ptr<BaseFinder> get_finder(const std::string& import_path);
/// get_finder.cache_clear(): for tests.
void clear_finders();

/// The body of the module django.contrib.staticfiles.finders.
void exec(python::importlib::Module& module);

}  // namespace django::contrib::staticfiles::finders
