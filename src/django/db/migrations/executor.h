// migrations.executor: knows which migrations there are and which have been applied.
#pragma once

#include "django/db/backends/dummy/base.h"

namespace django::db::migrations::executor {

/// Source: django/db/migrations/executor.py, class MigrationExecutor
class MigrationExecutor {
 public:
  /// Asks the database which migrations it has. Raises: ImproperlyConfigured from the dummy backend, so always.
  explicit MigrationExecutor(backends::dummy::base::DatabaseWrapper& connection);
};

}  // namespace django::db::migrations::executor
