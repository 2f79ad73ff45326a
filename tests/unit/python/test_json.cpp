#include <catch2/catch.hpp>

#include "python/exceptions.h"
#include "python/json.h"

using python::Dict;
using python::List;
using python::json::dumps;

TEST_CASE("json.dumps: writes what Python writes", "[python]") {
  CHECK(dumps(Dict{{"b", 1}, {"a", List{nullptr, true, 2.5, "x"}}}) == R"({"b": 1, "a": [null, true, 2.5, "x"]})");
  CHECK(dumps(Dict{{"b", 1}, {"a", 2}}, {.sort_keys = true}) == R"({"a": 2, "b": 1})");
  CHECK(dumps(Dict{{"a", List{1, 2}}, {"b", Dict{}}, {"c", List{}}}, {.indent = 1}) == "{\n \"a\": [\n  1,\n  2\n ],\n \"b\": {},\n \"c\": []\n}");
  CHECK(dumps("caf\xc3\xa9 \xe4\xb8\xad \xf0\x9f\x98\x80") == R"("caf\u00e9 \u4e2d \ud83d\ude00")");
  CHECK(dumps("caf\xc3\xa9", {.ensure_ascii = false}) == "\"caf\xc3\xa9\"");
  CHECK(dumps("\"\\\n\r\t\b\f\x01\x7f") == "\"\\\"\\\\\\n\\r\\t\\b\\f\\u0001\x7f\"");
  CHECK(dumps(python::Tuple{{1, "a"}}) == R"([1, "a"])");
  CHECK_THROWS_WITH(dumps(python::Set{{1}}), "Object of type set is not JSON serializable");
}
