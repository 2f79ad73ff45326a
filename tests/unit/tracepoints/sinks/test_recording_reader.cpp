#include <catch2/catch.hpp>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <random>
#include <string>

#include "tracepoints/catalogue.h"
#include "tracepoints/sinks/event_scanner.h"
#include "tracepoints/sinks/recording_reader.h"
#include "tracepoints/sinks/stage_of_function.h"

namespace {

using namespace tracepoints;
using namespace tracepoints::sinks;

const std::string metadata =
    R"({"name":"tracewalk","ph":"M","ts":0,"pid":71,"tid":71,"args":{"producer":"tracewalk","version":"0.2.0","django":"5.2.10","python":"",)"
    R"("wall_clock":"2026-11-22T16:00:00.000000Z","records":["frame","point","decision","syscall"],"argv":["manage","runserver"]}})";
const std::string process_name = R"({"name":"process_name","ph":"M","ts":0,"pid":71,"tid":71,"args":{"name":"parent"}})";
const std::string thread_name = R"({"name":"thread_name","ph":"M","ts":0,"pid":71,"tid":71,"args":{"name":"MainThread"}})";
const std::string fetch =
    R"({"name":"ManagementUtility.fetch_command","cat":"fetch","ph":"B","ts":310.250,"pid":71,"tid":71,"args":{"id":"management.ManagementUtility.fetch_command",)"
    R"("qualname":"django.core.management.ManagementUtility.fetch_command","values":{"subcommand":"'runserver'"},"request":3}})";
const std::string fetched =
    R"({"name":"ManagementUtility.fetch_command","cat":"fetch","ph":"E","ts":498.000,"pid":71,"tid":71,"args":{"id":"management.ManagementUtility.fetch_command",)"
    R"("result":"<staticfiles runserver.Command>"}})";
const std::string fork_taken =
    R"({"name":"run:threading","cat":"bind","ph":"i","s":"t","ts":400.5,"pid":71,"tid":71,"args":{"id":"basehttp.run:threading",)"
    R"("qualname":"django.core.servers.basehttp.run","values":{},"taken":"True","alternatives":["False"]}})";
const std::string lost = R"({"name":"lost events","ph":"i","s":"p","cat":"tracer","ts":1,"pid":71,"tid":71,"args":{"lost":12}})";

std::string list(std::initializer_list<std::string> events) {
  std::string text = "[\n";
  for (const std::string& event : events) text += event + (&event == events.end() - 1 ? "\n" : ",\n");
  return text + "]\n";
}

std::string event(std::string_view ph, std::string_view id, double ts, int tid = 1) {
  return R"({"name":"x","cat":"c","ph":")" + std::string(ph) + R"(","ts":)" + std::to_string(ts) + R"(,"pid":1,"tid":)" + std::to_string(tid) +
         R"(,"args":{"id":")" + std::string(id) + R"("}})";
}

// VizTracer's: in the order in which calls ended.
std::string complete(std::string_view name, double ts, double dur, std::string_view args = "") {
  return R"({"pid":9,"tid":9,"ts":)" + std::to_string(ts) + R"(,"ph":"X","cat":"fee","dur":)" + std::to_string(dur) + R"(,"name":")" +
         std::string(name) + "\"" + (args.empty() ? "" : R"(,"args":)" + std::string(args)) + "}";
}

std::string outline(const Recording& recording) {
  std::string out;
  for (const Record& record : recording.records) {
    if (!out.empty()) out += ' ';
    out += (record.what == What::enter ? "+" : record.what == What::leave ? "-" : record.what == What::point ? "." : "?") + record.id;
  }
  return out;
}

struct Folder {
  char path[32] = "/tmp/tracewalk-XXXXXX";
  Folder() { REQUIRE(::mkdtemp(path)); }
  ~Folder() { (void)std::system(("rm -rf " + std::string(path)).c_str()); }
  std::string file(const std::string& name, const std::string& text) const {
    const std::string at = std::string(path) + "/" + name;
    std::ofstream(at, std::ios::binary) << text;
    return at;
  }
};

