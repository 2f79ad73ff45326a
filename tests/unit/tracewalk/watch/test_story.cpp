#include <catch2/catch.hpp>

#include <fmt/format.h>

#include <random>
#include <string>
#include <vector>

#include "tracepoints/sinks/memory.h"
#include "tracepoints/sinks/narrator.h"
#include "tracewalk/watch/story.h"

using namespace tracewalk::watch;
using tracepoints::What;
using tracepoints::sinks::Kept;
using tracepoints::sinks::Memory;

namespace {

// Takes everything but what it is told to refuse; keeps what was wished.
struct Outbox final : Outlet {
  Memory memory;
  std::vector<Wish> wishes;
  std::string refuses;
  bool event(const tracepoints::Event& event, Wish wish) override {
    wishes.push_back(wish);
    memory.event(event);
    return tracepoints::ids[event.index] != refuses;
  }
};

struct Told {
  Outbox outlet;
  Story story{outlet};
  bool say(const std::string& line) {
    const auto message = decode(line);
    return message && story.take(*message);
  }
  /// letter, id, time, and what comes behind; thread 71.
  bool say(char letter, std::string_view id, int time, const std::string& rest = "") {
    return say(fmt::format("{}\t{}\t{}\t71{}", letter, index(id), time, rest.empty() ? "" : "\t" + rest));
  }
  static std::size_t index(std::string_view id) {
    for (std::size_t i = 0; i < std::size(tracepoints::ids); ++i)
      if (tracepoints::ids[i] == id) return i;
    throw std::logic_error("no such id");
  }
  std::vector<Kept> events() const { return outlet.memory.events(); }
};

constexpr const char* hello = "H\t1\t71\t\t3.11.2\t[\"manage.py\",\"check\"]";

}  // namespace

TEST_CASE("Story: calls become events with names, times and places", "[tracewalk]") {
  Told told;
  REQUIRE(told.say(hello));
  REQUIRE(told.say("V\t3.2.19"));
  REQUIRE(told.say("T\t71\tMainThread"));
  REQUIRE(told.say(fmt::format("N\t{}\t/lib/django/core/management/__init__.py\t416\targv", Told::index("management.execute_from_command_line"))));
  REQUIRE(told.say('B', "management.execute_from_command_line", 1000, "['manage.py']"));
  REQUIRE(told.say("Q\t71\t3"));
  REQUIRE(told.say('P', "apps.registry.Apps.populate:phase", 1500));
  REQUIRE(told.say('E', "management.execute_from_command_line", 3000, "'done'"));
  const auto events = told.events();
  REQUIRE(events.size() == 3);
  CHECK(events[0].what == What::enter);
  CHECK(events[0].pid == 71);
  CHECK(events[0].tid == 71);
  CHECK(events[0].thread == "MainThread");
  CHECK(events[0].depth == 0);
  CHECK(events[0].value("argv") == "['manage.py']");
  CHECK(events[1].depth == 1);
  CHECK(events[1].request == 3);
  CHECK(events[2].what == What::leave);
  CHECK(events[2].duration_ns == 2000);
  CHECK(events[2].depth == 0);
  CHECK(events[2].outcome == "'done'");
  CHECK(told.story.django() == "3.2.19");
  CHECK(told.story.python() == "3.11.2");
}

TEST_CASE("Story: a process is named where there will be two", "[tracewalk]") {
  const auto process = [](const std::string& line) {
    Told told;
    told.say(line);
    return told.story.process();
  };
  CHECK(process(hello) == "");
  CHECK(process("H\t1\t71\t\t3.11.2\t[\"manage.py\",\"runserver\"]") == "parent");
  CHECK(process("H\t1\t71\t\t3.11.2\t[\"manage.py\",\"runserver\",\"--norel\"]") == "");
  CHECK(process("H\t1\t71\tchild\t3.11.2\t[\"manage.py\",\"runserver\"]") == "child");
}

TEST_CASE("Story: what makes no sense where it stands is left out", "[tracewalk]") {
  Told told;
  CHECK_FALSE(told.say('B', "manage.main", 1));  // before the hello
  REQUIRE(told.say(hello));
  CHECK_FALSE(told.say(hello));                  // twice
  CHECK_FALSE(told.say('E', "manage.main", 1));  // never entered
  CHECK(told.events().empty());
  REQUIRE(told.say('B', "manage.main", 1, "a value without a name"));
  CHECK(told.events()[0].fields.empty());
}

TEST_CASE("Story: frames whose ends never came are closed before the one around them", "[tracewalk]") {
  Told told;
  told.say(hello);
  told.say('B', "manage.main", 1);
  told.say('B', "django.setup", 2);
  told.say('B', "apps.registry.Apps.populate", 3);
  CHECK_FALSE(told.say('E', "manage.main", 9));  // taken, but complained about
  const auto events = told.events();
  REQUIRE(events.size() == 6);
  CHECK(events[3].id == "apps.registry.Apps.populate");
  CHECK(events[4].id == "django.setup");
  CHECK(events[5].id == "manage.main");
  CHECK(events[5].depth == 0);
}

