// Recordings from within: lines of any bytes, torn tails, streams that run over, and events of other processes.
// What the program's ways to end do to a recording is shown by tests/recording.
#include <catch2/catch.hpp>
#include <malloc.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <ctime>
#include <fstream>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <random>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "tracepoints/catalogue.h"
#include "tracepoints/sinks/event_stream.h"
#include "tracepoints/sinks/recording.h"
#include "tracepoints/sinks/recording_file.h"
#include "tracepoints/sinks/recording_lines.h"
#include "tracepoints/sinks/secrets.h"

using namespace tracepoints;
using namespace tracepoints::sinks;
using nlohmann::json;

namespace {

// A folder that is gone when the test ends.
class Folder {
 public:
  Folder() {
    char name[] = "/tmp/tracewalk-unit-XXXXXX";
    path_ = ::mkdtemp(name);
  }
  ~Folder() { [[maybe_unused]] const int done = ::system(("rm -rf " + path_).c_str()); }
  std::string file(const std::string& name = "run.json") const { return path_ + "/" + name; }

 private:
  std::string path_;
};

std::string text_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

json events_of(const std::string& path) { return json::parse(text_of(path)); }

std::shared_ptr<RecordingSink> recording(const std::string& path) {
  std::string trouble;
  auto sink = RecordingSink::open({.file = path, .ticket = "", .process = {}}, trouble);
  INFO(trouble);
  REQUIRE(sink);
  return sink;
}

// An event as another process, or this one, would send it.
Event made(What what, std::string_view id, int depth, std::int64_t time_ns, int pid = 7, int tid = 7) {
  Event event;
  event.what = what;
  event.index = static_cast<Index>(find(id) - catalogue().data());
  event.depth = depth;
  event.time_ns = time_ns;
  event.pid = pid;
  event.tid = tid;
  return event;
}

std::int64_t now() {
  timespec at{};
  clock_gettime(CLOCK_MONOTONIC, &at);
  return at.tv_sec * 1'000'000'000 + at.tv_nsec;
}

// "B id", "E id error", ... of one thread.
std::vector<std::string> told(const json& events, int tid) {
  std::vector<std::string> out;
  for (const json& event : events) {
    if (event["tid"] != tid || event["ph"] == "M") continue;
    std::string line = event["ph"].get<std::string>() + " " + event["args"].value("id", event["name"].get<std::string>());
    if (event["args"].contains("error")) line += " " + event["args"]["error"].get<std::string>();
    out.push_back(line);
  }
  return out;
}

constexpr std::string_view outer = "basehttp.run", inner = "socketserver.TCPServer.server_bind", moment = "basehttp.run:bound";

[[gnu::noinline]] int two_values(const std::string& addr, int port) {
  TRACE_FRAME("socketserver.TCPServer.server_bind", addr, port);
  return traced.result(port);
}

}  // namespace

TEST_CASE("JsonText.put_string: any bytes become valid JSON of the length that was asked for", "[sinks]") {
  std::mt19937 random(38);
  const std::string_view pieces[] = {"\"", "\\", "\n", "\x1b[2J", "\x7f", "\xc2\x85", "\xe2\x80\xae", "\xe2\x80\xa8", "\xe2\x80\x8b", "\xe2\x81\xa6", "\xef\xbb\xbf", "\xff", "\xed\xa0\x80", "\xf4\x90\x80\x80",
                                     "\xc0\xaf", "\xe4\xb8\xad", "\xf0\x9f\x90\x8d", "\xf0\x9f", "\xe0\x80\x80", "</script>", "plain text", std::string_view("\0", 1), "\xef\xbf\xbd"};
  for (int round = 0; round < 20000; ++round) {
    std::string text;
    for (auto parts = random() % 12; parts > 0; --parts) {
      if (random() % 3 == 0) text += static_cast<char>(random());
      else text += pieces[random() % std::size(pieces)];
    }
    const std::size_t most = 3 + random() % 60;
    char room[128];
    JsonText out(room, sizeof room);
    out.put_string(text, most);
    const std::string made(out.str());
    INFO(made);
    REQUIRE(made.size() <= most + 2);
    const std::string value = json::parse(made).get<std::string>();  // throws when it is not UTF-8 or not JSON
    for (const char c : made) REQUIRE((static_cast<unsigned char>(c) >= 0x20 && c != 0x7f));
    for (const std::string_view hidden : {"\xc2\x85", "\xe2\x80\x8b", "\xe2\x80\xae", "\xe2\x80\xa8", "\xe2\x81\xa6", "\xef\xbb\xbf"}) REQUIRE(made.find(hidden) == made.npos);
    char whole_room[1024];
    JsonText whole(whole_room, sizeof whole_room);
    whole.put_string(text, 900);
    const std::string all = json::parse(whole.str()).get<std::string>();
    if (value != all) {  // it was cut, at a character
      REQUIRE(value.ends_with("..."));
      REQUIRE(all.starts_with(value.substr(0, value.size() - 3)));
    }
  }
}

