#include "python/io.h"

#include <unistd.h>

#include <catch2/catch.hpp>

using python::io::FileIO;

namespace {

// What arrives at the other end of a pipe.
std::string written(std::string_view text, FileIO::Errors errors) {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  FileIO(ends[1], errors).write(text);
  ::close(ends[1]);
  char buffer[100];
  const ssize_t size = ::read(ends[0], buffer, sizeof buffer);
  ::close(ends[0]);
  return std::string(buffer, static_cast<std::size_t>(size));
}

}  // namespace

TEST_CASE("io.FileIO: standard output passes bytes on, standard error shows those that are no UTF-8", "[python]") {
  const std::string text = "caf\xc3\xa9 \xff\xfe(\n";
  CHECK(written(text, FileIO::Errors::surrogateescape) == text);
  CHECK(written(text, FileIO::Errors::backslashreplace) == "caf\xc3\xa9 \\udcff\\udcfe(\n");
  CHECK(written("plain\n", FileIO::Errors::backslashreplace) == "plain\n");
}
