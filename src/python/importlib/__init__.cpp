#include "python/importlib/__init__.h"

#include <dlfcn.h>

#include <algorithm>
#include <filesystem>
#include <mutex>
#include <set>

#include <fmt/format.h>

#include "python/builtins.h"
#include "python/importlib/toml_module.h"
#include "python/os.h"
#include "python/sys.h"
#include "tracepoints/trace.h"

namespace python::importlib {

const char* const plugin_abi = TRACEWALK_PLUGIN_ABI;

namespace {

std::span<const FrozenModule> frozen_modules, demo_modules;
std::vector<std::shared_ptr<Module>> loaded;  // sys.modules
std::recursive_mutex import_lock;             // as CPython's: one import at a time, re-entered by what a module imports

const FrozenModule* find_in(std::span<const FrozenModule> table, std::string_view name) {
  for (const FrozenModule& entry : table)
    if (entry.name == name) return &entry;
  return nullptr;
}

// A dotted prefix of a module's name is a package.
bool is_package_in(std::span<const FrozenModule> table, std::string_view name) {
  return std::any_of(table.begin(), table.end(), [&](const FrozenModule& entry) {
    return entry.name.size() > name.size() && entry.name.starts_with(name) && entry.name[name.size()] == '.';
  });
}

std::string folder_of(std::string_view name) {
  std::string folder(name);
  std::replace(folder.begin(), folder.end(), '.', '/');
  return os::path::join(sys::prefix(), folder);
}

// Where a module comes from; `finder` is the word the trace shows.
struct Spec {
  std::string_view finder;
  const FrozenModule* frozen = nullptr;
  std::string file;                  // a plug-in or a settings file
  std::vector<std::string> folders;  // a package
};

std::optional<Spec> find_in_table(std::span<const FrozenModule> table, std::string_view name, std::string_view finder) {
  const FrozenModule* frozen = find_in(table, name);
  const bool package = is_package_in(table, name);
  if (!frozen && !package) return std::nullopt;
  Spec spec{finder, frozen, "", {}};
  if (package) spec.folders = {folder_of(name)};
  return spec;
}

std::optional<Spec> find_on_path(const std::vector<std::string>& path, std::string_view tail) {
  // A name is looked up among a folder's entries, so what is not one name ("a/b", "", "..") is nowhere.
  if (tail.empty() || tail.find('/') != tail.npos) return std::nullopt;
  std::optional<Spec> package;
  for (const std::string& folder : path) {
    std::string base;
    try {
      base = os::path::abspath(os::path::join(folder, tail));
    } catch (const FileNotFoundError&) {
      continue;  // a relative folder, and the current one is gone
    }
    const bool is_folder = os::path::isdir(base);
    if (is_folder && os::path::isfile(base + "/__init__.so")) return Spec{"path", nullptr, base + "/__init__.so", {base}};
    for (const std::string_view suffix : {".so", ".toml"})
      if (os::path::isfile(base + std::string(suffix))) {
        Spec spec{"path", nullptr, base + std::string(suffix), {}};
        if (is_folder) spec.folders = {base};
        return spec;
      }
    // A folder alone is a namespace package: a module of that name further down the path goes first, as in Python.
    if (is_folder && !package) package = Spec{"path", nullptr, "", {base}};
  }
  return package;
}

// PathFinder after the frozen table, the demo project last of all.
std::optional<Spec> find(std::string_view name, const std::vector<std::string>& path) {
  if (auto spec = find_in_table(frozen_modules, name, "frozen")) return spec;
  if (auto spec = find_on_path(path, name.substr(name.rfind('.') + 1))) return spec;
  return find_in_table(demo_modules, name, "demo");
}

std::shared_ptr<Module> find_loaded(std::string_view name) {
  for (const auto& module : loaded)
    if (module->name == name) return module;
  return nullptr;
}

void exec_plugin(Module& module, const std::string& file) {
  // RTLD_LOCAL: two plug-ins may define the same names. Never closed: its code may be running anywhere.
  void* const library = ::dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!library) {
    const char* reason = ::dlerror();
    throw ImportError(reason ? reason : file + ": cannot be loaded", module.name, file);
  }
  const auto* info = static_cast<const PluginInfo*>(::dlsym(library, "tracewalk_module"));
  if (!info)
    throw ImportError(fmt::format("dynamic module does not define module export function (tracewalk_module): {}", file), module.name, file);
  if (std::string_view(info->abi) != plugin_abi)
    throw ImportError(fmt::format("{} was built for {}, but this program is {}: build it again", file, info->abi, plugin_abi), module.name, file);
  if (info->exec) info->exec(module);
}

// A folder of sources that nobody has built yet is the most likely reason in a fresh project.
std::string build_hint(std::string_view tail, const std::vector<std::string>& path) {
  for (const std::string& folder : path) {
    if (folder.starts_with(sys::prefix())) continue;  // this program's own files
    const std::string source = os::path::join(folder, std::string(tail) + ".cpp");
    if (os::path::isfile(source))
      return fmt::format(" ({} is there but not built: run 'cmake -B build && cmake --build build')", source);
  }
  return "";
}

std::shared_ptr<Module> gcd_import(std::string_view name) {
  if (auto module = find_loaded(name)) return module;
  std::vector<std::string> path = sys::path;
  const std::size_t dot = name.rfind('.');
  if (dot != name.npos) {
    const auto parent = gcd_import(name.substr(0, dot));
    if (auto module = find_loaded(name)) return module;  // the parent's body imported it
    if (parent->path.empty())
      throw ModuleNotFoundError(fmt::format("No module named {}; {} is not a package", repr(name), repr(parent->name)), std::string(name));
    path = parent->path;
  }
  const auto spec = name.empty() ? std::nullopt : find(name, path);
  if (!spec)
    throw ModuleNotFoundError(fmt::format("No module named {}{}", repr(name), build_hint(name.substr(dot + 1), path)), std::string(name));

  const auto module = std::make_shared<Module>();
  module->name = name;
  module->path = spec->folders;
  module->file = spec->frozen ? sys::executable() : spec->file;
  TRACE_POINT("importlib.import_module:found", name, spec->finder, module->file);
  loaded.push_back(module);  // before its body runs: a circular import finds it, half filled
  try {
    if (spec->frozen) {
      if (spec->frozen->exec) spec->frozen->exec(*module);
    } else if (module->file.ends_with(".toml")) {
      exec_toml(*module, module->file);
    } else if (!module->file.empty()) {
      exec_plugin(*module, module->file);
    }
  } catch (...) {
    std::erase(loaded, module);
    throw;
  }
  return module;
}

}  // namespace

