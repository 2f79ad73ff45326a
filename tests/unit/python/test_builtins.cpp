#include <catch2/catch.hpp>

#include "python/builtins.h"
#include "python/exceptions.h"

using namespace python;

TEST_CASE("repr: text is quoted as Python quotes it", "[python]") {
  CHECK(repr("plain") == "'plain'");
  CHECK(repr("it's") == "\"it's\"");
  CHECK(repr("both ' and \"") == "'both \\' and \"'");
  CHECK(repr("tab\tline\nreturn\rback\\slash") == "'tab\\tline\\nreturn\\rback\\\\slash'");
  CHECK(repr(std::string_view("\x1b[31m\0\x7f", 7)) == "'\\x1b[31m\\x00\\x7f'");
  CHECK(repr("héllo 你好") == "'héllo 你好'");
  CHECK(repr("\xe2\x80\xaeturned") == "'\\u202eturned'");
  CHECK(repr("\xff") == "'\\udcff'");
}

TEST_CASE("repr: containers, numbers and None", "[python]") {
  CHECK(repr(Value()) == "None");
  CHECK(repr(Value(true)) == "True");
  CHECK(repr(Value(-3)) == "-3");
  CHECK(repr(Value(0.5)) == "0.5");
  CHECK(repr(Value(2.0)) == "2.0");
  CHECK(repr(Value(List{1, "a", nullptr})) == "[1, 'a', None]");
  CHECK(repr(Value(Tuple{{1}})) == "(1,)");
  CHECK(repr(Value(Tuple{})) == "()");
  CHECK(repr(Value(Set{})) == "set()");
  CHECK(repr(Value(Dict{{"a", 1}, {"b", List{}}})) == "{'a': 1, 'b': []}");
  CHECK(repr(Value(Path{"/srv"})) == "PosixPath('/srv')");
}

TEST_CASE("Value.truthy: what bool() says", "[python]") {
  CHECK_FALSE(Value().truthy());
  CHECK_FALSE(Value("").truthy());
  CHECK_FALSE(Value(0).truthy());
  CHECK_FALSE(Value(List{}).truthy());
  CHECK_FALSE(Value(Dict{}).truthy());
  CHECK(Value("0").truthy());
  CHECK(Value(Tuple{{nullptr}}).truthy());
}

TEST_CASE("Value: the wrong type is a TypeError that shows the value", "[python]") {
  CHECK_THROWS_AS(Value(1).str(), TypeError);
  CHECK_THROWS_AS(Value("x").items(), TypeError);
  try {
    Value("x").integer();
    FAIL("no exception");
  } catch (const TypeError& e) {
    CHECK(e.str() == "expected an int, not str ('x')");
  }
}

TEST_CASE("Value ==: as Python compares", "[python]") {
  CHECK(Value(1) == Value(1.0));
  CHECK(Value(true) == Value(1));
  CHECK_FALSE(Value(List{1}) == Value(Tuple{{1}}));
  CHECK(Value(Dict{{"a", 1}, {"b", 2}}) == Value(Dict{{"b", 2}, {"a", 1}}));
  CHECK_FALSE(Value() == Value(false));
}

TEST_CASE("decode_utf8_replace: one mark for each broken start, as bytes.decode does", "[python]") {
  const std::string mark = "\xef\xbf\xbd";
  CHECK(decode_utf8_replace("ok é") == "ok é");
  CHECK(decode_utf8_replace("\xff") == mark);
  CHECK(decode_utf8_replace("a\xe4\xbd") == "a" + mark);
  CHECK(decode_utf8_replace("\xe4\xbdz") == mark + "z");
  CHECK(decode_utf8_replace("\xed\xa0\x80") == mark + mark + mark);
  CHECK(decode_utf8_replace("\xc0\xaf") == mark + mark);
}

TEST_CASE("is_identifier: letters, digits behind the first, no marks", "[python]") {
  for (const char* good : {"a", "_x", "apé", "class", "变量", "x9"}) CHECK(is_identifier(good));
  for (const char* bad : {"", "1app", "my-app", "a b", "a.b", "a\xff", "a’b", "x😀"}) CHECK_FALSE(is_identifier(bad));
}