std::string trouble(const std::string& path) {
  try {
    read_recording(path);
    return "";
  } catch (const RecordingError& e) {
    return e.what();
  }
}

}  // namespace

TEST_CASE("parse_recording: a recording of ours comes back as it was written", "[sinks]") {
  const Recording recording = parse_recording(list({metadata, process_name, thread_name, fetch, fork_taken, fetched, lost}));
  CHECK(recording.metadata.producer == "tracewalk");
  CHECK(recording.metadata.version == "0.2.0");
  CHECK(recording.metadata.django == "5.2.10");
  CHECK(recording.metadata.wall_clock == "2026-11-22T16:00:00.000000Z");
  CHECK(recording.metadata.records == std::vector<std::string>{"frame", "point", "decision", "syscall"});
  CHECK(recording.metadata.argv == std::vector<std::string>{"manage", "runserver"});
  CHECK(recording.processes.at(71) == "parent");
  CHECK(recording.threads.at({71, 71}) == "MainThread");
  CHECK(recording.lost == 12);
  CHECK(recording.notes == std::vector<std::string>{"12 events were lost while recording"});
  REQUIRE(recording.records.size() == 3);
  const Record& enter = recording.records[0];
  CHECK(enter.what == What::enter);
  CHECK(enter.id == "management.ManagementUtility.fetch_command");
  REQUIRE(enter.index);
  CHECK(catalogue()[*enter.index].id == enter.id);
  CHECK(enter.name == "ManagementUtility.fetch_command");
  CHECK(enter.category == "fetch");
  CHECK(enter.time_ns == 310250);
  CHECK(enter.request == 3);
  CHECK(enter.values == std::vector<std::pair<std::string, std::string>>{{"subcommand", "'runserver'"}});
  const Record& decision = recording.records[1];
  CHECK(decision.what == What::decision);
  CHECK(decision.outcome == "True");
  const Record& leave = recording.records[2];
  CHECK(leave.what == What::leave);
  CHECK(leave.outcome == "<staticfiles runserver.Command>");
  CHECK_FALSE(leave.raised);
}

TEST_CASE("parse_recording: an exception and the exceptions on their way are kept", "[sinks]") {
  const Recording recording = parse_recording(list(
      {event("B", "manage.main", 1), R"_({"ph":"E","ts":2,"pid":1,"tid":1,"args":{"id":"manage.main","error":"SystemExit(1)","passing":2}})_"}));
  REQUIRE(recording.records.size() == 2);
  CHECK(recording.records[1].raised);
  CHECK(recording.records[1].outcome == "SystemExit(1)");
  CHECK(recording.records[1].passing == 2);
}

TEST_CASE("parse_recording: values may stand beside the id", "[sinks]") {
  const Recording recording = parse_recording(
      R"([{"args": {"argv": "['manage.py']", "name": "'x'", "id": "management.ManagementUtility.__init__", "self": "S", "thread": "MainThread"}, "cat": "startup", "name": "n", "ph": "B", "pid": 1, "tid": 2, "ts": 5},
          {"args": {"id": "management.ManagementUtility.__init__", "raised": true}, "ph": "E", "pid": 1, "tid": 2, "ts": 6}])");
  REQUIRE(recording.records.size() == 2);
  CHECK(recording.records[0].values == std::vector<std::pair<std::string, std::string>>{{"argv", "['manage.py']"}, {"name", "'x'"}});
  CHECK(recording.threads.at({1, 2}) == "MainThread");
  CHECK(recording.records[1].raised);
}

TEST_CASE("parse_recording: every end that a dying process can leave is read up to the tear", "[sinks]") {
  const std::string whole = list({metadata, thread_name, fetch, fetched});
  const std::string all = outline(parse_recording(whole));
  for (std::size_t size = 2 + metadata.size(); size < whole.size(); ++size) {
    const Recording recording = parse_recording(whole.substr(0, size) + std::string(size % 3, '\0'));
    CHECK(all.starts_with(outline(recording)));
    if (size > whole.find(thread_name) + thread_name.size()) CHECK(recording.threads.size() == 1);
  }
}

