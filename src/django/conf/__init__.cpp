#include "django/conf/__init__.h"

#include <algorithm>

#include <fmt/format.h>

#include "django/core/exceptions.h"
#include "django/urls/base.h"
#include "python/importlib/__init__.h"
#include "python/os.h"
#include "python/time.h"
#include "tracepoints/trace.h"

namespace importlib = python::importlib;
namespace os        = python::os;
namespace time_     = python::time;
using django::core::exceptions::ImproperlyConfigured;
using python::Value;

namespace django::conf {

bool is_setting_name(std::string_view name) {
  const auto is_upper = [](char c) { return c >= 'A' && c <= 'Z'; };
  const auto is_lower = [](char c) { return c >= 'a' && c <= 'z'; };
  return std::any_of(name.begin(), name.end(), is_upper) && std::none_of(name.begin(), name.end(), is_lower);
}

// django/conf/__init__.py, LazySettings._setup()
void LazySettings::_setup(std::optional<std::string_view> name) {
  TRACE_FRAME("conf.LazySettings._setup", name);
  const std::optional<std::string> settings_module = os::environ.get(ENVIRONMENT_VARIABLE);
  if (!settings_module || settings_module->empty()) {
    const std::string desc = name ? fmt::format("setting {}", *name) : "settings";
    throw ImproperlyConfigured(fmt::format(
        "Requested {}, but settings are not configured. You must either define the environment variable {} or call "
        "settings.configure() before accessing settings.",
        desc, ENVIRONMENT_VARIABLE));
  }
  _wrapped = std::make_shared<Settings>(*settings_module);
  loaded_.store(_wrapped.get(), std::memory_order_release);
}

const Settings& LazySettings::_setup_and_get() {
  const std::lock_guard lock(mutex_);
  // Settings that are replaced stay alive: somebody may hold one of their values.
  if (_wrapped) retired_.push_back(_wrapped);
  _setup(std::nullopt);
  return *_wrapped;
}

// django/conf/__init__.py, LazySettings.__getattr__()
const Value& LazySettings::__getattr__(std::string_view name) {
  const Settings* loaded = loaded_.load(std::memory_order_acquire);
  if (!loaded) {
    const std::lock_guard lock(mutex_);
    if (!loaded_.load(std::memory_order_relaxed)) _setup(name);
    loaded = _wrapped.get();
  }
  const Value* val = loaded->find(name);
  if (!val) {
    // Python: settings made by configure() ask the module of the defaults, so its words differ.
    throw python::AttributeError(loaded->SETTINGS_MODULE.empty()
                                     ? fmt::format("module 'django.conf.global_settings' has no attribute '{}'", name)
                                     : fmt::format("'Settings' object has no attribute '{}'", name));
  }
  if (name == "MEDIA_URL" && !val->is_none()) return with_script_prefix(0, *val);
  if (name == "STATIC_URL" && !val->is_none()) return with_script_prefix(1, *val);
  if (name == "SECRET_KEY" && !val->truthy()) throw ImproperlyConfigured("The SECRET_KEY setting must not be empty.");
  return *val;
}

// django/conf/__init__.py, UserSettingsHolder.__dir__()
std::vector<std::string> LazySettings::__dir__() {
  __getattr__("DEBUG");  // whoever asks for the names first makes them load, as any touch does
  std::vector<std::string> names;
  for (const auto& [name, value] : loaded_.load(std::memory_order_acquire)->items()) names.push_back(name);
  std::sort(names.begin(), names.end());
  return names;
}

const Value& LazySettings::get(std::string_view name) {
  static const Value none;
  try {
    return __getattr__(name);
  } catch (const python::AttributeError&) {
    return none;
  }
}

// The first answer is kept, as Python keeps it in the instance's __dict__.
const Value& LazySettings::with_script_prefix(std::size_t which, const Value& value) {
  if (const Value* ready = prefixed_ready_[which].load(std::memory_order_acquire)) return *ready;
  const std::lock_guard lock(mutex_);
  if (!prefixed_[which]) prefixed_[which] = std::make_shared<const Value>(_add_script_prefix(value));
  prefixed_ready_[which].store(prefixed_[which].get(), std::memory_order_release);
  return *prefixed_[which];
}

// django/conf/__init__.py, LazySettings._add_script_prefix()
Value LazySettings::_add_script_prefix(const Value& value) {
  const std::string& url = value.str();
  // A complete address or path stands for itself.
  if (url.starts_with("http://") || url.starts_with("https://") || url.starts_with('/')) return value;
  return std::string(urls::get_script_prefix()) + url;
}

// django/conf/__init__.py, LazySettings.configure()
void LazySettings::configure(python::Dict options) {
  // No tracepoint: in Django 5.2 the chain does not come here any more.
  const std::lock_guard lock(mutex_);
  if (configured()) throw python::RuntimeError("Settings already configured.");
  for (const auto& [name, value] : options)
    if (!is_setting_name(name)) throw python::TypeError(fmt::format("Setting {} must be uppercase.", python::repr(name)));
  _wrapped = std::make_shared<Settings>(std::move(options));
  loaded_.store(_wrapped.get(), std::memory_order_release);
}

void LazySettings::_reset() {
  const std::lock_guard lock(mutex_);
  loaded_ = nullptr;
  for (auto& ready : prefixed_ready_) ready = nullptr;
  for (auto& value : prefixed_) value.reset();
  _wrapped.reset();
  retired_.clear();
}

std::optional<std::string> LazySettings::optional_str(std::string_view name) {
  const Value& value = __getattr__(name);
  if (value.is_none()) return std::nullopt;
  return value.str();
}

std::optional<std::string> LazySettings::STATIC_URL() { return optional_str("STATIC_URL"); }

std::string LazySettings::SETTINGS_MODULE() {
  __getattr__("SETTINGS_MODULE");
  return loaded_.load(std::memory_order_acquire)->SETTINGS_MODULE;
}

// django/conf/__init__.py, Settings.__init__()
Settings::Settings(const std::string& settings_module) : SETTINGS_MODULE(settings_module) {
  TRACE_FRAME("conf.Settings.__init__", settings_module);
  for (const auto& [setting, value] : global_settings()) set(setting, value);
  set("SETTINGS_MODULE", settings_module);

  const importlib::ModulePtr mod = importlib::import_module(SETTINGS_MODULE);

  constexpr std::string_view tuple_settings[] = {"ALLOWED_HOSTS", "INSTALLED_APPS", "TEMPLATE_DIRS", "LOCALE_PATHS", "SECRET_KEY_FALLBACKS"};
  // Python: dir() is sorted, which decides the setting that is complained about first.
  std::vector<std::string> names = mod->dir();
  std::sort(names.begin(), names.end());
  for (const std::string& setting : names) {
    if (!is_setting_name(setting)) continue;
    const Value* setting_value = mod->get_if<Value>(setting);
    if (!setting_value) continue;  // a compiled module may define other things under such a name
    if (std::find(std::begin(tuple_settings), std::end(tuple_settings), setting) != std::end(tuple_settings) &&
        !setting_value->get_if<python::List>() && !setting_value->get_if<python::Tuple>())
      throw ImproperlyConfigured(fmt::format("The {} setting must be a list or a tuple.", setting));
    set(setting, *setting_value);
    _explicit_settings.push_back(setting);
  }
  // Left out: the deprecation warning for FORMS_URLFIELD_ASSUME_HTTPS; there are no forms here, and Python hides it by default.

  if (const Value* time_zone = find("TIME_ZONE"); time_zone && time_zone->truthy()) {
    const std::string& TIME_ZONE = time_zone->str();
    const std::string zoneinfo_root = "/usr/share/zoneinfo";
    // Where there is no zone database nothing can be checked, and that does no harm.
    if (os::path::exists(zoneinfo_root) && !os::path::exists(zoneinfo_root + "/" + TIME_ZONE))
      throw python::ValueError(fmt::format("Incorrect timezone setting: {}", TIME_ZONE));
    os::environ["TZ"] = TIME_ZONE;
    time_::tzset();
  }
}

// django/conf/__init__.py, class UserSettingsHolder
// Departs: one class holds both kinds of settings; those made by configure() are known by their empty SETTINGS_MODULE.
Settings::Settings(python::Dict explicit_settings) {
  for (const auto& [setting, value] : global_settings()) set(setting, value);
  set("SETTINGS_MODULE", Value());
  for (auto& [setting, value] : explicit_settings) {
    _explicit_settings.push_back(setting);
    set(setting, std::move(value));
  }
}

void Settings::set(std::string_view name, Value value) {
  const auto found = index_.find(name);
  if (found != index_.end()) {
    items_[found->second].second = std::move(value);
  } else {
    index_.emplace(name, items_.size());
    items_.emplace_back(std::string(name), std::move(value));
  }
}

const Value* Settings::find(std::string_view name) const {
  const auto found = index_.find(name);
  return found == index_.end() ? nullptr : &items_[found->second].second;
}

// django/conf/__init__.py, Settings.is_overridden()
bool Settings::is_overridden(std::string_view name) const {
  return std::find(_explicit_settings.begin(), _explicit_settings.end(), name) != _explicit_settings.end();
}

}  // namespace django::conf
