#include <catch2/catch.hpp>

#include "django/utils/http.h"
#include "python/exceptions.h"

using namespace django::utils::http;

TEST_CASE("http.http_date: seconds since the epoch as HTTP writes them", "[django]") {
  CHECK(http_date(0) == "Thu, 01 Jan 1970 00:00:00 GMT");
  CHECK(http_date(1704164645.9) == "Tue, 02 Jan 2024 03:04:05 GMT");
  CHECK(http_date(951782400) == "Tue, 29 Feb 2000 00:00:00 GMT");
  CHECK(http_date(-1) == "Wed, 31 Dec 1969 23:59:59 GMT");
}

TEST_CASE("http.parse_http_date: the three forms of RFC 9110", "[django]") {
  CHECK(parse_http_date("Tue, 02 Jan 2024 03:04:05 GMT") == 1704164645);
  CHECK(parse_http_date("Sunday, 06-Nov-94 08:49:37 GMT") == 784111777);
  CHECK(parse_http_date("Sun Nov  6 08:49:37 1994") == 784111777);
  for (const double moment : {0.0, 951868799.0, 1704164645.0, 4102444800.0})
    CHECK(static_cast<double>(parse_http_date(http_date(moment))) == moment);
}

TEST_CASE("http.parse_http_date: refuses what is no date", "[django]") {
  CHECK_THROWS_WITH(parse_http_date("yesterday"), "'yesterday' is not in a valid HTTP date format");
  CHECK_THROWS_AS(parse_http_date("Tue, 02 Jan 2024 03:04:05 GMT; length=25"), python::ValueError);
  CHECK_THROWS_WITH(parse_http_date("Tue, 31 Feb 2024 03:04:05 GMT"), "'Tue, 31 Feb 2024 03:04:05 GMT' is not a valid date");
  CHECK_THROWS_AS(parse_http_date("Tue, 02 Foo 2024 03:04:05 GMT"), python::ValueError);
  CHECK_THROWS_AS(parse_http_date("Tue, 02 Jan 2024 25:04:05 GMT"), python::ValueError);
  CHECK_THROWS_AS(parse_http_date(""), python::ValueError);
}

TEST_CASE("http.is_same_domain: a leading dot covers subdomains", "[django]") {
  CHECK(is_same_domain("a.localhost", ".localhost"));
  CHECK(is_same_domain("localhost", ".localhost"));
  CHECK_FALSE(is_same_domain("evillocalhost", ".localhost"));
  CHECK(is_same_domain("example.com", "EXAMPLE.com"));
  CHECK_FALSE(is_same_domain("example.com", ""));
}

TEST_CASE("http.escape_leading_slashes, content_disposition_header", "[django]") {
  CHECK(escape_leading_slashes("//evil.example/") == "/%2Fevil.example/");
  CHECK(escape_leading_slashes("/fine/") == "/fine/");
  CHECK(content_disposition_header(false, "hello.txt") == "inline; filename=\"hello.txt\"");
  CHECK(content_disposition_header(true, "a\"b\\.txt") == "attachment; filename=\"a\\\"b\\\\.txt\"");
  CHECK(content_disposition_header(false, "caf\xc3\xa9.txt") == "inline; filename*=utf-8''caf%C3%A9.txt");
  CHECK(content_disposition_header(true, "") == "attachment");
  CHECK_FALSE(content_disposition_header(false, ""));
}
