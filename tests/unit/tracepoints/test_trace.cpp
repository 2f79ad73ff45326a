// Frames, moments and forks, through the memory sink. The ids are real ones; the functions here only borrow them.
//
// A misspelt id does not compile: TRACE_FRAME("basehttp.rnu") ends in "no such tracepoint in the catalogue", thrown inside a
// consteval function. What can be shown in a running test is that every id of the catalogue has its place, and only one.
#include <catch2/catch.hpp>

#include <stdexcept>
#include <string>
#include <thread>

#include "tracepoints/sinks/memory.h"
#include "tracepoints/trace.h"

using tracepoints::What;
using tracepoints::sinks::Kept;
using tracepoints::sinks::Recorded;

static_assert(tracepoints::ids[tracepoints::index_of("basehttp.run")] == "basehttp.run");
static_assert(tracepoints::index_of("manage.main") == 0);

namespace {

struct Server {
  int port = 8000;
  std::string default_ = "x";
  int get() const { return port; }

  int inner() {
    TRACE_FRAME("socketserver.TCPServer.server_bind", this->port, default_);
    TRACE_POINT("basehttp.run:bound", port);
    return traced.result(port + 1);
  }
  int outer(bool threading) {
    TRACE_FRAME("basehttp.run", threading, get());
    TRACE_DECISION("basehttp.run:threading", threading);
    return inner();
  }
};

struct Error : std::runtime_error {
  explicit Error(const char* text) : runtime_error(text) { tracepoints::note_exception("OSError", text); }
};

void raises() {
  TRACE_FRAME("socketserver.TCPServer.server_bind");
  throw Error("[Errno 98] Address already in use");
}

void passes_on() {
  TRACE_FRAME("basehttp.run");
  raises();
}

void cleans_up_while_passing() {
  struct Close {
    ~Close() { TRACE_FRAME("connection.BaseConnectionHandler.close_all"); }
  };
  const Close close;
  raises();
}

void cleans_up_in_a_catch_block() {
  try {
    raises();
  } catch (...) {
    const tracepoints::StillPassing on_its_way;
    TRACE_FRAME("connection.BaseConnectionHandler.close_all");
    throw;
  }
}

}  // namespace

TEST_CASE("TRACE_FRAME: frames nest, carry their values under Python's names, and give results", "[tracepoints]") {
  const Recorded recorded;
  CHECK(Server().outer(true) == 8001);
  CHECK(recorded->tree() ==
        "basehttp.run\n"
        "  basehttp.run:threading\n"
        "  socketserver.TCPServer.server_bind\n"
        "    basehttp.run:bound\n");
  const auto events = recorded->events();
  REQUIRE(events.size() == 6);
  CHECK(events[0].value("threading") == "True");
  CHECK(events[0].value("get") == "8000");
  CHECK(events[1].what == What::decision);
  CHECK(events[1].outcome == "True");
  CHECK(events[2].value("self.port") == "8000");
  CHECK(events[2].value("default") == "'x'");
  CHECK(events[3].what == What::point);
  CHECK(events[4].what == What::leave);
  CHECK(events[4].outcome == "8001");
  CHECK_FALSE(events[4].raised);
  CHECK(events[4].depth == events[2].depth);
  CHECK(events[4].duration_ns == events[4].time_ns - events[2].time_ns);
  CHECK(events[5].outcome.empty());
  for (std::size_t i = 1; i < events.size(); ++i) CHECK(events[i].time_ns >= events[i - 1].time_ns);
}

TEST_CASE("TRACE_FRAME: a frame closes when an exception passes, and shows it", "[tracepoints]") {
  const Recorded recorded;
  CHECK_THROWS_AS(passes_on(), Error);
  Server().inner();
  const auto events = recorded->events();
  REQUIRE(events.size() == 7);
  for (const int i : {2, 3}) {
    CHECK(events[static_cast<std::size_t>(i)].what == What::leave);
    CHECK(events[static_cast<std::size_t>(i)].raised);
    CHECK(events[static_cast<std::size_t>(i)].passing == 1);
    CHECK(events[static_cast<std::size_t>(i)].outcome == "OSError(98, 'Address already in use')");
  }
  CHECK(events[4].depth == 0);
  CHECK(events[4].passing == 0);
  CHECK_FALSE(events[6].raised);
}

TEST_CASE("TRACE_FRAME: a frame that opens and closes while an exception passes is not left by it", "[tracepoints]") {
  const Recorded recorded("connection.*");
  CHECK_THROWS_AS(cleans_up_while_passing(), Error);
  const auto events = recorded->events();
  REQUIRE(events.size() == 2);
  CHECK(events[0].passing == 1);
  CHECK_FALSE(events[1].raised);
}

TEST_CASE("StillPassing: an exception that a finally will let go on is not told as caught", "[tracepoints]") {
  const Recorded recorded("connection.*,basehttp.*");
  CHECK_THROWS_AS(cleans_up_in_a_catch_block(), Error);
  Server().inner();
  const auto events = recorded->events();
  REQUIRE(events.size() >= 3);
  CHECK(events[0].passing == 1);
  CHECK(events[2].passing == 0);
}

TEST_CASE("note_exception: the text is Python's repr of the exception", "[tracepoints]") {
  const Recorded recorded;
  const auto shown = [&](std::string_view type, std::string_view message) {
    recorded->clear();
    try {
      TRACE_FRAME("manage.main");
      tracepoints::note_exception(type, message);
      throw 1;
    } catch (int) {
    }
    return recorded->events().at(1).outcome;
  };
  CHECK(shown("SystemExit", "1") == "SystemExit(1)");
  CHECK(shown("KeyboardInterrupt", "") == "KeyboardInterrupt()");
  CHECK(shown("KeyError", "'x'") == "KeyError('x')");
  CHECK(shown("CommandError", "it's") == "CommandError(\"it's\")");
}

