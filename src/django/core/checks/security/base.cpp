// django/core/checks/security/base.py: what `check --deploy` says about the settings of the two security middleware classes,
// the keys, DEBUG and ALLOWED_HOSTS.
#include "django/core/checks/security/base.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "django/conf/__init__.h"
#include "django/core/exceptions.h"
#include "python/builtins.h"

namespace django::core::checks::security::base {

using django::conf::settings;
using django::core::exceptions::ImproperlyConfigured;

namespace {

constexpr std::size_t SECRET_KEY_MIN_LENGTH = 50, SECRET_KEY_MIN_UNIQUE_CHARACTERS = 5;

const std::set<std::string, std::less<>> CROSS_ORIGIN_OPENER_POLICY_VALUES = {"same-origin", "same-origin-allow-popups",
                                                                              "unsafe-none"};
const std::set<std::string, std::less<>> REFERRER_POLICY_VALUES = {
    "no-referrer",   "no-referrer-when-downgrade",      "origin",    "origin-when-cross-origin", "same-origin",
    "strict-origin", "strict-origin-when-cross-origin", "unsafe-url"};

CheckMessage warning(std::string msg, std::string id) { return Warning(std::move(msg), {}, {}, std::move(id)); }

Messages unless(bool passed_check, std::string msg, std::string id) {
  if (passed_check) return {};
  return {warning(std::move(msg), std::move(id))};
}

std::string secret_key_warning(const std::string& name) {
  return fmt::format(
      "Your {} has less than {} characters, less than {} unique characters, or it's prefixed with '{}' indicating that it "
      "was generated automatically by Django. Please generate a long and random value, otherwise many of Django's "
      "security-critical features will be vulnerable to attack.",
      name, SECRET_KEY_MIN_LENGTH, SECRET_KEY_MIN_UNIQUE_CHARACTERS, SECRET_KEY_INSECURE_PREFIX);
}

bool in_middleware(std::string_view name) {
  const auto middleware = settings.MIDDLEWARE();
  return std::find(middleware.begin(), middleware.end(), name) != middleware.end();
}

bool _security_middleware() { return in_middleware("django.middleware.security.SecurityMiddleware"); }
bool _xframe_middleware() { return in_middleware("django.middleware.clickjacking.XFrameOptionsMiddleware"); }

/// settings.NAME is True
bool is_true(std::string_view name) {
  const bool* const value = settings.__getattr__(name).get_if<bool>();
  return value != nullptr && *value;
}

bool _check_secret_key(const python::Value& secret_key) {
  if (!secret_key.is_str()) return false;
  // Python counts characters, so do not count the second and later bytes of each.
  std::set<std::string> unique;
  std::string character;
  std::size_t length = 0;
  const std::string& key = secret_key.str();
  for (std::size_t i = 0; i < key.size(); ++i) {
    character += key[i];
    const bool last = i + 1 == key.size() || (static_cast<unsigned char>(key[i + 1]) & 0xC0) != 0x80;
    if (!last) continue;
    unique.insert(character);
    character.clear();
    ++length;
  }
  return unique.size() >= SECRET_KEY_MIN_UNIQUE_CHARACTERS && length >= SECRET_KEY_MIN_LENGTH &&
         !key.starts_with(SECRET_KEY_INSECURE_PREFIX);
}

std::string join(const std::set<std::string, std::less<>>& values) {
  return fmt::format("Valid values are: {}.", fmt::join(values, ", "));
}

std::string strip(std::string_view text) {
  constexpr std::string_view space = " \t\n\r\f\v";
  const std::size_t first = text.find_first_not_of(space);
  if (first == std::string_view::npos) return {};
  return std::string(text.substr(first, text.find_last_not_of(space) - first + 1));
}

}  // namespace

// django/core/checks/security/base.py, check_security_middleware()
Messages check_security_middleware(const AppConfigs*, const Databases*) {
  return unless(_security_middleware(),
                "You do not have 'django.middleware.security.SecurityMiddleware' in your MIDDLEWARE so the "
                "SECURE_HSTS_SECONDS, SECURE_CONTENT_TYPE_NOSNIFF, SECURE_REFERRER_POLICY, "
                "SECURE_CROSS_ORIGIN_OPENER_POLICY, and SECURE_SSL_REDIRECT settings will have no effect.",
                "security.W001");
}

// django/core/checks/security/base.py, check_xframe_options_middleware()
Messages check_xframe_options_middleware(const AppConfigs*, const Databases*) {
  return unless(_xframe_middleware(),
                "You do not have 'django.middleware.clickjacking.XFrameOptionsMiddleware' in your MIDDLEWARE, so your pages "
                "will not be served with an 'x-frame-options' header. Unless there is a good reason for your site to be "
                "served in a frame, you should consider enabling this header to help prevent clickjacking attacks.",
                "security.W002");
}

// django/core/checks/security/base.py, check_sts()
Messages check_sts(const AppConfigs*, const Databases*) {
  return unless(!_security_middleware() || settings.flag("SECURE_HSTS_SECONDS"),
                "You have not set a value for the SECURE_HSTS_SECONDS setting. If your entire site is served only over SSL, "
                "you may want to consider setting a value and enabling HTTP Strict Transport Security. Be sure to read the "
                "documentation first; enabling HSTS carelessly can cause serious, irreversible problems.",
                "security.W004");
}

// django/core/checks/security/base.py, check_sts_include_subdomains()
Messages check_sts_include_subdomains(const AppConfigs*, const Databases*) {
  return unless(!_security_middleware() || !settings.flag("SECURE_HSTS_SECONDS") ||
                    is_true("SECURE_HSTS_INCLUDE_SUBDOMAINS"),
                "You have not set the SECURE_HSTS_INCLUDE_SUBDOMAINS setting to True. Without this, your site is "
                "potentially vulnerable to attack via an insecure connection to a subdomain. Only set this to True if you "
                "are certain that all subdomains of your domain should be served exclusively via SSL.",
                "security.W005");
}

// django/core/checks/security/base.py, check_sts_preload()
Messages check_sts_preload(const AppConfigs*, const Databases*) {
  return unless(!_security_middleware() || !settings.flag("SECURE_HSTS_SECONDS") || is_true("SECURE_HSTS_PRELOAD"),
                "You have not set the SECURE_HSTS_PRELOAD setting to True. Without this, your site cannot be submitted to "
                "the browser preload list.",
                "security.W021");
}

// django/core/checks/security/base.py, check_content_type_nosniff()
Messages check_content_type_nosniff(const AppConfigs*, const Databases*) {
  return unless(!_security_middleware() || is_true("SECURE_CONTENT_TYPE_NOSNIFF"),
                "Your SECURE_CONTENT_TYPE_NOSNIFF setting is not set to True, so your pages will not be served with an "
                "'X-Content-Type-Options: nosniff' header. You should consider enabling this header to prevent the browser "
                "from identifying content types incorrectly.",
                "security.W006");
}

// django/core/checks/security/base.py, check_ssl_redirect()
Messages check_ssl_redirect(const AppConfigs*, const Databases*) {
  return unless(!_security_middleware() || is_true("SECURE_SSL_REDIRECT"),
                "Your SECURE_SSL_REDIRECT setting is not set to True. Unless your site should be available over both SSL "
                "and non-SSL connections, you may want to either set this setting True or configure a load balancer or "
                "reverse-proxy server to redirect all connections to HTTPS.",
                "security.W008");
}

// django/core/checks/security/base.py, check_secret_key()
Messages check_secret_key(const AppConfigs*, const Databases*) {
  bool passed_check = false;
  try {
    passed_check = _check_secret_key(settings.__getattr__("SECRET_KEY"));
  } catch (const ImproperlyConfigured&) {
  } catch (const python::AttributeError&) {
  }
  return unless(passed_check, secret_key_warning("SECRET_KEY"), "security.W009");
}

// django/core/checks/security/base.py, check_secret_key_fallbacks()
Messages check_secret_key_fallbacks(const AppConfigs*, const Databases*) {
  Messages warnings;
  try {
    const python::List& fallbacks = settings.__getattr__("SECRET_KEY_FALLBACKS").items();
    for (std::size_t index = 0; index < fallbacks.size(); ++index)
      if (!_check_secret_key(fallbacks[index]))
        warnings.push_back(warning(secret_key_warning(fmt::format("SECRET_KEY_FALLBACKS[{}]", index)), "security.W025"));
  } catch (const ImproperlyConfigured&) {
    warnings.push_back(warning(secret_key_warning("SECRET_KEY_FALLBACKS"), "security.W025"));
  } catch (const python::AttributeError&) {
    warnings.push_back(warning(secret_key_warning("SECRET_KEY_FALLBACKS"), "security.W025"));
  }
  return warnings;
}

// django/core/checks/security/base.py, check_debug()
Messages check_debug(const AppConfigs*, const Databases*) {
  return unless(!settings.DEBUG(), "You should not have DEBUG set to True in deployment.", "security.W018");
}

// django/core/checks/security/base.py, check_xframe_deny()
Messages check_xframe_deny(const AppConfigs*, const Databases*) {
  return unless(!_xframe_middleware() || settings.__getattr__("X_FRAME_OPTIONS") == python::Value("DENY"),
                "You have 'django.middleware.clickjacking.XFrameOptionsMiddleware' in your MIDDLEWARE, but X_FRAME_OPTIONS "
                "is not set to 'DENY'. Unless there is a good reason for your site to serve other parts of itself in a "
                "frame, you should change it to 'DENY'.",
                "security.W019");
}

// django/core/checks/security/base.py, check_allowed_hosts()
Messages check_allowed_hosts(const AppConfigs*, const Databases*) {
  return unless(!settings.ALLOWED_HOSTS().empty(), "ALLOWED_HOSTS must not be empty in deployment.", "security.W020");
}

// django/core/checks/security/base.py, check_referrer_policy()
Messages check_referrer_policy(const AppConfigs*, const Databases*) {
  if (!_security_middleware()) return {};
  const python::Value& policy = settings.__getattr__("SECURE_REFERRER_POLICY");
  if (policy.is_none())
    return {warning("You have not set the SECURE_REFERRER_POLICY setting. Without this, your site will not send a "
                    "Referrer-Policy header. You should consider enabling this header to protect user privacy.",
                    "security.W022")};
  std::vector<std::string> values;
  if (policy.is_str()) {
    // A comma-separated string gives fallbacks, as a list does.
    std::string_view rest = policy.str();
    for (std::size_t comma = 0; comma != std::string_view::npos; rest.remove_prefix(std::min(comma + 1, rest.size()))) {
      comma = rest.find(',');
      values.push_back(strip(rest.substr(0, comma)));
      if (comma == std::string_view::npos) break;
    }
  } else {
    values = policy.strings();
  }
  const bool valid = std::all_of(values.begin(), values.end(),
                                 [](const std::string& value) { return REFERRER_POLICY_VALUES.contains(value); });
  if (valid) return {};
  return {Error("You have set the SECURE_REFERRER_POLICY setting to an invalid value.", join(REFERRER_POLICY_VALUES), {},
                "security.E023")};
}

// django/core/checks/security/base.py, check_cross_origin_opener_policy()
Messages check_cross_origin_opener_policy(const AppConfigs*, const Databases*) {
  const python::Value& policy = settings.__getattr__("SECURE_CROSS_ORIGIN_OPENER_POLICY");
  if (!_security_middleware() || policy.is_none()) return {};
  if (policy.is_str() && CROSS_ORIGIN_OPENER_POLICY_VALUES.contains(policy.str())) return {};
  return {Error("You have set the SECURE_CROSS_ORIGIN_OPENER_POLICY setting to an invalid value.",
                join(CROSS_ORIGIN_OPENER_POLICY_VALUES), {}, "security.E024")};
}

}  // namespace django::core::checks::security::base
