#include "django/apps/config.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "django/core/exceptions.h"
#include "django/utils/module_loading.h"
#include "python/builtins.h"
#include "python/os.h"
#include "tracepoints/trace.h"

using django::core::exceptions::ImproperlyConfigured;
using django::utils::module_loading::import_string;
using django::utils::module_loading::module_has_submodule;
using python::ImportError;
using python::importlib::import_module;
using python::importlib::Module;
using python::importlib::ModulePtr;

namespace django::apps {
namespace {

// The AppConfig subclasses of a module, sorted by name as inspect.getmembers() gives them.
using Candidates = std::vector<std::pair<std::string, AppConfigClass>>;

Candidates app_config_classes(const Module& mod) {
  Candidates candidates;
  std::vector<std::string> names = mod.dir();
  std::sort(names.begin(), names.end());
  for (const std::string& name : names)
    if (const auto* candidate = mod.get_if<AppConfigClass>(name)) candidates.emplace_back(name, *candidate);
  return candidates;
}

std::string joined_names(const Candidates& candidates) {
  std::string text;
  for (const auto& [name, candidate] : candidates) text += (text.empty() ? "" : ", ") + python::repr(name);
  return text;
}

// entry.rpartition(".")
std::pair<std::string, std::string> rpartition(const std::string& entry) {
  const std::size_t dot = entry.rfind('.');
  if (dot == entry.npos) return {"", entry};
  return {entry.substr(0, dot), entry.substr(dot + 1)};
}

// str.title() of an identifier: each run of letters begins in upper case.
std::string title(std::string text) {
  bool inside = false;
  for (char& c : text) {
    const bool upper = c >= 'A' && c <= 'Z', lower = c >= 'a' && c <= 'z';
    if (lower && !inside) c = static_cast<char>(c - 'a' + 'A');
    if (upper && inside) c = static_cast<char>(c - 'A' + 'a');
    inside = upper || lower || static_cast<unsigned char>(c) >= 0x80;
  }
  return text;
}

std::string repr_module(const Module& module) {
  return module.file.empty() ? fmt::format("<module {}>", python::repr(module.name))
                             : fmt::format("<module {} from {}>", python::repr(module.name), python::repr(module.file));
}

}  // namespace

// django/apps/config.py, AppConfig.__init__()
AppConfig::AppConfig(std::string app_name, ModulePtr app_module) : name(std::move(app_name)), module(std::move(app_module)) {
  // Python: a subclass sets these as attributes of the class; here its constructor changes them after this one.
  label = rpartition(name).second;
  if (!python::is_identifier(label))
    throw ImproperlyConfigured(fmt::format("The app label '{}' is not a valid Python identifier.", label));
  verbose_name = title(label);
  path = _path_from_module(*module);
}

// django/apps/config.py, AppConfig._path_from_module()
std::string AppConfig::_path_from_module(const Module& module) {
  constexpr std::string_view advice = "you must configure this app with an AppConfig subclass with a 'path' class attribute.";
  std::vector<std::string> paths = module.path;
  if (paths.size() != 1 && !module.file.empty()) paths = {python::os::path::dirname(module.file)};
  std::sort(paths.begin(), paths.end());
  paths.erase(std::unique(paths.begin(), paths.end()), paths.end());
  if (paths.size() > 1)
    throw ImproperlyConfigured(fmt::format("The app module {} has multiple filesystem locations ({}); {}", repr_module(module),
                                           python::repr(python::Value(paths)), advice));
  if (paths.empty())
    throw ImproperlyConfigured(fmt::format("The app module {} has no filesystem location, {}", repr_module(module), advice));
  return paths[0];
}

// django/apps/config.py, AppConfig.create()
std::shared_ptr<AppConfig> AppConfig::create(const std::string& entry) {
  TRACE_FRAME("apps.config.AppConfig.create", entry);
  std::optional<AppConfigClass> app_config_class;
  std::string class_path;  // where it is defined, for a message
  std::optional<std::string> app_name;
  ModulePtr app_module;

  // An entry that can be imported is the application's module.
  try {
    app_module = import_module(entry);
  } catch (const std::exception&) {
  }
  if (app_module) {
    // Its `apps` module may define the one AppConfig to use: the only one, or the only one that says it is the default.
    if (module_has_submodule(*app_module, APPS_MODULE_NAME)) {
      const std::string mod_path = fmt::format("{}.{}", entry, APPS_MODULE_NAME);
      const ModulePtr mod = import_module(mod_path);
      Candidates app_configs = app_config_classes(*mod);
      std::erase_if(app_configs, [](const auto& candidate) { return candidate.second.default_ == false; });
      if (app_configs.size() != 1) {
        std::erase_if(app_configs, [](const auto& candidate) { return candidate.second.default_ != true; });
        if (app_configs.size() > 1)
          throw python::RuntimeError(
              fmt::format("{} declares more than one default AppConfig: {}.", python::repr(mod_path), joined_names(app_configs)));
      }
      if (app_configs.size() == 1) {
        app_config_class = app_configs[0].second;
        class_path = fmt::format("{}.{}", mod_path, app_configs[0].first);
      }
    }
    if (!app_config_class) {
      app_config_class = AppConfigClass{entry, {}, [](std::string name, ModulePtr module) {
                                          return std::make_shared<AppConfig>(std::move(name), std::move(module));
                                        }};
      class_path = "django.apps.config.AppConfig";
      app_name = entry;
    }
  }

  // Otherwise it may be the path of an AppConfig class.
  if (!app_config_class) {
    try {
      app_config_class = import_string<AppConfigClass>(entry);
      class_path = entry;
    } catch (const python::TypeError&) {
      throw ImproperlyConfigured(fmt::format("'{}' isn't a subclass of AppConfig.", entry));
    } catch (const std::exception&) {
    }
  }

  // It is neither. The last part tells what it was meant to be, and so which words help.
  if (!app_module && !app_config_class) {
    const auto [mod_path, cls_name] = rpartition(entry);
    if (!mod_path.empty() && !cls_name.empty() && cls_name[0] >= 'A' && cls_name[0] <= 'Z') {
      const ModulePtr mod = import_module(mod_path);
      std::string msg = fmt::format("Module '{}' does not contain a '{}' class.", mod_path, cls_name);
      const Candidates candidates = app_config_classes(*mod);
      if (!candidates.empty()) msg += fmt::format(" Choices are: {}.", joined_names(candidates));
      throw ImportError(msg);
    }
    import_module(entry);  // raises again what it raised above
    throw ImportError(fmt::format("{} could be imported only at the second attempt", python::repr(entry)), entry);
  }

  if (!app_name) {
    app_name = app_config_class->name;
    if (app_name->empty()) throw ImproperlyConfigured(fmt::format("'{}' must supply a name attribute.", entry));
  }
  try {
    app_module = import_module(*app_name);
  } catch (const ImportError&) {
    throw ImproperlyConfigured(fmt::format("Cannot import '{}'. Check that '{}.name' is correct.", *app_name, class_path));
  }
  return traced.result(app_config_class->construct(*app_name, app_module));
}

// django/apps/config.py, AppConfig.import_models()
void AppConfig::import_models() {
  TRACE_FRAME("apps.config.AppConfig.import_models", this->label);
  // Left out: the models themselves; there is no ORM here. The module is imported, as it may break.
  if (module_has_submodule(*module, MODELS_MODULE_NAME)) models_module = import_module(fmt::format("{}.{}", name, MODELS_MODULE_NAME));
}

// django/apps/config.py, AppConfig.ready()
void AppConfig::ready() { TRACE_FRAME("apps.config.AppConfig.ready", this->label); }

// django/apps/config.py, AppConfig.__repr__()
void repr_to(tracepoints::Repr& out, const AppConfig& config) noexcept {
  out.put('<');
  out.put(config.__class__());
  out.put(": ");
  out.put(config.label);
  out.put('>');
}

void repr_to(tracepoints::Repr& out, const std::shared_ptr<AppConfig>& config) noexcept {
  if (config) repr_to(out, *config);
  else out.put("None");
}

}  // namespace django::apps
