#include "python/input.h"

#include <unistd.h>

#include <catch2/catch.hpp>

#include "python/io.h"
#include "python/sys.h"
#include "tests/unit/python/typed.h"

TEST_CASE("input: shows the prompt and gives one line at a time", "[python]") {
  const Typed typed("yes\n\nlast");
  CHECK(python::input("Sure? ") == "yes");
  CHECK(typed.shown.getvalue() == "Sure? ");
  CHECK(python::input("").empty());
  CHECK(python::input("") == "last");
  CHECK_THROWS_AS(python::input(""), python::EOFError);
}
