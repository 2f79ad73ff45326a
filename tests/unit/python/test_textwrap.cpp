#include "python/textwrap.h"

#include <catch2/catch.hpp>

using python::textwrap::wrap;
using Lines = std::vector<std::string>;

TEST_CASE("textwrap.wrap: breaks between words and drops the blank", "[python]") {
  CHECK(wrap("one two three", 7) == Lines{"one two", "three"});
  CHECK(wrap("one two three", 8) == Lines{"one two", "three"});
  CHECK(wrap("", 10).empty());
  CHECK(wrap("  ", 10).empty());
}

TEST_CASE("textwrap.wrap: breaks inside hyphenated words and at long dashes, not in options", "[python]") {
  CHECK(wrap("Look, goof-ball -- use the -b option!", 12) == Lines{"Look, goof-", "ball -- use", "the -b", "option!"});
  CHECK(wrap("not--here but --nowhere-else", 6) == Lines{"not--", "here", "but --", "nowher", "e-else"});
  CHECK(wrap("a-b 1-2 x-ray", 3) == Lines{"a-b", "1-2", "x-", "ray"});
}

TEST_CASE("textwrap.wrap: cuts what fits no line", "[python]") {
  CHECK(wrap("abcdefgh", 3) == Lines{"abc", "def", "gh"});
  CHECK(wrap("x abcdefgh", 4) == Lines{"x ab", "cdef", "gh"});
}

TEST_CASE("textwrap.wrap: counts characters, not bytes", "[python]") {
  CHECK(wrap("héé wörld", 9) == Lines{"héé wörld"});
  CHECK(wrap("测试测试", 2) == Lines{"测试", "测试"});
}
