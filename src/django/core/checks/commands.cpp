// django/core/checks/commands.py
#include "django/core/checks/commands.h"

#include "django/core/management/__init__.h"

namespace django::core::checks::commands {

using django::core::management::load_command_class;

// django/core/checks/commands.py, migrate_and_makemigrations_autodetector()
Messages migrate_and_makemigrations_autodetector(const AppConfigs*, const Databases*) {
  // Departs: Django looks the two up in get_commands(), where an app may have replaced them.
  load_command_class("django.core", "makemigrations");
  load_command_class("django.core", "migrate");
  // Left out: their autodetector classes, which are compared (commands.E001); they belong to the ORM.
  return {};
}

}  // namespace django::core::checks::commands
