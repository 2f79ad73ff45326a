// django.utils.module_loading: "a.b.C" becomes the object C of module a.b.
#pragma once

#include <string>
#include <string_view>

#include "python/exceptions.h"
#include "python/importlib/__init__.h"
#include "tracepoints/trace.h"

namespace django::utils::module_loading {

/// The module of that name; imported only when it has not been yet.
/// Source: django/utils/module_loading.py, cached_import()
python::importlib::ModulePtr cached_import(std::string_view module_path);

namespace detail {
struct DottedPath {
  std::string module_path, class_name;
};
/// dotted_path.rsplit(".", 1)
DottedPath split(std::string_view dotted_path);
[[noreturn]] void raise_not_defined(const DottedPath& path);
}  // namespace detail

/// What a dotted path names, which must be a T: WSGI_APPLICATION gives an Application, MIDDLEWARE names MiddlewareClasses.
/// Raises: ImportError with Django's words when there is no such attribute; what the import raises; TypeError when it is no T.
/// Source: django/utils/module_loading.py, import_string()
template <class T>
T import_string(std::string_view dotted_path) {
  TRACE_FRAME("module_loading.import_string", dotted_path);
  const detail::DottedPath path = detail::split(dotted_path);
  try {
    return cached_import(path.module_path)->get<T>(path.class_name);
  } catch (const python::AttributeError&) {
    detail::raise_not_defined(path);
  }
}

/// Whether the package has such a module; that module is not run.
/// Source: django/utils/module_loading.py, module_has_submodule()
bool module_has_submodule(const python::importlib::Module& package, std::string_view module_name);

}  // namespace django::utils::module_loading
