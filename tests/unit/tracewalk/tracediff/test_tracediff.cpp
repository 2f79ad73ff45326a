// Whole outputs for runs that are made up here, compared with the files in approved/. After a change that is meant:
// TRACEWALK_APPROVE=1, run again, and read the diff.
#include <catch2/catch.hpp>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "runs.h"
#include "tracepoints/sinks/text_layout.h"
#include "tracewalk/tracediff/diff.h"
#include "tracewalk/tracediff/render.h"

using namespace tracewalk::tracediff;
using tracepoints::Language;

namespace {

const std::string older = R"(
@ 1 1 MainThread
manage.main
  runserver.Command.inner_run; self.port='8000'
    base.OutputWrapper.write; msg='Performing system checks...\n\n'
    base.BaseCommand.check; tags=None
    base.OutputWrapper.write; msg="November 22, 2026 - 11:37:35\nDjango version 3.2.25"
    importlib.import_module; name='tzdata'
    basehttp.run; port=8000; ipv6=False
      basehttp.WSGIServer.__init__
        socketserver.TCPServer.__init__
      socketserver.BaseServer.serve_forever !> KeyboardInterrupt()
        selectors._PollLikeSelector.select
        socketserver.BaseServer.service_actions
        selectors._PollLikeSelector.select
logging.shutdown
@ 1 2 Thread-1
threading.Thread.run
  socketserver.ThreadingMixIn.process_request_thread; client_address=('127.0.0.1', 36174)
    http.server.BaseHTTPRequestHandler.parse_request; self.raw_requestline=b'GET / HTTP/1.1\r\n'
    handlers.wsgi.WSGIHandler.__call__; environ.PATH_INFO='/'
      handlers.base.BaseHandler.get_response; request.path='/'
    wsgiref.handlers.BaseHandler.finish_response
)";
const std::string newer = R"(
@ 7 7 MainThread
manage.main
  runserver.Command.inner_run; self.port='9000'
    base.OutputWrapper.write; msg='Performing system checks...\n\n'
    base.BaseCommand.check; tags=None
    basehttp.run; port=9000; ipv6=True
      basehttp.WSGIServer.__init__
        socketserver.TCPServer.__init__
      runserver.Command.on_bind; server_port=9000
        base.OutputWrapper.write; msg="November 22, 2026 - 11:34:05\nDjango version 5.2.10"
      socketserver.BaseServer.serve_forever !> KeyboardInterrupt()
        selectors._PollLikeSelector.select
logging.shutdown
@ 7 8 Thread-1
threading.Thread.run
  socketserver.ThreadingMixIn.process_request_thread; client_address=('127.0.0.1', 40000)
    http.server.BaseHTTPRequestHandler.parse_request; self.raw_requestline=b'GET /hello/ HTTP/1.1\r\n'
    handlers.wsgi.WSGIHandler.__call__; environ.PATH_INFO='/hello/'
      handlers.base.BaseHandler.get_response; request.path='/hello/'
    basehttp.ServerHandler.finish_response
      wsgiref.handlers.BaseHandler.finish_response
@ 7 9 Thread-2
threading.Thread.run
  socketserver.ThreadingMixIn.process_request_thread; client_address=('127.0.0.1', 40001)
    http.server.BaseHTTPRequestHandler.parse_request; self.raw_requestline=b''
)";

std::string text(const std::string& a, const std::string& b, Look look, Choice choice = {}, const std::string& a_django = "3.2.25",
                 const std::string& b_django = "5.2.10") {
  const auto left = runs::recording(a, a_django), right = runs::recording(b, b_django);
  choice.language = look.language;
  return rendered(compare(left, right, choice), {"old.json", &left}, {"new.json", &right}, look);
}

Counts counts(const std::string& a, const std::string& b, const Choice& choice = {}, const std::string& a_django = "", const std::string& b_django = "") {
  const auto left = runs::recording(a, a_django), right = runs::recording(b, b_django);
  return compare(left, right, choice).counts;
}

