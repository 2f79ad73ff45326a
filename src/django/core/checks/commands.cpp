// django/core/checks/commands.py
#include "django/core/checks/commands.h"

namespace django::core::checks::commands {

// django/core/checks/commands.py, migrate_and_makemigrations_autodetector()
Messages migrate_and_makemigrations_autodetector(const AppConfigs*, const Databases*) {
  // Left out: the commands migrate and makemigrations, whose autodetector classes this check compares (commands.E001).
  return {};
}

}  // namespace django::core::checks::commands
