#include <catch2/catch.hpp>

#include <string>
#include <vector>

#include "tracepoints/sinks/secrets.h"
#include "tracepoints/sinks/source_place.h"
#include "tracepoints/sinks/text_layout.h"

using namespace tracepoints::sinks;

namespace {

std::vector<std::string> wrapped(const Spans& text, int width) {
  std::vector<std::string> lines;
  for (const Spans& line : wrap(text, width, width)) {
    lines.emplace_back();
    for (const Span& span : line) lines.back() += span.text;
  }
  return lines;
}

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("columns: Chinese is two wide, marks nothing, the rest one", "[tracepoints]") {
  CHECK(columns("abc") == 3);
  CHECK(columns("中文，a") == 7);
  CHECK(columns("│ ├") == 3);
  CHECK(columns("e\u0301") == 1);
  CHECK(columns("\xff\xfe") == 2);
}

TEST_CASE("wrap: English breaks at spaces", "[tracepoints]") {
  CHECK(wrapped({{"one two three"}}, 7) == Lines{"one two", "three"});
  CHECK(wrapped({{"one two three"}}, 13) == Lines{"one two three"});
  CHECK(wrapped({{"one  two"}}, 20) == Lines{"one two"});
  CHECK(wrapped({}, 20) == Lines{""});
}

TEST_CASE("wrap: spans that touch are not torn apart", "[tracepoints]") {
  CHECK(wrapped({{"see "}, {"(this", Style::why}, {")."}}, 9) == Lines{"see", "(this)."});
  CHECK(wrapped({{"aa "}, {"name=", Style::name, true}, {"'v'", Style::value, true}}, 8) == Lines{"aa", "name='v'"});
}

TEST_CASE("wrap: Chinese breaks between characters, but no line starts with a stop or ends with an opening bracket", "[tracepoints]") {
  CHECK(wrapped({{"一二三四五六"}}, 6) == Lines{"一二三", "四五六"});
  CHECK(wrapped({{"一二三，四五"}}, 6) == Lines{"一二", "三，四", "五"});
  CHECK(wrapped({{"一二（三）四"}}, 6) == Lines{"一二", "（三）", "四"});
  CHECK(wrapped({{"用argv造一个"}}, 6) == Lines{"用argv", "造一个"});
  CHECK(wrapped({{"用 argv 造"}}, 7) == Lines{"用 argv", "造"});
}

TEST_CASE("wrap: what is longer than a line is broken after a dot if it can be", "[tracepoints]") {
  CHECK(wrapped({{"staticfiles.management.commands"}}, 24) == Lines{"staticfiles.management.", "commands"});
  CHECK(wrapped({{"xxxxxxxxxx"}}, 4) == Lines{"xxxx", "xxxx", "xx"});
}

TEST_CASE("shorten_values: the longest values give way first, names never", "[tracepoints]") {
  const Spans text = {{"id"}, {" a="}, {std::string(40, 'x'), Style::value}, {" b="}, {"'short'", Style::value}};
  const Spans shorter = shorten_values(text, 40, "...");
  CHECK(columns(shorter) == 40);
  CHECK(shorter[2].text.ends_with("..."));
  CHECK(shorter[4].text == "'short'");
  CHECK(shorter[0].text == "id");
  CHECK(columns(shorten_values(text, 5, "...")) > 5);
}

TEST_CASE("harmless: nothing that moves the cursor is left", "[tracepoints]") {
  CHECK(harmless("a\x1b[31m\n\x7f") == "a\\x1b[31m\\x0a\\x7f");
  CHECK(harmless("\u0085\u202e中") == "\\xc2\\x85\\xe2\\x80\\xae中");
  CHECK(harmless("\xff") == "\\xff");
}

TEST_CASE("is_secret: Django's words in either case, and the headers", "[tracepoints]") {
  for (const char* name : {"SECRET_KEY", "api_url", "db.password", "Cookie", "HTTP_AUTHORIZATION", "csrf_token", "signature"})
    CHECK(is_secret(name));
  for (const char* name : {"addr", "port", "self.port", "options.use_ipv6", "argv"}) CHECK_FALSE(is_secret(name));
}

TEST_CASE("places: Django's line, and ours by the compiler or by the mirror's rule", "[tracepoints]") {
  using tracepoints::Tracepoint;
  constexpr Tracepoint in_django{.id = "basehttp.run", .qualname = "", .path = "django/core/servers/basehttp.py",
                                 .lines = {{{"3.2", 174}, {"5.2", 214}}}, .leg = "bind", .anchor = ""};
  CHECK(django_place(in_django) == "django/core/servers/basehttp.py:214 (5.2)");
  CHECK(our_place(in_django, "", 0) == "src/django/core/servers/basehttp.cpp");
  CHECK(our_place(in_django, "/home/a/src/tracewalk/src/django/core/servers/basehttp.cpp", 12) == "src/django/core/servers/basehttp.cpp:12");
  CHECK(django_place(in_django, "/usr/lib/django/core/servers/basehttp.py", 177) == "/usr/lib/django/core/servers/basehttp.py:177");
  CHECK(our_place(in_django, "/usr/lib/django/core/servers/basehttp.py", 177) == "src/django/core/servers/basehttp.cpp");
  constexpr Tracepoint in_python{.id = "a", .qualname = "", .path = "Lib/http/server.py", .leg = "", .anchor = ""};
  CHECK(our_place(in_python, "", 0) == "src/python/http/server.cpp");
  constexpr Tracepoint nowhere{.id = "syscall.bind", .qualname = "", .path = "", .leg = "", .anchor = ""};
  CHECK(django_place(nowhere).empty());
  CHECK(our_place(nowhere, "", 0).empty());
}
