// django/contrib/staticfiles/utils.py: called by the finders, the storage and the static files handler.
#include "django/contrib/staticfiles/utils.h"

#include <algorithm>

#include "django/conf/__init__.h"
#include "django/core/exceptions.h"
#include "python/fnmatch.h"
#include "python/os.h"

namespace django::contrib::staticfiles::utils {

namespace fnmatch = python::fnmatch;
namespace os = python::os;
using core::exceptions::ImproperlyConfigured;
using core::files::storage::Storage;
using django::conf::settings;

// django/contrib/staticfiles/utils.py, matches_patterns()
bool matches_patterns(const std::string& path, const std::vector<std::string>& patterns) {
  return std::any_of(patterns.begin(), patterns.end(),
                     [&](const std::string& pattern) { return fnmatch::fnmatchcase(path, pattern); });
}

// django/contrib/staticfiles/utils.py, get_files()
std::vector<std::string> get_files(const Storage& storage, const std::vector<std::string>& ignore_patterns,
                                   const std::string& location) {
  std::vector<std::string> found;
  const auto [directories, files] = storage.listdir(location);
  for (std::string fn : files) {
    if (matches_patterns(fn, ignore_patterns)) continue;
    if (!location.empty()) {
      fn = os::path::join(location, fn);
      if (matches_patterns(fn, ignore_patterns)) continue;
    }
    found.push_back(fn);
  }
  for (std::string dir : directories) {
    if (matches_patterns(dir, ignore_patterns)) continue;
    if (!location.empty()) dir = os::path::join(location, dir);
    const std::vector<std::string> below = get_files(storage, ignore_patterns, dir);
    found.insert(found.end(), below.begin(), below.end());
  }
  return found;
}

// django/contrib/staticfiles/utils.py, check_settings()
void check_settings(std::optional<std::string> base_url) {
  if (!base_url) base_url = settings.STATIC_URL();
  if (!base_url || base_url->empty())
    throw ImproperlyConfigured("You're using the staticfiles app without having set the required STATIC_URL setting.");
  const std::string media_url = settings.str("MEDIA_URL"), media_root = settings.str("MEDIA_ROOT");
  if (media_url == *base_url)
    throw ImproperlyConfigured("The MEDIA_URL and STATIC_URL settings must have different values");
  const std::string static_url = settings.STATIC_URL().value_or("");
  if (settings.DEBUG() && !media_url.empty() && !static_url.empty() && media_url.starts_with(static_url))
    throw ImproperlyConfigured("runserver can't serve media if MEDIA_URL is within STATIC_URL.");
  if (!media_root.empty() && media_root == settings.STATIC_ROOT().value_or(""))
    throw ImproperlyConfigured("The MEDIA_ROOT and STATIC_ROOT settings must have different values");
}

}  // namespace django::contrib::staticfiles::utils
