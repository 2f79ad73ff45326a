#include <catch2/catch.hpp>

#include "django/core/exceptions.h"
#include "django/urls/base.h"
#include "django/urls/conf.h"
#include "tests/unit/django/site.h"

using namespace django::urls;
using django::core::exceptions::ImproperlyConfigured;
using django::http::HttpRequest;
using django::http::HttpResponsePtr;
using resolvers::RegexPattern;
using resolvers::RoutePattern;
using resolvers::URLResolver;

namespace views_of_test {
HttpResponsePtr plain(HttpRequest&) { return nullptr; }
HttpResponsePtr with(HttpRequest&, const Kwargs&) { return nullptr; }
HttpResponsePtr none_(HttpRequest&) { return nullptr; }
}  // namespace views_of_test

namespace {

using views_of_test::plain;
using views_of_test::with;

std::shared_ptr<const URLResolver> resolver_of(URLPatterns patterns) {
  return std::make_shared<const URLResolver>(std::make_shared<RegexPattern>("^/"), std::move(patterns));
}

const python::importlib::FrozenModule inner_module[] = {
    {"inner.urls", [](python::importlib::Module& module) {
       module.set("app_name", std::string("inner"));
       module.set("urlpatterns", URLPatterns{path("<slug:word>/", view<with>, {.name = "word"}), path("", view<plain>, {.name = "index"})});
     }},
    {"root.urls", [](python::importlib::Module& module) {
       module.set("urlpatterns", URLPatterns{path("in/<int:year>/", include(URLPatterns{path("day/<int:day>/", view<with>, {.name = "day"})})),
                                             path("ns/", include("inner.urls")), re_path("^item/(?P<pk>[0-9]+)/$", view<with>, {.name = "item"}),
                                             path("plain/", view<plain>, {.kwargs = {{"extra", 1}}, .name = "plain"})});
     }},
    {"empty.urls", [](python::importlib::Module&) {}}};

}  // namespace

TEST_CASE("urls.view: a view knows its name as Python would say it", "[django]") {
  CHECK(view<plain>.name == "views_of_test.plain");
  CHECK(view<views_of_test::with>.name == "views_of_test.with");
  CHECK(view<views_of_test::none_>.name == "views_of_test.none");
}

TEST_CASE("RoutePattern.match: routes with and without converters", "[django]") {
  CHECK(RoutePattern("hello/", {}, true).match("hello/"));
  CHECK_FALSE(RoutePattern("hello/", {}, true).match("hello/x"));
  CHECK(RoutePattern("hello/").match("hello/x")->new_path == "x");
  const auto item = RoutePattern("item/<int:pk>/<str:name>", {}, true).match("item/007/caf\xc3\xa9");
  REQUIRE(item);
  CHECK(item->kwargs == python::Dict{{"pk", 7}, {"name", "caf\xc3\xa9"}});
  CHECK_FALSE(RoutePattern("item/<int:pk>/", {}, true).match("item/99999999999999999999/"));
  CHECK_FALSE(RoutePattern("item/<pk>/", {}, true).match("item/a/b/"));
  CHECK(RoutePattern("item/<path:pk>/", {}, true).match("item/a/b/"));
  CHECK(RoutePattern("<uuid:u>", {}, true).match("12345678-1234-1234-1234-1234567890ab"));
  CHECK_FALSE(RoutePattern("<slug:s>", {}, true).match("a b"));
  CHECK(RoutePattern("a.c/<int:n>", {}, true).regex().pattern() == R"(^a\.c/(?P<n>[0-9]+)\Z)");
  CHECK_FALSE(RoutePattern("a.c/<int:n>", {}, true).match("abc/1"));
}

TEST_CASE("RoutePattern.__init__: refuses what is no route, with Django's words", "[django]") {
  CHECK_THROWS_WITH(RoutePattern("<nope:x>/"), "URL route '<nope:x>/' uses invalid converter 'nope'.");
  CHECK_THROWS_WITH(RoutePattern("<int:1x>/"), "URL route '<int:1x>/' uses parameter name '1x' which isn't a valid Python identifier.");
  CHECK_THROWS_WITH(RoutePattern("<int: x>/"), "URL route '<int: x>/' cannot contain whitespace in angle brackets <…>.");
}

TEST_CASE("RegexPattern.match: named groups leave the unnamed ones out", "[django]") {
  const auto named = RegexPattern(R"(^(a)/(?P<pk>[^/]+)/(?P<no>x)?$)", {}, true).match("a/b/");
  REQUIRE(named);
  CHECK(named->args.empty());
  CHECK(named->kwargs == python::Dict{{"pk", "b"}});
  CHECK(RegexPattern("^(a)/(b)").match("a/bc")->args == std::vector<std::string>{"a", "b"});
  CHECK(RegexPattern("^(a)/(b)").match("a/bc")->new_path == "c");
  CHECK_FALSE(RegexPattern("^hello/$", {}, true).match("hello/\n"));
  CHECK_THROWS_WITH(RegexPattern("^(a").regex(), "\"^(a\" is not a valid regular expression: missing ), unterminated subpattern at position 1");
  CHECK(RegexPattern("^a$", "n").describe() == "'^a$' [name='n']");
}

