#include "python/codecs.h"

#include <catch2/catch.hpp>

namespace codecs = python::codecs;

TEST_CASE("codecs.decode: code points there and back", "[python]") {
  for (const char* text : {"", "abc", "é", "测试", "\U0001f600x"}) CHECK(codecs::encode(codecs::decode(text)) == text);
  CHECK(codecs::decode("é测") == U"é测");
  CHECK(codecs::len("测试") == 2);
}

TEST_CASE("codecs.decode: bytes that are no UTF-8 survive", "[python]") {
  for (const std::string text : {"\xff", "a\x80z", "\xc3", "\xe2\x82", "\xc0\xaf", "\xed\xa0\x80", "\xf5\x80\x80\x80"})
    CHECK(codecs::encode(codecs::decode(text)) == text);
  CHECK(codecs::len("\xe2\x82") == 2);
}

TEST_CASE("codecs.has: the encodings of the web, in any spelling", "[python]") {
  for (const char* name : {"utf-8", "UTF8", "utf_8", "Latin-1", "latin 1", "ISO-8859-1", "windows-1252", "us-ascii", "GBK"}) CHECK(codecs::has(name));
  for (const char* name : {"", "nosuch", "utf-9", "x", "-"}) CHECK_FALSE(codecs::has(name));
}
