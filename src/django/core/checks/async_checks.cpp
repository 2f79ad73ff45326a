// django/core/checks/async_checks.py
#include "django/core/checks/async_checks.h"

#include "python/os.h"

namespace django::core::checks::async_checks {

namespace os = python::os;

// django/core/checks/async_checks.py, check_async_unsafe()
Messages check_async_unsafe(const AppConfigs*, const Databases*) {
  if (os::environ.get("DJANGO_ALLOW_ASYNC_UNSAFE", "").empty()) return {};
  return {Error(
      "You should not set the DJANGO_ALLOW_ASYNC_UNSAFE environment variable in deployment. This disables async safety "
      "protection.",
      {}, {}, "async.E001")};
}

}  // namespace django::core::checks::async_checks
