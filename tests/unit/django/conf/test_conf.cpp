#include <catch2/catch.hpp>

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <thread>

#include "django/conf/__init__.h"
#include "django/core/exceptions.h"
#include "django/urls/base.h"
#include "python/importlib/__init__.h"
#include "python/os.h"
#include "python/sys.h"

namespace conf = django::conf;
namespace importlib = python::importlib;
namespace fs = std::filesystem;
using django::core::exceptions::ImproperlyConfigured;
using python::Dict;
using python::List;
using python::Value;

namespace {

// A project whose settings module is conf_t.settings, for one test.
struct Project {
  fs::path path = fs::canonical(fs::temp_directory_path()) / "tracewalk-test-conf";
  std::vector<std::string> sys_path = python::sys::path;
  std::optional<std::string> module = python::os::environ.get(conf::ENVIRONMENT_VARIABLE), tz = python::os::environ.get("TZ");
  explicit Project(const std::string& toml) {
    fs::remove_all(path);
    fs::create_directories(path / "conf_t");
    python::sys::path.insert(python::sys::path.begin(), path.string());
    importlib::clear_modules();
    write(toml);
    python::os::environ[std::string(conf::ENVIRONMENT_VARIABLE)] = "conf_t.settings";
  }
  ~Project() {
    fs::remove_all(path);
    python::sys::path = sys_path;
    importlib::clear_modules();
    module ? python::os::environ[std::string(conf::ENVIRONMENT_VARIABLE)] = *module : python::os::environ.pop(conf::ENVIRONMENT_VARIABLE);
    tz ? python::os::environ["TZ"] = *tz : python::os::environ.pop("TZ");
    ::tzset();
  }
  void write(const std::string& toml) const { std::ofstream(path / "conf_t/settings.toml") << toml; }
};

template <class Call>
std::string error_of(const Call& call) {
  try {
    call();
  } catch (const python::Exception& e) {
    return e.type_name() + ": " + e.str();
  }
  return "no error";
}

}  // namespace

TEST_CASE("conf.LazySettings: nothing is loaded before the first touch, and once only", "[django]") {
  const Project project("DEBUG = true\nMY_OWN = 'x'\nlower = 1\n");
  conf::LazySettings settings;
  CHECK_FALSE(settings.configured());
  CHECK(settings.DEBUG());
  CHECK(settings.configured());
  project.write("DEBUG = false\n");
  importlib::clear_modules();
  CHECK(settings.DEBUG());
  CHECK(settings.str("MY_OWN") == "x");
  CHECK(settings.SETTINGS_MODULE() == "conf_t.settings");
  CHECK(settings.DEFAULT_CHARSET() == "utf-8");
  CHECK(settings.WSGI_APPLICATION() == std::nullopt);
  CHECK(settings.INSTALLED_APPS().empty());
  CHECK(settings.integer("SESSION_COOKIE_AGE") == 1209600);
  CHECK(error_of([&] { settings.__getattr__("lower"); }) == "AttributeError: 'Settings' object has no attribute 'lower'");
  CHECK(settings.get("NO_SUCH").is_none());
}

TEST_CASE("conf.LazySettings._setup: without a settings module it says who asked", "[django]") {
  const Project project("");
  conf::LazySettings settings;
  const std::string rest =
      ", but settings are not configured. You must either define the environment variable DJANGO_SETTINGS_MODULE or call "
      "settings.configure() before accessing settings.";
  for (const bool empty : {true, false}) {
    if (empty) python::os::environ["DJANGO_SETTINGS_MODULE"] = "";
    else python::os::environ.pop("DJANGO_SETTINGS_MODULE");
    CHECK(error_of([&] { settings.DEBUG(); }) == "django.core.exceptions.ImproperlyConfigured: Requested setting DEBUG" + rest);
    CHECK(error_of([&] { settings._setup_and_get(); }) == "django.core.exceptions.ImproperlyConfigured: Requested settings" + rest);
  }
  python::os::environ["DJANGO_SETTINGS_MODULE"] = "conf_t.nosuch";
  CHECK(error_of([&] { settings.DEBUG(); }) == "ModuleNotFoundError: No module named 'conf_t.nosuch'");
  CHECK_FALSE(settings.configured());
  // The next question tries again.
  python::os::environ["DJANGO_SETTINGS_MODULE"] = "conf_t.settings";
  CHECK_FALSE(settings.DEBUG());
}

TEST_CASE("conf.Settings: the module's names go over the defaults", "[django]") {
  const Project project("DEBUG = false\nTIME_ZONE = 'UTC'\nZ_OWN = 1\nFORMAT_1 = 2\n1 = 3\n");
  const conf::Settings settings("conf_t.settings");
  CHECK(settings.is_overridden("DEBUG"));
  CHECK(settings.is_overridden("BASE_DIR"));
  CHECK_FALSE(settings.is_overridden("USE_TZ"));
  CHECK_FALSE(settings.is_overridden("SETTINGS_MODULE"));
  CHECK(settings.find("FORMAT_1"));
  CHECK_FALSE(settings.find("1"));
  CHECK(python::repr(*settings.find("BASE_DIR")) == "PosixPath('" + project.path.string() + "')");
  CHECK(python::repr(*settings.find("SETTINGS_MODULE")) == "'conf_t.settings'");
  // Every default, SETTINGS_MODULE, and the three names the defaults lack.
  CHECK(settings.items().size() == conf::global_settings().size() + 4);
  CHECK(settings.items().front().first == "DEBUG");
}

