#include <catch2/catch.hpp>

#include <thread>

#include "django/apps/registry.h"
#include "django/contrib/staticfiles/apps.h"
#include "django/conf/__init__.h"
#include "django/core/exceptions.h"
#include "frozen.h"
#include "python/builtins.h"
#include "python/os.h"

namespace importlib = python::importlib;
namespace staticfiles_apps = django::contrib::staticfiles::apps;
using django::apps::AppConfig;
using django::apps::AppConfigClass;
using django::apps::Apps;
using importlib::Module;
using importlib::ModulePtr;

namespace {

std::vector<std::string> happened;

class Recording : public AppConfig {
 public:
  using AppConfig::AppConfig;
  void ready() override { happened.push_back("ready " + label); }
  std::string_view __class__() const override { return "Recording"; }
};

AppConfigClass recording(std::string name, std::optional<bool> default_ = {}) {
  return {std::move(name), default_, [](std::string app_name, ModulePtr module) { return std::make_shared<Recording>(std::move(app_name), std::move(module)); }};
}

Apps* under_test = nullptr;

class Reentrant : public AppConfig {
 public:
  using AppConfig::AppConfig;
  void ready() override { under_test->populate({}); }
};

constexpr importlib::FrozenModule test_modules[] = {
    {"plainapp", [](Module&) { happened.push_back("import plainapp"); }},
    {"plainapp.models", [](Module&) { happened.push_back("import plainapp.models"); }},
    {"oneapp", nullptr},
    {"oneapp.apps", [](Module& module) { module.set("OneConfig", recording("oneapp")); }},
    {"notdefault", nullptr},
    {"notdefault.apps", [](Module& module) { module.set("Hidden", recording("notdefault", false)); }},
    {"twoapp", nullptr},
    {"twoapp.apps", [](Module& module) { module.set("B", recording("twoapp")), module.set("A", recording("twoapp", true)); }},
    {"undecided", nullptr},
    {"undecided.apps", [](Module& module) { module.set("B", recording("undecided")), module.set("A", recording("undecided")); }},
    {"greedy", nullptr},
    {"greedy.apps", [](Module& module) { module.set("B", recording("greedy", true)), module.set("A", recording("greedy", true)); }},
    {"wrongname", nullptr},
    {"wrongname.apps", [](Module& module) {
       module.set("Nameless", recording("")), module.set("Lost", recording("nosuch.app")), module.set("NoClass", python::Value(1));
     }},
    {"other.plainapp", nullptr},
    {"other.plainapp.models", nullptr},
    {"badmodels.models", [](Module&) { throw python::RuntimeError("models blew up"); }},
    {"badmodels", nullptr},
    {"brokenapp", [](Module&) { throw python::ImportError("inner import failed"); }},
    {"brokenapp.x", nullptr},
    {"reentrant", nullptr},
    {"reentrant.apps", [](Module& module) {
       module.set("Config", AppConfigClass{"reentrant", {}, [](std::string app_name, ModulePtr app_module) {
                                             return std::make_shared<Reentrant>(std::move(app_name), std::move(app_module));
                                           }});
     }},
    {"a_b1c.d2_e.x", nullptr},
    {"django.contrib.staticfiles", nullptr},
    {"django.contrib.staticfiles.apps", staticfiles_apps::exec},
};

struct Table {
  Table() {
    importlib::set_frozen(test_modules, {});
    importlib::clear_modules();
    happened.clear();
    django::conf::settings._reset();
    django::conf::settings.configure({});
  }
  ~Table() {
    importlib::clear_modules();
    frozen::install();
    django::conf::settings._reset();
  }
};

std::string error_of(const std::function<void()>& call) {
  try {
    call();
  } catch (const python::Exception& e) {
    return e.type_name() + ": " + e.str();
  }
  return "no error";
}
std::string create_error(const std::string& entry) {
  return error_of([&] { AppConfig::create(entry); });
}
std::string populate_error(const std::vector<std::string>& entries) {
  Apps apps;
  return error_of([&] { apps.populate(entries); });
}

}  // namespace

TEST_CASE("apps.config.AppConfig.create: a module gives an AppConfig named after it", "[django]") {
  const Table table;
  const auto config = AppConfig::create("plainapp");
  CHECK(config->name == "plainapp");
  CHECK(config->label == "plainapp");
  CHECK(config->verbose_name == "Plainapp");
  CHECK(config->__class__() == "AppConfig");
  CHECK(config->module->name == "plainapp");
  CHECK(config->path == config->module->path.at(0));
  CHECK(AppConfig::create("a_b1c.d2_e")->verbose_name == "D2_E");
  tracepoints::Repr repr;
  repr_to(repr, *config);
  CHECK(repr.str() == "<AppConfig: plainapp>");
}

