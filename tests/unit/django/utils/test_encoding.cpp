#include <catch2/catch.hpp>

#include "django/utils/encoding.h"
#include "django/utils/html.h"

using namespace django::utils::encoding;
using namespace django::utils::html;

TEST_CASE("encoding.repercent_broken_unicode: bytes that are no UTF-8 get their percent signs back", "[django]") {
  CHECK(repercent_broken_unicode("/caf\xc3\xa9/") == "/caf\xc3\xa9/");
  CHECK(repercent_broken_unicode("/caf\xe9/") == "/caf%E9/");
  CHECK(repercent_broken_unicode("\xff\xfe") == "%FF%FE");
  CHECK(repercent_broken_unicode("\xc0\xaf") == "%C0%AF");  // an overlong slash is no slash
  CHECK(repercent_broken_unicode("") == "");
}

TEST_CASE("encoding.iri_to_uri, escape_uri_path: what is encoded stays, what is not ASCII is encoded", "[django]") {
  CHECK(iri_to_uri("/\xe2\x99\xa5/?a=%20 b") == "/%E2%99%A5/?a=%20%20b");
  CHECK(escape_uri_path("/a b/?x#y%") == "/a%20b/%3Fx%23y%25");
  CHECK(decode_latin1("caf\xe9") == "caf\xc3\xa9");
}

TEST_CASE("html.escape: no text can become markup", "[django]") {
  CHECK(escape("<a href=\"x\">'&") == "&lt;a href=&quot;x&quot;&gt;&#x27;&amp;");
}

TEST_CASE("html.escape_visibly: what cannot be seen is shown", "[django]") {
  CHECK(escape_visibly("a\x1b[31m\x7f") == "a\\x1b[31m\\x7f");
  CHECK(escape_visibly("a\xe2\x80\xae<b>") == "a\\u202e&lt;b&gt;");
  CHECK(escape_visibly("caf\xc3\xa9 \xe4\xb8\xad\n") == "caf\xc3\xa9 \xe4\xb8\xad\n");
  CHECK(escape_visibly("\xff") == "\xef\xbf\xbd");
}
