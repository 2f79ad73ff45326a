// django/core/checks/compatibility/django_4_0.py
#include "django/core/checks/compatibility/django_4_0.h"

#include "django/conf/__init__.h"

namespace django::core::checks::compatibility::django_4_0 {

using django::conf::settings;

// django/core/checks/compatibility/django_4_0.py, check_csrf_trusted_origins()
Messages check_csrf_trusted_origins(const AppConfigs*, const Databases*) {
  Messages errors;
  for (const std::string& origin : settings.__getattr__("CSRF_TRUSTED_ORIGINS").strings())
    if (origin.find("://") == std::string::npos)
      errors.push_back(Error(
          "As of Django 4.0, the values in the CSRF_TRUSTED_ORIGINS setting must start with a scheme (usually http:// or "
          "https://) but found " + origin + ". See the release notes for details.",
          {}, {}, "4_0.E001"));
  return errors;
}

}  // namespace django::core::checks::compatibility::django_4_0