TEST_CASE("trace: switched off, nothing is sent and no value is looked at", "[tracepoints]") {
  const Recorded recorded;
  tracepoints::disable_all();
  int looked = 0;
  const auto look = [&] { return ++looked; };
  {
    TRACE_FRAME("manage.main", look());
    TRACE_POINT("basehttp.run:bound", look());
    TRACE_DECISION("basehttp.run:threading", look());
  }
  CHECK(looked == 0);
  CHECK(recorded->events().empty());
}

TEST_CASE("trace: a frame that was entered while off stays silent, one entered while on closes", "[tracepoints]") {
  const Recorded recorded;
  {
    TRACE_FRAME("manage.main");
    tracepoints::disable_all();
  }
  CHECK(recorded->count("manage.main", What::leave) == 1);
  recorded->clear();
  {
    TRACE_FRAME("manage.main");
    tracepoints::enable("");
  }
  CHECK(recorded->events().empty());
}

TEST_CASE("trace.enable: globs choose, a minus leaves out, an unknown pattern changes nothing", "[tracepoints]") {
  using tracepoints::index_of;
  using tracepoints::on;
  CHECK(tracepoints::enable("socketserver.*,-*.__init__"));
  CHECK(on(index_of("socketserver.BaseServer.serve_forever")));
  CHECK_FALSE(on(index_of("socketserver.TCPServer.__init__")));
  CHECK_FALSE(on(index_of("basehttp.run")));
  CHECK(tracepoints::enable("-basehttp.*"));
  CHECK(on(index_of("manage.main")));
  CHECK_FALSE(on(index_of("basehttp.run")));
  std::string_view unmatched;
  CHECK_FALSE(tracepoints::enable("manage.main,basehtp.*", &unmatched));
  CHECK(unmatched == "basehtp.*");
  CHECK_FALSE(on(index_of("basehttp.run")));
  CHECK(on(index_of("management.execute_from_command_line")));
  tracepoints::enable_one(index_of("manage.main"), false);
  CHECK_FALSE(on(index_of("manage.main")));
  tracepoints::disable_all();
}

TEST_CASE("trace: threads have depths, names and request numbers of their own", "[tracepoints]") {
  const Recorded recorded;
  tracepoints::name_process("child");
  {
    TRACE_FRAME("manage.main");
    std::thread([] {
      tracepoints::name_thread("Thread-1 (process_request_thread)");
      tracepoints::set_request(3);
      TRACE_FRAME("socketserver.ThreadingMixIn.process_request_thread");
    }).join();
  }
  tracepoints::name_process("");
  const auto events = recorded->events();
  REQUIRE(events.size() == 4);
  CHECK(events[1].depth == 0);
  CHECK(events[1].tid != events[0].tid);
  CHECK(events[1].pid == events[0].pid);
  CHECK(events[1].thread == "Thread-1 (process_request_thread)");
  CHECK(events[1].request == 3);
  CHECK(events[0].request == 0);
  CHECK(events[0].process == "child");
  CHECK(recorded->wait_for("manage.main", What::leave));
  CHECK_FALSE(recorded->wait_for("basehttp.run", What::enter, std::chrono::milliseconds(1)));
}

TEST_CASE("trace.finish: every sink is finished once, and what comes later is not sent", "[tracepoints]") {
  struct Counting : tracepoints::Sink {
    int events = 0, finished = 0;
    void event(const tracepoints::Event&) noexcept override { ++events; }
    void finish() noexcept override { ++finished; }
  };
  const auto sink = std::make_shared<Counting>();
  tracepoints::add_sink(sink);
  tracepoints::enable("");
  TRACE_POINT("basehttp.run:bound");
  tracepoints::finish();
  tracepoints::finish();
  TRACE_POINT("basehttp.run:bound");
  CHECK(sink->events == 1);
  CHECK(sink->finished == 1);
  tracepoints::remove_sinks();
}

TEST_CASE("trace: names of values are Python's", "[tracepoints]") {
  using tracepoints::detail::names_of;
  constexpr auto names = names_of("this->server_address, options[\"use_ipv6\"], f(a, b), request.path()");
  CHECK(names.str(0) == "self.server_address");
  CHECK(names.str(1) == "options.use_ipv6");
  CHECK(names.str(2) == "f(a, b)");
  CHECK(names.str(3) == "request.path");
  constexpr auto more = names_of("tracepoints::Raw{repr(argv)}, self->data.size(), default_, *httpd");
  CHECK(more.str(0) == "argv");
  CHECK(more.str(1) == "len(self.data)");
  CHECK(more.str(2) == "default");
  CHECK(more.str(3) == "httpd");
}

TEST_CASE("trace: the place of the call is the line that traces", "[tracepoints]") {
  struct Place : tracepoints::Sink {
    std::string file;
    int line = 0;
    void event(const tracepoints::Event& event) noexcept override { file = event.file, line = event.line; }
  };
  const auto place = std::make_shared<Place>();
  tracepoints::add_sink(place);
  tracepoints::enable("");
  TRACE_POINT("basehttp.run:bound"); const int here = __LINE__;
  tracepoints::disable_all();
  tracepoints::remove_sinks();
  CHECK(place->line == here);
  CHECK(place->file.ends_with("test_trace.cpp"));
}