void approve(const std::string& name, const std::string& output) {
  const std::string here = __FILE__;
  const std::string path = here.substr(0, here.rfind('/')) + "/approved/" + name + ".txt";
  if (std::getenv("TRACEWALK_APPROVE")) std::ofstream(path) << output;
  std::ifstream file(path);
  std::ostringstream approved;
  approved << file.rdbuf();
  CHECK(output == approved.str());
}

}  // namespace

TEST_CASE("tracediff.rendered: two versions, as approved", "[tracewalk]") {
  approve("versions_80", text(older, newer, {}));
  approve("versions_120", text(older, newer, {.width = 120}));
  approve("versions_60_one_column", text(older, newer, {.width = 60}));
  approve("versions_zh_80", text(older, newer, {.language = Language::zh}));
  approve("versions_80_ascii", text(older, newer, {.utf8 = false}));
  approve("versions_80_colour", text(older, newer, {.colour = true}));
  approve("versions_80_all", text(older, newer, {.all = true}));
  approve("versions_brief", text(older, newer, {.brief = true}));
  approve("same", text(older, older, {}, {}, "3.2.25", "3.2.25"));
}

TEST_CASE("tracediff.rendered: no line is wider than the window", "[tracewalk]") {
  for (const Language language : {Language::en, Language::zh})
    for (const bool all : {false, true})
      for (int width = 40; width <= 200; width += 7) {
        std::istringstream lines(text(older, newer, {.width = width, .all = all, .language = language}));
        for (std::string line; std::getline(lines, line);) {
          INFO(width << ": " << line);
          CHECK(tracepoints::sinks::columns(line) <= width);
        }
      }
}

TEST_CASE("tracediff.compare: everything is counted once, the same both ways round", "[tracewalk]") {
  const Counts there = counts(older, newer), back = counts(newer, older);
  CHECK(there.same == back.same);
  CHECK(there.left == back.right);
  CHECK(there.right == back.left);
  CHECK(there.moved == back.moved);
  CHECK(there.values == back.values);
  CHECK(there.left == 2);   // the banner of 3.2, tzdata
  CHECK(there.right == 6);  // on_bind and its write, finish_response, three stages of the second connection
  CHECK(there.values == 4); // ipv6, and the path three times
}

TEST_CASE("tracediff.compare: the versions explain what they can", "[tracewalk]") {
  CHECK(counts(older, newer).explained == 4);  // their banners name them
  CHECK(counts(older, newer, {}, "3.2.25", "5.2.10").explained == 4);  // the banner, on_bind and what is inside, finish_response
  CHECK(counts(older, newer, {}, "5.2.10", "5.2.10").explained == 0);
}

TEST_CASE("tracediff.compare: without values only the stages count", "[tracewalk]") {
  const Counts without = counts(older, newer, {.patterns = "", .values = false});
  CHECK(without.values == 0);
  CHECK(without.left == 2);
}

TEST_CASE("tracediff.compare: whether a loop had an idle turn is chance, unless the other Django has none", "[tracewalk]") {
  const std::string with = "socketserver.BaseServer.serve_forever\n  selectors._PollLikeSelector.select\n  socketserver.BaseServer.service_actions\n";
  const std::string without = "socketserver.BaseServer.serve_forever\n  selectors._PollLikeSelector.select\n";
  CHECK(counts(with, without).different() == 0);
  CHECK(counts(without, with).different() == 0);
  CHECK(counts(with, without, {}, "5.2.10", "1.10").different() > 0);
}

TEST_CASE("tracediff.compare: the order in which the system checks run says nothing", "[tracewalk]") {
  const std::string a = "checks.registry.CheckRegistry.run_checks\n  importlib.import_module; name='x'\n  importlib.import_module; name='y'\n";
  const std::string b = "checks.registry.CheckRegistry.run_checks\n  importlib.import_module; name='y'\n  importlib.import_module; name='x'\n";
  CHECK(counts(a, b).different() == 0);
  CHECK(counts("manage.main\n" + a.substr(a.find('\n') + 1), "manage.main\n" + b.substr(b.find('\n') + 1)).moved == 1);
}

