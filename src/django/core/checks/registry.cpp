// The registry of system checks. Called by BaseCommand.check; each check looks at one corner of the project and hands back
// messages. Django collects its checks by importing their modules; here one table lists them, in the order of those imports.
#include "django/core/checks/registry.h"

#include <algorithm>
#include <set>

#include "django/core/checks/async_checks.h"
#include "django/core/checks/caches.h"
#include "django/core/checks/commands.h"
#include "django/core/checks/compatibility/django_4_0.h"
#include "django/core/checks/database.h"
#include "django/core/checks/files.h"
#include "django/core/checks/model_checks.h"
#include "django/core/checks/security/base.h"
#include "django/core/checks/security/csrf.h"
#include "django/core/checks/security/sessions.h"
#include "django/core/checks/templates.h"
#include "django/core/checks/translation.h"
#include "django/core/checks/urls.h"
#include "tracepoints/trace.h"

namespace django::core::checks {
namespace {

struct BuiltIn {
  std::string_view name;
  std::vector<CheckMessage> (*check)(const AppConfigs*, const std::vector<std::string>*);
  std::string_view tag;
  bool deploy = false;
};

// django/core/checks/__init__.py: the imports "to force registration".
// Departs: the order is this table's; Django keeps checks in a set, whose order changes from run to run. Those with stages in them come
// first, in the order in which Django 5.2 was seen to run them.
constexpr BuiltIn built_in[] = {
    {"check_url_config", urls::check_url_config, Tags::urls},
    {"migrate_and_makemigrations_autodetector", commands::migrate_and_makemigrations_autodetector, Tags::commands},
    {"check_custom_error_handlers", urls::check_custom_error_handlers, Tags::urls},
    {"check_async_unsafe", async_checks::check_async_unsafe, Tags::async_support, true},
    {"check_default_cache_is_configured", caches::check_default_cache_is_configured, Tags::caches},
    {"check_cache_location_not_exposed", caches::check_cache_location_not_exposed, Tags::caches, true},
    {"check_file_based_cache_is_absolute", caches::check_file_based_cache_is_absolute, Tags::caches},
    {"check_csrf_trusted_origins", compatibility::django_4_0::check_csrf_trusted_origins, Tags::compatibility},
    {"check_database_backends", database::check_database_backends, Tags::database},
    {"check_setting_file_upload_temp_dir", files::check_setting_file_upload_temp_dir, Tags::files},
    {"check_all_models", model_checks::check_all_models, Tags::models},
    {"check_lazy_references", model_checks::check_lazy_references, Tags::models},
    {"check_security_middleware", security::base::check_security_middleware, Tags::security, true},
    {"check_xframe_options_middleware", security::base::check_xframe_options_middleware, Tags::security, true},
    {"check_sts", security::base::check_sts, Tags::security, true},
    {"check_sts_include_subdomains", security::base::check_sts_include_subdomains, Tags::security, true},
    {"check_sts_preload", security::base::check_sts_preload, Tags::security, true},
    {"check_content_type_nosniff", security::base::check_content_type_nosniff, Tags::security, true},
    {"check_ssl_redirect", security::base::check_ssl_redirect, Tags::security, true},
    {"check_secret_key", security::base::check_secret_key, Tags::security, true},
    {"check_secret_key_fallbacks", security::base::check_secret_key_fallbacks, Tags::security, true},
    {"check_debug", security::base::check_debug, Tags::security, true},
    {"check_xframe_deny", security::base::check_xframe_deny, Tags::security, true},
    {"check_allowed_hosts", security::base::check_allowed_hosts, Tags::security, true},
    {"check_referrer_policy", security::base::check_referrer_policy, Tags::security, true},
    {"check_cross_origin_opener_policy", security::base::check_cross_origin_opener_policy, Tags::security, true},
    {"check_csrf_middleware", security::csrf::check_csrf_middleware, Tags::security, true},
    {"check_csrf_cookie_secure", security::csrf::check_csrf_cookie_secure, Tags::security, true},
    {"check_csrf_failure_view", security::csrf::check_csrf_failure_view, Tags::security},
    {"check_session_cookie_secure", security::sessions::check_session_cookie_secure, Tags::security, true},
    {"check_session_cookie_httponly", security::sessions::check_session_cookie_httponly, Tags::security, true},
    {"check_templates", templates::check_templates, Tags::templates},
    {"check_setting_language_code", translation::check_setting_language_code, Tags::translation},
    {"check_setting_languages", translation::check_setting_languages, Tags::translation},
    {"check_setting_languages_bidi", translation::check_setting_languages_bidi, Tags::translation},
    {"check_language_settings_consistent", translation::check_language_settings_consistent, Tags::translation},
    {"check_url_namespaces_unique", urls::check_url_namespaces_unique, Tags::urls},
    {"check_url_settings", urls::check_url_settings, Tags::urls},
};

}  // namespace

// django/core/checks/registry.py, CheckRegistry.register()
void CheckRegistry::register_(std::string name, Check check, std::vector<std::string_view> tags, bool deploy) {
  std::vector<Registered>& checks = deploy ? deployment_checks : registered_checks;
  Registered entry{std::move(name), std::move(check), {tags.begin(), tags.end()}};
  const auto same = std::find_if(checks.begin(), checks.end(), [&](const Registered& r) { return r.name == entry.name; });
  if (same == checks.end())
    checks.push_back(std::move(entry));
  else
    *same = std::move(entry);
}

// django/core/checks/registry.py, CheckRegistry.run_checks()
std::vector<CheckMessage> CheckRegistry::run_checks(const AppConfigs* app_configs,
                                                    const std::optional<std::vector<std::string>>& tags,
                                                    bool include_deployment_checks,
                                                    const std::vector<std::string>* databases) const {
  TRACE_FRAME("checks.registry.CheckRegistry.run_checks", tags, include_deployment_checks);
  std::vector<CheckMessage> errors;
  std::vector<const Registered*> checks;
  for (const Registered& entry : registered_checks) checks.push_back(&entry);
  if (include_deployment_checks)
    for (const Registered& entry : deployment_checks) checks.push_back(&entry);

  if (tags) {
    const auto has_none = [&](const Registered* entry) {
      return std::find_first_of(entry->tags.begin(), entry->tags.end(), tags->begin(), tags->end()) == entry->tags.end();
    };
    checks.erase(std::remove_if(checks.begin(), checks.end(), has_none), checks.end());
  }

  for (const Registered* const entry : checks) {
    const std::string& check = entry->name;
    TRACE_POINT("checks.registry.CheckRegistry.run_checks:check", check);
    // Left out: the test that a check gave a list; here its type says so.
    const std::vector<CheckMessage> new_errors = entry->check(app_configs, databases);
    errors.insert(errors.end(), new_errors.begin(), new_errors.end());
  }
  traced.result(errors.size());
  return errors;
}

// django/core/checks/registry.py, CheckRegistry.tag_exists()
bool CheckRegistry::tag_exists(std::string_view tag, bool include_deployment_checks) const {
  const std::vector<std::string> available = tags_available(include_deployment_checks);
  return std::find(available.begin(), available.end(), tag) != available.end();
}

// django/core/checks/registry.py, CheckRegistry.tags_available()
std::vector<std::string> CheckRegistry::tags_available(bool deployment_checks) const {
  std::set<std::string> tags;
  for (const Registered& entry : registered_checks) tags.insert(entry.tags.begin(), entry.tags.end());
  if (deployment_checks)
    for (const Registered& entry : this->deployment_checks) tags.insert(entry.tags.begin(), entry.tags.end());
  return {tags.begin(), tags.end()};
}

CheckRegistry& registry() {
  static CheckRegistry the_registry = [] {
    CheckRegistry filled;
    for (const BuiltIn& entry : built_in) filled.register_(std::string(entry.name), entry.check, {entry.tag}, entry.deploy);
    return filled;
  }();
  return the_registry;
}

}  // namespace django::core::checks
