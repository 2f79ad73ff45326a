#include <catch2/catch.hpp>

#include "python/http/__init__.h"
#include "python/http/server.h"

namespace server = python::http::server;

TEST_CASE("http.server.BaseHTTPRequestHandler.log_message: no byte can drive a terminal or forge a line", "[python]") {
  const auto line = [](const std::string& text) { return server::formatted_for_log("\"%s\" %s %s", {{text, "200", "-"}}); };
  CHECK(line("GET / HTTP/1.1") == "\"GET / HTTP/1.1\" 200 -");
  CHECK(line("\x1b[2J") == "\"\\x1b[2J\" 200 -");
  CHECK(line("a\nb\rc\td") == "\"a\\x0ab\\x0dc\\x09d\" 200 -");
  CHECK(line("\x7f") == "\"\\x7f\" 200 -");
  CHECK(line("\xc2\x9b") == "\"\\x9b\" 200 -");
  CHECK(line("caf\xc3\xa9 \xc2\xa9") == "\"caf\xc3\xa9 \xc2\xa9\" 200 -");
  CHECK(line("100%s") == "\"100%s\" 200 -");
}

TEST_CASE("http.HTTPStatus: phrases are Python 3.13's", "[python]") {
  REQUIRE(python::http::status(414) != nullptr);
  CHECK(python::http::status(414)->phrase == "URI Too Long");
  CHECK(python::http::status(413)->phrase == "Content Too Large");
  CHECK(python::http::status(404)->phrase == "Not Found");
  CHECK(python::http::status(999) == nullptr);
}
