// django/contrib/staticfiles/finders.py: called by the serving view (a request for one file), by findstatic (where is it?) and by
// collectstatic (all of them). Two apps with a file of the same name: the app that stands first in INSTALLED_APPS wins.
#include "django/contrib/staticfiles/finders.h"

#include <algorithm>
#include <mutex>

#include "django/apps/registry.h"
#include "django/conf/__init__.h"
#include "django/contrib/staticfiles/utils.h"
#include "django/core/exceptions.h"
#include "django/utils/_os.h"
#include "django/utils/module_loading.h"
#include "python/os.h"
#include "tracepoints/trace.h"

namespace django::contrib::staticfiles::finders {

namespace os = python::os;
using core::checks::CheckMessage;
using core::checks::Error;
using core::checks::Warning;
using core::exceptions::ImproperlyConfigured;
using django::apps::apps;
using django::conf::settings;
using django::utils::_os::safe_join;
using django::utils::module_loading::import_string;

namespace {

/// An entry of STATICFILES_DIRS: a folder, or a pair of prefix and folder.
std::pair<std::string, std::string> prefix_and_root(const python::Value& entry) {
  const bool pair = entry.get_if<python::List>() != nullptr || entry.get_if<python::Tuple>() != nullptr;
  if (!pair) return {"", entry.str()};
  const python::List& items = entry.items();
  if (items.size() != 2)
    throw python::ValueError(items.size() < 2 ? "not enough values to unpack (expected 2, got " + std::to_string(items.size()) + ")"
                                              : "too many values to unpack (expected 2)");
  return {items[0].str(), items[1].str()};
}

/// The entries of STATICFILES_DIRS. Of a bare string, its characters, as Python iterates: check() then says what is wrong.
std::vector<python::Value> staticfiles_dirs() {
  const python::Value& dirs = settings.__getattr__("STATICFILES_DIRS");
  if (!dirs.is_str()) return dirs.items();
  std::vector<python::Value> characters;
  for (const char c : dirs.str()) characters.emplace_back(std::string(1, c));
  return characters;
}

void note_searched(const std::string& location) {
  std::vector<std::string>& locations = searched_locations();
  if (std::find(locations.begin(), locations.end(), location) == locations.end()) locations.push_back(location);
}

std::vector<Found> files_of(const std::shared_ptr<FileSystemStorage>& storage, const std::vector<std::string>& ignore_patterns) {
  std::vector<Found> found;
  for (const std::string& path : utils::get_files(*storage, ignore_patterns)) found.emplace_back(path, storage);
  return found;
}

}  // namespace

std::vector<std::string>& searched_locations() {
  thread_local std::vector<std::string> locations;
  return locations;
}

// django/contrib/staticfiles/finders.py, BaseFinder.check()
std::vector<CheckMessage> BaseFinder::check() const {
  throw python::NotImplementedError("subclasses may provide a check() method to verify the finder is configured correctly.");
}

// django/contrib/staticfiles/finders.py, FileSystemFinder.__init__()
FileSystemFinder::FileSystemFinder() {
  for (const python::Value& entry : staticfiles_dirs()) {
    const auto location = prefix_and_root(entry);
    if (std::find(locations.begin(), locations.end(), location) == locations.end()) locations.push_back(location);
  }
  for (const auto& [prefix, root] : locations) {
    const auto filesystem_storage = std::make_shared<FileSystemStorage>(root);
    filesystem_storage->prefix = prefix;
    storages[root] = filesystem_storage;
  }
}

// django/contrib/staticfiles/finders.py, FileSystemFinder.check()
std::vector<CheckMessage> FileSystemFinder::check() const {
  std::vector<CheckMessage> errors;
  const python::Value& dirs = settings.__getattr__("STATICFILES_DIRS");
  if (dirs.get_if<python::List>() == nullptr && dirs.get_if<python::Tuple>() == nullptr) {
    errors.push_back(Error("The STATICFILES_DIRS setting is not a tuple or list.", "Perhaps you forgot a trailing comma?", {},
                           "staticfiles.E001"));
    return errors;
  }
  const std::string static_root = settings.STATIC_ROOT().value_or("");
  for (const python::Value& entry : dirs.items()) {
    const auto [prefix, root] = prefix_and_root(entry);
    if (prefix.ends_with('/'))
      errors.push_back(Error("The prefix " + python::repr(prefix) + " in the STATICFILES_DIRS setting must not end with a slash.",
                             {}, {}, "staticfiles.E003"));
    if (!static_root.empty() && os::path::abspath(static_root) == os::path::abspath(root))
      errors.push_back(Error("The STATICFILES_DIRS setting should not contain the STATIC_ROOT setting.", {}, {},
                             "staticfiles.E002"));
    if (!os::path::isdir(root))
      errors.push_back(Warning("The directory '" + root + "' in the STATICFILES_DIRS setting does not exist.", {}, {},
                               "staticfiles.W004"));
  }
  return errors;
}

// django/contrib/staticfiles/finders.py, FileSystemFinder.find()
std::vector<std::string> FileSystemFinder::find(const std::string& path, bool find_all) const {
  std::vector<std::string> matches;
  for (const auto& [prefix, root] : locations) {
    note_searched(root);
    if (const auto matched_path = find_location(root, path, prefix)) {
      matches.push_back(*matched_path);
      if (!find_all) break;
    }
  }
  return matches;
}

// django/contrib/staticfiles/finders.py, FileSystemFinder.find_location()
std::optional<std::string> FileSystemFinder::find_location(const std::string& root, std::string path, std::string prefix) const {
  if (!prefix.empty()) {
    prefix += '/';
    if (!path.starts_with(prefix)) return std::nullopt;
    path.erase(0, prefix.size());
  }
  path = safe_join(root, path);
  if (os::path::exists(path)) return path;
  return std::nullopt;
}

// django/contrib/staticfiles/finders.py, FileSystemFinder.list()
std::vector<Found> FileSystemFinder::list(const std::vector<std::string>& ignore_patterns) const {
  std::vector<Found> found;
  for (const auto& [prefix, root] : locations) {
    if (!os::path::isdir(root)) continue;
    const std::vector<Found> here = files_of(storages.at(root), ignore_patterns);
    found.insert(found.end(), here.begin(), here.end());
  }
  return found;
}

// django/contrib/staticfiles/finders.py, AppDirectoriesFinder.__init__()
AppDirectoriesFinder::AppDirectoriesFinder() {
  for (const auto& app_config : apps.get_app_configs()) {
    const auto app_storage = std::make_shared<FileSystemStorage>(os::path::join(app_config->path, source_dir));
    if (os::path::isdir(app_storage->location())) storages.emplace_back(app_config->name, app_storage);
  }
}

// django/contrib/staticfiles/finders.py, AppDirectoriesFinder.list()
std::vector<Found> AppDirectoriesFinder::list(const std::vector<std::string>& ignore_patterns) const {
  std::vector<Found> found;
  for (const auto& [app, storage] : storages) {
    if (!storage->exists("")) continue;
    const std::vector<Found> here = files_of(storage, ignore_patterns);
    found.insert(found.end(), here.begin(), here.end());
  }
  return found;
}

// django/contrib/staticfiles/finders.py, AppDirectoriesFinder.find()
std::vector<std::string> AppDirectoriesFinder::find(const std::string& path, bool find_all) const {
  std::vector<std::string> matches;
  for (const auto& [app, storage] : storages) {
    note_searched(storage->location());
    if (const auto match = find_in_app(app, path)) {
      matches.push_back(*match);
      if (!find_all) break;
    }
  }
  return matches;
}

// django/contrib/staticfiles/finders.py, AppDirectoriesFinder.find_in_app()
std::optional<std::string> AppDirectoriesFinder::find_in_app(const std::string& app, const std::string& path) const {
  for (const auto& [name, storage] : storages)
    if (name == app && storage->exists(path)) return storage->path(path);
  return std::nullopt;
}

// django/contrib/staticfiles/finders.py, DefaultStorageFinder.__init__()
DefaultStorageFinder::DefaultStorageFinder() : storage(std::make_shared<FileSystemStorage>()) {
  if (storage->base_location().empty())
    throw ImproperlyConfigured(
        "The storage backend of the staticfiles finder <class 'django.contrib.staticfiles.finders.DefaultStorageFinder'> "
        "doesn't have a valid location.");
}

// django/contrib/staticfiles/finders.py, BaseStorageFinder.find()
std::vector<std::string> DefaultStorageFinder::find(const std::string& path, bool) const {
  note_searched(storage->location());
  if (!storage->exists(path)) return {};
  return {storage->path(path)};
}

// django/contrib/staticfiles/finders.py, BaseStorageFinder.list()
std::vector<Found> DefaultStorageFinder::list(const std::vector<std::string>& ignore_patterns) const {
  return files_of(storage, ignore_patterns);
}

// django/contrib/staticfiles/finders.py, find(), with find_all=True
std::vector<std::string> find_all(const std::string& path) {
  TRACE_FRAME("staticfiles.finders.find", path);
  searched_locations().clear();
  std::vector<std::string> matches;
  for (const auto& finder : get_finders()) {
    const std::vector<std::string> result = finder->find(path, true);
    matches.insert(matches.end(), result.begin(), result.end());
  }
  traced.result(matches);
  return matches;
}

// django/contrib/staticfiles/finders.py, find()
std::optional<std::string> find(const std::string& path) {
  TRACE_FRAME("staticfiles.finders.find", path);
  searched_locations().clear();
  for (const auto& finder : get_finders()) {
    const std::vector<std::string> result = finder->find(path);
    if (!result.empty()) return traced.result(std::optional(result.front()));
  }
  return traced.result(std::optional<std::string>());
}

namespace {
std::mutex finders_mutex;
std::map<std::string, std::shared_ptr<BaseFinder>> finders_made;  // functools.cache
}  // namespace

// django/contrib/staticfiles/finders.py, get_finders()
std::vector<std::shared_ptr<BaseFinder>> get_finders() {
  // Departs: all are made before the first is asked; Django's generator makes each when its turn comes.
  std::vector<std::shared_ptr<BaseFinder>> finders;
  for (const std::string& finder_path : settings.__getattr__("STATICFILES_FINDERS").strings())
    finders.push_back(get_finder(finder_path));
  return finders;
}

// django/contrib/staticfiles/finders.py, get_finder()
std::shared_ptr<BaseFinder> get_finder(const std::string& import_path) {
  {
    const std::lock_guard lock(finders_mutex);
    if (const auto made = finders_made.find(import_path); made != finders_made.end()) return made->second;
  }
  std::shared_ptr<BaseFinder> finder;
  try {
    finder = import_string<FinderClass>(import_path)();
  } catch (const python::TypeError&) {
    throw ImproperlyConfigured("Finder \"<class '" + import_path +
                               "'>\" is not a subclass of \"<class 'django.contrib.staticfiles.finders.BaseFinder'>\"");
  }
  const std::lock_guard lock(finders_mutex);
  return finders_made.emplace(import_path, finder).first->second;
}

void clear_finders() {
  const std::lock_guard lock(finders_mutex);
  finders_made.clear();
}

void exec(python::importlib::Module& module) {
  const auto finder_class = []<class Finder>() -> FinderClass { return [] { return std::make_shared<Finder>(); }; };
  module.set("FileSystemFinder", finder_class.operator()<FileSystemFinder>());
  module.set("AppDirectoriesFinder", finder_class.operator()<AppDirectoriesFinder>());
  module.set("DefaultStorageFinder", finder_class.operator()<DefaultStorageFinder>());
}

}  // namespace django::contrib::staticfiles::finders
