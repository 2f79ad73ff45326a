// django/contrib/staticfiles/checks.py: run by BaseCommand.check, for runserver and for collectstatic.
#include "django/contrib/staticfiles/checks.h"

#include "django/conf/__init__.h"
#include "django/contrib/staticfiles/finders.h"

namespace django::contrib::staticfiles::checks {

using core::checks::AppConfigs;
using core::checks::CheckMessage;
using core::checks::Error;
using django::conf::settings;

// django/contrib/staticfiles/checks.py, check_finders()
std::vector<CheckMessage> check_finders(const AppConfigs*, const std::vector<std::string>*) {
  std::vector<CheckMessage> errors;
  for (const auto& finder : finders::get_finders()) {
    try {
      const std::vector<CheckMessage> finder_errors = finder->check();
      errors.insert(errors.end(), finder_errors.begin(), finder_errors.end());
    } catch (const python::NotImplementedError&) {
      // A finder need not have anything to check.
    }
  }
  return errors;
}

// django/contrib/staticfiles/checks.py, check_storages()
std::vector<CheckMessage> check_storages(const AppConfigs*, const std::vector<std::string>*) {
  if (settings.__getattr__("STORAGES").find("staticfiles") != nullptr) return {};
  return {Error("The STORAGES setting must define a 'staticfiles' storage.", {}, {}, "staticfiles.E005")};
}

// django/contrib/staticfiles/apps.py, StaticFilesConfig.ready(): its two calls of register()
void register_checks() {
  core::checks::CheckRegistry& registry = core::checks::registry();
  registry.register_("check_finders", check_finders, {core::checks::Tags::staticfiles});
  registry.register_("check_storages", check_storages, {core::checks::Tags::staticfiles});
}

}  // namespace django::contrib::staticfiles::checks
