#include <catch2/catch.hpp>

#include "python/re.h"

namespace re = python::re;

TEST_CASE("re.search: finds the leftmost match, and among those the one Python's backtracking would choose", "[python]") {
  const auto span = [](std::string_view pattern, std::string_view text) -> std::string {
    const auto match = re::compile(pattern).search(text);
    if (!match) return "none";
    return std::to_string(match->start()) + "-" + std::to_string(match->end());
  };
  CHECK(span("^hello/$", "hello/") == "0-6");
  CHECK(span("^hello/$", "hello/x") == "none");
  CHECK(span("^hello/$", "hello/\n") == "0-6");
  CHECK(span(R"(^hello/\Z)", "hello/\n") == "none");
  CHECK(span("a|ab", "xab") == "1-2");
  CHECK(span("ab|a", "xab") == "1-3");
  CHECK(span("a+?", "aaa") == "0-1");
  CHECK(span("a*", "baa") == "0-0");
  CHECK(span("a{2,3}", "aaaa") == "0-3");
  CHECK(span("a{,2}b", "aaab") == "1-4");
  CHECK(span("a{2}", "a") == "none");
  CHECK(span("{x}", "{x}") == "0-3");
  CHECK(span("(?:ab)+c", "xababc") == "1-6");
  CHECK(span(R"(\bword\b)", "a word.") == "2-6");
  CHECK(span("[^/]+", "/caf\xc3\xa9/") == "1-6");
  CHECK(span("[]a]+", "]a") == "0-2");
  CHECK(span(R"([\w.-]+)", "/a.b-c/") == "1-6");
  CHECK(span(R"([\D]+)", "12ab") == "2-4");
  CHECK(span(".", "\n") == "none");
  CHECK(span("(a*)*b", "aaab") == "0-4");
  CHECK(span("", "abc") == "0-0");
}

TEST_CASE("re.Match: groups by number and by name; a group that took no part is None", "[python]") {
  const auto pattern = re::compile(R"(^item/(?P<pk>[^/]+)/(?P<rest>x)?(y)?$)");
  const auto match = pattern.match("item/42/");
  REQUIRE(match);
  CHECK(match->group("pk") == "42");
  CHECK(match->group("rest") == std::nullopt);
  CHECK(match->groups().size() == 3);
  CHECK(pattern.groups() == 3);
  CHECK(match->groupdict().front() == std::pair<std::string, std::optional<std::string>>{"pk", "42"});
  CHECK_THROWS_AS(match->group("nosuch"), python::IndexError);
  // The last turn of a repeated group stays.
  CHECK(re::compile("(a|b)+").match("ab")->group(std::size_t{1}) == "b");
}

TEST_CASE("re.match, re.fullmatch: where they must begin and end", "[python]") {
  const auto pattern = re::compile("a+");
  CHECK_FALSE(pattern.match("ba"));
  CHECK(pattern.match("ab"));
  CHECK_FALSE(pattern.fullmatch("ab"));
  CHECK(pattern.fullmatch("aa"));
  CHECK(re::compile("a|ab").fullmatch("ab"));
  CHECK(re::compile("curl", re::IGNORECASE).search("CURL/7"));
  CHECK(re::compile("(?i)cURL").search("Curl"));
  CHECK_FALSE(re::compile("[^a]", re::IGNORECASE).search("A"));
}

TEST_CASE("re.compile: refuses what is no pattern, with Python's words and place", "[python]") {
  CHECK_THROWS_WITH(re::compile("(a"), "missing ), unterminated subpattern at position 0");
  CHECK_THROWS_WITH(re::compile("a)"), "unbalanced parenthesis at position 1");
  CHECK_THROWS_WITH(re::compile("*a"), "nothing to repeat at position 0");
  CHECK_THROWS_WITH(re::compile("a**"), "multiple repeat at position 2");
  CHECK_THROWS_WITH(re::compile("[a"), "unterminated character set at position 0");
  CHECK_THROWS_WITH(re::compile("a{3,2}"), "min repeat greater than max repeat at position 1");
  CHECK_THROWS_WITH(re::compile("(?P<a>x)(?P<a>y)"), "redefinition of group name 'a' as group 2; was group 1 at position 12");
  CHECK_THROWS_WITH(re::compile(R"(\q)"), "bad escape \\q at position 0");
  CHECK_THROWS_AS(re::compile("(?=a)"), re::error);
  CHECK_THROWS_AS(re::compile(R"((a)\1)"), re::error);
  CHECK_THROWS_AS(re::compile("((a{1,500}){1,500}){1,500}"), re::error);
}

TEST_CASE("re.search: a long path costs time in proportion, and no stack", "[python]") {
  const std::string path = "item/" + std::string(200'000, 'a');
  CHECK(re::compile("^item/(?P<pk>[^/]+)$").search(path)->group("pk")->size() == 200'000);
  CHECK_FALSE(re::compile("(a|a)*(a|aa)+b").search(std::string(2'000, 'a')));
  CHECK_FALSE(re::compile("^(([a-z])+.)+[A-Z]([a-z])+$").search(std::string(3'000, 'a')));
}

TEST_CASE("re.escape: gives a pattern for just that text", "[python]") {
  for (const std::string text : {"a.b*c", "x y#z", "(p)[q]{r}", "a-b|c^$\\", "caf\xc3\xa9"}) {
    CHECK(re::compile(re::escape(text)).fullmatch(text));
    CHECK_FALSE(re::compile(re::escape(text)).fullmatch(text + "x"));
  }
  CHECK(re::escape("a-b.c/d") == R"(a\-b\.c/d)");
}
