// Settings: lazy, from a module that DJANGO_SETTINGS_MODULE names, over Django's global defaults.
//
// Everybody asks `settings`. The first question of all makes it load the module; a trace shows who asked.
#pragma once

#ifdef DEBUG
#error "DEBUG is the name of a Django setting here: build without -DDEBUG"
#endif

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "python/builtins.h"

namespace django::conf {

inline constexpr std::string_view ENVIRONMENT_VARIABLE = "DJANGO_SETTINGS_MODULE";

/// The settings of one module: every upper-case name of global_settings, overlaid by the module's own.
/// Raises: what the import raises; ImproperlyConfigured when a list setting is no list.
/// Source: django/conf/__init__.py, class Settings
class Settings {
 public:
  explicit Settings(const std::string& settings_module);
  /// For tests and for settings.configure(): the global defaults and these.
  explicit Settings(python::Dict explicit_settings);

  const python::Value* find(std::string_view name) const;   // nullptr: no such setting
  bool is_overridden(std::string_view name) const;
  const python::Dict& items() const { return items_; }      // in order of definition
  std::string SETTINGS_MODULE;

 private:
  void set(std::string_view name, python::Value value);
  python::Dict items_;
  std::vector<std::string> _explicit_settings;
};

/// Source: django/conf/__init__.py, class LazySettings
class LazySettings {
 public:
  /// getattr(settings, name). Loads on first touch.
  /// Raises: ImproperlyConfigured, what the import raises, AttributeError for an unknown name.
  const python::Value& __getattr__(std::string_view name);
  /// getattr(settings, name, None)
  const python::Value& get(std::string_view name);

  bool configured() const;
  void configure(python::Dict options);
  /// For diffsettings, which touches no setting by name: _setup().
  const Settings& _setup_and_get();
  /// Forgets what was loaded: for tests.
  void _reset();

  // The settings that the chain reads, by name, as Python's attribute access reads.
  bool DEBUG() { return __getattr__("DEBUG").truthy(); }
  std::vector<std::string> ALLOWED_HOSTS() { return __getattr__("ALLOWED_HOSTS").strings(); }
  std::vector<std::string> INSTALLED_APPS() { return __getattr__("INSTALLED_APPS").strings(); }
  std::vector<std::string> MIDDLEWARE() { return __getattr__("MIDDLEWARE").strings(); }
  std::optional<std::string> ROOT_URLCONF() { return optional_str("ROOT_URLCONF"); }
  std::optional<std::string> WSGI_APPLICATION() { return optional_str("WSGI_APPLICATION"); }
  /// With its leading slash and script prefix, as Django's property gives it.
  std::optional<std::string> STATIC_URL();
  std::optional<std::string> STATIC_ROOT() { return optional_str("STATIC_ROOT"); }
  std::string SETTINGS_MODULE();
  std::string DEFAULT_CHARSET() { return __getattr__("DEFAULT_CHARSET").str(); }
  bool flag(std::string_view name) { return __getattr__(name).truthy(); }
  std::int64_t integer(std::string_view name) { return __getattr__(name).integer(); }
  std::string str(std::string_view name) { return __getattr__(name).str(); }
  std::optional<std::string> optional_str(std::string_view name);

 private:
  void _setup(std::string_view name);
  std::recursive_mutex mutex_;
  std::shared_ptr<Settings> _wrapped;
};

inline LazySettings settings;

/// The names and values of django/conf/global_settings.py, in its order.
const python::Dict& global_settings();

}  // namespace django::conf
