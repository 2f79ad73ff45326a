#include "django/apps/registry.h"

#include <algorithm>
#include <chrono>
#include <map>

#include <fmt/format.h>

#include "django/conf/__init__.h"
#include "django/core/exceptions.h"
#include "tracepoints/trace.h"

using django::core::exceptions::AppRegistryNotReady;
using django::core::exceptions::ImproperlyConfigured;

namespace django::apps {

// django/apps/registry.py, Apps.populate()
void Apps::populate(const std::vector<std::string>& installed_apps) {
  TRACE_FRAME("apps.registry.Apps.populate", installed_apps);
  if (ready) return;
  // Two threads may come here at once. The lock is one that its holder may take again, so re-entry is told by the flag.
  const std::lock_guard lock(_lock);
  if (ready) return;
  if (loading) throw python::RuntimeError("populate() isn't reentrant");
  loading = true;

  [[maybe_unused]] std::string_view phase = "app configs";
  TRACE_POINT("apps.registry.Apps.populate:phase", phase);
  for (const std::string& entry : installed_apps) {
    std::shared_ptr<AppConfig> app_config = AppConfig::create(entry);
    for (const auto& other : app_configs)
      if (other->label == app_config->label)
        throw ImproperlyConfigured(fmt::format("Application labels aren't unique, duplicates: {}", app_config->label));
    app_configs.push_back(std::move(app_config));
  }
  // Python: Counter.most_common() puts the most frequent first, and equals in order of appearance.
  std::vector<std::pair<std::string, int>> counts;
  for (const auto& app_config : app_configs) {
    const auto found = std::find_if(counts.begin(), counts.end(), [&](const auto& count) { return count.first == app_config->name; });
    if (found == counts.end()) counts.emplace_back(app_config->name, 1);
    else ++found->second;
  }
  std::stable_sort(counts.begin(), counts.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
  std::string duplicates;
  for (const auto& [name, count] : counts)
    if (count > 1) duplicates += (duplicates.empty() ? "" : ", ") + name;
  if (!duplicates.empty()) throw ImproperlyConfigured(fmt::format("Application names aren't unique, duplicates: {}", duplicates));
  apps_ready = true;

  phase = "models";
  TRACE_POINT("apps.registry.Apps.populate:phase", phase);
  for (const auto& app_config : app_configs) app_config->import_models();
  models_ready = true;

  phase = "ready";
  TRACE_POINT("apps.registry.Apps.populate:phase", phase);
  for (const auto& app_config : get_app_configs()) app_config->ready();
  ready = true;

  const std::lock_guard event_lock(ready_mutex_);
  ready_event_set_ = true;
  ready_event_.notify_all();
}

// django/apps/registry.py, Apps.check_apps_ready()
void Apps::check_apps_ready() const {
  if (apps_ready) return;
  // When it is for want of settings, asking for one says so, and that helps more.
  conf::settings.__getattr__("INSTALLED_APPS");
  throw AppRegistryNotReady("Apps aren't loaded yet.");
}

// django/apps/registry.py, Apps.check_models_ready()
void Apps::check_models_ready() const {
  if (!models_ready) throw AppRegistryNotReady("Models aren't loaded yet.");
}

// django/apps/registry.py, Apps.get_app_configs()
const std::vector<std::shared_ptr<AppConfig>>& Apps::get_app_configs() const {
  check_apps_ready();
  return app_configs;
}

// django/apps/registry.py, Apps.get_app_config()
std::shared_ptr<AppConfig> Apps::get_app_config(std::string_view app_label) const {
  check_apps_ready();
  for (const auto& app_config : app_configs)
    if (app_config->label == app_label) return app_config;
  std::string message = fmt::format("No installed app with label '{}'.", app_label);
  for (const auto& app_config : app_configs)
    if (app_config->name == app_label) {
      message += fmt::format(" Did you mean '{}'?", app_config->label);
      break;
    }
  throw python::LookupError(message);
}

// django/apps/registry.py, Apps.is_installed()
bool Apps::is_installed(std::string_view app_name) const {
  check_apps_ready();
  return std::any_of(app_configs.begin(), app_configs.end(), [&](const auto& app_config) { return app_config->name == app_name; });
}

bool Apps::wait_ready(double timeout) {
  std::unique_lock lock(ready_mutex_);
  return ready_event_.wait_for(lock, std::chrono::duration<double>(timeout), [this] { return ready_event_set_; });
}

void Apps::_reset() {
  const std::lock_guard lock(_lock);
  app_configs.clear();
  apps_ready = models_ready = ready = false;
  loading = false;
  const std::lock_guard event_lock(ready_mutex_);
  ready_event_set_ = false;
}

void Apps::_pretend_ready() {
  _reset();
  apps_ready = models_ready = ready = true;
}

}  // namespace django::apps
