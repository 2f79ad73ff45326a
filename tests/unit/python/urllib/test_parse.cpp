#include <catch2/catch.hpp>

#include "python/exceptions.h"
#include "python/urllib/parse.h"

using namespace python::urllib::parse;

TEST_CASE("urllib.parse.quote: keeps the unreserved and what is called safe", "[python]") {
  CHECK(quote("/a b/\xc3\xa9~_.-") == "/a%20b/%C3%A9~_.-");
  CHECK(quote("a/b", "") == "a%2Fb");
  CHECK(quote_plus("a b&c") == "a+b%26c");
}

TEST_CASE("urllib.parse.unquote: decodes pairs of hex digits only, and replaces what is no UTF-8", "[python]") {
  CHECK(unquote("%68ello%2F") == "hello/");
  CHECK(unquote("50%") == "50%");
  CHECK(unquote("%zz%4") == "%zz%4");
  CHECK(unquote("a+b") == "a+b");
  CHECK(unquote_plus("a+b") == "a b");
  CHECK(unquote("caf%E9") == "caf\xef\xbf\xbd");
  CHECK(unquote_to_bytes("%00%ff") == std::string("\0\xff", 2));
}

TEST_CASE("urllib.parse.parse_qsl: fields in order, blank ones on request, no more than allowed", "[python]") {
  CHECK(parse_qsl("x=1&y=2&x=%203", true) == Pairs{{"x", "1"}, {"y", "2"}, {"x", " 3"}});
  CHECK(parse_qsl("a&b=&=c", true) == Pairs{{"a", ""}, {"b", ""}, {"", "c"}});
  CHECK(parse_qsl("a&b=", false).empty());
  CHECK(parse_qsl("name=a?b=c", true) == Pairs{{"name", "a?b=c"}});
  CHECK_NOTHROW(parse_qsl("a=1&b=2", true, 2));
  CHECK_THROWS_WITH(parse_qsl("a=1&b=2&c=3", true, 2), "Max number of fields exceeded");
  CHECK(urlencode({{"a b", "1&2"}, {"c", ""}}) == "a+b=1%262&c=");
}

TEST_CASE("urllib.parse.urlsplit: takes a URL apart", "[python]") {
  const auto parts = urlsplit("HTTP://user@Example.com:80/a/b?q=1#frag");
  CHECK(parts.scheme == "http");
  CHECK(parts.netloc == "user@Example.com:80");
  CHECK(parts.hostname() == "example.com");
  CHECK(parts.path == "/a/b");
  CHECK(parts.query == "q=1");
  CHECK(parts.fragment == "frag");
  CHECK(urlsplit("///hello/").netloc.empty());
  CHECK(urlsplit("///hello/").path == "/hello/");
  CHECK(urlsplit("//evil.example/x").netloc == "evil.example");
  CHECK(urlsplit("java\nscript:x").scheme == "javascript");
  CHECK(urlsplit("/static/").scheme.empty());
  CHECK(urlsplit("http://[::1]:80/").hostname() == "::1");
  CHECK_THROWS_AS(urlsplit("http://[::1/"), python::ValueError);
}

TEST_CASE("urllib.parse.urljoin: resolves a reference as RFC 3986 says", "[python]") {
  const std::string base = "http://a/b/c/d?q";
  CHECK(urljoin(base, "g") == "http://a/b/c/g");
  CHECK(urljoin(base, "./g") == "http://a/b/c/g");
  CHECK(urljoin(base, "g/") == "http://a/b/c/g/");
  CHECK(urljoin(base, "/g") == "http://a/g");
  CHECK(urljoin(base, "//g") == "http://g");
  CHECK(urljoin(base, "?y") == "http://a/b/c/d?y");
  CHECK(urljoin(base, "..") == "http://a/b/");
  CHECK(urljoin(base, "../g") == "http://a/b/g");
  CHECK(urljoin(base, "../../../g") == "http://a/g");
  CHECK(urljoin(base, "https://x/y") == "https://x/y");
  CHECK(urljoin(base, "") == base);
}
