#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>

#include "frozen.h"
#include "python/builtins.h"
#include "python/importlib/__init__.h"
#include "python/importlib/toml_module.h"
#include "python/sys.h"

namespace importlib = python::importlib;
namespace fs = std::filesystem;
using python::Value;

namespace {

// A project's folder on sys.path for one test.
struct Project {
  fs::path path = fs::canonical(fs::temp_directory_path()) / "tracewalk-test-toml-module";
  std::vector<std::string> sys_path = python::sys::path;
  Project() {
    fs::remove_all(path);
    fs::create_directories(path);
    python::sys::path.insert(python::sys::path.begin(), path.string());
    importlib::clear_modules();
  }
  ~Project() {
    fs::remove_all(path);
    python::sys::path = sys_path;
    importlib::clear_modules();
  }
  void write(const std::string& name, const std::string& text) const {
    fs::create_directories((path / name).parent_path());
    std::ofstream(path / name) << text;
  }
};

std::string attribute(const importlib::ModulePtr& module, std::string_view name) { return python::repr(module->get<Value>(name)); }

std::string import_error(std::string_view name) {
  try {
    importlib::import_module(name);
  } catch (const python::Exception& e) {
    return e.type_name() + ": " + e.str();
  }
  return "no error";
}

int side_effects = 0;
constexpr importlib::FrozenModule test_modules[] = {
    {"testside.effect", [](importlib::Module&) { ++side_effects; }},
    {"testside.compiled", [](importlib::Module& module) {
       module.set("COMPILED", Value(7));
       module.set("_private", Value(8));
       module.set("Other", std::string("no value"));
     }}};

struct TestTable {
  TestTable() { importlib::set_frozen(test_modules, {}); }
  ~TestTable() { frozen::install(); }
};

}  // namespace

TEST_CASE("importlib.exec_toml: every key is an attribute, BASE_DIR two steps up from the file", "[python]") {
  const Project project;
  project.write("mysite_t/settings.toml", "DEBUG = true\nlower = 'x'\nROOT = \"{BASE_DIR}/r\"\n[DEEP]\nd = [{dir = \"{BASE_DIR}\"}, \"{{BASE_DIR}} {x}\"]\n");
  const auto module = importlib::import_module("mysite_t.settings");
  CHECK(module->dir() == std::vector<std::string>{"BASE_DIR", "DEBUG", "lower", "ROOT", "DEEP"});
  CHECK(attribute(module, "BASE_DIR") == "PosixPath('" + project.path.string() + "')");
  CHECK(attribute(module, "ROOT") == "'" + project.path.string() + "/r'");
  CHECK(attribute(module, "DEEP") == "{'d': [{'dir': '" + project.path.string() + "'}, '{BASE_DIR} {x}']}");
  CHECK(module->file == (project.path / "mysite_t/settings.toml").string());
}

TEST_CASE("importlib.exec_toml: a file may set BASE_DIR itself", "[python]") {
  const Project project;
  project.write("mysite_t/deep/settings.toml", "ROOT = \"{BASE_DIR}/r\"\nBASE_DIR = \"../..\"\n");
  const auto module = importlib::import_module("mysite_t.deep.settings");
  CHECK(attribute(module, "BASE_DIR") == "PosixPath('" + project.path.string() + "')");
  CHECK(attribute(module, "ROOT") == "'" + project.path.string() + "/r'");
  project.write("mysite_t/bad.toml", "BASE_DIR = 3\n");
  CHECK_THAT(import_error("mysite_t.bad"), Catch::StartsWith("TypeError: ") && Catch::EndsWith("bad.toml: BASE_DIR must be a string, not int"));
}

TEST_CASE("importlib.exec_toml: from reads as Python's from ... import *", "[python]") {
  const Project project;
  const TestTable table;
  project.write("mysite_t/settings.toml", "A = 1\nB = 2\n_HIDDEN = 3\n");
  project.write("mysite_t/sub/prod.toml", "B = 20\nfrom = [\"mysite_t.settings\", \"testside.compiled\"]\nC = \"{BASE_DIR}\"\n");
  const auto module = importlib::import_module("mysite_t.sub.prod");
  CHECK(attribute(module, "A") == "1");
  CHECK(attribute(module, "B") == "20");
  CHECK(attribute(module, "COMPILED") == "7");
  CHECK_FALSE(module->has("_HIDDEN"));
  CHECK_FALSE(module->has("_private"));
  CHECK_FALSE(module->has("Other"));
  CHECK_FALSE(module->has("from"));
  // The BASE_DIR of mysite_t.settings, and not mysite_t/, two steps up from this file.
  CHECK(attribute(module, "C") == "'" + project.path.string() + "'");
}