void Module::set(std::string attribute, std::any value) {
  if (!attributes_.contains(attribute)) order_.push_back(attribute);
  attributes_[std::move(attribute)] = std::move(value);
}

const std::any& Module::getattr(std::string_view attribute) const {
  const auto found = attributes_.find(attribute);
  if (found == attributes_.end())
    throw AttributeError(fmt::format("module {} has no attribute {}", repr(name), repr(attribute)));
  return found->second;
}

void Module::throw_wrong_type(std::string_view attribute) const {
  throw TypeError(fmt::format("attribute {} of module {} is not what is wanted here", repr(attribute), repr(name)));
}

void set_frozen(std::span<const FrozenModule> frozen, std::span<const FrozenModule> demo) {
  frozen_modules = frozen;
  demo_modules = demo;
}

// Lib/importlib/__init__.py, import_module()
ModulePtr import_module(std::string_view name) {
  TRACE_FRAME("importlib.import_module", name);
  if (name.starts_with('.'))
    throw TypeError(fmt::format("the 'package' argument is required to perform a relative import for {}", repr(name)));
  const std::lock_guard lock(import_lock);
  return gcd_import(name);
}

bool find_spec(std::string_view name) {
  const std::lock_guard lock(import_lock);
  if (name.empty()) return false;
  if (find_loaded(name)) return true;
  const std::size_t dot = name.rfind('.');
  if (dot == name.npos) return find(name, sys::path).has_value();
  const auto parent = gcd_import(name.substr(0, dot));
  return !parent->path.empty() && find(name, parent->path).has_value();
}

bool is_demo(std::string_view name) {
  const std::lock_guard lock(import_lock);
  std::vector<std::string> path = sys::path;
  std::erase(path, sys::prefix());  // the demo project's folders lie there
  return !find_in_table(frozen_modules, name, "frozen") && !find_on_path(path, name) &&
         find_in_table(demo_modules, name, "demo").has_value();
}

std::vector<std::pair<std::string, bool>> iter_modules(const std::vector<std::string>& path) {
  std::map<std::string, bool> found;
  for (const std::string& folder : path) {
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
      const std::string stem = entry.path().stem().string(), suffix = entry.path().extension().string();
      if ((suffix == ".so" || suffix == ".toml") && is_identifier(stem)) found.emplace(stem, false);
      else if (suffix.empty() && is_identifier(stem) && entry.is_directory(error) && os::path::isfile(entry.path().string() + "/__init__.so"))
        found.insert_or_assign(stem, true);
    }
    for (const auto table : {frozen_modules, demo_modules})
      for (const FrozenModule& entry : table) {
        const std::size_t dot = entry.name.rfind('.');
        if (entry.listed && dot != entry.name.npos && folder_of(entry.name.substr(0, dot)) == folder)
          found.emplace(std::string(entry.name.substr(dot + 1)), is_package_in(table, entry.name));
      }
  }
  return {found.begin(), found.end()};
}

std::vector<ModulePtr> modules() {
  const std::lock_guard lock(import_lock);
  return {loaded.begin(), loaded.end()};
}

void clear_modules() {
  const std::lock_guard lock(import_lock);
  loaded.clear();
}

}  // namespace python::importlib
