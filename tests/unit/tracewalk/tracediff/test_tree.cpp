#include <catch2/catch.hpp>

#include "runs.h"
#include "tracewalk/tracediff/tree.h"

using namespace tracewalk::tracediff;

namespace {

const Wanted everything{.kinds = {"frame", "point", "decision", "syscall"}, .patterns = "", .zoom = 3};

std::string outline(const Tree& tree, int node = 0, int depth = 0) {
  std::string out;
  for (const int child : tree[node].children) {
    out += std::string(static_cast<std::size_t>(depth), ' ') + std::string(tree[child].id) + (tree[child].turns ? "*" + std::to_string(tree[child].turns) : "") + "\n";
    out += outline(tree, child, depth + 1);
  }
  return out;
}

}  // namespace

TEST_CASE("tracediff.trees_of: idle turns of the loop become one, in its first place", "[tracewalk]") {
  const auto run = runs::recording(R"(
socketserver.BaseServer.serve_forever
  selectors._PollLikeSelector.select
    syscall.poll
  socketserver.BaseServer.service_actions
  selectors._PollLikeSelector.select
    syscall.poll
  socketserver.BaseServer._handle_request_noblock
    socket.accept
  socketserver.BaseServer.service_actions
)");
  const auto processes = trees_of(run, everything);
  REQUIRE(processes.size() == 1);
  CHECK(outline(processes[0].threads[0].tree) == R"(socketserver.BaseServer.serve_forever
 selectors._PollLikeSelector.select*2
  syscall.poll
 socketserver.BaseServer.service_actions*2
 socketserver.BaseServer._handle_request_noblock
  socket.accept
)");
}

TEST_CASE("tracediff.trees_of: a turn that found something is no idle one", "[tracewalk]") {
  const auto run = runs::recording(R"(
autoreload.BaseReloader.run
  autoreload.StatReloader.tick
  autoreload.StatReloader.tick
    autoreload.trigger_reload
)");
  CHECK(outline(trees_of(run, everything)[0].threads[0].tree) == R"(autoreload.BaseReloader.run
 autoreload.StatReloader.tick*1
 autoreload.StatReloader.tick
  autoreload.trigger_reload
)");
}

TEST_CASE("tracediff.trees_of: what is left out leaves what was inside it", "[tracewalk]") {
  const auto run = runs::recording(R"(
manage.main
  basehttp.run
    basehttp.run:threading -> True
    importlib.import_module; name='x'
      django.setup
)");
  Wanted wanted = everything;
  wanted.patterns = "-importlib.*";
  CHECK(outline(trees_of(run, wanted)[0].threads[0].tree) == "manage.main\n basehttp.run\n  basehttp.run:threading\n  django.setup\n");
  wanted.patterns = "basehttp.*,django.*";
  CHECK(outline(trees_of(run, wanted)[0].threads[0].tree) == "basehttp.run\n basehttp.run:threading\n django.setup\n");
  wanted = everything;
  wanted.kinds = {"frame"};
  CHECK(outline(trees_of(run, wanted)[0].threads[0].tree) == "manage.main\n basehttp.run\n  importlib.import_module\n   django.setup\n");
  wanted = everything;
  wanted.zoom = 1;
  CHECK(outline(trees_of(run, wanted)[0].threads[0].tree).find("importlib") == std::string::npos);
}

TEST_CASE("tracediff.trees_of: a call whose return is missing holds no others back", "[tracewalk]") {
  auto run = runs::recording("manage.main\n  django.setup ...\n    conf.LazySettings._setup\n  basehttp.run\n");
  // django.setup has no end: the reader sees basehttp.run inside it, until manage.main returns.
  const auto processes = trees_of(run, everything);
  const Tree& tree = processes[0].threads[0].tree;
  REQUIRE(tree.count() == 4);
  CHECK(tree[1].leave != nullptr);
  CHECK(tree[2].never_returned());
}

TEST_CASE("tracediff.trees_of: processes and threads by what they are there for", "[tracewalk]") {
  const auto run = runs::recording(R"(
@ 10 10 MainThread
manage.main
  autoreload.restart_with_reloader
@ 20 20 MainThread
manage.main
@ 20 21 django-main-thread
threading.Thread.run
@ 20 22 Thread-1
threading.Thread.run
  socketserver.ThreadingMixIn.process_request_thread
    http.server.BaseHTTPRequestHandler.parse_request; self.raw_requestline=b'GET / HTTP/1.1\r\n'
@ 20 23 Worker
threading.Thread.run
@ 30 30 MainThread
manage.main
@ 30 31 raw
autoreload.check_errors.wrapper
)");
  const auto processes = trees_of(run, everything);
  REQUIRE(processes.size() == 3);
  CHECK(processes[0].role == Role::parent);
  CHECK(processes[1].role == Role::child);
  CHECK(processes[1].number == 1);
  CHECK(processes[2].role == Role::child);
  CHECK(processes[2].number == 2);
  REQUIRE(processes[1].threads.size() == 4);
  CHECK(processes[1].threads[0].duty == Duty::main);
  CHECK(processes[1].threads[1].duty == Duty::server);
  CHECK(processes[1].threads[2].duty == Duty::request);
  CHECK(processes[1].threads[2].serves == "b'GET / HTTP/1.1\\r\\n'\n");
  CHECK(processes[1].threads[3].duty == Duty::other);
  CHECK(processes[2].threads[1].duty == Duty::server);  // 1.10's thread has no name
}

TEST_CASE("tracediff.trees_of: nesting without end is put side by side, not on the stack", "[tracewalk]") {
  runs::Recording run;
  for (int i = 0; i < 100000; ++i) {
    run.records.emplace_back();
    run.records.back().what = tracepoints::What::enter;
    run.records.back().id = "a";
  }
  CHECK(trees_of(run, everything)[0].threads[0].tree.count() == 100000);
}
