#include "python/int.h"

#include <catch2/catch.hpp>
#include <limits>

using python::int_;

TEST_CASE("int: reads digits as Python does", "[python]") {
  CHECK(int_("0") == 0);
  CHECK(int_("-12") == -12);
  CHECK(int_("+7") == 7);
  CHECK(int_(" \t5\n") == 5);
  CHECK(int_("007") == 7);
  CHECK(int_("1_000") == 1000);
  CHECK(int_("\u0663\u0664") == 34);
  CHECK(int_("\uff18") == 8);
  CHECK(int_("-9223372036854775808") == std::numeric_limits<std::int64_t>::min());
}

TEST_CASE("int: gives nothing for what is no number", "[python]") {
  for (const char* text : {"", " ", "-", "+-1", "x", "1x", "1.5", "0x10", "_1", "1_", "1__0", "1 2", "\u00b2", "\xff",
                           "9223372036854775808", "99999999999999999999"}) {
    CAPTURE(text);
    CHECK_FALSE(int_(text));
  }
}
