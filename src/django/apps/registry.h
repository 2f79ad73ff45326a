// The registry of installed applications.
#pragma once

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
  void populate(const std::vector<std::string>& installed_apps);
  bool apps_ready = false, models_ready = false, ready = false;
  void check_apps_ready() const;          // AppRegistryNotReady
  /// In INSTALLED_APPS order.
  const std::vector<std::shared_ptr<AppConfig>>& get_app_configs() const;
  /// LookupError with Django's words, a suggestion included.
  std::shared_ptr<AppConfig> get_app_config(std::string_view app_label) const;
  bool is_installed(std::string_view app_name) const;
  /// ready_event.wait(timeout): whether populate() has finished. Seconds.
  bool wait_ready(double timeout);
  void _reset();                          // for tests

 private:
  std::vector<std::shared_ptr<AppConfig>> app_configs;
  std::recursive_mutex _lock;
  std::mutex ready_mutex_;
  std::condition_variable ready_event_;
  bool loading_ = false;
};

inline Apps apps;

}  // namespace django::apps
