// django/core/checks/caches.py
#include "django/core/checks/caches.h"

#include <algorithm>

#include "django/conf/__init__.h"
#include "python/builtins.h"
#include "python/exceptions.h"
#include "python/os.h"
#include "python/os_files.h"

namespace django::core::checks::caches {

namespace os = python::os;
using django::conf::settings;

namespace {

/// The folder of a cache that is kept in files; "" for any other cache.
std::string file_based_location(const python::Value& config) {
  // Left out: caches themselves; what is known of one is what its settings say.
  const python::Value* const backend = config.find("BACKEND");
  const python::Value* const location = config.find("LOCATION");
  if (backend == nullptr || *backend != python::Value("django.core.cache.backends.filebased.FileBasedCache")) return {};
  return location == nullptr || !location->truthy() ? std::string() : location->str();
}

/// Whether `path` lies below `folder`.
bool is_inside(const std::string& path, const std::string& folder) {
  return path != folder && path.starts_with(folder == "/" ? folder : folder + "/");
}

std::vector<std::string> folders_of(const std::string& name, const python::Value& setting) {
  if (name != "STATICFILES_DIRS") return {os::path::realpath(setting.str())};
  std::vector<std::string> paths;
  for (const python::Value& entry : setting.items()) {
    const bool with_prefix = entry.get_if<python::List>() != nullptr || entry.get_if<python::Tuple>() != nullptr;
    paths.push_back(os::path::realpath(with_prefix ? entry.items().at(1).str() : entry.str()));
  }
  return paths;
}

const python::Dict& configured_caches() {
  const auto* const caches = settings.__getattr__("CACHES").get_if<python::Dict>();
  if (caches == nullptr) throw python::TypeError("The CACHES setting must be a dictionary.");
  return *caches;
}

}  // namespace

// django/core/checks/caches.py, check_default_cache_is_configured()
Messages check_default_cache_is_configured(const AppConfigs*, const Databases*) {
  if (settings.__getattr__("CACHES").find("default") != nullptr) return {};
  return {Error("You must define a 'default' cache in your CACHES setting.", {}, {}, "caches.E001")};
}

// django/core/checks/caches.py, check_cache_location_not_exposed()
Messages check_cache_location_not_exposed(const AppConfigs*, const Databases*) {
  Messages errors;
  for (const char* const name : {"MEDIA_ROOT", "STATIC_ROOT", "STATICFILES_DIRS"}) {
    const python::Value& setting = settings.get(name);
    if (!setting.truthy()) continue;
    const std::vector<std::string> paths = folders_of(name, setting);
    const auto any = [&](const auto& test) { return std::any_of(paths.begin(), paths.end(), test); };
    for (const auto& [alias, config] : configured_caches()) {
      const std::string location = file_based_location(config);
      if (location.empty()) continue;
      const std::string cache_path = os::path::realpath(location);
      std::string relation;
      if (any([&](const std::string& path) { return path == cache_path; }))
        relation = "matches";
      else if (any([&](const std::string& path) { return is_inside(cache_path, path); }))
        relation = "is inside";
      else if (any([&](const std::string& path) { return is_inside(path, cache_path); }))
        relation = "contains";
      else
        continue;
      errors.push_back(Warning("Your '" + alias + "' cache configuration might expose your cache or lead to corruption of "
                                   "your data because its LOCATION " + relation + " " + name + ".",
                               {}, {}, "caches.W002"));
    }
  }
  return errors;
}

// django/core/checks/caches.py, check_file_based_cache_is_absolute()
Messages check_file_based_cache_is_absolute(const AppConfigs*, const Databases*) {
  Messages errors;
  for (const auto& [alias, config] : configured_caches()) {
    const std::string location = file_based_location(config);
    if (location.empty() || os::path::isabs(location)) continue;
    errors.push_back(Warning("Your '" + alias + "' cache LOCATION path is relative. Use an absolute path instead.", {}, {},
                             "caches.W003"));
  }
  return errors;
}

}  // namespace django::core::checks::caches