TEST_CASE("JsonText.put_string: what is UTF-8 comes back as it was, what is not is spelt out", "[sinks]") {
  const auto round_trip = [](std::string_view text) {
    char room[256];
    JsonText out(room, sizeof room);
    return json::parse(out.put_string(text, 200).str()).get<std::string>();
  };
  for (const std::string_view text : {"", "'127.0.0.1'", "中文", "\x1b[0m\n\t\"\\", "\u202e\u2028\ufeff", "🐍"}) CHECK(round_trip(text) == text);
  CHECK(round_trip("a\xff") == "a\\xff");
  CHECK(round_trip("\xed\xa0\x80") == "\\xed\\xa0\\x80");
}

TEST_CASE("RecordingLines.event: the longest line of every stage fits into one write", "[sinks]") {
  const RecordingLines lines;
  alignas(8) std::byte room[2048] = {};
  auto* const item = reinterpret_cast<StoredItem*>(room);
  const std::string name(255, '\x01'), value(Repr::capacity, '\x01');
  item->field_count = 4;
  auto* const values = reinterpret_cast<StoredItem::Value*>(item + 1);
  auto* texts = reinterpret_cast<char*>(values + 4);
  for (int i = 0; i < 4; ++i) {
    values[i] = {name.data(), 255, Repr::capacity};
    value.copy(texts, value.size());
    texts += stored_size(value.size());
  }
  value.copy(texts, value.size());
  item->text_size = Repr::capacity;
  item->passing = 255;
  item->request = 4'000'000'000;
  item->raised = true;
  for (Index index = 0; index < catalogue().size(); ++index)
    for (const Item kind : {Item::enter, Item::leave, Item::point, Item::decision}) {
      item->index = index;
      item->item = kind;
      char line[8192];
      JsonText out(line, sizeof line);
      lines.event(out, *item, LinePlace(2147483647, 2147483647), INT64_MAX);
      REQUIRE(out.str().size() <= RecordingLines::most_bytes);
      REQUIRE(json::accept(out.str()));
    }
  RecordedProcess process;
  process.argv.assign(100, std::string(300, '\x01'));
  const std::string metadata = metadata_line(process, 2147483647, "2026-11-22T16:00:00.000000Z");
  CHECK(metadata.size() <= RecordingLines::most_bytes);
  CHECK(json::parse(metadata)["args"]["argv"].back() == "...");
}

TEST_CASE("metadata_line: arguments that hold secrets are masked", "[sinks]") {
  RecordedProcess process;
  process.argv = {"manage", "login", "--password=hunter2", "--api-token", "hunter2", "--port", "80"};
  const json argv = json::parse(metadata_line(process, 1, ""))["args"]["argv"];
  CHECK(argv == json({"manage", "login", "--password=" + std::string(mask), "--api-token", mask, "--port", "80"}));
}

