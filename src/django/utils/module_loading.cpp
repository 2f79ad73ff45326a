#include "django/utils/module_loading.h"

#include <fmt/format.h>

namespace importlib = python::importlib;
using python::ImportError;

namespace django::utils::module_loading {

// django/utils/module_loading.py, cached_import()
importlib::ModulePtr cached_import(std::string_view module_path) {
  for (const importlib::ModulePtr& module : importlib::modules())
    if (module->name == module_path) return module;
  return importlib::import_module(module_path);
}

namespace detail {

DottedPath split(std::string_view dotted_path) {
  const std::size_t dot = dotted_path.rfind('.');
  if (dot == dotted_path.npos) throw ImportError(fmt::format("{} doesn't look like a module path", dotted_path));
  return {std::string(dotted_path.substr(0, dot)), std::string(dotted_path.substr(dot + 1))};
}

void raise_not_defined(const DottedPath& path) {
  std::throw_with_nested(
      ImportError(fmt::format("Module \"{}\" does not define a \"{}\" attribute/class", path.module_path, path.class_name)));
}

}  // namespace detail

// django/utils/module_loading.py, module_has_submodule()
bool module_has_submodule(const importlib::Module& package, std::string_view module_name) {
  if (package.path.empty()) return false;  // no package
  try {
    return importlib::find_spec(fmt::format("{}.{}", package.name, module_name));
  } catch (const python::ModuleNotFoundError&) {
    return false;
  }
}

}  // namespace django::utils::module_loading
