#include <catch2/catch.hpp>

#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "python/tomllib.h"

namespace tomllib = python::tomllib;
namespace fs = std::filesystem;

namespace {

std::string parsed(std::string_view text) { return python::repr(python::Value(tomllib::loads(text, "s.toml"))); }

std::string error_of(std::string_view text) {
  try {
    tomllib::loads(text, "s.toml");
  } catch (const tomllib::TOMLDecodeError& e) {
    CHECK(e.type_name() == "tomllib.TOMLDecodeError");
    return e.str();
  }
  return "no error";
}

std::string load_error(const fs::path& file) {
  try {
    tomllib::load(file.string());
  } catch (const python::Exception& e) {
    return e.type_name() + ": " + e.str();
  }
  return "no error";
}

std::string repeat(std::string_view text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += text;
  return out;
}

struct Folder {
  fs::path path = fs::temp_directory_path() / "tracewalk-test-tomllib";
  Folder() {
    fs::remove_all(path);
    fs::create_directories(path);
  }
  ~Folder() { fs::remove_all(path); }
};

}  // namespace

TEST_CASE("tomllib.loads: values become Python's, keys stay in order", "[python]") {
  CHECK(parsed("z = 1\na = \"x\"\nm = [true, 1.5, 'y']\n[t]\nlast = false\nfirst = 0x10\n") ==
        "{'z': 1, 'a': 'x', 'm': [True, 1.5, 'y'], 't': {'last': False, 'first': 16}}");
  CHECK(parsed("b.two = 2\nb.one = 1\n[c.d]\ne = {y = 1, x = 2}\n") == "{'b': {'two': 2, 'one': 1}, 'c': {'d': {'e': {'y': 1, 'x': 2}}}}");
  CHECK(parsed("") == "{}");
}

TEST_CASE("tomllib.loads: dates print as Python prints them", "[python]") {
  CHECK(parsed("d = 2024-01-02") == "{'d': datetime.date(2024, 1, 2)}");
  CHECK(parsed("t = 07:32:00") == "{'t': datetime.time(7, 32)}");
  CHECK(parsed("t = 07:32:01.5") == "{'t': datetime.time(7, 32, 1, 500000)}");
  CHECK(parsed("t = 1979-05-27T07:32:00Z") == "{'t': datetime.datetime(1979, 5, 27, 7, 32, tzinfo=datetime.timezone.utc)}");
  CHECK(parsed("t = 1979-05-27T07:32:00-08:00") ==
        "{'t': datetime.datetime(1979, 5, 27, 7, 32, tzinfo=datetime.timezone(datetime.timedelta(days=-1, seconds=57600)))}");
  CHECK(parsed("t = 1979-05-27 07:32:09") == "{'t': datetime.datetime(1979, 5, 27, 7, 32, 9)}");
}

TEST_CASE("tomllib.loads: a mistake is told with file, line and column", "[python]") {
  CHECK_THAT(error_of("A = 1\nDEBUG = = true\n"), Catch::StartsWith("s.toml:2:9: "));
  CHECK_THAT(error_of("A = 1\nA = 2\n"), Catch::StartsWith("s.toml:2:"));
  CHECK_THAT(error_of("A = \"open\n"), Catch::StartsWith("s.toml:1:"));
  CHECK(error_of(std::string_view("A = 1\nB = \"\0\"\n", 13)) == "s.toml:2:6: a NUL byte; a settings file is text");
  CHECK(error_of("A = 1\n\xC3\xA9 = \"\xC3\xA9\xFF\"\n") == "s.toml:2:7: not UTF-8 text");
  CHECK(error_of("\xFF") == "s.toml:1:1: not UTF-8 text");
  CHECK(error_of("A = \"\xC3") == "s.toml:1:6: not UTF-8 text");
  CHECK_THAT(error_of("A = 1\nB"), !Catch::Contains("\n"));
}

TEST_CASE("tomllib.loads: depth is limited, in brackets and in dotted keys", "[python]") {
  CHECK(error_of("a = " + repeat("[", 64) + repeat("]", 64)) == "no error");
  CHECK(error_of("a = " + repeat("[", 65) + repeat("]", 65)) == "s.toml:1:69: nested more than 64 deep");
  CHECK(error_of("x" + repeat(".x", 200000) + " = 1") == "s.toml:1:130: nested more than 64 deep");
  CHECK_THAT(error_of("[x" + repeat(".x", 70) + "]\n"), Catch::Contains("nested more than 64 deep"));
  // Brackets and dots in texts and comments do not count.
  CHECK(error_of("a = \"" + repeat("[", 100) + "\"\nb = '" + repeat(".", 100) + "' # " + repeat("{", 100)) == "no error");
  CHECK(error_of("a = \"\"\"\n" + repeat("[", 100) + "\\\"\"\"\"\nb = '''\n" + repeat("[", 100) + "'''") == "no error");
  CHECK(error_of("a = [" + repeat("1.5, ", 500) + "]") == "no error");
  CHECK(error_of(repeat("[[a]]\n", 500)) == "no error");
}

TEST_CASE("tomllib.load: what cannot be read is one clear line", "[python]") {
  const Folder folder;
  CHECK(load_error(folder.path / "none.toml") == "FileNotFoundError: [Errno 2] No such file or directory: '" + (folder.path / "none.toml").string() + "'");
  CHECK(load_error(folder.path) == "IsADirectoryError: [Errno 21] Is a directory: '" + folder.path.string() + "'");
  const fs::path pipe = folder.path / "pipe.toml", big = folder.path / "big.toml", good = folder.path / "good.toml";
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  CHECK(load_error(pipe) == "tomllib.TOMLDecodeError: " + pipe.string() + ": not a regular file");
  std::ofstream(big) << std::string(tomllib::max_file_bytes + 1, '#');
  CHECK(load_error(big) == "tomllib.TOMLDecodeError: " + big.string() + ": 1048577 bytes; a TOML file may have at most 1048576");
  std::ofstream(good) << std::string(tomllib::max_file_bytes, '#');
  CHECK(load_error(good) == "no error");
}