TEST_CASE("parse_recording: what a second process wrote behind a tear is read", "[sinks]") {
  for (const std::size_t cut : {fetch.size() / 2, fetch.size() - 1, std::size_t{1}, fetch.find("values") + 2}) {
    const Recording recording = parse_recording("[\n" + metadata + ",\n" + fetch.substr(0, cut) + "\n," + event("B", "manage.main", 3) + "\n]");
    CHECK(outline(recording) == "+manage.main");
    CHECK(recording.notes == std::vector<std::string>{"1 event could not be read and was left out"});
  }
}

TEST_CASE("parse_recording: a byte order mark, CRLF, no brackets, and brackets that never close", "[sinks]") {
  const std::string a = event("B", "manage.main", 1), b = event("E", "manage.main", 2);
  for (const std::string& text : {"\xEF\xBB\xBF[" + a + ",\r\n" + b + "]\r\n", a + "\n" + b + "\n", "[" + a + "," + b, "{\"traceEvents\":[" + a + "," + b + "]}",
                                  "{\"displayTimeUnit\":\"ns\",\"otherData\":{\"[\":[]},\"traceEvents\" : [" + a + ",\n" + b})
    CHECK(outline(parse_recording(text)) == "+manage.main -manage.main");
}

TEST_CASE("parse_recording: an empty list is a recording; a text without events is none", "[sinks]") {
  CHECK(parse_recording("[]").records.empty());
  CHECK(parse_recording("{\"traceEvents\": []}").records.empty());
  for (const char* text : {"", "   ", "hello", "12", "{}", "[1,2,3]", "[{}]", "{\"a\":[{\"ph\":1}]}", "null", "\"[]\"", "[{\"ph\":\"B\"", "]"})
    CHECK_THROWS_AS(parse_recording(text), RecordingError);
}

TEST_CASE("parse_recording: an event of a later version's stage is kept without a place in the catalogue", "[sinks]") {
  const Recording recording = parse_recording(list({event("B", "basehttp.something_new", 1)}));
  REQUIRE(recording.records.size() == 1);
  CHECK_FALSE(recording.records[0].index);
}

TEST_CASE("parse_recording: bytes that are not UTF-8 and halves of surrogate pairs do not lose the event", "[sinks]") {
  const Recording recording = parse_recording(
      "[{\"ph\":\"B\",\"ts\":1,\"pid\":1,\"tid\":1,\"args\":{\"id\":\"manage.main\",\"values\":{\"a\":\"'\xff\xfe'\",\"b\":\"'\\udc80 \\ud83d\\ude00'\"}}}]");
  REQUIRE(recording.records.size() == 1);
  CHECK(recording.records[0].values[0].second == "'\xEF\xBF\xBD\xEF\xBF\xBD'");
  CHECK(recording.records[0].values[1].second == "'\xEF\xBF\xBD \xF0\x9F\x98\x80'");
}

TEST_CASE("parse_recording: process and thread ids may be words or wide numbers", "[sinks]") {
  const Recording recording = parse_recording(
      R"([{"ph":"B","ts":1,"pid":"server","tid":139872345678912,"args":{"id":"manage.main"}},{"ph":"B","ts":1,"pid":"server","tid":139872345678913,"args":{"id":"manage.main"}}])");
  REQUIRE(recording.records.size() == 2);
  CHECK(recording.records[0].pid == recording.records[1].pid);
  CHECK(recording.records[0].tid != recording.records[1].tid);
}

