#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>

#include "python/builtins.h"
#include "python/importlib/__init__.h"
#include "python/sys.h"
#include "frozen.h"

namespace importlib = python::importlib;
namespace fs = std::filesystem;

namespace {

// A folder on sys.path for one test; afterwards the modules of the program are as they were.
struct Folder {
  fs::path path = fs::temp_directory_path() / "tracewalk-test-importlib";
  std::vector<std::string> sys_path = python::sys::path;
  Folder() {
    fs::remove_all(path);
    fs::create_directories(path);
    python::sys::path.insert(python::sys::path.begin(), path.string());
    importlib::clear_modules();
  }
  ~Folder() {
    fs::remove_all(path);
    python::sys::path = sys_path;
    importlib::clear_modules();
  }
  void write(const std::string& name, const std::string& text) const {
    fs::create_directories((path / name).parent_path());
    std::ofstream(path / name) << text;
  }
};

int body_runs = 0;
void count_body(importlib::Module& module) {
  ++body_runs;
  module.set("answer", python::Value(42));
}
void failing_body(importlib::Module&) { throw python::ValueError("in the body"); }
void circular_body(importlib::Module& module) {
  module.set("early", python::Value(1));
  const auto self = importlib::import_module("testpkg.circular");
  CHECK(self->has("early"));
}
constexpr importlib::FrozenModule test_modules[] = {
    {"testpkg.counted", count_body}, {"testpkg.failing", failing_body}, {"testpkg.circular", circular_body}};

struct TestTable {
  TestTable() { importlib::set_frozen(test_modules, {}); }
  ~TestTable() { frozen::install(); }
};

std::string import_error(std::string_view name) {
  try {
    importlib::import_module(name);
  } catch (const python::ImportError& e) {
    return e.type_name() + ": " + e.str();
  }
  return "";
}

}  // namespace

TEST_CASE("importlib.import_module: a body runs once, and its module stays in sys.modules", "[python]") {
  const Folder folder;
  const TestTable table;
  body_runs = 0;
  const auto first = importlib::import_module("testpkg.counted");
  CHECK(importlib::import_module("testpkg.counted") == first);
  CHECK(body_runs == 1);
  CHECK(first->get<python::Value>("answer") == python::Value(42));
  CHECK(importlib::modules().front()->name == "testpkg");
}

TEST_CASE("importlib.import_module: what is not there is named in Python's words", "[python]") {
  const Folder folder;
  const TestTable table;
  CHECK(import_error("nosuch") == "ModuleNotFoundError: No module named 'nosuch'");
  CHECK(import_error("nosuch.deeper") == "ModuleNotFoundError: No module named 'nosuch'");
  CHECK(import_error("testpkg.nosuch") == "ModuleNotFoundError: No module named 'testpkg.nosuch'");
  CHECK(import_error("testpkg.counted.x") ==
        "ModuleNotFoundError: No module named 'testpkg.counted.x'; 'testpkg.counted' is not a package");
  CHECK(import_error("") != "");
}

TEST_CASE("importlib.import_module: what is not one name between dots is nowhere", "[python]") {
  const Folder folder;
  folder.write("proj/settings.toml", "DEBUG = true\n");
  CHECK(import_error("proj/settings") == "ModuleNotFoundError: No module named 'proj/settings'");
  CHECK(import_error("proj..settings") == "ModuleNotFoundError: No module named 'proj.'");
  CHECK(import_error("proj.settings/") != "");
  CHECK_THROWS_AS(importlib::import_module(".settings"), python::TypeError);
  CHECK_THROWS_WITH(importlib::import_module(".settings"), "the 'package' argument is required to perform a relative import for '.settings'");
  CHECK_THROWS_WITH(importlib::import_module(".."), "the 'package' argument is required to perform a relative import for '..'");
}

TEST_CASE("importlib.import_module: without a current folder, relative folders of sys.path hold nothing", "[python]") {
  const Folder folder;
  folder.write("proj/settings.toml", "DEBUG = true\n");
  const auto before = std::filesystem::current_path();
  std::filesystem::create_directory(folder.path / "gone");
  std::filesystem::current_path(folder.path / "gone");
  std::filesystem::remove(folder.path / "gone");
  python::sys::path.insert(python::sys::path.begin(), "relative");
  CHECK(importlib::import_module("proj.settings")->has("DEBUG"));
  CHECK(import_error("nosuch") == "ModuleNotFoundError: No module named 'nosuch'");
  std::filesystem::current_path(before);
}

TEST_CASE("importlib.import_module: a body that throws leaves no module behind", "[python]") {
  const Folder folder;
  const TestTable table;
  CHECK_THROWS_AS(importlib::import_module("testpkg.failing"), python::ValueError);
  CHECK_THROWS_AS(importlib::import_module("testpkg.failing"), python::ValueError);
}

TEST_CASE("importlib.import_module: a circular import finds the half-filled module", "[python]") {
  const Folder folder;
  const TestTable table;
  CHECK(importlib::import_module("testpkg.circular")->has("early"));
}

TEST_CASE("importlib.import_module: a TOML file on sys.path is a module, a folder is a package", "[python]") {
  const Folder folder;
  folder.write("proj/settings.toml", "DEBUG = true\n");
  const auto settings = importlib::import_module("proj.settings");
  CHECK(settings->get<python::Value>("DEBUG") == python::Value(true));
  CHECK(settings->file == (folder.path / "proj/settings.toml").string());
  CHECK(importlib::import_module("proj")->path == std::vector<std::string>{(folder.path / "proj").string()});
  CHECK(importlib::find_spec("proj.settings"));
  CHECK_FALSE(importlib::find_spec("proj.urls"));
}

TEST_CASE("importlib.import_module: a source that is not built is told with what to do", "[python]") {
  const Folder folder;
  folder.write("proj/urls.cpp", "// not built\n");
  const std::string error = import_error("proj.urls");
  CHECK(error.find("No module named 'proj.urls' (") != error.npos);
  CHECK(error.find("cmake --build build") != error.npos);
}

TEST_CASE("importlib.import_module: a file that is no library is an ImportError that names it", "[python]") {
  const Folder folder;
  folder.write("broken.so", "this is no ELF file");
  const std::string error = import_error("broken");
  CHECK(error.starts_with("ImportError: "));
  CHECK(error.find("broken.so") != error.npos);
}

TEST_CASE("Module.get: a missing attribute has Python's words, a wrong one is a TypeError", "[python]") {
  const Folder folder;
  const TestTable table;
  const auto module = importlib::import_module("testpkg.counted");
  try {
    module->get<python::Value>("Command");
    FAIL("no exception");
  } catch (const python::AttributeError& e) {
    CHECK(e.str() == "module 'testpkg.counted' has no attribute 'Command'");
  }
  CHECK_THROWS_AS(module->get<int>("answer"), python::TypeError);
  CHECK(module->get_if<int>("answer") == nullptr);
}

TEST_CASE("importlib.iter_modules: files and frozen modules of a folder, sorted", "[python]") {
  const Folder folder;
  folder.write("cmds/b.so", "");
  folder.write("cmds/a.so", "");
  folder.write("cmds/not-a-name.so", "");
  folder.write("cmds/notes.txt", "");
  const auto found = importlib::iter_modules({(folder.path / "cmds").string()});
  REQUIRE(found.size() == 2);
  CHECK(found[0].first == "a");
  CHECK(found[1].first == "b");
}
