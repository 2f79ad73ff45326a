#include "python/fnmatch.h"

#include <catch2/catch.hpp>

using python::fnmatch::fnmatchcase;

TEST_CASE("fnmatch.fnmatchcase: fits the whole name, case counts, and * takes slashes too", "[python]") {
  CHECK(fnmatchcase("a.css", "*.css"));
  CHECK(fnmatchcase("polls/a.css", "*.css"));
  CHECK(fnmatchcase("", "*"));
  CHECK(fnmatchcase("", ""));
  CHECK(fnmatchcase("CVS", "CVS"));
  CHECK(fnmatchcase("aXbXc", "a*b*c"));
  CHECK(fnmatchcase("aaab", "*a?b"));
  CHECK_FALSE(fnmatchcase("cvs", "CVS"));
  CHECK_FALSE(fnmatchcase("a.css.bak", "*.css"));
  CHECK_FALSE(fnmatchcase("a", ""));
  CHECK_FALSE(fnmatchcase("", "?"));
  CHECK_FALSE(fnmatchcase("abc", "a*d"));
}

TEST_CASE("fnmatch.fnmatchcase: sets, and brackets that are none", "[python]") {
  CHECK(fnmatchcase("b", "[abc]"));
  CHECK(fnmatchcase("m", "[a-z]"));
  CHECK(fnmatchcase("]", "[]]"));
  CHECK(fnmatchcase("-", "[a-]"));
  CHECK(fnmatchcase("M", "[!a-z]"));
  CHECK(fnmatchcase("a", "[!]]"));
  CHECK(fnmatchcase("[a", "[a"));
  CHECK_FALSE(fnmatchcase("m", "[!a-z]"));
  CHECK_FALSE(fnmatchcase("]", "[!]]"));
  CHECK_FALSE(fnmatchcase("d", "[abc]"));
}

TEST_CASE("fnmatch.fnmatchcase: ? is one character, not one byte", "[python]") {
  CHECK(fnmatchcase("\u00e9", "?"));
  CHECK(fnmatchcase("\u00e9", "[\u00e0-\u00ff]"));
  CHECK_FALSE(fnmatchcase("\u00e9", "??"));
}

TEST_CASE("fnmatch.fnmatchcase: many stars do not take exponential time", "[python]") {
  std::string stars;
  for (int i = 0; i < 30; ++i) stars += "*a";
  CHECK_FALSE(fnmatchcase(std::string(200, 'a') + "b", stars + "c"));
}
