#include <catch2/catch.hpp>

#include "python/mimetypes.h"

using python::mimetypes::guess_type;

TEST_CASE("mimetypes.guess_type: type and encoding by the name's suffixes", "[python]") {
  const auto type = [](std::string_view name) { return guess_type(name).first.value_or("None"); };
  const auto encoding = [](std::string_view name) { return guess_type(name).second.value_or("None"); };
  CHECK(type("/static/a.css") == "text/css");
  CHECK(type("a.js") == "text/javascript");
  CHECK(type("A.HTML") == "text/html");
  CHECK(type("a.svg") == "image/svg+xml");
  CHECK(type("a.woff2") == "font/woff2");
  CHECK(type("a.c") == "text/plain");
  CHECK(type("a.unheard-of") == "None");
  CHECK(type("noext") == "None");
  CHECK(type(".css") == "None");
  CHECK(type("a.tar.gz") == "application/x-tar");
  CHECK(encoding("a.tar.gz") == "gzip");
  CHECK(encoding("a.tgz") == "gzip");
  CHECK(type("a.svgz") == "image/svg+xml");
  CHECK(type("a.gz") == "None");
  CHECK(encoding("a.gz") == "gzip");
  CHECK(encoding("a.css") == "None");
}