TEST_CASE("apps.config.AppConfig.create: the apps module may bring the default", "[django]") {
  const Table table;
  CHECK(AppConfig::create("oneapp")->__class__() == "Recording");
  CHECK(AppConfig::create("notdefault")->__class__() == "AppConfig");
  CHECK(AppConfig::create("notdefault.apps.Hidden")->__class__() == "Recording");
  CHECK(AppConfig::create("twoapp")->__class__() == "Recording");
  CHECK(AppConfig::create("undecided")->__class__() == "AppConfig");
  CHECK(create_error("greedy") == "RuntimeError: 'greedy.apps' declares more than one default AppConfig: 'A', 'B'.");
  CHECK(AppConfig::create("undecided.apps.B")->name == "undecided");
}

TEST_CASE("apps.config.AppConfig.create: what cannot be one is said in Django's words", "[django]") {
  const Table table;
  CHECK(create_error("nosuchapp") == "ModuleNotFoundError: No module named 'nosuchapp'");
  CHECK(create_error("oneapp.nosuch") == "ModuleNotFoundError: No module named 'oneapp.nosuch'");
  CHECK(create_error("oneapp.apps.OneConfg") == "ImportError: Module 'oneapp.apps' does not contain a 'OneConfg' class. Choices are: 'OneConfig'.");
  CHECK(create_error("plainapp.models.Config") == "ImportError: Module 'plainapp.models' does not contain a 'Config' class.");
  CHECK(create_error("twoapp.apps.C") == "ImportError: Module 'twoapp.apps' does not contain a 'C' class. Choices are: 'A', 'B'.");
  CHECK(create_error("nosuch.apps.Config") == "ModuleNotFoundError: No module named 'nosuch'");
  CHECK(create_error("wrongname.apps.NoClass") == "django.core.exceptions.ImproperlyConfigured: 'wrongname.apps.NoClass' isn't a subclass of AppConfig.");
  CHECK(create_error("wrongname.apps.Nameless") == "django.core.exceptions.ImproperlyConfigured: 'wrongname.apps.Nameless' must supply a name attribute.");
  CHECK(create_error("wrongname.apps.Lost") ==
        "django.core.exceptions.ImproperlyConfigured: Cannot import 'nosuch.app'. Check that 'wrongname.apps.Lost.name' is correct.");
  CHECK(create_error("brokenapp") == "ImportError: inner import failed");
  CHECK(create_error("") == "ModuleNotFoundError: No module named ''");
  CHECK(create_error("nosuch.") == "ModuleNotFoundError: No module named 'nosuch'");
}

TEST_CASE("apps.config.AppConfig: its label must be an identifier, its place one folder", "[django]") {
  auto module = std::make_shared<Module>();
  module->name = "my-app";
  module->path = {"/x/my-app"};
  CHECK(error_of([&] { AppConfig("my-app", module); }) == "django.core.exceptions.ImproperlyConfigured: The app label 'my-app' is not a valid Python identifier.");
  module->name = "spread";
  module->path = {"/b/spread", "/a/spread"};
  const std::string advice = " you must configure this app with an AppConfig subclass with a 'path' class attribute.";
  CHECK(error_of([&] { AppConfig("spread", module); }) ==
        "django.core.exceptions.ImproperlyConfigured: The app module <module 'spread'> has multiple filesystem locations (['/a/spread', '/b/spread']);" + advice);
  module->path = {"/a/spread", "/a/spread"};
  CHECK(AppConfig("spread", module).path == "/a/spread");
  module->path.clear();
  CHECK(error_of([&] { AppConfig("spread", module); }) ==
        "django.core.exceptions.ImproperlyConfigured: The app module <module 'spread'> has no filesystem location," + advice);
  module->file = "/c/spread.so";
  CHECK(AppConfig("spread", module).path == "/c");
}

TEST_CASE("apps.registry.Apps.populate: three phases that do not mix, and only once", "[django]") {
  const Table table;
  Apps apps;
  apps.populate({"oneapp", "plainapp"});
  CHECK(happened == std::vector<std::string>{"import plainapp", "import plainapp.models", "ready oneapp"});
  CHECK((apps.apps_ready && apps.models_ready && apps.ready));
  CHECK(apps.get_app_configs().size() == 2);
  CHECK(apps.get_app_configs()[0]->label == "oneapp");
  CHECK(apps.get_app_config("plainapp")->models_module->name == "plainapp.models");
  CHECK(apps.get_app_config("oneapp")->models_module == nullptr);
  apps.populate({"nosuchapp"});
  CHECK(apps.get_app_configs().size() == 2);
  CHECK(apps.is_installed("plainapp"));
  CHECK_FALSE(apps.is_installed("twoapp"));
}

