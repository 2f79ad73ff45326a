// django/core/checks/templates.py
#include "django/core/checks/templates.h"

#include <fmt/format.h>

#include "django/conf/__init__.h"
#include "django/core/exceptions.h"
#include "python/builtins.h"

namespace django::core::checks::templates {

using django::conf::settings;
using django::core::exceptions::ImproperlyConfigured;

// django/core/checks/templates.py, check_templates()
Messages check_templates(const AppConfigs*, const Databases*) {
  // Left out: the template engines, and so the template tag libraries of equal name (templates.W003).
  // What can be told from the settings alone is what django/template/backends/django.py and django/template/engine.py say.
  Messages errors;
  for (const python::Value& conf : settings.__getattr__("TEMPLATES").items()) {
    const python::Value* const options = conf.find("OPTIONS");
    if (options == nullptr) continue;
    const python::Value* const app_dirs = conf.find("APP_DIRS");
    if (app_dirs != nullptr && app_dirs->truthy() && options->find("loaders") != nullptr)
      throw ImproperlyConfigured("app_dirs must not be set when loaders is defined.");
    const python::Value* const value = options->find("string_if_invalid");
    if (value != nullptr && !value->is_str())
      errors.push_back(Error(fmt::format("'string_if_invalid' in TEMPLATES OPTIONS must be a string but got: {} (<class '{}'>).",
                                         python::repr(*value), value->type_name()),
                             {}, "<DjangoTemplates>", "templates.E002"));
  }
  return errors;
}

}  // namespace django::core::checks::templates
