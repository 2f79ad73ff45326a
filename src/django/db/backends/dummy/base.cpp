// The dummy backend: check_migrations hears its complaint and goes home early.
#include "django/db/backends/dummy/base.h"

#include "django/core/exceptions.h"

namespace django::db::backends::dummy::base {

void complain() {
  throw core::exceptions::ImproperlyConfigured(
      "settings.DATABASES is improperly configured. Please supply the ENGINE value. Check settings documentation for more "
      "details.");
}

}  // namespace django::db::backends::dummy::base