TEST_CASE("RecordingFile.add: wherever a kill has torn the tail, the next one repairs it and loses no whole event", "[sinks]") {
  const Folder folder;
  std::string trouble;
  auto file = RecordingFile::create(folder.file(), R"({"name":"tracewalk"})", trouble);
  REQUIRE(file);
  std::size_t added = 0;
  REQUIRE(file->add(",\n{\"a\":\"}\\\"{\",\"b\":{\"c\":[]}}", added) == 0);
  const std::string before = text_of(folder.file());
  const std::string torn_write = ",\n{\"name\":\"torn ]}\",\"args\":{\"x\":{}}}\n]\n";  // begins on the tail of what was there
  for (std::size_t written = 0; written <= torn_write.size(); ++written) {
    const std::size_t start = before.size() - RecordingFile::tail.size();
    std::string torn = before.substr(0, start) + torn_write.substr(0, written);
    if (torn.size() < before.size()) torn += before.substr(torn.size());  // what the write did not come to stays
    std::ofstream(folder.file(), std::ios::binary | std::ios::trunc) << torn;
    INFO(torn);
    REQUIRE(file->add(",\n{\"next\":1}", added) == 0);
    const json events = events_of(folder.file());
    REQUIRE(events.size() >= 3);
    CHECK(events[1]["a"] == "}\"{");
    CHECK(events.back() == json{{"next", 1}});
    CHECK(events.size() == (written + RecordingFile::tail.size() >= torn_write.size() ? 4u : 3u));
  }
}

TEST_CASE("RecordingFile.add: what is written only in part is taken back", "[sinks]") {
  const Folder folder;
  std::string trouble;
  auto file = RecordingFile::create(folder.file(), R"({"name":"tracewalk"})", trouble);
  REQUIRE(file);
  std::size_t added = 0;
  REQUIRE(file->add(",\n{\"a\":1}", added) == 0);
  // A limit that comes only now: the file does not know of it, as it does not know how much room a disk has that cannot set any aside.
  const std::string whole = text_of(folder.file());
  rlimit before{};
  ::getrlimit(RLIMIT_FSIZE, &before);
  const auto handler = ::signal(SIGXFSZ, SIG_IGN);
  rlimit tight = before;
  tight.rlim_cur = whole.size() + 20;
  ::setrlimit(RLIMIT_FSIZE, &tight);
  CHECK(file->add(",\n{\"b\":\"" + std::string(100, 'x') + "\"}", added) == EFBIG);
  CHECK(added == 0);
  CHECK(text_of(folder.file()) == whole);
  ::setrlimit(RLIMIT_FSIZE, &before);
  ::signal(SIGXFSZ, handler);
  CHECK(file->add(",\n{\"c\":1}", added) == 0);
  CHECK(events_of(folder.file()).size() == 3);
}

