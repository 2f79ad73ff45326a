#include "python/os_files.h"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdlib>

#include "python/atomic_file.h"
#include "python/exceptions.h"
#include "python/os.h"
#include "tests/unit/django/project.h"

namespace os = python::os;

TEST_CASE("os.makedirs: makes what is missing, and says when the last folder is there already", "[python]") {
  const project::Project project;
  os::makedirs(project.path("a/b/c"));
  CHECK(os::path::isdir(project.path("a/b/c")));
  CHECK_THROWS_AS(os::makedirs(project.path("a/b/c")), python::FileExistsError);
  CHECK_NOTHROW(os::makedirs(project.path("a/b/c/"), 0777, true));
  project.write("file", "");
  CHECK_THROWS_AS(os::makedirs(project.path("file"), 0777, true), python::FileExistsError);
  CHECK_THROWS_AS(os::makedirs(project.path("file/below"), 0777, true), python::NotADirectoryError);
}

TEST_CASE("os.scandir: sorted, and a link to a folder is a folder", "[python]") {
  const project::Project project;
  project.write("b", "");
  os::mkdir(project.path("a"));
  os::symlink(project.path("a"), project.path("c"));
  os::symlink("nowhere", project.path("d"));
  const auto entries = os::scandir(project.folder);
  REQUIRE(entries.size() == 4);
  CHECK(entries[0].name == "a");
  CHECK((entries[0].is_dir && !entries[0].is_symlink));
  CHECK((entries[1].name == "b" && !entries[1].is_dir));
  CHECK((entries[2].is_dir && entries[2].is_symlink));
  CHECK((!entries[3].is_dir && entries[3].is_symlink));
  CHECK(os::path::lexists(project.path("d")));
  CHECK_FALSE(os::path::exists(project.path("d")));
  CHECK_THROWS_AS(os::scandir(project.path("none")), python::FileNotFoundError);
}

TEST_CASE("os.path.splitext, expanduser, relpath: as Python has them", "[python]") {
  using Pair = std::pair<std::string, std::string>;
  CHECK(os::path::splitext("a/b.tar.gz") == Pair{"a/b.tar", ".gz"});
  CHECK(os::path::splitext("a.b/c") == Pair{"a.b/c", ""});
  CHECK(os::path::splitext("a/.profile") == Pair{"a/.profile", ""});
  CHECK(os::path::splitext("a/..x.y") == Pair{"a/..x", ".y"});
  CHECK(os::path::expanduser("~/x") == os::environ.get("HOME", "") + "/x");
  CHECK(os::path::expanduser("a~b") == "a~b");
  CHECK(os::path::expanduser("~no-such-user-here/x") == "~no-such-user-here/x");
  CHECK(os::path::relpath("/a/b/c.txt", "/a") == "b/c.txt");
}

TEST_CASE("AtomicFile: nothing is there before commit, and nothing remains without it", "[python]") {
  const project::Project project;
  project.write("a.txt", "old");
  {
    python::AtomicFile file(project.path("a.txt"));
    file.write("half");
    CHECK(project.read("a.txt") == "old");
  }
  CHECK(project.files() == std::vector<std::string>{"a.txt"});
  {
    python::AtomicFile file(project.path("a.txt"));
    file.write("new");
    file.chmod(0600);
    file.commit();
  }
  CHECK(project.read("a.txt") == "new");
  CHECK(os::mode_of(project.path("a.txt")) == 0600);
  CHECK(project.files() == std::vector<std::string>{"a.txt"});
  CHECK_THROWS_AS(python::AtomicFile(project.path("none/a.txt")), python::FileNotFoundError);
}
