#include <catch2/catch.hpp>

#include "django/http/cookie.h"
#include "python/exceptions.h"

using namespace django::http;

TEST_CASE("cookie.parse_cookie: takes what browsers send", "[django]") {
  CHECK(parse_cookie("flavour=oat; size=large") == Cookies{{"flavour", "oat"}, {"size", "large"}});
  CHECK(parse_cookie("a=1; a=2") == Cookies{{"a", "2"}});
  CHECK(parse_cookie("a=b=c;;nameless; =x") == Cookies{{"a", "b=c"}, {"", "x"}});
  CHECK(parse_cookie(R"(q="a\"b\054c")") == Cookies{{"q", "a\"b,c"}});
  CHECK(parse_cookie("").empty());
}

TEST_CASE("cookies.Morsel.OutputString: attributes in alphabetical order", "[django]") {
  SimpleCookie cookies;
  cookies.set("flavour", "oat").path = "/";
  CHECK(cookies.values().front().OutputString() == "flavour=oat; Path=/");
  Morsel& all = cookies.set("k", "a b;c");
  all.domain = "x.example";
  all.expires = "Thu, 01 Jan 1970 00:00:00 GMT";
  all.max_age = 0;
  all.path = "/";
  all.samesite = "Lax";
  all.secure = all.httponly = true;
  CHECK(all.OutputString() ==
        "k=\"a b\\073c\"; Domain=x.example; expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; Max-Age=0; Path=/; SameSite=Lax; Secure");
  CHECK_THROWS_WITH(cookies.set("a b", ""), "Illegal key 'a b'");
  CHECK_THROWS_AS(cookies.set("a\r\nSet-Cookie: x", ""), python::ValueError);
  // What could end the header line is written in octal.
  CHECK(cookies.set("v", "x\r\ny").OutputString() == "v=\"x\\015\\012y\"");
}