TEST_CASE("RecordingFile.add: a long text is cut into writes of whole lines", "[sinks]") {
  const Folder folder;
  std::string trouble;
  auto file = RecordingFile::create(folder.file(), R"({"name":"tracewalk"})", trouble);
  REQUIRE(file);
  std::string lines;
  for (int i = 0; i < 500; ++i) lines += ",\n{\"i\":" + std::to_string(i) + ",\"t\":\"" + std::string(static_cast<std::size_t>(i), ',') + "\"}";
  std::size_t added = 0;
  REQUIRE(file->add(lines, added) == 0);
  CHECK(added == lines.size());
  const json events = events_of(folder.file());
  REQUIRE(events.size() == 501);
  CHECK(events[500]["i"] == 499);
  file->close();
  struct stat status {};
  REQUIRE(::stat(folder.file().c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0600);
  CHECK(status.st_blocks * 512 < 256 * 1024 + static_cast<long>(lines.size()));  // what was set aside is given back
}

TEST_CASE("RecordingFile: two that add to the same file do not tread on each other", "[sinks]") {
  const Folder folder;
  std::string trouble;
  auto one = RecordingFile::create(folder.file(), R"({"name":"tracewalk","mark":1})", trouble);
  auto two = RecordingFile::join(folder.file(), R"("mark":1)", trouble);
  REQUIRE((one && two));
  CHECK_FALSE(RecordingFile::join(folder.file(), R"("mark":2)", trouble));
  const auto add_many = [](RecordingFile& file, const std::string& who) {
    for (int i = 0; i < 500; ++i) {
      std::size_t added = 0;
      file.add(",\n{\"who\":\"" + who + "\",\"i\":" + std::to_string(i) + "}", added);
    }
  };
  std::thread other([&] { add_many(*two, "two"); });
  add_many(*one, "one");
  other.join();
  const json events = events_of(folder.file());
  CHECK(events.size() == 1001);
  std::map<std::string, int> next;
  for (std::size_t i = 1; i < events.size(); ++i) CHECK(next[events[i]["who"]]++ == events[i]["i"]);
}

TEST_CASE("EventStreams: what many threads put in comes out whole and in order, or is counted as lost", "[sinks]") {
  const Folder folder;
  constexpr int threads = 8, each = 30000;
  std::uint64_t lost = 0;
  {
    const auto sink = recording(folder.file());
    std::vector<std::thread> all;
    for (int t = 0; t < threads; ++t)
      all.emplace_back([&, t] {
        for (int i = 0; i < each; ++i) {
          Event event = made(What::point, moment, 0, now(), 7, 100 + t);
          event.field_count = 1;
          event.fields[0].name_text = "i";
          repr_to(event.fields[0].value, i);
          sink->event(event);
        }
      });
    for (std::thread& thread : all) thread.join();
    sink->finish();
  }
  std::map<int, int> last;
  int count = 0;
  for (const json& event : events_of(folder.file())) {
    if (event["name"] == "lost events") lost += event["args"]["lost"].get<std::uint64_t>();
    if (event["ph"] != "i" || event["cat"] == "tracer") continue;
    const int i = std::stoi(event["args"]["values"]["i"].get<std::string>());
    CHECK(i + 1 > last[event["tid"]]);
    last[event["tid"]] = i + 1;
    ++count;
  }
  CHECK(static_cast<std::uint64_t>(count) + lost == threads * each);
}

TEST_CASE("RecordingSink: frames, values, results and errors, as DESIGN shows them", "[sinks]") {
  const Folder folder;
  {
    const auto sink = recording(folder.file());
    const std::int64_t start = now();
    Event enter = made(What::enter, outer, 0, start);
    enter.field_count = 2;
    enter.fields[0].name_text = "addr";
    repr_to(enter.fields[0].value, "127.0.0.1");
    enter.fields[1].name_text = "SECRET_KEY";
    repr_to(enter.fields[1].value, "hunter2");
    enter.request = 3;
    enter.process = "child";
    enter.thread = "Thread-1 (process_request_thread)";
    sink->event(enter);
    Event fork = made(What::decision, "basehttp.run:threading", 1, start + 1000);
    repr_to(fork.outcome, true);
    fork.process = enter.process;
    fork.thread = enter.thread;
    sink->event(fork);
    Event leave = made(What::leave, outer, 0, start + 2500);
    leave.raised = true;
    leave.passing = 1;
    leave.outcome.put("OSError(98, 'Address already in use')");
    leave.process = enter.process;
    leave.thread = enter.thread;
    sink->event(leave);
    sink->finish();
    sink->finish();
    sink->event(enter);  // too late
  }
  const json events = events_of(folder.file());
  REQUIRE(events.size() == 6);
  CHECK(events[1] == json::parse(R"({"name":"process_name","ph":"M","ts":0,"pid":7,"tid":7,"args":{"name":"child"}})"));
  CHECK(events[2]["args"]["name"] == "Thread-1 (process_request_thread)");
  CHECK(events[3]["ph"] == "B");
  CHECK(events[3]["args"] == json::parse(R"({"id":"basehttp.run","qualname":"django.core.servers.basehttp.run",
      "values":{"addr":"'127.0.0.1'","SECRET_KEY":"'********************'"},"request":3})"));
  CHECK(events[4]["args"]["taken"] == "True");
  CHECK(events[4]["args"]["alternatives"] == json({"True", "False"}));
  CHECK(events[5]["args"] == json::parse(R"json({"id":"basehttp.run","error":"OSError(98, 'Address already in use')","passing":1})json"));
  CHECK(events[5]["ts"].get<double>() - events[3]["ts"].get<double>() == Approx(2.5).margin(0.0011));
}

TEST_CASE("RecordingSink: frames nest although beginnings and ends were lost", "[sinks]") {
  const Folder folder;
  {
    const auto sink = recording(folder.file());
    const std::int64_t start = now();
    int at = 0;
    const auto send = [&](What what, std::string_view id, int depth) { sink->event(made(what, id, depth, start + ++at)); };
    send(What::enter, outer, 0);
    send(What::enter, inner, 1);
    send(What::enter, inner, 1);   // the end of the one before is lost
    send(What::leave, inner, 2);   // the beginning of this one is
    send(What::point, moment, 1);  // and here another end
    send(What::enter, inner, 1);
    send(What::leave, outer, 0);   // and here again
    sink->finish();
  }
  CHECK(told(events_of(folder.file()), 7) ==
        std::vector<std::string>{"B basehttp.run", "B socketserver.TCPServer.server_bind", "E socketserver.TCPServer.server_bind",
                                 "B socketserver.TCPServer.server_bind", "E socketserver.TCPServer.server_bind", "i basehttp.run:bound",
                                 "B socketserver.TCPServer.server_bind", "E socketserver.TCPServer.server_bind", "E basehttp.run"});
}

TEST_CASE("RecordingSink: other processes are described, and their frames closed when they end", "[sinks]") {
  const Folder folder;
  {
    const auto sink = recording(folder.file());
    RecordedProcess process;
    process.producer = "tracewalk watch";
    process.django = "3.2.19";
    process.python = "3.11.2";
    sink->describe(50, process);
    sink->event(made(What::enter, outer, 0, now(), 50, 50));
    sink->event(made(What::enter, inner, 0, now(), 60, 60));
    sink->event(made(What::enter, inner, 1, now(), 50, 50));
    sink->lost(50, 51, 12);
    sink->process_ended(50);
    sink->event(made(What::leave, inner, 0, now(), 60, 60));
    sink->event(made(What::enter, outer, 0, now(), 70, 70));
    sink->finish();
  }
  const json events = events_of(folder.file());
  CHECK(events[1]["pid"] == 50);
  CHECK(events[1]["args"]["django"] == "3.2.19");
  CHECK(events[1]["args"]["wall_clock"] == events[0]["args"]["wall_clock"]);
  CHECK(told(events, 50) == std::vector<std::string>{"B basehttp.run", "B socketserver.TCPServer.server_bind",
                                                     "E socketserver.TCPServer.server_bind process ended", "E basehttp.run process ended"});
  CHECK(told(events, 51) == std::vector<std::string>{"i lost events"});
  CHECK(told(events, 60).back() == "E socketserver.TCPServer.server_bind");
  CHECK(told(events, 70).back() == "E basehttp.run process ended");
}

TEST_CASE("RecordingSink: frames deeper than Python's go are left out, and nothing else", "[sinks]") {
  const Folder folder;
  constexpr int depth = 1100;
  {
    const auto sink = recording(folder.file());
    for (int i = 0; i < depth; ++i) sink->event(made(What::enter, outer, i, now()));
    for (int i = depth; i-- > 0;) sink->event(made(What::leave, outer, i, now()));
    sink->event(made(What::point, moment, 0, now()));
    sink->finish();
  }
  const auto lines = told(events_of(folder.file()), 7);
  CHECK(std::count(lines.begin(), lines.end(), "B basehttp.run") == 1000);
  CHECK(std::count(lines.begin(), lines.end(), "E basehttp.run") == 1000);
}

TEST_CASE("RecordingSink.open: one at a time, and another one afterwards", "[sinks]") {
  const Folder folder;
  {
    const auto first = recording(folder.file("first.json"));
    std::string trouble;
    CHECK_FALSE(RecordingSink::open({.file = folder.file("second.json"), .ticket = "", .process = {}}, trouble));
    CHECK_FALSE(trouble.empty());
    first->event(made(What::enter, outer, 0, now()));
    first->finish();
  }
  const auto second = recording(folder.file("second.json"));
  second->event(made(What::point, moment, 0, now()));  // the thread is the same, but the new file has not heard of it
  second->finish();
  CHECK(told(events_of(folder.file("first.json")), 7).size() == 2);
  CHECK(told(events_of(folder.file("second.json")), 7).size() == 1);
}

TEST_CASE("TRACE_FRAME: recording an event allocates nothing", "[sinks]") {
  const Folder folder;
  const auto sink = recording(folder.file());
  add_sink(sink);
  enable("*");
  const std::string addr = "127.0.0.1";
  two_values(addr, 1);  // the thread's first event gives it its stream
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  const auto before = ::mallinfo2();
  for (int i = 0; i < 5000; ++i) two_values(addr, i);
  const auto after = ::mallinfo2();
  disable_all();
  remove_sinks();
  CHECK(after.uordblks == before.uordblks);
  sink->finish();
  CHECK(events_of(folder.file()).size() == 10000 + 3);
}