TEST_CASE("parse_recording: VizTracer's complete events become calls in order of time", "[sinks]") {
  const std::string management = "/venv/lib/python3.13/site-packages/django/core/management/__init__.py";
  const std::string text = "{\"traceEvents\":[{\"ph\":\"M\",\"pid\":9,\"tid\":9,\"name\":\"process_name\",\"args\":{\"name\":\"MainProcess\"}}," +
      complete("builtins.len", 30, 1) + "," +
      complete("ManagementUtility.fetch_command (" + management + ":259)", 20, 30, R"({"func_args":{"self":"<x>","subcommand":"'check'"},"return_value":"<Command>"})") + "," +
      complete("ManagementUtility.execute (" + management + ":347)", 10, 100) + "," + complete("execute_from_command_line (" + management + ":439)", 5, 200) + "," +
      complete("<module> (/site/manage.py:1)", 1, 300) + "], \"viztracer_metadata\": {\"version\": \"0.16.3\", \"overflow\": true}}";
  const Recording recording = parse_recording(text);
  CHECK(outline(recording) ==
        "+management.execute_from_command_line +management.ManagementUtility.execute +management.ManagementUtility.fetch_command "
        "-management.ManagementUtility.fetch_command -management.ManagementUtility.execute -management.execute_from_command_line");
  CHECK(recording.foreign == 2);
  CHECK(recording.metadata.producer == "viztracer");
  CHECK(recording.metadata.version == "0.16.3");
  CHECK(recording.records[2].values == std::vector<std::pair<std::string, std::string>>{{"subcommand", "'check'"}});
  CHECK(recording.records[3].outcome == "<Command>");
  CHECK(recording.processes.at(9) == "MainProcess");
  CHECK(recording.notes.front() == "VizTracer's buffer was too small: the oldest calls are missing");
}

TEST_CASE("parse_recording: a call that VizTracer saw no end of stays open around those it saw", "[sinks]") {
  const std::string file = "/usr/lib/python3.11/socketserver.py";
  std::string open = complete("BaseServer.serve_forever (" + file + ":215)", 1, 0);
  open.replace(open.find("\"X\""), 3, "\"B\"");
  const Recording recording = parse_recording("{\"traceEvents\":[" + complete("BaseServer.service_actions (" + file + ":249)", 4, 1) + "," + open + "]}");
  CHECK(outline(recording) == "+socketserver.BaseServer.serve_forever +socketserver.BaseServer.service_actions -socketserver.BaseServer.service_actions");
}

TEST_CASE("StagesOfFunctions: files by their tail, names in every spelling", "[sinks]") {
  StagesOfFunctions stages;
  const auto id = [&](std::string_view name) { return stages.find(name) ? catalogue()[*stages.find(name)].id : std::string_view("none"); };
  const std::string django = "/x/site-packages/django/";
  CHECK(id("run (" + django + "core/servers/basehttp.py:256)") == "basehttp.run");
  CHECK(id("check_errors.<locals>.wrapper (" + django + "utils/autoreload.py:60)") == "autoreload.check_errors.wrapper");
  CHECK(id("convert_exception_to_response.<locals>.inner (" + django + "core/handlers/exception.py:53)") == "handlers.exception.convert_exception_to_response.inner");
  CHECK(id("BaseServer.serve_forever (/usr/lib/python3.12/socketserver.py:220)") == "socketserver.BaseServer.serve_forever");
  CHECK(id("django.core.servers.basehttp.run") == "basehttp.run");
  CHECK(id("main (/home/ada/site/manage.py:7)") == "manage.main");
  CHECK(id("run (/home/me/basehttp.py:256)") == "none");
  CHECK(id("BaseServer.serve_forever (/x/site-packages/socketserver.py:220)") == "none");
  CHECK(id("MyServer.run (" + django + "core/servers/basehttp.py:256)") == "none");
  CHECK(id("") == "none");
  CHECK(id("run (") == "none");
  CHECK(id("run (:)") == "none");
}

TEST_CASE("StagesOfFunctions: before Python 3.11 the line tells methods of one name apart", "[sinks]") {
  StagesOfFunctions stages;
  const auto at = [](std::string_view id) { return catalogue()[*index_of_stage(id)].lines[1].line; };  // of Django 3.2
  const std::string file = "/usr/lib/python3/dist-packages/django/core/servers/basehttp.py:";
  for (const std::string_view id : {"basehttp.WSGIServer.__init__", "basehttp.ServerHandler.__init__"}) {
    const auto found = stages.find("__init__ (" + file + std::to_string(at(id)) + ")");
    REQUIRE(found);
    CHECK(catalogue()[*found].id == id);
  }
  CHECK_FALSE(stages.find("__init__ (" + file + "9999)"));
}