TEST_CASE("tracediff.compare: a call that never returned is told at the innermost one", "[tracewalk]") {
  const std::string open = "manage.main ...\n  basehttp.run ...\n    socketserver.BaseServer.serve_forever ...\n";
  const std::string ended = "manage.main\n  basehttp.run\n    socketserver.BaseServer.serve_forever !> KeyboardInterrupt()\n";
  CHECK(counts(open, ended).values == 1);
  CHECK(counts(open, open).different() == 0);
}

TEST_CASE("tracediff.compare: only what both recordings can hold is compared", "[tracewalk]") {
  auto ours = runs::recording("manage.main\n  basehttp.run\n    basehttp.run:threading -> True\n      syscall.bind\n");
  auto theirs = runs::recording("manage.main\n  basehttp.run\n");
  ours.metadata.records = {"frame", "point", "decision", "syscall"};
  theirs.metadata.records = {"frame"};
  const Diff diff = compare(ours, theirs, {});
  CHECK(diff.counts.different() == 0);
  CHECK(diff.kinds == std::vector<std::string>{"frame"});
  CHECK(diff.only_left_kinds == std::vector<std::string>{"point", "decision", "syscall"});
}

TEST_CASE("tracediff.compare: a moment that the recorder of a real Django cannot tell of is no difference", "[tracewalk]") {
  const auto ours = runs::recording("importlib.import_module; name='x'\n  importlib.import_module:found; name='x'\n");
  auto theirs = runs::recording("importlib.import_module; name='x'\n");
  theirs.metadata.records = {"frame", "point", "decision", "syscall"};
  CHECK(compare(ours, theirs, {}).counts.left == 1);
  theirs.metadata.producer = "tracewalk watch";
  CHECK(compare(ours, theirs, {}).counts.different() == 0);
}

TEST_CASE("tracediff.compare: requests are paired by what they ask for", "[tracewalk]") {
  const auto request = [](int tid, const std::string& line) {
    return "@ 1 " + std::to_string(tid) + " Thread\nthreading.Thread.run\n  socketserver.ThreadingMixIn.process_request_thread\n"
           "    http.server.BaseHTTPRequestHandler.parse_request; self.raw_requestline=" + line + "\n";
  };
  const std::string main = "@ 1 1 MainThread\nmanage.main\n";
  const Counts of = counts(main + request(2, "b'GET /a'") + request(3, "b'GET /b'") + request(4, "b'GET /c'"), main + request(5, "b'GET /b'") + request(6, "b'GET /c'"));
  CHECK(of.left == 3);
  CHECK(of.values == 0);
}

TEST_CASE("tracediff.compare: one process is compared with the one of two that serves", "[tracewalk]") {
  const std::string serving = "manage.main\n  runserver.Command.inner_run\n";
  const auto diff_of = [](const std::string& a, const std::string& b) {
    static runs::Recording left, right;
    left = runs::recording(a), right = runs::recording(b);
    return compare(left, right, {});
  };
  const Diff diff = diff_of("@ 1 1 MainThread\n" + serving, "@ 2 2 MainThread parent\nmanage.main\n  autoreload.restart_with_reloader\n@ 3 3 MainThread child\n" + serving);
  REQUIRE(diff.processes.size() == 2);
  CHECK(diff.processes[0].role == Role::parent);
  CHECK(diff.processes[1].only_process == Side::left);
  CHECK(diff.counts.same == 2);
  CHECK(diff.counts.right == 2);
}

TEST_CASE("tracediff.django_of: from the banner when the recording does not say", "[tracewalk]") {
  CHECK(django_of(runs::recording("base.OutputWrapper.write; msg=\"x\\nDjango version 4.2.1, using settings\"\n")) == "4.2.1");
  CHECK(django_of(runs::recording("manage.main\n")).empty());
  CHECK(django_of(runs::recording("manage.main\n", "6.0")) == "6.0");
}
