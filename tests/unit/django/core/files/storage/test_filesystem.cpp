#include "django/core/files/storage/filesystem.h"

#include <catch2/catch.hpp>
#include <sstream>

#include "django/core/exceptions.h"
#include "python/os_files.h"
#include "tests/unit/django/project.h"

namespace os = python::os;
using django::core::exceptions::SuspiciousFileOperation;
using django::core::files::storage::FileSystemStorage;
using project::Project;

namespace {
std::string save(FileSystemStorage& storage, const std::string& name, const std::string& text) {
  std::istringstream content(text);
  return storage.save(name, content);
}
}  // namespace

TEST_CASE("FileSystemStorage.save: makes the folders, sets FILE_UPLOAD_PERMISSIONS, gives the name", "[django]") {
  const Project project;
  project.configure({});
  FileSystemStorage storage(project.folder);
  CHECK(save(storage, "a/b/c.txt", "text") == "a/b/c.txt");
  CHECK(project.read("a/b/c.txt") == "text");
  CHECK(os::mode_of(project.path("a/b/c.txt")) == 0644);
  project.configure({{"FILE_UPLOAD_PERMISSIONS", 0600}, {"FILE_UPLOAD_DIRECTORY_PERMISSIONS", 0711}});
  save(storage, "d/e/f.txt", std::string(200000, 'x'));
  CHECK(project.read("d/e/f.txt") == std::string(200000, 'x'));
  CHECK(os::mode_of(project.path("d/e/f.txt")) == 0600);
  CHECK(os::mode_of(project.path("d/e")) == 0711);
  CHECK(os::mode_of(project.path("d")) == 0711);
}

TEST_CASE("FileSystemStorage.save: a name that is taken gets a suffix, unless it may be overwritten", "[django]") {
  const Project project;
  project.configure({});
  FileSystemStorage storage(project.folder);
  save(storage, "a.tar.gz", "first");
  const std::string second = save(storage, "a.tar.gz", "second");
  CHECK(project.read("a.tar.gz") == "first");
  CHECK(second.size() == std::string("a.tar_1234567.gz").size());
  CHECK((second.starts_with("a.tar_") && second.ends_with(".gz")));
  CHECK(project.read(second) == "second");
  FileSystemStorage overwriting(project.folder, true);
  CHECK(save(overwriting, "a.tar.gz", "third") == "a.tar.gz");
  CHECK(project.read("a.tar.gz") == "third");
}

TEST_CASE("FileSystemStorage: no name leads out of the location", "[django]") {
  const Project project;
  project.configure({});
  FileSystemStorage storage(project.path("inside"));
  CHECK_THROWS_AS(storage.path("../outside"), SuspiciousFileOperation);
  CHECK_THROWS_AS(storage.exists("/etc/passwd"), SuspiciousFileOperation);
  CHECK_THROWS_AS(save(storage, "a/../../b", ""), SuspiciousFileOperation);
}

TEST_CASE("FileSystemStorage.delete: a file, an empty folder, and what is gone already", "[django]") {
  const Project project;
  project.configure({});
  project.write("a.txt", "");
  project.write("full/b.txt", "");
  os::mkdir(project.path("empty"));
  os::symlink("nowhere", project.path("link"));
  FileSystemStorage storage(project.folder);
  CHECK(storage.exists("link"));
  for (const char* const name : {"a.txt", "empty", "link", "never"}) CHECK_NOTHROW(storage.remove(name));
  CHECK(project.files() == std::vector<std::string>{"full/b.txt"});
  CHECK_THROWS_AS(storage.remove("full"), python::OSError);
  CHECK_THROWS_AS(storage.remove(""), python::ValueError);
}

TEST_CASE("FileSystemStorage.listdir, open: folders and files apart; OSError for what cannot be read", "[django]") {
  const Project project;
  project.configure({});
  project.write("b/x", "content");
  project.write("a", "");
  FileSystemStorage storage(project.folder);
  const auto [directories, files] = storage.listdir("");
  CHECK(directories == std::vector<std::string>{"b"});
  CHECK(files == std::vector<std::string>{"a"});
  std::string text;
  *storage.open("b/x") >> text;
  CHECK(text == "content");
  CHECK_THROWS_AS(storage.open("none"), python::FileNotFoundError);
  CHECK_THROWS_AS(storage.open("b"), python::IsADirectoryError);
}