TEST_CASE("StagesOfFunctions: the lines tell Django's version", "[sinks]") {
  for (std::size_t version = 1; version < 4; ++version) {
    StagesOfFunctions stages;
    for (const Tracepoint& stage : catalogue())
      if (stage.kind == Kind::frame && stage.path.starts_with("django/") && stage.lines[version].line)
        stages.find(std::string(stage.qualname.substr(stage.qualname.rfind('.') + 1)) + " (/x/" + std::string(stage.path) + ":" + std::to_string(stage.lines[version].line) + ")");
    CHECK(stages.version() == catalogue().front().lines[version].version);
  }
  CHECK(StagesOfFunctions().version().empty());
}

TEST_CASE("read_recording: trouble with the file is one line that starts with its path", "[sinks]") {
  const Folder folder;
  const std::string missing = std::string(folder.path) + "/missing.json";
  CHECK(trouble(missing) == missing + ": there is no such file");
  CHECK(trouble(folder.path) == std::string(folder.path) + ": is a directory, not a recording");
  const std::string text = folder.file("notes.txt", "hello\n");
  CHECK(trouble(text) == text + ": is not a recording: it holds no list of trace events");
  CHECK(trouble(folder.file("empty.json", "")).ends_with("is empty, not a recording"));
  CHECK(trouble(folder.file("x.json.gz", "\x1f\x8b\b")).ends_with("is compressed: unpack it first, with gunzip"));
  CHECK(trouble(folder.file("settings.json", "{\"a\": 1}")).ends_with("is not a recording: it holds no trace events"));
  CHECK(trouble(folder.file("good.json", list({metadata}))).empty());
  if (::geteuid() != 0) {
    const std::string closed = folder.file("closed.json", "[]");
    REQUIRE(::chmod(closed.c_str(), 0) == 0);
    CHECK(trouble(closed) == closed + ": cannot be read: permission denied");
  }
}

TEST_CASE("parse_recording: no mutation of a recording crashes it or holds it up", "[sinks]") {
  const std::string seeds[] = {
      list({metadata, process_name, thread_name, fetch, fork_taken, fetched, lost}),
      "{\"traceEvents\":[" + complete("run (/x/django/core/servers/basehttp.py:256)", 1, 5, R"({"func_args":{"a":"1"},"return_value":"2"})") + "],\"viztracer_metadata\":{\"version\":\"1\"}}",
  };
  constexpr std::string_view pieces[] = {"{", "}", "[", "]", "\"", "\\", ",", ":", "\n", "\\ud800", "1e999", "-1", "null", "\"ph\":\"X\",\"dur\":1e300", "\"ts\":-1e18",
                                         "\"pid\":[[[[", "\"args\":[]", "\"args\":{\"values\":[]}", "\"args\":{\"id\":{}}", "\xff", "99999999999999999999"};
  std::mt19937 random(20261122);
  const auto below = [&](std::size_t n) { return static_cast<std::size_t>(random() % n); };
  for (int round = 0; round < 20000; ++round) {
    std::string text = seeds[below(2)];
    for (std::size_t edits = 1 + below(8); edits > 0; --edits) {
      const std::size_t at = below(text.size() + 1);
      switch (below(4)) {
        case 0: text.erase(at, below(40)); break;
        case 1: text.insert(at, pieces[below(std::size(pieces))]); break;
        case 2: text.insert(at, text.substr(below(text.size() + 1), below(200))); break;
        default: if (at < text.size()) text[at] = static_cast<char>(random());
      }
    }
    try {
      const Recording recording = parse_recording(text);
      CHECK(recording.records.size() <= text.size());
    } catch (const RecordingError&) {
    }
  }
}

TEST_CASE("parse_recording: garbage that never ends costs no more than its length", "[sinks]") {
  std::string braces = "[", strings = "[", torn = "[";
  for (int i = 0; i < 200000; ++i) braces += "{\n", strings += "{\"\n", torn += "{\"ph\":\n";
  CHECK_THROWS_AS(parse_recording(braces), RecordingError);
  CHECK_THROWS_AS(parse_recording(strings), RecordingError);
  CHECK_THROWS_AS(parse_recording(torn), RecordingError);
}
