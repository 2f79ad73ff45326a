#include <catch2/catch.hpp>

#include "django/core/checks/security/base.h"
#include "django/core/checks/security/csrf.h"
#include "django/core/checks/security/sessions.h"
#include "tests/unit/django/project.h"

namespace checks = django::core::checks;
using project::Project;
using python::Dict, python::List;

namespace {

// The ids that a check of this tag gives under `check --deploy`, sorted.
std::vector<std::string> deploy_ids(Dict values) {
  Project::configure(std::move(values));
  std::vector<std::string> ids;
  for (const auto& message : checks::registry().run_checks(nullptr, std::vector<std::string>{"security"}, true)) ids.push_back(message.id);
  std::sort(ids.begin(), ids.end());
  return ids;
}

const List both_middleware = {"django.middleware.security.SecurityMiddleware", "django.middleware.clickjacking.XFrameOptionsMiddleware",
                              "django.middleware.csrf.CsrfViewMiddleware"};
const std::string good_key = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOP";

Dict careful() {
  return {{"MIDDLEWARE", both_middleware}, {"SECRET_KEY", good_key}, {"ALLOWED_HOSTS", List{"a.example"}}, {"SECURE_HSTS_SECONDS", 60},
          {"SECURE_HSTS_INCLUDE_SUBDOMAINS", true}, {"SECURE_HSTS_PRELOAD", true}, {"SECURE_SSL_REDIRECT", true}, {"CSRF_COOKIE_SECURE", true}};
}

Dict but(std::string name, python::Value value) {
  Dict values = careful();
  std::erase_if(values, [&](const auto& entry) { return entry.first == name; });
  values.emplace_back(std::move(name), std::move(value));
  return values;
}

using Ids = std::vector<std::string>;

}  // namespace

TEST_CASE("checks.security: nothing to say about careful settings", "[django]") {
  const Project project;
  CHECK(deploy_ids(careful()).empty());
}

TEST_CASE("checks.security: each setting has its warning", "[django]") {
  const Project project;
  CHECK(deploy_ids(but("SECURE_HSTS_SECONDS", 0)) == Ids{"security.W004"});
  CHECK(deploy_ids(but("SECURE_HSTS_INCLUDE_SUBDOMAINS", false)) == Ids{"security.W005"});
  CHECK(deploy_ids(but("SECURE_HSTS_PRELOAD", false)) == Ids{"security.W021"});
  CHECK(deploy_ids(but("SECURE_CONTENT_TYPE_NOSNIFF", false)) == Ids{"security.W006"});
  CHECK(deploy_ids(but("SECURE_SSL_REDIRECT", "yes")) == Ids{"security.W008"});
  CHECK(deploy_ids(but("SECRET_KEY", "django-insecure-" + good_key)) == Ids{"security.W009"});
  CHECK(deploy_ids(but("SECRET_KEY", std::string(60, 'a'))) == Ids{"security.W009"});
  CHECK(deploy_ids(but("SECRET_KEY", good_key.substr(0, 49))) == Ids{"security.W009"});
  CHECK(deploy_ids(but("SECRET_KEY_FALLBACKS", List{good_key, "short"})) == Ids{"security.W025"});
  CHECK(deploy_ids(but("CSRF_COOKIE_SECURE", false)) == Ids{"security.W016"});
  CHECK(deploy_ids(but("DEBUG", true)) == Ids{"security.W018"});
  CHECK(deploy_ids(but("X_FRAME_OPTIONS", "SAMEORIGIN")) == Ids{"security.W019"});
  CHECK(deploy_ids(but("ALLOWED_HOSTS", List{})) == Ids{"security.W020"});
  CHECK(deploy_ids(but("SECURE_REFERRER_POLICY", nullptr)) == Ids{"security.W022"});
  CHECK(deploy_ids(but("SECURE_REFERRER_POLICY", "no-referrer, origin")).empty());
  CHECK(deploy_ids(but("SECURE_REFERRER_POLICY", "no-referrer, sometimes")) == Ids{"security.E023"});
  CHECK(deploy_ids(but("SECURE_REFERRER_POLICY", "")) == Ids{"security.E023"});
  CHECK(deploy_ids(but("SECURE_CROSS_ORIGIN_OPENER_POLICY", "maybe")) == Ids{"security.E024"});
  CHECK(deploy_ids(but("SECURE_CROSS_ORIGIN_OPENER_POLICY", nullptr)).empty());
  CHECK(deploy_ids(but("CSRF_FAILURE_VIEW", "no.such.view")) == Ids{"security.E102"});
  CHECK(deploy_ids(but("INSTALLED_APPS", List{"django.contrib.sessions"})) == Ids{"security.W010"});
  CHECK(deploy_ids(but("MIDDLEWARE", List{})) == Ids{"security.W001", "security.W002", "security.W003"});
}

TEST_CASE("checks.security.sessions: the app, the middleware, or one message for both", "[django]") {
  const Project project;
  List middleware = both_middleware;
  middleware.emplace_back("django.contrib.sessions.middleware.SessionMiddleware");
  Dict values = but("MIDDLEWARE", middleware);
  values.emplace_back("SESSION_COOKIE_HTTPONLY", false);
  CHECK(deploy_ids(values) == Ids{"security.W011", "security.W014"});
  values.emplace_back("INSTALLED_APPS", List{"django.contrib.sessions"});
  CHECK(deploy_ids(values) == Ids{"security.W012", "security.W015"});
}

TEST_CASE("checks.security: the texts of the lean project under check --deploy are Django's", "[django]") {
  const Project project;
  project.configure({{"MIDDLEWARE", List{"django.middleware.security.SecurityMiddleware", "django.middleware.common.CommonMiddleware",
                                         "django.middleware.clickjacking.XFrameOptionsMiddleware"}},
                     {"SECRET_KEY", good_key},
                     {"DEBUG", true}});
  std::vector<std::string> texts;
  for (const auto& message : checks::registry().run_checks(nullptr, std::vector<std::string>{"security"}, true)) texts.push_back(message.str());
  std::sort(texts.begin(), texts.end());
  CHECK(texts ==
        std::vector<std::string>{
            "?: (security.W003) You don't appear to be using Django's built-in cross-site request forgery protection via the middleware "
            "('django.middleware.csrf.CsrfViewMiddleware' is not in your MIDDLEWARE). Enabling the middleware is the safest approach to ensure you "
            "don't leave any holes.",
            "?: (security.W004) You have not set a value for the SECURE_HSTS_SECONDS setting. If your entire site is served only over SSL, you may "
            "want to consider setting a value and enabling HTTP Strict Transport Security. Be sure to read the documentation first; enabling HSTS "
            "carelessly can cause serious, irreversible problems.",
            "?: (security.W008) Your SECURE_SSL_REDIRECT setting is not set to True. Unless your site should be available over both SSL and non-SSL "
            "connections, you may want to either set this setting True or configure a load balancer or reverse-proxy server to redirect all "
            "connections to HTTPS.",
            "?: (security.W018) You should not have DEBUG set to True in deployment.",
            "?: (security.W020) ALLOWED_HOSTS must not be empty in deployment."});
}