TEST_CASE("urls.resolvers.URLResolver.resolve: the first match wins; what was tried is kept", "[django]") {
  const auto resolver = resolver_of({path("a/", view<plain>, {.name = "one"}), path("a/", view<with>, {.name = "two"}), path("b/", view<plain>)});
  const auto match = resolver->resolve("/a/");
  CHECK(match.url_name == "one");
  CHECK(match.func.name == "views_of_test.plain");
  CHECK(match.route == "a/");
  try {
    resolver->resolve("/c/");
    FAIL("nothing matches");
  } catch (const Resolver404& e) {
    CHECK(e.path == "c/");
    CHECK(e.tried->size() == 3);
  }
  try {
    resolver->resolve("*");
    FAIL("not even the slash matches");
  } catch (const Resolver404& e) {
    CHECK(e.path == "*");
    CHECK_FALSE(e.tried);
  }
}

TEST_CASE("urls.resolvers.URLResolver.resolve: include() merges what both patterns say", "[django]") {
  const site_::Site site(site_::Dict{{"ROOT_URLCONF", "root.urls"}});
  python::importlib::set_frozen(inner_module, {});
  const auto match = resolve("/in/2024/day/7/");
  CHECK(match.kwargs.items == python::Dict{{"year", 2024}, {"day", 7}});
  CHECK(match.route == "in/<int:year>/day/<int:day>/");
  const auto word = resolve("/ns/some-word/");
  CHECK(word.view_name() == "inner:word");
  CHECK(word.kwargs["word"].str() == "some-word");
  CHECK_THROWS_AS(word.kwargs["nosuch"], python::KeyError);
  CHECK(resolve("/plain/").kwargs.items == python::Dict{{"extra", 1}});
  CHECK(is_valid_path("/plain/"));
  CHECK_FALSE(is_valid_path("/plain"));
  try {
    resolve("/in/2024/nothing/");
    FAIL("nothing matches");
  } catch (const Resolver404& e) {
    REQUIRE(e.tried->size() == 4);
    CHECK(e.tried->front().size() == 2);
  }
  CHECK(resolvers::get_resolver() == resolvers::get_resolver("root.urls"));
  CHECK_THROWS_AS(resolve("/", "empty.urls"), ImproperlyConfigured);
  CHECK_THROWS_AS(resolve("/", "nosuch.urls"), python::ModuleNotFoundError);
}

TEST_CASE("urls.reverse: the path of a name", "[django]") {
  const site_::Site site(site_::Dict{{"ROOT_URLCONF", "root.urls"}});
  python::importlib::set_frozen(inner_module, {});
  CHECK(reverse("plain") == "/plain/");
  CHECK(reverse("day", {{"year", 2024}, {"day", 7}}) == "/in/2024/day/7/");
  CHECK(reverse("day", {}, {2024, 7}) == "/in/2024/day/7/");
  CHECK(reverse("item", {{"pk", 5}}) == "/item/5/");
  CHECK(reverse("inner:word", {{"word", "a-b"}}) == "/ns/a-b/");
  CHECK(reverse("inner:index") == "/ns/");
  set_script_prefix("/app");
  CHECK(reverse("plain") == "/app/plain/");
  set_script_prefix("/");
  CHECK_THROWS_WITH(reverse("nosuch"), "Reverse for 'nosuch' not found. 'nosuch' is not a valid view function or pattern name.");
  CHECK_THROWS_WITH(reverse("item", {{"pk", "x"}}),
                    "Reverse for 'item' with keyword arguments '{'pk': 'x'}' not found. 1 pattern(s) tried: ['item/(?P<pk>[0-9]+)/$']");
  CHECK_THROWS_WITH(reverse("nosuch:word"), "'nosuch' is not a registered namespace");
  CHECK_THROWS_AS(reverse("item"), NoReverseMatch);
}

TEST_CASE("urls.include: a namespace needs an app_name", "[django]") {
  CHECK_THROWS_AS(include(URLPatterns{}, std::nullopt, "ns"), ImproperlyConfigured);
  CHECK(include(URLPatterns{}, "app").namespace_ == "app");
  CHECK_THROWS_AS(path("x/", View{}), python::TypeError);
}

TEST_CASE("urls.converters.register_converter: a new word for routes", "[django]") {
  if (!converters::get_converters().contains("even"))
    converters::register_converter("even", {"[0-9]+",
                                            [](const std::string& value) -> python::Value {
                                              if ((value.back() - '0') % 2) throw python::ValueError("odd");
                                              return value;
                                            },
                                            [](const python::Value& value) { return python::str(value); }});
  CHECK(RoutePattern("<even:n>", {}, true).match("4"));
  CHECK_FALSE(RoutePattern("<even:n>", {}, true).match("5"));
  CHECK_THROWS_AS(converters::register_converter("int", {}), python::ValueError);
}
