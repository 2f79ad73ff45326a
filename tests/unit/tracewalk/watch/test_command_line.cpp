#include <catch2/catch.hpp>

#include <string>
#include <vector>

#include "frozen.h"
#include "tracewalk/own_commands.h"
#include "tracewalk/watch/command_line.h"

using namespace tracewalk::watch;
using Words = std::vector<std::string>;

TEST_CASE("set_command_apart: the command begins at the first word that is no option", "[tracewalk]") {
  const auto apart = [](Words argv) {
    set_command_apart(argv);
    return argv;
  };
  CHECK(apart({"manage", "watch", "python", "manage.py", "--settings=a"}) ==
        Words{"manage", "watch", "--", "python", "manage.py", "--settings=a"});
  CHECK(apart({"manage", "watch", "--", "python", "--", "x"}) == Words{"manage", "watch", "--", "python", "--", "x"});
  CHECK(apart({"manage", "watch", "--no-color", "-v", "2", "python"}) == Words{"manage", "watch", "--no-color", "-v", "2", "--", "python"});
  CHECK(apart({"manage", "watch", "--help"}) == Words{"manage", "watch", "--help"});
  CHECK(apart({"manage", "watch"}) == Words{"manage", "watch"});
}

TEST_CASE("environment_with: the recorder's folder goes first, the rest is as it was", "[tracewalk]") {
  CHECK(environment_with("/t", {"A=1", "B="}) == Words{"A=1", "B=", "PYTHONPATH=/t", "TRACEWALK_WATCH=/t"});
  CHECK(environment_with("/t", {"PYTHONPATH=/mine:/other", "A=1"}) ==
        Words{"TRACEWALK_WATCH_PYTHONPATH=/mine:/other", "A=1", "PYTHONPATH=/t:/mine:/other", "TRACEWALK_WATCH=/t"});
  CHECK(environment_with("/t", {"PYTHONPATH="}) == Words{"TRACEWALK_WATCH_PYTHONPATH=", "PYTHONPATH=/t", "TRACEWALK_WATCH=/t"});
  CHECK(environment_with("/t", {"TRACEWALK_WATCH=/old", "TRACEWALK_WATCH_PYTHONPATH=/old"}) == Words{"PYTHONPATH=/t", "TRACEWALK_WATCH=/t"});
}

TEST_CASE("why_nothing_was_watched: names what the command line shows", "[tracewalk]") {
  const auto why = [](Words command) { return why_nothing_was_watched(command, tracepoints::Language::en); };
  using Catch::Contains;
  CHECK_THAT(why({"python3", "-I", "manage.py"}), Contains("-I"));
  CHECK_THAT(why({"/venv/bin/python", "-uBE", "manage.py"}), Contains("-E"));
  CHECK_THAT(why({"python", "-X", "dev", "-S", "manage.py"}), Contains("-S"));
  CHECK_THAT(why({"python", "-m", "django", "-S"}), !Contains("-S"));
  CHECK_THAT(why({"python", "manage.py", "-I"}), Contains("without coming to Django"));
  CHECK_THAT(why({"python", "-WIgnore", "manage.py"}), Contains("without coming to Django"));
  CHECK_THAT(why({"sudo", "python", "manage.py"}), Contains("sudo"));
  CHECK_THAT(why({"./manage", "runserver"}), Contains("Tracewalk itself"));
  CHECK_THAT(why({"true"}), Contains("no Python"));
}

TEST_CASE("names_own_command: the app's commands, and help about them", "[tracewalk]") {
  frozen::install();
  using tracewalk::names_own_command;
  CHECK(names_own_command({"manage", "watch"}));
  CHECK(names_own_command({"manage", "help", "watch"}));
  CHECK(names_own_command({"manage", "help", "--no-color", "watch"}));
  CHECK_FALSE(names_own_command({"manage"}));
  CHECK_FALSE(names_own_command({"manage", "help"}));
  CHECK_FALSE(names_own_command({"manage", "runserver", "watch"}));
  CHECK_FALSE(names_own_command({"manage", "check"}));
}
