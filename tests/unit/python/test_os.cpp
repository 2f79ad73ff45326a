#include <catch2/catch.hpp>

#include <filesystem>

#include "python/os.h"

namespace os = python::os;

TEST_CASE("os.path.normpath: dots are taken out as Python takes them", "[python]") {
  CHECK(os::path::normpath("a/./b/../c") == "a/c");
  CHECK(os::path::normpath("/../a//b/") == "/a/b");
  CHECK(os::path::normpath("../../x") == "../../x");
  CHECK(os::path::normpath("a/../..") == "..");
  CHECK(os::path::normpath("") == ".");
  CHECK(os::path::normpath("//a") == "//a");
  CHECK(os::path::normpath("///a") == "/a");
  CHECK(os::path::normpath("a/b/../../c") == "c");
}

TEST_CASE("os.path.join, basename, dirname: as Python", "[python]") {
  CHECK(os::path::join("a", "b") == "a/b");
  CHECK(os::path::join("a/", "b") == "a/b");
  CHECK(os::path::join("a", "/b") == "/b");
  CHECK(os::path::basename("/a/b.c") == "b.c");
  CHECK(os::path::basename("/a/") == "");
  CHECK(os::path::dirname("/a/b") == "/a");
  CHECK(os::path::dirname("/a") == "/");
  CHECK(os::path::dirname("a") == "");
}

TEST_CASE("os.environ: set, get, setdefault, pop", "[python]") {
  os::environ.pop("TRACEWALK_TEST");
  CHECK_FALSE(os::environ.contains("TRACEWALK_TEST"));
  os::environ.setdefault("TRACEWALK_TEST", "one");
  os::environ.setdefault("TRACEWALK_TEST", "two");
  CHECK(os::environ.get("TRACEWALK_TEST") == "one");
  os::environ["TRACEWALK_TEST"] = "three";
  CHECK(os::environ.get("TRACEWALK_TEST", "none") == "three");
  os::environ.pop("TRACEWALK_TEST");
  CHECK(os::environ.get("TRACEWALK_TEST", "none") == "none");
}

TEST_CASE("os.path.isfile, isdir: a name with NUL is nothing", "[python]") {
  CHECK(os::path::isdir("/"));
  CHECK_FALSE(os::path::isfile("/"));
  CHECK_FALSE(os::path::exists(std::string_view("/\0x", 3)));
}
