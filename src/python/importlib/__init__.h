// importlib: a dotted name becomes a module. All of Django's "magic" look-up is a dotted string given to import_module.
//
// Two finders are asked in Python's order. *Frozen* modules are linked into the program; frozen.cpp lists them in one table.
// The *path finder* walks sys.path for a/b/c.so (a plug-in, loaded with dlopen), a/b/c.toml (a settings module) and a/b/c/
// (a package: any folder is one, as Python's namespace packages are).
#pragma once

#include <any>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "python/exceptions.h"

namespace python::importlib {

/// A module object. Attributes hold what the importers agree on, by exact type:
/// "Command" is a CommandClass (management/base.h), "urlpatterns" a urls::URLPatterns, "application" a wsgiref::Application,
/// a middleware class a MiddlewareClass, an AppConfig subclass an AppConfigClass; the entries of a settings module are Values.
class Module {
 public:
  std::string name;                   // __name__
  std::string file;                   // __file__: the .so, the .toml, or this program; "" for a package
  std::vector<std::string> path;      // __path__: the folders of a package
  std::vector<std::string> dir() const { return order_; }  // dir(module), in order of definition

  void set(std::string attribute, std::any value);
  bool has(std::string_view attribute) const { return attributes_.contains(attribute); }
  /// getattr(module, name): AttributeError with Python's words when it is not there; TypeError when it is something else.
  template <class T>
  const T& get(std::string_view attribute) const {
    const std::any& value = getattr(attribute);
    if (const T* typed = std::any_cast<T>(&value)) return *typed;
    throw_wrong_type(attribute);
  }
  template <class T>
  const T* get_if(std::string_view attribute) const {
    const auto found = attributes_.find(attribute);
    return found == attributes_.end() ? nullptr : std::any_cast<T>(&found->second);
  }

 private:
  const std::any& getattr(std::string_view attribute) const;
  [[noreturn]] void throw_wrong_type(std::string_view attribute) const;
  std::map<std::string, std::any, std::less<>> attributes_;
  std::vector<std::string> order_;
};

using ModulePtr = std::shared_ptr<const Module>;

/// A module linked into the program: its name, and the function that is its body. Running it fills the module.
struct FrozenModule {
  std::string_view name;
  void (*exec)(Module&);
  bool listed = true;  // by iter_modules(): what is not is importable all the same
};

/// Called once by main, before anything is imported. `demo` is the part that stands at the end of sys.path
/// (mysite, polls): a project's own modules of these names win.
void set_frozen(std::span<const FrozenModule> frozen, std::span<const FrozenModule> demo);

/// importlib.import_module. Parents are imported first; a module's body runs once; what it throws comes through.
/// Raises: ModuleNotFoundError ("No module named 'a.b'"), ImportError (a plug-in that cannot be loaded: file and reason).
ModulePtr import_module(std::string_view name);

/// importlib.util.find_spec(name) is not None. Runs no module body but the parents'.
bool find_spec(std::string_view name);

/// Whether a top-level name is taken by the demo part alone: a new project may have it.
bool is_demo(std::string_view name);

/// django.utils.module_loading.module_has_submodule, pkgutil.iter_modules: the names directly inside a package's folders,
/// sorted; second is whether it is a package.
std::vector<std::pair<std::string, bool>> iter_modules(const std::vector<std::string>& path);

/// sys.modules, in order of import.
std::vector<ModulePtr> modules();

/// Forgets every imported module: for tests.
void clear_modules();

/// What a plug-in exports: `TRACEWALK_MODULE(exec)` in exactly one of its files.
struct PluginInfo {
  const char* abi;             // must equal plugin_abi
  void (*exec)(Module&);
};
/// Changes with every release and compiler ABI that plug-ins could notice.
extern const char* const plugin_abi;

}  // namespace python::importlib

/// Makes this shared library an importable module; `exec_function` is its body.
#define TRACEWALK_MODULE(exec_function)                                                           \
  extern "C" [[gnu::visibility("default")]] const ::python::importlib::PluginInfo tracewalk_module = { \
      TRACEWALK_PLUGIN_ABI, exec_function};
