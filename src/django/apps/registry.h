// The registry of installed applications.
#pragma once

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "django/apps/config.h"

namespace django::apps {

/// Source: django/apps/registry.py, class Apps
class Apps {
 public:
  /// Three phases over INSTALLED_APPS: create, import models, ready(). Later calls return at once.
  /// Raises: what an application's import or ready() raises; ImproperlyConfigured for two of one label or name; RuntimeError
  /// when called from within itself, and also after it failed, as in Django.
  void populate(const std::vector<std::string>& installed_apps);
  std::atomic<bool> apps_ready{false}, models_ready{false}, ready{false};
  void check_apps_ready() const;          // AppRegistryNotReady
  void check_models_ready() const;        // AppRegistryNotReady
  /// In INSTALLED_APPS order.
  const std::vector<std::shared_ptr<AppConfig>>& get_app_configs() const;
  /// LookupError with Django's words, a suggestion included.
  std::shared_ptr<AppConfig> get_app_config(std::string_view app_label) const;
  bool is_installed(std::string_view app_name) const;
  /// ready_event.wait(timeout): whether populate() has finished. Seconds.
  bool wait_ready(double timeout);
  /// Forgets everything: for tests.
  void _reset();
  /// No apps at all, and ready: what ManagementUtility.execute goes on with when setup() failed under runserver.
  void _pretend_ready();

 private:
  std::vector<std::shared_ptr<AppConfig>> app_configs;
  std::recursive_mutex _lock;
  std::mutex ready_mutex_;
  std::condition_variable ready_event_;
  bool ready_event_set_ = false;
  bool loading = false;
};

inline Apps apps;

}  // namespace django::apps
