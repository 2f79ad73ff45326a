// django/core/checks/model_checks.py
#include "django/core/checks/model_checks.h"

namespace django::core::checks::model_checks {

// django/core/checks/model_checks.py, check_all_models()
Messages check_all_models(const AppConfigs*, const Databases*) {
  // Left out: models, and so clashing tables, indexes and constraints (models.E017, E020, E028 to E032).
  return {};
}

// django/core/checks/model_checks.py, check_lazy_references()
Messages check_lazy_references(const AppConfigs*, const Databases*) {
  // Left out: references to models that were never defined (models.E022, fields.E307, signals.E001).
  return {};
}

}  // namespace django::core::checks::model_checks
