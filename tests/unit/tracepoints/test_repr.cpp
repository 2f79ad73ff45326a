// The tables were printed by python3: value, repr(value).
#include <catch2/catch.hpp>

#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tracepoints/repr.h"

namespace {

template <class T>
std::string repr(const T& value) {
  tracepoints::Repr out;
  repr_to(out, value);
  return std::string(out.str());
}

struct TextRow {
  std::string_view value, python;
};
struct FloatRow {
  double value;
  std::string_view python;
};

struct Joined {
  int code = 7;
};
void repr_to(tracepoints::Repr& out, const Joined& value) noexcept {
  out.put("<Joined ");
  tracepoints::repr_to(out, value.code);
  out.put('>');
}

}  // namespace

TEST_CASE("repr: a str prints as Python prints it", "[tracepoints]") {
  const TextRow rows[] = {
      {std::string_view("", 0), "''"},
      {std::string_view("a", 1), "'a'"},
      {std::string_view("it's", 4), "\"it's\""},
      {std::string_view("say \"hi\"", 8), "'say \"hi\"'"},
      {std::string_view("both ' and \" ", 13), "'both \\' and \" '"},
      {std::string_view("tab\011 nl\012 cr\015 back\\", 18), "'tab\\t nl\\n cr\\r back\\\\'"},
      {std::string_view("\000\033[31m\177", 7), "'\\x00\\x1b[31m\\x7f'"},
      {std::string_view("caf\303\251 \344\270\255\346\226\207 \360\237\230\200", 17), "'caf\303\251 \344\270\255\346\226\207 \360\237\230\200'"},
      {std::string_view("\302\205\302\240\342\200\213\342\200\250\357\273\277", 13), "'\\x85\\xa0\\u200b\\u2028\\ufeff'"},
  };
  for (const TextRow& row : rows) CHECK(repr(row.value) == row.python);
}

TEST_CASE("repr: bytes that are not UTF-8 become lone surrogates in a str", "[tracepoints]") {
  CHECK(repr(std::string_view("a\xff\xc3z")) == "'a\\udcff\\udcc3z'");     // os.fsdecode(b'a\xff\xc3z')
  CHECK(repr(std::string_view("\xe2\x82")) == "'\\udce2\\udc82'");        // cut in the middle
  CHECK(repr(std::string_view("\xc0\xaf")) == "'\\udcc0\\udcaf'");        // overlong
}

TEST_CASE("repr: bytes print as Python prints them", "[tracepoints]") {
  const TextRow rows[] = {
      {std::string_view("", 0), "b''"},
      {std::string_view("GET / HTTP/1.1\015\012", 16), "b'GET / HTTP/1.1\\r\\n'"},
      {std::string_view("it's \377\000", 7), "b\"it's \\xff\\x00\""},
      {std::string_view("\303\251", 2), "b'\\xc3\\xa9'"},
  };
  for (const TextRow& row : rows) CHECK(repr(tracepoints::Bytes{row.value}) == row.python);
}

TEST_CASE("repr: a float prints as Python prints it", "[tracepoints]") {
  const FloatRow rows[] = {
      {0.5, "0.5"},
      {1.0, "1.0"},
      {0.1, "0.1"},
      {1000000000000000.0, "1000000000000000.0"},
      {1e+16, "1e+16"},
      {1e+17, "1e+17"},
      {123456789.125, "123456789.125"},
      {0.0001, "0.0001"},
      {1e-05, "1e-05"},
      {2.5e-10, "2.5e-10"},
      {-0.0, "-0.0"},
      {1e+22, "1e+22"},
      {std::numeric_limits<double>::infinity(), "inf"},
      {std::numeric_limits<double>::quiet_NaN(), "nan"},
      {0.3333333333333333, "0.3333333333333333"},
      {1e+20, "1e+20"},
  };
  for (const FloatRow& row : rows) CHECK(repr(row.value) == row.python);
}

TEST_CASE("repr: numbers, None, True, tuples, lists, objects", "[tracepoints]") {
  CHECK(repr(8000) == "8000");
  CHECK(repr(std::uint16_t{65535}) == "65535");
  CHECK(repr(std::numeric_limits<std::int64_t>::min()) == "-9223372036854775808");
  CHECK(repr(true) == "True");
  CHECK(repr(false) == "False");
  CHECK(repr(std::nullopt) == "None");
  CHECK(repr(std::vector<std::optional<int>>{std::nullopt, 8000}) == "[None, 8000]");
  CHECK(repr(std::pair(std::string("127.0.0.1"), 8000)) == "('127.0.0.1', 8000)");
  CHECK(repr(std::vector<std::string>{"manage.py", "runserver"}) == "['manage.py', 'runserver']");
  CHECK(repr(std::vector<int>{}) == "[]");
  CHECK(repr(tracepoints::Object{"WSGIServer"}) == "<WSGIServer>");
  CHECK(repr(tracepoints::Raw{"('a',)"}) == "('a',)");
  CHECK(repr(Joined{}) == "<Joined 7>");
}

TEST_CASE("repr: a long value is cut at the stated length, between characters", "[tracepoints]") {
  const std::string cut = repr(std::string(500, 'x'));
  CHECK(cut.size() == tracepoints::Repr::capacity);
  CHECK(cut.substr(cut.size() - 4) == "x...");
  std::string chinese;
  for (int i = 0; i < 100; ++i) chinese += "\u4e2d";
  const std::string whole = repr(chinese);
  CHECK(whole.size() <= tracepoints::Repr::capacity);
  CHECK((whole.size() - 4) % 3 == 0);  // the quote and the dots; between them only whole characters of three bytes
}

TEST_CASE("repr: what fits exactly is not cut", "[tracepoints]") {
  const std::string fits(tracepoints::Repr::capacity - 3 - 2, 'x');
  CHECK(repr(fits) == "'" + fits + "'");
  CHECK(repr(fits + "x").substr(fits.size()) != "xx'");
}