TEST_CASE("apps.registry.Apps.populate: labels and names are unique", "[django]") {
  const Table table;
  CHECK(populate_error({"plainapp", "other.plainapp"}) ==
        "django.core.exceptions.ImproperlyConfigured: Application labels aren't unique, duplicates: plainapp");
  CHECK(populate_error({"plainapp", "plainapp"}) ==
        "django.core.exceptions.ImproperlyConfigured: Application labels aren't unique, duplicates: plainapp");
  CHECK(populate_error({"plainapp", "nosuchapp"}) == "ModuleNotFoundError: No module named 'nosuchapp'");
  CHECK(populate_error({"plainapp", "badmodels"}) == "RuntimeError: models blew up");
}

TEST_CASE("apps.registry.Apps.populate: names that two labels share", "[django]") {
  static int made = 0;
  constexpr static importlib::FrozenModule same_name[] = {
      {"shared", nullptr},
      {"shared.apps", [](Module& module) {
         module.set("Config", AppConfigClass{"shared", {}, [](std::string app_name, ModulePtr app_module) {
                                               auto config = std::make_shared<AppConfig>(std::move(app_name), std::move(app_module));
                                               config->label += std::to_string(++made);
                                               return config;
                                             }});
       }}};
  const Table table;
  importlib::set_frozen(same_name, {});
  CHECK(populate_error({"shared", "shared"}) == "django.core.exceptions.ImproperlyConfigured: Application names aren't unique, duplicates: shared");
}

TEST_CASE("apps.registry.Apps.populate: is not reentrant, nor tried again after it failed", "[django]") {
  const Table table;
  Apps apps;
  under_test = &apps;
  CHECK(error_of([&] { apps.populate({"reentrant"}); }) == "RuntimeError: populate() isn't reentrant");
  CHECK(error_of([&] { apps.populate({}); }) == "RuntimeError: populate() isn't reentrant");
  // What execute() does under runserver: no apps, and ready.
  apps._reset();
  apps.apps_ready = apps.models_ready = apps.ready = true;
  apps.populate({"nosuchapp"});
  CHECK(apps.get_app_configs().empty());
  CHECK_FALSE(apps.wait_ready(0));
}

TEST_CASE("apps.registry.Apps.get_app_config: helps with the label", "[django]") {
  const Table table;
  Apps apps;
  apps.populate({"other.plainapp"});
  CHECK(error_of([&] { apps.get_app_config("nosuch"); }) == "LookupError: No installed app with label 'nosuch'.");
  CHECK(error_of([&] { apps.get_app_config("other.plainapp"); }) ==
        "LookupError: No installed app with label 'other.plainapp'. Did you mean 'plainapp'?");
}

TEST_CASE("apps.registry.Apps.check_apps_ready: tells of missing settings first", "[django]") {
  const Table table;
  Apps apps;
  CHECK(error_of([&] { apps.get_app_configs(); }) == "django.core.exceptions.AppRegistryNotReady: Apps aren't loaded yet.");
  CHECK(error_of([&] { apps.check_models_ready(); }) == "django.core.exceptions.AppRegistryNotReady: Models aren't loaded yet.");
  const auto module = python::os::environ.get("DJANGO_SETTINGS_MODULE");
  python::os::environ.pop("DJANGO_SETTINGS_MODULE");
  django::conf::settings._reset();
  CHECK_THAT(error_of([&] { apps.is_installed("x"); }), Catch::Contains("Requested setting INSTALLED_APPS, but settings are not configured."));
  if (module) python::os::environ["DJANGO_SETTINGS_MODULE"] = *module;
}

TEST_CASE("apps.registry.Apps.wait_ready: another thread learns that it is done", "[django]") {
  const Table table;
  Apps apps;
  CHECK_FALSE(apps.wait_ready(0.01));
  bool told = false;
  std::thread waiting([&] { told = apps.wait_ready(30); });
  apps.populate({"plainapp"});
  waiting.join();
  CHECK(told);
  apps._reset();
  CHECK_FALSE(apps.wait_ready(0));
}

TEST_CASE("staticfiles.apps.StaticFilesConfig: is the application's default", "[django]") {
  const Table table;
  const auto config = std::dynamic_pointer_cast<staticfiles_apps::StaticFilesConfig>(AppConfig::create("django.contrib.staticfiles"));
  REQUIRE(config);
  CHECK(config->label == "staticfiles");
  CHECK(config->verbose_name == "Static Files");
  CHECK(config->ignore_patterns == std::vector<std::string>{"CVS", ".*", "*~"});
  tracepoints::Repr repr;
  repr_to(repr, std::shared_ptr<AppConfig>(config));
  CHECK(repr.str() == "<StaticFilesConfig: staticfiles>");
}
