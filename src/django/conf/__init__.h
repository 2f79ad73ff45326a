// Settings: lazy, from a module that DJANGO_SETTINGS_MODULE names, over Django's global defaults.
//
// Everybody asks `settings`. The first question of all makes it load the module; a trace shows who asked.
#pragma once

#ifdef DEBUG
#error "DEBUG is the name of a Django setting here: build without -DDEBUG"
#endif

#include <atomic>
#include <map>
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
/// Raises: what the import raises; ImproperlyConfigured when a list setting is no list; ValueError for an unknown TIME_ZONE.
/// Source: django/conf/__init__.py, class Settings
class Settings {
 public:
  explicit Settings(const std::string& settings_module);
  /// For tests and for settings.configure(): the global defaults and these.
  explicit Settings(python::Dict explicit_settings);

  const python::Value* find(std::string_view name) const;   // nullptr: no such setting
  bool is_overridden(std::string_view name) const;
  const python::Dict& items() const { return items_; }      // in order of definition
  std::string SETTINGS_MODULE;                              // "": configured by hand

 private:
  void set(std::string_view name, python::Value value);
  python::Dict items_;
  std::map<std::string, std::size_t, std::less<>> index_;   // where in items_ a name stands
  std::vector<std::string> _explicit_settings;
};

/// Safe to read from any thread; once loaded, reading a setting takes no lock.
/// Source: django/conf/__init__.py, class LazySettings
class LazySettings {
 public:
  /// getattr(settings, name). Loads on first touch. What it gives stays valid until _reset().
  /// Raises: ImproperlyConfigured, what the import raises, AttributeError for an unknown name.
  const python::Value& __getattr__(std::string_view name);
  /// getattr(settings, name, None)
  const python::Value& get(std::string_view name);

  bool configured() const { return loaded_.load(std::memory_order_acquire) != nullptr; }
  /// Settings by hand, over the global defaults. Raises: RuntimeError when there are settings already; TypeError for a name
  /// that is not in upper case.
  void configure(python::Dict options);
  /// dir(settings): the names there are, sorted. Loads on first touch.
  std::vector<std::string> __dir__();
  /// For diffsettings, which touches no setting by name: _setup(), also when it has run before.
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
  void _setup(std::optional<std::string_view> name);
  static python::Value _add_script_prefix(const python::Value& value);
  const python::Value& with_script_prefix(std::size_t which, const python::Value& value);
  std::recursive_mutex mutex_;            // taken to load; re-entered by a settings module that asks for a setting
  std::shared_ptr<Settings> _wrapped;
  std::vector<std::shared_ptr<Settings>> retired_;
  std::atomic<const Settings*> loaded_{nullptr};
  std::shared_ptr<const python::Value> prefixed_[2];            // MEDIA_URL, STATIC_URL as they were first asked for
  std::atomic<const python::Value*> prefixed_ready_[2]{};
};

inline LazySettings settings;

/// The names and values of django/conf/global_settings.py, in its order.
const python::Dict& global_settings();

/// str.isupper(): what makes a name of a settings module a setting.
bool is_setting_name(std::string_view name);

}  // namespace django::conf
