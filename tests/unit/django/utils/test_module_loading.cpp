#include <catch2/catch.hpp>

#include "django/utils/module_loading.h"
#include "frozen.h"
#include "python/builtins.h"

namespace importlib = python::importlib;
using django::utils::module_loading::import_string;
using django::utils::module_loading::module_has_submodule;
using python::Value;

namespace {

constexpr importlib::FrozenModule test_modules[] = {
    {"loadpkg", [](importlib::Module& module) { module.set("HERE", Value(1)); }},
    {"loadpkg.sub", [](importlib::Module& module) { module.set("THERE", Value(2)); }},
    {"loadpkg.broken", [](importlib::Module&) { throw python::ValueError("in the body"); }},
};
struct Table {
  Table() { importlib::set_frozen(test_modules, {}), importlib::clear_modules(); }
  ~Table() { importlib::clear_modules(), frozen::install(); }
};

std::string error_of(std::string_view dotted_path) {
  try {
    import_string<Value>(dotted_path);
  } catch (const python::Exception& e) {
    return e.type_name() + ": " + e.str();
  }
  return "no error";
}

}  // namespace

TEST_CASE("module_loading.import_string: gives what the path names", "[django]") {
  const Table table;
  CHECK(import_string<Value>("loadpkg.HERE") == Value(1));
  CHECK(import_string<Value>("loadpkg.sub.THERE") == Value(2));
}

TEST_CASE("module_loading.import_string: says what is wrong in Django's words", "[django]") {
  const Table table;
  CHECK(error_of("loadpkg") == "ImportError: loadpkg doesn't look like a module path");
  CHECK(error_of("loadpkg.sub.nosuch") == "ImportError: Module \"loadpkg.sub\" does not define a \"nosuch\" attribute/class");
  CHECK(error_of("loadpkg.nosuch.X") == "ModuleNotFoundError: No module named 'loadpkg.nosuch'");
  CHECK(error_of("loadpkg.broken.X") == "ValueError: in the body");
  CHECK_THROWS_AS(import_string<std::string>("loadpkg.HERE"), python::TypeError);
}

TEST_CASE("module_loading.module_has_submodule: asks without running the module", "[django]") {
  const Table table;
  const auto package = importlib::import_module("loadpkg");
  CHECK(module_has_submodule(*package, "sub"));
  CHECK(module_has_submodule(*package, "broken"));
  CHECK_FALSE(module_has_submodule(*package, "models"));
  CHECK_FALSE(module_has_submodule(*importlib::import_module("loadpkg.sub"), "models"));
}
