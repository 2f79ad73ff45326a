#include <catch2/catch.hpp>

#include "django/__init__.h"
#include "django/apps/registry.h"
#include "django/conf/__init__.h"
#include "django/urls/base.h"
#include "frozen.h"
#include "python/exceptions.h"

namespace importlib = python::importlib;
using python::Dict;
using python::List;

namespace {

constexpr importlib::FrozenModule test_modules[] = {{"setupapp", nullptr}, {"setupapp.models", nullptr}};

struct Django {
  std::string prefix{django::urls::get_script_prefix()};
  explicit Django(Dict options) {
    importlib::set_frozen(test_modules, {});
    importlib::clear_modules();
    django::apps::apps._reset();
    django::conf::settings._reset();
    django::conf::settings.configure(std::move(options));
  }
  ~Django() {
    django::urls::set_script_prefix(prefix);
    django::apps::apps._reset();
    django::conf::settings._reset();
    importlib::clear_modules();
    frozen::install();
  }
};

}  // namespace

TEST_CASE("django.get_version: is the mirrored Django's", "[django]") {
  CHECK(django::get_version() == "5.2.10");
  CHECK(django::get_version({6, 1, 0, "final", 0}) == "6.1");
  CHECK(django::get_version({6, 1, 0, "rc", 2}) == "6.1rc2");
  CHECK(django::get_version({6, 1, 0, "alpha", 1}) == "6.1a1");
  CHECK(django::get_version({6, 1, 3, "beta", 1}) == "6.1.3b1");
}

TEST_CASE("django.setup: sets the script prefix and loads the applications, once", "[django]") {
  const Django django_({{"LOGGING_CONFIG", nullptr}, {"INSTALLED_APPS", List{"setupapp"}}, {"FORCE_SCRIPT_NAME", "/under"}});
  django::urls::set_script_prefix("/before/");
  django::setup(false);
  CHECK(django::urls::get_script_prefix() == "/before/");
  CHECK(django::apps::apps.ready);
  CHECK(django::apps::apps.is_installed("setupapp"));
  django::setup();
  CHECK(django::urls::get_script_prefix() == "/under/");
  CHECK(django::apps::apps.get_app_configs().size() == 1);
}

TEST_CASE("django.setup: FORCE_SCRIPT_NAME None is the root; a missing application is told", "[django]") {
  const Django django_({{"LOGGING_CONFIG", nullptr}, {"INSTALLED_APPS", List{"setupapp", "nosuchapp"}}});
  CHECK_THROWS_WITH(django::setup(true), "No module named 'nosuchapp'");
  CHECK(django::urls::get_script_prefix() == "/");
  CHECK_FALSE(django::apps::apps.ready);
}
