// The checks that look at settings alone: caches, files, templates, translation, compatibility, async.
#include <catch2/catch.hpp>

#include "django/core/checks/async_checks.h"
#include "django/core/checks/caches.h"
#include "django/core/checks/compatibility/django_4_0.h"
#include "django/core/checks/files.h"
#include "django/core/checks/templates.h"
#include "django/core/checks/translation.h"
#include "django/core/exceptions.h"
#include "python/os.h"
#include "tests/unit/django/project.h"

namespace checks = django::core::checks;
using project::Project;
using python::Dict, python::List;

TEST_CASE("checks.caches: the default cache must be there", "[django]") {
  const Project project;
  project.configure({});
  CHECK(checks::caches::check_default_cache_is_configured(nullptr, nullptr).empty());
  project.configure({{"CACHES", Dict{{"other", Dict{}}}}});
  CHECK(checks::caches::check_default_cache_is_configured(nullptr, nullptr).at(0).str() ==
        "?: (caches.E001) You must define a 'default' cache in your CACHES setting.");
}

TEST_CASE("checks.caches: a cache in files must not lie where files are served from, and needs an absolute path", "[django]") {
  const Project project;
  const auto cache = [](const std::string& location) {
    return Dict{{"default", Dict{{"BACKEND", "django.core.cache.backends.filebased.FileBasedCache"}, {"LOCATION", location}}}};
  };
  const auto relation = [&](const std::string& location, const std::string& static_root) {
    project.configure({{"CACHES", cache(location)}, {"STATIC_ROOT", static_root}});
    const auto messages = checks::caches::check_cache_location_not_exposed(nullptr, nullptr);
    return messages.empty() ? "" : messages[0].msg;
  };
  const std::string text = "Your 'default' cache configuration might expose your cache or lead to corruption of your data because its LOCATION ";
  CHECK(relation("/srv/static", "/srv/static") == text + "matches STATIC_ROOT.");
  CHECK(relation("/srv/static/cache", "/srv/static") == text + "is inside STATIC_ROOT.");
  CHECK(relation("/srv", "/srv/static") == text + "contains STATIC_ROOT.");
  CHECK(relation("/srv/static2", "/srv/static").empty());
  CHECK(checks::caches::check_file_based_cache_is_absolute(nullptr, nullptr).empty());
  project.configure({{"CACHES", cache("cache")}});
  CHECK(checks::caches::check_file_based_cache_is_absolute(nullptr, nullptr).at(0).str() ==
        "?: (caches.W003) Your 'default' cache LOCATION path is relative. Use an absolute path instead.");
}

TEST_CASE("checks.files: FILE_UPLOAD_TEMP_DIR must be a folder", "[django]") {
  const Project project;
  project.configure({{"FILE_UPLOAD_TEMP_DIR", project.folder}});
  CHECK(checks::files::check_setting_file_upload_temp_dir(nullptr, nullptr).empty());
  project.configure({{"FILE_UPLOAD_TEMP_DIR", "/no/such"}});
  CHECK(checks::files::check_setting_file_upload_temp_dir(nullptr, nullptr).at(0).str() ==
        "?: (files.E001) The FILE_UPLOAD_TEMP_DIR setting refers to the nonexistent directory '/no/such'.");
}

TEST_CASE("checks.templates: string_if_invalid is a text; loaders and APP_DIRS exclude each other", "[django]") {
  const Project project;
  project.configure({{"TEMPLATES", List{Dict{{"APP_DIRS", true}}}}});
  CHECK(checks::templates::check_templates(nullptr, nullptr).empty());
  project.configure({{"TEMPLATES", List{Dict{{"OPTIONS", Dict{{"string_if_invalid", 1}}}}}}});
  const auto messages = checks::templates::check_templates(nullptr, nullptr);
  REQUIRE(messages.size() == 1);
  CHECK(messages[0].msg == "'string_if_invalid' in TEMPLATES OPTIONS must be a string but got: 1 (<class 'int'>).");
  CHECK(messages[0].id == "templates.E002");
  project.configure({{"TEMPLATES", List{Dict{{"APP_DIRS", true}, {"OPTIONS", Dict{{"loaders", List{}}}}}}}});
  CHECK_THROWS_AS(checks::templates::check_templates(nullptr, nullptr), django::core::exceptions::ImproperlyConfigured);
}

TEST_CASE("checks.translation: language codes", "[django]") {
  const Project project;
  project.configure({});
  CHECK(checks::translation::check_setting_language_code(nullptr, nullptr).empty());
  CHECK(checks::translation::check_setting_languages(nullptr, nullptr).empty());
  CHECK(checks::translation::check_setting_languages_bidi(nullptr, nullptr).empty());
  CHECK(checks::translation::check_language_settings_consistent(nullptr, nullptr).empty());
  for (const char* const code : {"en_US", "-en", "en-", "en-us@", "abcdefghi", ""}) {
    INFO(code);
    project.configure({{"LANGUAGE_CODE", code}});
    const auto messages = checks::translation::check_setting_language_code(nullptr, nullptr);
    REQUIRE(messages.size() == 1);
    CHECK(messages[0].str() ==
          std::string("?: (translation.E001) You have provided an invalid value for the LANGUAGE_CODE setting: '") + code + "'.");
  }
  for (const char* const code : {"de", "zh-hans", "sr-Latn-RS", "ca@valencia"}) {
    INFO(code);
    project.configure({{"LANGUAGE_CODE", code}});
    CHECK(checks::translation::check_setting_language_code(nullptr, nullptr).empty());
  }
  project.configure({{"LANGUAGE_CODE", "xx"}});
  CHECK(checks::translation::check_language_settings_consistent(nullptr, nullptr).at(0).id == "translation.E004");
  project.configure({{"LANGUAGES", List{List{"e n", "Bad"}}}, {"LANGUAGES_BIDI", List{"_"}}});
  CHECK(checks::translation::check_setting_languages(nullptr, nullptr).at(0).msg ==
        "You have provided an invalid language code in the LANGUAGES setting: 'e n'.");
  CHECK(checks::translation::check_setting_languages_bidi(nullptr, nullptr).at(0).msg ==
        "You have provided an invalid language code in the LANGUAGES_BIDI setting: '_'.");
}

TEST_CASE("checks.compatibility.django_4_0: CSRF_TRUSTED_ORIGINS have a scheme", "[django]") {
  const Project project;
  project.configure({{"CSRF_TRUSTED_ORIGINS", List{"https://a.example", "b.example"}}});
  const auto messages = checks::compatibility::django_4_0::check_csrf_trusted_origins(nullptr, nullptr);
  REQUIRE(messages.size() == 1);
  CHECK(messages[0].str() ==
        "?: (4_0.E001) As of Django 4.0, the values in the CSRF_TRUSTED_ORIGINS setting must start with a scheme (usually http:// or "
        "https://) but found b.example. See the release notes for details.");
}

TEST_CASE("checks.async_checks: DJANGO_ALLOW_ASYNC_UNSAFE", "[django]") {
  python::os::environ.pop("DJANGO_ALLOW_ASYNC_UNSAFE");
  CHECK(checks::async_checks::check_async_unsafe(nullptr, nullptr).empty());
  python::os::environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true";
  CHECK(checks::async_checks::check_async_unsafe(nullptr, nullptr).at(0).id == "async.E001");
  python::os::environ.pop("DJANGO_ALLOW_ASYNC_UNSAFE");
}