TEST_CASE("conf.Settings: settings that must be lists", "[django]") {
  for (const std::string name : {"ALLOWED_HOSTS", "INSTALLED_APPS", "TEMPLATE_DIRS", "LOCALE_PATHS", "SECRET_KEY_FALLBACKS"}) {
    const Project project(name + " = 'polls'\n");
    CHECK(error_of([] { conf::Settings("conf_t.settings"); }) ==
          "django.core.exceptions.ImproperlyConfigured: The " + name + " setting must be a list or a tuple.");
  }
  // dir() is sorted: ALLOWED_HOSTS is found out first.
  const Project project("INSTALLED_APPS = 'polls'\nALLOWED_HOSTS = 1\n");
  CHECK_THAT(error_of([] { conf::Settings("conf_t.settings"); }), Catch::Contains("The ALLOWED_HOSTS setting"));
}

TEST_CASE("conf.Settings: TIME_ZONE is checked and becomes the process's", "[django]") {
  if (!fs::exists("/usr/share/zoneinfo")) return;
  {
    const Project project("TIME_ZONE = 'Nowhere/Land'\n");
    CHECK(error_of([] { conf::Settings("conf_t.settings"); }) == "ValueError: Incorrect timezone setting: Nowhere/Land");
  }
  {
    const Project project("TIME_ZONE = 'Asia/Tokyo'\n");
    conf::Settings("conf_t.settings");
    CHECK(std::string(std::getenv("TZ")) == "Asia/Tokyo");
    const std::time_t epoch = 0;
    std::tm local{};
    CHECK(::localtime_r(&epoch, &local)->tm_hour == 9);
  }
  python::os::environ["TZ"] = "Europe/Rome";
  const Project project("TIME_ZONE = ''\n");
  conf::Settings("conf_t.settings");
  CHECK(std::string(std::getenv("TZ")) == "Europe/Rome");
}

TEST_CASE("conf.LazySettings.__getattr__: an empty SECRET_KEY is an error when somebody asks for it", "[django]") {
  const Project project("SECRET_KEY = ''\n");
  conf::LazySettings settings;
  CHECK_FALSE(settings.DEBUG());
  const std::string words = "django.core.exceptions.ImproperlyConfigured: The SECRET_KEY setting must not be empty.";
  CHECK(error_of([&] { settings.str("SECRET_KEY"); }) == words);
  CHECK(error_of([&] { settings.get("SECRET_KEY"); }) == words);
  CHECK(settings._setup_and_get().find("SECRET_KEY")->str().empty());
}

TEST_CASE("conf.LazySettings.__getattr__: STATIC_URL and MEDIA_URL get the script prefix", "[django]") {
  const std::string before = std::string(django::urls::get_script_prefix());
  const Project project("STATIC_URL = 'static/'\nMEDIA_URL = '/media/'\n");
  conf::LazySettings settings;
  django::urls::set_script_prefix("/app/");
  CHECK(settings.STATIC_URL() == "/app/static/");
  django::urls::set_script_prefix("/other/");
  CHECK(settings.STATIC_URL() == "/app/static/");  // the first answer is kept
  CHECK(settings.str("MEDIA_URL") == "/media/");
  settings._reset();
  CHECK(settings.STATIC_URL() == "/other/static/");
  CHECK(settings._setup_and_get().find("STATIC_URL")->str() == "static/");
  django::urls::set_script_prefix(before);

  project.write("STATIC_URL = 'http://cdn.example/static/'\n");
  importlib::clear_modules();
  settings._reset();
  CHECK(settings.STATIC_URL() == "http://cdn.example/static/");
  project.write("");
  importlib::clear_modules();
  settings._reset();
  CHECK(settings.STATIC_URL() == std::nullopt);
}

TEST_CASE("conf.LazySettings.configure: by hand, once, in upper case", "[django]") {
  conf::LazySettings settings;
  CHECK(error_of([&] { settings.configure({{"debug", true}}); }) == "TypeError: Setting 'debug' must be uppercase.");
  settings.configure({{"DEBUG", true}, {"OWN", 3}});
  CHECK(settings.DEBUG());
  CHECK(settings.integer("OWN") == 3);
  CHECK_FALSE(settings.flag("APPEND_SLASH") == false);
  CHECK(settings.SETTINGS_MODULE().empty());
  CHECK(error_of([&] { settings.__getattr__("NO_SUCH"); }) == "AttributeError: module 'django.conf.global_settings' has no attribute 'NO_SUCH'");
  CHECK(error_of([&] { settings.configure({}); }) == "RuntimeError: Settings already configured.");
}

TEST_CASE("conf.LazySettings: many threads may ask first", "[django]") {
  const Project project("DEBUG = true\nSTATIC_URL = 's/'\n");
  for (int round = 0; round < 20; ++round) {
    conf::LazySettings settings;
    std::vector<const Value*> seen(4), urls(4);
    std::vector<std::thread> threads;
    for (std::size_t t = 0; t < 4; ++t)
      threads.emplace_back([&, t] {
        seen[t] = &settings.__getattr__("DEBUG");
        urls[t] = &settings.__getattr__("STATIC_URL");
      });
    for (std::thread& thread : threads) thread.join();
    for (std::size_t t = 1; t < 4; ++t) {
      REQUIRE(seen[t] == seen[0]);
      REQUIRE(urls[t] == urls[0]);
    }
  }
}

TEST_CASE("conf.LazySettings.__dir__: the names of all settings, the project's own included", "[django]") {
  django::conf::settings._reset();
  django::conf::settings.configure({{"MY_OWN", 1}});
  const std::vector<std::string> names = django::conf::settings.__dir__();
  CHECK(std::is_sorted(names.begin(), names.end()));
  CHECK(std::find(names.begin(), names.end(), "MY_OWN") != names.end());
  CHECK(std::find(names.begin(), names.end(), "STATIC_URL") != names.end());
  django::conf::settings._reset();
}
