// migrations.executor: made by BaseCommand.check_migrations, before the server starts.
#include "django/db/migrations/executor.h"

#include "tracepoints/trace.h"

namespace django::db::migrations::executor {

MigrationExecutor::MigrationExecutor(backends::dummy::base::DatabaseWrapper& connection) {
  TRACE_FRAME("migrations.executor.MigrationExecutor.__init__", connection.alias);
  // Left out: reading the migration modules from disk and comparing them with the database: there is no ORM to apply them.
  connection.cursor();
}

}  // namespace django::db::migrations::executor
