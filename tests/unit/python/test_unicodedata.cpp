#include "python/unicodedata.h"

#include <catch2/catch.hpp>

using python::unicodedata::decimal, python::unicodedata::next_character;

TEST_CASE("unicodedata.decimal: digits of every script, and nothing else", "[python]") {
  CHECK(decimal(U'0') == 0);
  CHECK(decimal(U'9') == 9);
  CHECK(decimal(0x0668) == 8);    // ARABIC-INDIC DIGIT EIGHT
  CHECK(decimal(0xFF10) == 0);    // FULLWIDTH DIGIT ZERO
  CHECK(decimal(0x1D7FF) == 9);   // MATHEMATICAL MONOSPACE DIGIT NINE
  CHECK_FALSE(decimal(U'/'));
  CHECK_FALSE(decimal(U':'));
  CHECK_FALSE(decimal(U'a'));
  CHECK_FALSE(decimal(0));
  CHECK_FALSE(decimal(0x00B2));   // SUPERSCRIPT TWO is a digit, but no decimal
  CHECK_FALSE(decimal(0x2460));   // CIRCLED DIGIT ONE
  int count = 0;
  for (char32_t c = 0; c < 0x110000; ++c) count += decimal(c).has_value();
  CHECK(count == 680);            // as many as Unicode 15.1 has
}

TEST_CASE("unicodedata.next_character: takes UTF-8 apart, and stops at what is none", "[python]") {
  std::string_view text = "a\xD9\xA8\xEF\xBC\x90\xF0\x9D\x9F\xBF";
  CHECK(next_character(text) == U'a');
  CHECK(next_character(text) == char32_t{0x668});
  CHECK(next_character(text) == char32_t{0xFF10});
  CHECK(next_character(text) == char32_t{0x1D7FF});
  CHECK_FALSE(next_character(text));
  for (std::string_view broken : {"\x80", "\xC0\x80", "\xD9", "\xD9 ", "\xE2\x82", "\xFF", "\xF5\x80\x80\x80"}) {
    const std::size_t size = broken.size();
    CHECK_FALSE(next_character(broken));
    CHECK(broken.size() == size);
  }
}