TEST_CASE("importlib.exec_toml: import runs other modules, a wrong name is Python's error", "[python]") {
  const Project project;
  const TestTable table;
  project.write("mysite_t/settings.toml", "import = [\"testside.effect\"]\n");
  side_effects = 0;
  const auto module = importlib::import_module("mysite_t.settings");
  CHECK(side_effects == 1);
  CHECK_FALSE(module->has("import"));
  project.write("mysite_t/broken.toml", "import = [\"nosuchmodule_in_settings\"]\n");
  CHECK(import_error("mysite_t.broken") == "ModuleNotFoundError: No module named 'nosuchmodule_in_settings'");
  project.write("mysite_t/wrong_from.toml", "from = \"mysite_t.nosuch\"\n");
  CHECK(import_error("mysite_t.wrong_from") == "ModuleNotFoundError: No module named 'mysite_t.nosuch'");
  project.write("mysite_t/wrong_type.toml", "from = 3\n");
  CHECK_THAT(import_error("mysite_t.wrong_type"), Catch::EndsWith("wrong_type.toml: 'from' must be a module's name or a list of them, not int"));
  project.write("mysite_t/wrong_item.toml", "import = [true]\n");
  CHECK_THAT(import_error("mysite_t.wrong_item"), Catch::EndsWith("wrong_item.toml: 'import' must name modules, not bool"));
}

TEST_CASE("importlib.exec_toml: a circle of from is named, and its length limited", "[python]") {
  const Project project;
  project.write("circle/a.toml", "from = \"circle.b\"\n");
  project.write("circle/b.toml", "from = \"circle.a\"\n");
  CHECK_THAT(import_error("circle.a"), Catch::StartsWith("ImportError: ") && Catch::EndsWith("b.toml: 'from' goes in a circle: circle.a -> circle.b -> circle.a"));
  project.write("circle/self.toml", "from = \"circle.self\"\n");
  CHECK_THAT(import_error("circle.self"), Catch::EndsWith("'from' goes in a circle: circle.self -> circle.self"));
  for (int i = 0; i < 20; ++i)
    project.write("chain/m" + std::to_string(i) + ".toml", "from = \"chain.m" + std::to_string(i + 1) + "\"\n");
  project.write("chain/m20.toml", "A = 1\n");
  CHECK_THAT(import_error("chain.m0"), Catch::Contains("more than 16 settings files take from each other"));
  CHECK(import_error("chain.m5") == "no error");
}

TEST_CASE("importlib.exec_toml: a syntax error names file, line and column", "[python]") {
  const Project project;
  project.write("mysite_t/settings.toml", "A = 1\nDEBUG = = true\n");
  CHECK_THAT(import_error("mysite_t.settings"),
             Catch::StartsWith("tomllib.TOMLDecodeError: " + (project.path / "mysite_t/settings.toml").string() + ":2:9: "));
  // A module whose body failed is not there: the next attempt runs it again.
  project.write("mysite_t/settings.toml", "A = 1\n");
  CHECK(import_error("mysite_t.settings") == "no error");
}

TEST_CASE("importlib.exec_toml_text: an embedded file is where it would be on disk", "[python]") {
  importlib::Module module;
  module.name = "embedded.settings";
  importlib::exec_toml_text(module, "DIRS = [\"{BASE_DIR}/extra\"]", "/srv/demo/mysite/settings.toml");
  CHECK(python::repr(module.get<Value>("DIRS")) == "['/srv/demo/extra']");
  CHECK_THROWS_WITH(importlib::exec_toml_text(module, "x", "/srv/demo/mysite/settings.toml"), Catch::StartsWith("/srv/demo/mysite/settings.toml:1:"));
}
