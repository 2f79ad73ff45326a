// The notes on versions: which of them a comparison of two versions meets, and the sentence that tells one.
// That they are true is proved on recorded trees, by tests/catalogue/check_changes.py.
#include "tracepoints/changes.h"

#include <set>
#include <string>

#include <catch2/catch.hpp>

#include "tracepoints/catalogue.h"

using tracepoints::Change;
using tracepoints::changes;
using tracepoints::changes_of;
using tracepoints::How;
using tracepoints::Language;
using tracepoints::separates;
using tracepoints::told;

TEST_CASE("changes_of: a stage has its own notes, oldest first", "[tracepoints]") {
  const auto notes = changes_of("runserver.Command.on_bind");
  REQUIRE(notes.size() == 1);
  CHECK(notes[0].version == "5.0");
  CHECK(notes[0].ticket == "#32813");
  const auto several = changes_of("basehttp.ServerHandler.close");
  REQUIRE(several.size() == 2);
  CHECK(several[0].version == "2.1.5");
  CHECK(several[1].version == "5.0");
  CHECK(changes_of("management.ManagementUtility.execute").empty());
  CHECK(changes_of("no.such.stage").empty());
}

TEST_CASE("changes_of: a decision gives the notes of its frame, unless it has its own", "[tracepoints]") {
  REQUIRE(changes_of("autoreload.run_with_reloader:RUN_MAIN").size() == 1);
  CHECK(changes_of("autoreload.run_with_reloader:RUN_MAIN")[0].stage == "autoreload.run_with_reloader");
  REQUIRE(changes_of("runserver.Command.inner_run:skip_checks").size() == 1);
  CHECK(changes_of("runserver.Command.inner_run:skip_checks")[0].version == "4.0");
}

TEST_CASE("separates: only a comparison across the release meets a note", "[tracepoints]") {
  const Change& on_bind = changes_of("runserver.Command.on_bind")[0];
  CHECK(separates(on_bind, {"3.2.25", ""}, {"5.2.10", ""}));
  CHECK(separates(on_bind, {"5.2.10", ""}, {"3.2.25", ""}));
  CHECK(separates(on_bind, {"4.2.16", ""}, {"5.0", ""}));
  CHECK_FALSE(separates(on_bind, {"5.0", ""}, {"6.1", ""}));
  CHECK_FALSE(separates(on_bind, {"1.10", ""}, {"3.2", ""}));
  CHECK_FALSE(separates(on_bind, {"", ""}, {"5.2", ""}));
  // Ten is more than two: versions are numbers, not words.
  const Change& keep_alive = changes_of("basehttp.WSGIRequestHandler.handle_one_request")[0];
  CHECK(separates(keep_alive, {"1.10", ""}, {"2.2", ""}));
  CHECK_FALSE(separates(keep_alive, {"2.1.4", ""}, {"2.1.10", ""}));
}

TEST_CASE("separates: what Python changed is told by Python's version, where that is known", "[tracepoints]") {
  const Change& service_actions = changes_of("socketserver.BaseServer.service_actions")[0];
  REQUIRE(service_actions.version == "Python 3.3");
  CHECK(separates(service_actions, {"1.10", "2.7.18"}, {"1.10", "3.5.2"}));
  CHECK_FALSE(separates(service_actions, {"1.10", "3.5.2"}, {"5.2", "3.13.0"}));
  CHECK(separates(service_actions, {"1.10", ""}, {"5.2", ""}));
  CHECK_FALSE(separates(service_actions, {"3.2", ""}, {"5.2", ""}));
}

TEST_CASE("told: one sentence, which names the release", "[tracepoints]") {
  const Change& on_bind = changes_of("runserver.Command.on_bind")[0];
  CHECK(told(on_bind, Language::en) == "new in 5.0: `on_bind` prints the banner after the bind");
  CHECK(told(on_bind, Language::zh) == "5.0 新增：`on_bind` 在 bind 之后才打印启动信息");
  std::set<How> hows;
  for (const Change& change : changes()) {
    hows.insert(change.how);
    INFO(change.stage);
    CHECK_FALSE(change.version.empty());
    for (const Language language : {Language::en, Language::zh}) {
      CHECK(told(change, language).find(change.version) != std::string::npos);
      CHECK(told(change, language).size() <= 180);
      CHECK_FALSE(in(language, change.text).ends_with("."));
      CHECK_FALSE(in(language, change.text).ends_with("。"));
    }
  }
  CHECK(hows.size() == 7);   // every opening is used
}
