#include <catch2/catch.hpp>

#include <cerrno>

#include "python/exceptions.h"

using namespace python;

TEST_CASE("exceptions: SystemExit and KeyboardInterrupt pass `except Exception`", "[python]") {
  const auto escapes = [](auto&& thrown) {
    try {
      try {
        throw thrown;
      } catch (const std::exception&) {
        return false;
      }
    } catch (const BaseException&) {
      return true;
    }
  };
  CHECK(escapes(SystemExit(3)));
  CHECK(escapes(KeyboardInterrupt()));
  CHECK_FALSE(escapes(ValueError("x")));
}

TEST_CASE("raise_os_error: each errno has Python's subclass and words", "[python]") {
  CHECK_THROWS_AS(raise_os_error(EPIPE), BrokenPipeError);
  CHECK_THROWS_AS(raise_os_error(ECONNRESET), ConnectionError);
  CHECK_THROWS_AS(raise_os_error(EACCES), PermissionError);
  try {
    raise_os_error(ENOENT, "no.txt");
    FAIL("no exception");
  } catch (const FileNotFoundError& e) {
    CHECK(e.str() == "[Errno 2] No such file or directory: 'no.txt'");
    CHECK(e.errno_ == ENOENT);
  }
}

TEST_CASE("format_exception: the last lines of a traceback, causes first", "[python]") {
  try {
    try {
      throw ModuleNotFoundError("No module named 'x'");
    } catch (const ImportError&) {
      std::throw_with_nested(ValueError("outer"));
    }
  } catch (const ValueError&) {
    CHECK(format_exception(std::current_exception()) ==
          "ModuleNotFoundError: No module named 'x'\n"
          "\nThe above exception was the direct cause of the following exception:\n\n"
          "ValueError: outer\n");
  }
  CHECK(format_exception(std::make_exception_ptr(KeyboardInterrupt())) == "KeyboardInterrupt\n");
  CHECK(format_exception(std::make_exception_ptr(KeyError("a"))) == "KeyError: 'a'\n");
  CHECK(format_exception(std::make_exception_ptr(7)) == "RuntimeError: an exception of a foreign type\n");
}