TEST_CASE("Story: an exception passes through a finally, and is caught by the frame that goes on", "[tracewalk]") {
  Told told;
  told.say(hello);
  told.say('B', "base.BaseCommand.run_from_argv", 1);
  told.say('B', "base.BaseCommand.execute", 2);
  told.say('X', "base.BaseCommand.execute", 3, "SystemExit(0)");
  told.say('B', "connection.BaseConnectionHandler.close_all", 4);
  told.say('E', "connection.BaseConnectionHandler.close_all", 5);
  told.say('X', "base.BaseCommand.run_from_argv", 6, "SystemExit(0)");
  auto events = told.events();
  REQUIRE(events.size() == 6);
  CHECK(events[1].passing == 0);
  CHECK(events[2].raised);
  CHECK(events[2].passing == 1);
  CHECK(events[3].passing == 1);
  CHECK(events[4].passing == 1);
  CHECK_FALSE(events[4].raised);
  CHECK(events[5].raised);

  told.outlet.memory.clear();
  told.say('B', "runserver.Command.inner_run", 10);
  told.say('B', "basehttp.run", 11);
  told.say('X', "basehttp.run", 12, "KeyboardInterrupt()");
  told.say('P', "runserver.Command.inner_run:KeyboardInterrupt", 13);
  told.say('E', "runserver.Command.inner_run", 14);
  events = told.events();
  REQUIRE(events.size() == 5);
  CHECK(events[3].passing == 0);
  CHECK(events[4].passing == 0);
}

TEST_CASE("Story: a frame that was refused is refused as a whole", "[tracewalk]") {
  using Wish = Outlet::Wish;
  Told told;
  told.outlet.refuses = "django.setup";
  told.say(hello);
  told.say('B', "manage.main", 1);
  told.say('B', "django.setup", 2);
  told.say('B', "apps.registry.Apps.populate", 3);
  told.say('P', "apps.registry.Apps.populate:phase", 4);
  told.say('E', "apps.registry.Apps.populate", 5);
  told.say('E', "django.setup", 6);
  told.say('E', "manage.main", 7);
  CHECK(told.outlet.wishes == std::vector{Wish::offer, Wish::offer, Wish::refused, Wish::refused, Wish::refused, Wish::refused, Wish::insist});
}

TEST_CASE("Story: threads come and go without a trace", "[tracewalk]") {
  Told told;
  told.say(hello);
  const std::size_t run = Told::index("threading.Thread.run");
  for (int tid = 100; tid < 40'000; ++tid) {
    REQUIRE(told.say(fmt::format("T\t{}\tThread-{}", tid, tid)));
    REQUIRE(told.say(fmt::format("B\t{}\t1\t{}", run, tid)));
    REQUIRE(told.say(fmt::format("E\t{}\t2\t{}", run, tid)));
    told.outlet.memory.clear();
  }
}

TEST_CASE("Story: a peer that sends anything at all stays harmless", "[tracewalk]") {
  struct Nowhere final : tracepoints::sinks::Paper {
    int width() noexcept override { return 80; }
    bool write(std::string_view) noexcept override { return true; }
    std::int64_t now_ns() noexcept override { return 0; }
  };
  struct Narrated final : Outlet {
    tracepoints::sinks::Narrator narrator{{.zoom = 3}, std::make_unique<Nowhere>()};
    bool event(const tracepoints::Event& event, Wish wish) override {
      if (wish != Wish::refused) narrator.event(event);
      return event.time_ns % 7 != 0;
    }
  };
  std::mt19937 random(2);
  for (int round = 0; round < 20; ++round) {
    Narrated outlet;
    Story story(outlet);
    const auto say = [&](const std::string& line) {
      if (const auto message = decode(line)) story.take(*message);
    };
    say("H\t1\t71\t\t\x1b[31m3.11\t[\"manage.py\",\"runserver\"]");
    for (int i = 0; i < 5'000; ++i) {
      const std::string letters = "TNQBBBBEEEXXPDV";
      const char letter = letters[random() % letters.size()];
      const auto index = random() % std::size(tracepoints::ids);
      const auto tid = 71 + random() % 4;
      std::string junk;
      for (std::size_t size = random() % 300; junk.size() < size;) junk += static_cast<char>(1 + random() % 255);
      if (letter == 'T' || letter == 'Q') say(fmt::format("{}\t{}\t{}", letter, tid, letter == 'Q' ? std::to_string(random() % 5) : junk));
      else if (letter == 'N') say(fmt::format("N\t{}\t{}\t{}\t{}", index, junk.substr(0, junk.find('\t')), random() % 100, junk));
      else say(fmt::format("{}\t{}\t{}\t{}\t{}", letter, index % 12, random() % 1'000'000, tid, junk));
    }
    outlet.narrator.finish();
  }
}
