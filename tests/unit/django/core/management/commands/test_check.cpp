#include "django/core/management/commands/check.h"

#include <catch2/catch.hpp>

#include "django/core/checks/registry.h"
#include "tests/unit/django/project.h"

namespace commands = django::core::management::commands;
using django::core::management::base::CommandError, django::core::management::base::SystemCheckError;
using project::Project, project::raised;

namespace {
project::Output check(const std::vector<std::string>& args) { return project::call<commands::check::Command>("check", args); }

// A check of the test's own, which says what `said` says.
std::vector<django::core::checks::CheckMessage> said;
void with_check() {
  django::core::checks::registry().register_(
      "test_check", [](const auto*, const auto*) { return said; }, {"translation"});
}
}  // namespace

TEST_CASE("check.Command.handle: no issues, one, and two", "[django]") {
  const Project project;
  project.configure({});
  project.install({"django.contrib.staticfiles"});
  with_check();
  said.clear();
  CHECK(check({}).out == "System check identified no issues (0 silenced).\n");
  said = {django::core::checks::Warning("demo warning", "demo hint", {}, "warnapp.W001")};
  CHECK(check({}).err == "System check identified some issues:\n\nWARNINGS:\n?: (warnapp.W001) demo warning\n\tHINT: demo hint\n\n"
                         "System check identified 1 issue (0 silenced).\n");
  CHECK(raised<SystemCheckError>([] { check({"--fail-level", "WARNING"}); }) == "SystemCheckError: "
        "System check identified some issues:\n\nWARNINGS:\n?: (warnapp.W001) demo warning\n\tHINT: demo hint\n\n"
        "System check identified 1 issue (0 silenced).");
  CHECK(check({"-t", "files"}).out == "System check identified no issues (0 silenced).\n");
  said = {django::core::checks::Error("bad", {}, {}, "warnapp.E001")};
  CHECK_THROWS_AS(check({}), SystemCheckError);
  CHECK_NOTHROW(check({"--fail-level", "CRITICAL"}));
  project.configure({{"SILENCED_SYSTEM_CHECKS", std::vector<std::string>{"warnapp.E001"}}});
  CHECK(check({}).out == "System check identified no issues (1 silenced).\n");
  said.clear();
}

TEST_CASE("check.Command.handle: tags and apps that are not there", "[django]") {
  const Project project;
  project.configure({});
  project.install({"django.contrib.staticfiles"});
  CHECK(raised<CommandError>([] { check({"-t", "nosuch"}); }) == "There is no system check with the \"nosuch\" tag.");
  CHECK(raised<CommandError>([] { check({"-t", "async_support"}); }) == "There is no system check with the \"async_support\" tag.");
  CHECK_NOTHROW(check({"-t", "async_support", "--deploy"}));
  CHECK(raised<python::LookupError>([] { check({"nosuchapp"}); }) == "No installed app with label 'nosuchapp'.");
  CHECK_NOTHROW(check({"staticfiles"}));
}

TEST_CASE("check.Command.handle: --list-tags", "[django]") {
  const Project project;
  project.configure({});
  project.install({"django.contrib.staticfiles"});
  CHECK(check({"--list-tags"}).out ==
        "caches\ncommands\ncompatibility\ndatabase\nfiles\nmodels\nsecurity\nstaticfiles\ntemplates\ntranslation\nurls\n");
  CHECK(check({"--list-tags", "--deploy"}).out.starts_with("async_support\ncaches\n"));
}
