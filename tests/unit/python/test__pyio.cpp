#include <catch2/catch.hpp>

#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "python/_pyio.h"
#include "python/exceptions.h"

using python::_pyio::BufferedReader;

namespace {
struct Folder {
  std::string path;
  Folder() {
    char name[] = "/tmp/pyioXXXXXX";
    path = ::mkdtemp(name);
    std::ofstream(path + "/file") << "hello";
  }
  ~Folder() { std::filesystem::remove_all(path); }
};
}  // namespace

TEST_CASE("_pyio.BufferedReader: reads a plain file and knows its size and time", "[python]") {
  const Folder folder;
  const BufferedReader file(folder.path + "/file");
  CHECK(file.fstat().st_size == 5);
  CHECK(file.fstat().st_mtime_ > 1e9);
  CHECK(file.read(3) == "hel");
  CHECK(file.read(100) == "lo");
  CHECK(file.read(100).empty());
  file.close();
  file.close();
  CHECK_THROWS_AS(file.read(1), python::ValueError);
}

TEST_CASE("_pyio.BufferedReader: a pipe, a device, a folder and a missing file are refused, and none waits", "[python]") {
  const Folder folder;
  const std::string fifo = folder.path + "/fifo";
  REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
  CHECK_THROWS_AS(BufferedReader(fifo), python::OSError);
  CHECK_THROWS_AS(BufferedReader("/dev/zero"), python::OSError);
  CHECK_THROWS_AS(BufferedReader(folder.path), python::IsADirectoryError);
  CHECK_THROWS_AS(BufferedReader(folder.path + "/nosuch"), python::FileNotFoundError);
  CHECK_THROWS_AS(BufferedReader(folder.path + "/file/below"), python::NotADirectoryError);
  CHECK_THROWS_AS(BufferedReader(folder.path + std::string("/file\0.css", 10)), python::ValueError);
}
