#include "django/core/checks/registry.h"

#include <catch2/catch.hpp>

#include "tests/unit/django/project.h"
#include "tracepoints/trace.h"

namespace checks = django::core::checks;
using checks::CheckMessage, checks::CheckRegistry, checks::Error, checks::Warning;

namespace {

checks::Check gives(std::string id) {
  return [id](const checks::AppConfigs*, const std::vector<std::string>*) { return std::vector{Error("text", {}, {}, id)}; };
}

std::vector<std::string> ids(const std::vector<CheckMessage>& messages) {
  std::vector<std::string> found;
  for (const CheckMessage& message : messages) found.push_back(message.id);
  return found;
}

struct Calls : tracepoints::Sink {
  void event(const tracepoints::Event& event) noexcept override {
    if (event.what == tracepoints::What::point) names.emplace_back(event.fields[0].value.str());
  }
  std::vector<std::string> names;
};

}  // namespace

TEST_CASE("CheckMessage.__str__: object, id, text and hint", "[django]") {
  CHECK(Warning("demo warning", "demo hint", {}, "warnapp.W001").str() == "?: (warnapp.W001) demo warning\n\tHINT: demo hint");
  CHECK(Error("text", {}, "polls.Thing").str() == "polls.Thing: text");
  CHECK(Warning("w").is_serious() == false);
  CHECK(Warning("w").is_serious(checks::WARNING));
  CHECK(Error("e").is_serious());
}

TEST_CASE("CheckMessage.is_silenced: SILENCED_SYSTEM_CHECKS names the id", "[django]") {
  const project::Project project;
  project.configure({{"SILENCED_SYSTEM_CHECKS", std::vector<std::string>{"a.W001"}}});
  CHECK(Warning("w", {}, {}, "a.W001").is_silenced());
  CHECK_FALSE(Warning("w", {}, {}, "a.W002").is_silenced());
}

TEST_CASE("CheckRegistry.run_checks: tags choose, deployment checks need to be asked for, a name stands once", "[django]") {
  CheckRegistry registry;
  registry.register_("first", gives("a"), {"urls"});
  registry.register_("second", gives("b"), {"models", "urls"});
  registry.register_("third", gives("c"), {"security"}, true);
  registry.register_("first", gives("d"), {"files"});
  CHECK(ids(registry.run_checks()) == std::vector<std::string>{"d", "b"});
  CHECK(ids(registry.run_checks(nullptr, std::vector<std::string>{"urls"})) == std::vector<std::string>{"b"});
  CHECK(ids(registry.run_checks(nullptr, {}, true)) == std::vector<std::string>{"d", "b", "c"});
  CHECK(registry.run_checks(nullptr, std::vector<std::string>{}).empty());
  CHECK(registry.tags_available() == std::vector<std::string>{"files", "models", "urls"});
  CHECK(registry.tag_exists("security", true));
  CHECK_FALSE(registry.tag_exists("security"));
}

TEST_CASE("CheckRegistry.run_checks: each check that is called is a point in the trace", "[django]") {
  CheckRegistry registry;
  registry.register_("one", gives("a"), {"urls"});
  registry.register_("two", gives("b"), {"files"});
  const auto calls = std::make_shared<Calls>();
  tracepoints::add_sink(calls);
  REQUIRE(tracepoints::enable("checks.registry.*"));
  registry.run_checks(nullptr, std::vector<std::string>{"files"});
  tracepoints::disable_all();
  tracepoints::remove_sinks();
  CHECK((tracepoints::compiled_in ? calls->names == std::vector<std::string>{"'two'"} : calls->names.empty()));
}

TEST_CASE("checks.registry: Django's own tags, as check --list-tags gives them", "[django]") {
  const project::Project project;
  project.configure({});
  project.install({"django.contrib.staticfiles"});
  CHECK(checks::registry().tags_available() ==
        std::vector<std::string>{"caches", "commands", "compatibility", "database", "files", "models", "security", "staticfiles", "templates",
                                 "translation", "urls"});
  CHECK(checks::registry().tag_exists("async_support", true));
}
