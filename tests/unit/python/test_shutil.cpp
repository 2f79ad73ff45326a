#include "python/shutil.h"

#include <catch2/catch.hpp>

#include <limits>

#include "python/os.h"

namespace os = python::os;

TEST_CASE("shutil.get_terminal_size: COLUMNS wins when it is a positive number", "[python]") {
  os::environ["COLUMNS"] = "123";
  CHECK(python::shutil::get_terminal_columns() == 123);
  os::environ["COLUMNS"] = "99999999999999999999";   // Python's numbers have no end
  CHECK(python::shutil::get_terminal_columns() == std::numeric_limits<int>::max());
  os::environ.pop("COLUMNS");
  const int without = python::shutil::get_terminal_columns();
  CHECK(without > 0);
  for (const char* no_width : {"0", "-5", "wide", ""}) {
    os::environ["COLUMNS"] = no_width;
    CHECK(python::shutil::get_terminal_columns() == without);
  }
  os::environ.pop("COLUMNS");
}
