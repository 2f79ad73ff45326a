#include "django/core/checks/urls.h"

#include <catch2/catch.hpp>

#include "django/urls/base.h"
#include "django/urls/conf.h"
#include "tests/unit/django/project.h"
#include "tracepoints/trace.h"

namespace checks = django::core::checks;
namespace importlib = python::importlib;
using namespace django::urls;
using project::Project;
using Texts = std::vector<std::string>;

namespace {

django::http::HttpResponsePtr hello(django::http::HttpRequest&, const Kwargs&) { return nullptr; }
const View a_view{.name = "test.hello", .function = hello};

URLPatterns patterns;  // what the URLconf "test_urls" holds
bool wrong_handler = false;

void exec(importlib::Module& module) {
  module.set("urlpatterns", patterns);
  if (wrong_handler) module.set("handler404", 404);
}

// Every message of the URL checks over these patterns.
Texts messages(URLPatterns urlpatterns, python::Dict settings = {}) {
  static constexpr importlib::FrozenModule frozen[] = {{"test_urls", exec}};
  patterns = std::move(urlpatterns);
  importlib::clear_modules();
  importlib::set_frozen(frozen, {});
  clear_url_caches();
  settings.emplace_back("ROOT_URLCONF", "test_urls");
  Project::configure(settings);
  Texts texts;
  for (const auto& message : checks::registry().run_checks(nullptr, Texts{"urls"})) texts.push_back(message.str());
  clear_url_caches();
  return texts;
}

}  // namespace

TEST_CASE("checks.urls: patterns that are fine", "[django]") {
  const Project project;
  CHECK(messages({path("hello/", a_view, {.name = "hello"}), path("item/<int:pk>/", a_view), re_path("^old/$", a_view),
                  path("in/", include(URLPatterns{path("", a_view)}))})
            .empty());
}

TEST_CASE("checks.urls: without a ROOT_URLCONF there is nothing to check", "[django]") {
  const Project project;
  project.configure({});
  CHECK(checks::registry().run_checks(nullptr, Texts{"urls"}).empty());
}

TEST_CASE("checks.urls: a route that begins with a slash, unless APPEND_SLASH is off", "[django]") {
  const Project project;
  const auto slash = [] { return URLPatterns{path("/starting-with-slash/", a_view), re_path("^/other$", a_view, {.name = "o"})}; };
  CHECK(messages(slash()) ==
        Texts{"?: (urls.W002) Your URL pattern '/starting-with-slash/' has a route beginning with a '/'. Remove this slash as it is "
              "unnecessary. If this pattern is targeted in an include(), ensure the include() pattern has a trailing '/'.",
              "?: (urls.W002) Your URL pattern '^/other$' [name='o'] has a route beginning with a '/'. Remove this slash as it is "
              "unnecessary. If this pattern is targeted in an include(), ensure the include() pattern has a trailing '/'."});
  CHECK(messages(slash(), {{"APPEND_SLASH", false}}).empty());
}

TEST_CASE("checks.urls: an include whose route ends with a dollar", "[django]") {
  const Project project;
  CHECK(messages({re_path("^include/$", include(URLPatterns{re_path("^$", a_view)}))}) ==
        Texts{"?: (urls.W001) Your URL pattern '^include/$' uses include with a route ending with a '$'. Remove the dollar from the route to "
              "avoid problems including URLs."});
}

TEST_CASE("checks.urls: a name with a colon", "[django]") {
  const Project project;
  CHECK(messages({path("in/", include(URLPatterns{path("a/", a_view, {.name = "name_with:colon"})}))}) ==
        Texts{"?: (urls.W003) Your URL pattern 'a/' [name='name_with:colon'] has a name including a ':'. Remove the colon, to avoid ambiguous "
              "namespace references."});
}

TEST_CASE("checks.urls: a path() that was a regular expression, and brackets without a partner", "[django]") {
  const Project project;
  CHECK(messages({path("ending-with-dollar$", a_view)}) ==
        Texts{"?: (2_0.W001) Your URL pattern 'ending-with-dollar$' has a route that contains '(?P<', begins with a '^', or ends with a '$'. "
              "This was likely an oversight when migrating to django.urls.path()."});
  CHECK(messages({path("a<b/", a_view), path("c>d/", a_view)}) ==
        Texts{"?: (urls.W010) Your URL pattern 'a<b/' has an unmatched '<' bracket.",
              "?: (urls.W010) Your URL pattern 'c>d/' has an unmatched '>' bracket."});
}

TEST_CASE("checks.urls: namespaces that stand twice", "[django]") {
  const Project project;
  const auto in = [](const std::string& namespace_) { return include(URLPatterns{path("", a_view)}, "app", namespace_); };
  CHECK(messages({path("a/", in("one")), path("b/", in("two")), path("c/", in("one"))}) ==
        Texts{"?: (urls.W005) URL namespace 'one' isn't unique. You may not be able to reverse all URLs in this namespace"});
}

TEST_CASE("checks.urls: STATIC_URL and MEDIA_URL end with a slash", "[django]") {
  const Project project;
  CHECK(messages({}, {{"STATIC_URL", "static"}, {"MEDIA_URL", "media"}}) ==
        Texts{"?: (urls.E006) The STATIC_URL setting must end with a slash.", "?: (urls.E006) The MEDIA_URL setting must end with a slash."});
}

TEST_CASE("checks.urls: a handler404 that is no handler", "[django]") {
  const Project project;
  wrong_handler = true;
  CHECK(messages({}) == Texts{"?: (urls.E007) The custom handler404 view 'test_urls.handler404' does not take the correct number of arguments "
                              "(request, exception)."});
  wrong_handler = false;
}

TEST_CASE("checks.urls.check_url_config: an URLconf that cannot be imported raises", "[django]") {
  const Project project;
  clear_url_caches();
  project.configure({{"ROOT_URLCONF", "no.such.urls"}});
  CHECK_THROWS_AS(checks::urls::check_url_config(nullptr, nullptr), python::ModuleNotFoundError);
  clear_url_caches();
}
