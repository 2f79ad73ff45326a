#include <catch2/catch.hpp>

#include "python/http/parser.h"

using python::http::parser::RequestParser;

namespace {

bool accepts(std::initializer_list<std::string_view> lines, std::string_view version = "HTTP/1.1") {
  RequestParser parser;
  if (!parser.request_line("POST", "/", version)) return false;
  for (const std::string_view line : lines)
    if (!parser.header_line(line)) return false;
  return parser.headers_complete();
}

}  // namespace

TEST_CASE("http.parser.RequestParser: headers keep their order, their case and their duplicates", "[python]") {
  RequestParser parser;
  REQUIRE(parser.request_line("GET", "/", "HTTP/1.1"));
  for (const char* line : {"Host: a\r\n", "X-B: 1 \t\r\n", "x-b:2\r\n", "Empty:\r\n", "\r\n"}) REQUIRE(parser.header_line(line));
  REQUIRE(parser.headers_complete());
  CHECK(parser.message_complete());
  const python::http::client::HTTPMessage::Items expected = {{"Host", "a"}, {"X-B", "1"}, {"x-b", "2"}, {"Empty", ""}};
  CHECK(parser.headers().items() == expected);
}

TEST_CASE("http.parser.RequestParser: framing that two servers could read differently is refused", "[python]") {
  CHECK(accepts({"Content-Length: 3 \r\n", "\r\n"}));
  CHECK_FALSE(accepts({"Content-Length: 3\r\n", "Transfer-Encoding: chunked\r\n", "\r\n"}));
  CHECK_FALSE(accepts({"Content-Length: 3\r\n", "Content-Length: 5\r\n", "\r\n"}));
  CHECK_FALSE(accepts({"Content-Length: +3\r\n", "\r\n"}));
  CHECK_FALSE(accepts({"Content-Length: 3, 3\r\n", "\r\n"}));
  CHECK_FALSE(accepts({"Transfer-Encoding: chunked, identity\r\n", "\r\n"}));
  CHECK_FALSE(accepts({"Transfer-Encoding:\r\n", "\r\n"}));
}

TEST_CASE("http.parser.RequestParser: malformed header lines are refused", "[python]") {
  CHECK_FALSE(accepts({"X: one\r\n", " two\r\n", "\r\n"}));
  CHECK_FALSE(accepts({"X : one\r\n", "\r\n"}));
  CHECK_FALSE(accepts({"X: o\rne\r\n", "\r\n"}));
  CHECK_FALSE(accepts({"X: one\n", "\r\n"}));
  CHECK_FALSE(accepts({std::string_view("X: o\0ne\r\n", 9), "\r\n"}));
  CHECK_FALSE(accepts({": nameless\r\n", "\r\n"}));
  CHECK_FALSE(accepts({"no colon\r\n", "\r\n"}));
}

TEST_CASE("http.parser.RequestParser: any method that is a token, no other", "[python]") {
  RequestParser parser;
  for (const char* method : {"GET", "get", "FOO", "PROPFIND", "A!#$%&'*+-.^_`|~09"}) CHECK(parser.request_line(method, "/", "HTTP/1.1"));
  for (const char* method : {"G@T", "", "GET:", "G\xc3\x89T"}) CHECK_FALSE(parser.request_line(method, "/", "HTTP/1.1"));
}

TEST_CASE("http.parser.RequestParser.body: chunks are decoded, and what follows is left alone", "[python]") {
  const std::string bytes = "5;a=b\r\nhello\r\n6\r\n world\r\n0\r\nContent-Length: 9\r\n\r\n";
  const std::string next = "GET / HTTP/1.1\r\n";
  for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
    RequestParser parser;
    REQUIRE(parser.request_line("POST", "/", "HTTP/1.1"));
    REQUIRE(parser.header_line("Transfer-Encoding: chunked\r\n"));
    REQUIRE(parser.header_line("\r\n"));
    REQUIRE(parser.chunked());
    std::string body;
    std::size_t used = parser.body(bytes.substr(0, cut), body);
    REQUIRE(used == cut);
    if (cut < bytes.size()) used += parser.body(bytes.substr(cut) + next, body);
    CHECK(used == bytes.size());
    CHECK(parser.message_complete());
    CHECK(body == "hello world");
    CHECK_FALSE(parser.headers().get("Content-Length"));  // a trailer is no header
  }
}

TEST_CASE("http.parser.RequestParser.body: bad chunks and endless trailers are refused", "[python]") {
  const auto refuses = [](std::string_view bytes) {
    RequestParser parser;
    parser.request_line("POST", "/", "HTTP/1.1");
    parser.header_line("Transfer-Encoding: chunked\r\n");
    parser.header_line("\r\n");
    std::string body;
    parser.body(bytes, body);
    return parser.refused();
  };
  CHECK(refuses("x\r\n"));
  CHECK(refuses("5\r\nhelloXX0\r\n\r\n"));
  CHECK(refuses("-1\r\n"));
  CHECK(refuses("fffffffffffffffff\r\n"));
  CHECK(refuses("1;" + std::string(20'000, 'x')));
  CHECK(refuses("0\r\nX: " + std::string(20'000, 'x')));
  CHECK_FALSE(refuses("5\r\nhello\r\n0\r\n\r\n"));
}
