// Whole outputs of the narrator for runs that are made up here, compared with the files in approved/. After a change that is
// meant: TRACEWALK_APPROVE=1, run again, and read the diff.
#include <catch2/catch.hpp>

#include <cstdlib>
#include <deque>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "tracepoints/sinks/narrator.h"

using namespace tracepoints;
using namespace tracepoints::sinks;

namespace {

constexpr std::int64_t ms = 1'000'000;

struct Sheet final : Paper {
  int columns = 80;
  std::int64_t now = 0;
  bool alive = true;
  std::string text;
  std::vector<std::string> blocks;
  int width() noexcept override { return columns; }
  std::int64_t now_ns() noexcept override { return now; }
  bool write(std::string_view lines) noexcept override {
    text += lines;
    blocks.emplace_back(lines);
    return alive;
  }
};

using Values = std::vector<std::pair<std::string_view, std::string_view>>;

// A run, event by event, on a clock of its own.
class Run {
 public:
  explicit Run(NarratorOptions options, int columns = 80) {
    auto sheet = std::make_unique<Sheet>();
    sheet->columns = columns;
    sheet_ = sheet.get();
    narrator_ = std::make_unique<Narrator>(std::move(options), std::move(sheet));
    enable("");
  }
  ~Run() { disable_all(); }

  Run& after(std::int64_t duration_ns) { return now_ += duration_ns, *this; }
  Run& thread(int tid, std::string_view name = "", unsigned request = 0) {
    return tid_ = tid, thread_ = name, request_ = request, *this;
  }
  Run& process(std::string_view name) { return process_ = name, *this; }

  Run& enter(std::string_view id, const Values& values = {}) {
    open_[static_cast<std::size_t>(tid_)].push_back({id, now_});
    return send(What::enter, id, values, "");
  }
  Run& leave(std::string_view result = "") { return close(result, false, passing_); }
  Run& raise(std::string_view error) { return close(error, true, 1); }
  Run& point(std::string_view id, const Values& values = {}) { return send(What::point, id, values, ""); }
  Run& decision(std::string_view id, std::string_view taken) { return send(What::decision, id, {}, taken); }
  Run& passing(int count) { return passing_ = count, *this; }

  std::string finish() {
    sheet_->now = now_;
    narrator_->finish();
    return sheet_->text;
  }
  Sheet& sheet() { return *sheet_; }
  Narrator& narrator() { return *narrator_; }

 private:
  struct Open {
    std::string_view id;
    std::int64_t since;
  };
  Run& close(std::string_view outcome, bool raised, int passing) {
    const Open frame = open_[static_cast<std::size_t>(tid_)].back();
    open_[static_cast<std::size_t>(tid_)].pop_back();
    Event event = made(What::leave, frame.id);
    event.duration_ns = now_ - frame.since;
    event.raised = raised;
    event.passing = passing;
    event.outcome.put(outcome);
    narrator_->event(event);
    return *this;
  }
  Event made(What what, std::string_view id) const {
    const Tracepoint* const stage = find(id);
    INFO(id);
    REQUIRE(stage != nullptr);
    Event event;
    event.what = what;
    event.index = static_cast<Index>(stage - catalogue().data());
    event.time_ns = now_;
    event.pid = 100;
    event.tid = 100 + tid_;
    event.request = request_;
    event.process = process_;
    event.thread = thread_;
    event.passing = passing_;
    return event;
  }
  Run& send(What what, std::string_view id, const Values& values, std::string_view outcome) {
    Event event = made(what, id);
    for (const auto& [name, value] : values) {
      event.fields[event.field_count].name_text = name;
      event.fields[event.field_count].value.put(value);
      ++event.field_count;
    }
    event.outcome.put(outcome);
    narrator_->event(event);
    return *this;
  }

  Sheet* sheet_;
  std::unique_ptr<Narrator> narrator_;
  std::int64_t now_ = 1000 * ms;
  int tid_ = 0, passing_ = 0;
  unsigned request_ = 0;
  std::string_view thread_, process_;
  std::array<std::vector<Open>, 4> open_;
};

// A start and one request, as short as it can be and still have every kind of line.
std::string one_request(NarratorOptions options, int columns = 80) {
  Run run(std::move(options), columns);
  run.enter("manage.main").after(1 * ms);
  run.enter("management.execute_from_command_line", {{"argv", "['manage.py', 'runserver', '--noreload']"}});
  run.enter("management.ManagementUtility.execute", {{"self.argv", "['manage.py', 'runserver', '--noreload']"}}).after(2 * ms);
  run.enter("management.ManagementUtility.fetch_command", {{"subcommand", "'runserver'"}});
  run.decision("management.ManagementUtility.fetch_command:found", "True");
  run.enter("management.get_commands").after(1 * ms).leave("{'check': 'django.core', 'runserver': 'django.contrib.staticfiles'}");
  run.leave("<Command>").after(1 * ms);
  run.enter("basehttp.run", {{"addr", "'127.0.0.1'"}, {"port", "8000"}, {"ipv6", "False"}, {"threading", "True"}});
  run.decision("basehttp.run:threading", "True");
  run.enter("socketserver.TCPServer.server_bind", {{"self.server_address", "('127.0.0.1', 8000)"}});
  run.enter("syscall.bind", {{"fd", "3"}}).leave().leave();
  run.enter("socketserver.BaseServer.serve_forever", {{"poll_interval", "0.5"}});
  for (int i = 0; i < 3; ++i) {
    run.enter("selectors._PollLikeSelector.select", {{"timeout", "0.5"}}).after(500 * ms).leave("[]");
    run.enter("socketserver.BaseServer.service_actions").leave();
  }
  run.enter("selectors._PollLikeSelector.select", {{"timeout", "0.5"}}).after(120 * ms).leave("[(<SelectorKey>, 1)]");
  run.enter("socketserver.BaseServer._handle_request_noblock");
  run.enter("socketserver.TCPServer.get_request").leave("(<socket>, ('127.0.0.1', 36160))");
  run.enter("socketserver.ThreadingMixIn.process_request", {{"client_address", "('127.0.0.1', 36160)"}}).after(1 * ms);
  run.thread(1, "Thread-1 (process_request_thread)", 1);
  run.enter("socketserver.ThreadingMixIn.process_request_thread", {{"client_address", "('127.0.0.1', 36160)"}});
  run.enter("http.server.BaseHTTPRequestHandler.parse_request", {{"self.raw_requestline", "b'GET /hello/ HTTP/1.1\\r\\n'"}});
  run.thread(0).leave().leave();
  run.enter("socketserver.BaseServer.service_actions").leave();
  run.enter("selectors._PollLikeSelector.select", {{"timeout", "0.5"}});
  run.thread(1, "Thread-1 (process_request_thread)", 1).leave("True");
  run.decision("staticfiles.handlers.StaticFilesHandler.__call__:should_handle", "False").after(2 * ms).leave();
  run.thread(0).after(400 * ms).raise("KeyboardInterrupt()").raise("KeyboardInterrupt()").raise("KeyboardInterrupt()");
  run.point("runserver.Command.inner_run:KeyboardInterrupt");
  run.raise("SystemExit(0)").raise("SystemExit(0)").raise("SystemExit(0)");
  return run.finish();
}

void approve(const std::string& name, const std::string& text) {
  const std::string here = __FILE__;
  const std::string path = here.substr(0, here.rfind('/')) + "/approved/" + name + ".txt";
  if (std::getenv("TRACEWALK_APPROVE")) std::ofstream(path) << text;
  std::ifstream file(path);
  std::ostringstream approved;
  approved << file.rdbuf();
  CHECK(text == approved.str());
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

int count_of(const std::string& text, std::string_view part) {
  int count = 0;
  for (std::size_t at = text.find(part); at != text.npos; at = text.find(part, at + part.size())) ++count;
  return count;
}

}  // namespace

TEST_CASE("Narrator: a start and a request, as approved", "[tracepoints]") {
  approve("story_en_80", one_request({}));
  approve("story_en_120", one_request({}, 120));
  approve("story_zh_80", one_request({.language = Language::zh}));
  approve("story_en_80_colour", one_request({.colour = true}));
  approve("brief_en_80", one_request({.tell = Tell::brief}));
  approve("brief_en_80_ascii", one_request({.tell = Tell::brief, .utf8 = false}));
  approve("source_en_80", one_request({.tell = Tell::source}));
  approve("brief_en_zoom0", one_request({.zoom = 0, .tell = Tell::brief}));
  approve("brief_en_zoom2", one_request({.zoom = 2, .tell = Tell::brief}));
  approve("brief_en_zoom3", one_request({.zoom = 3, .tell = Tell::brief}));
}

TEST_CASE("Narrator: no line is wider than the terminal", "[tracepoints]") {
  for (const Language language : {Language::en, Language::zh})
    for (const int width : {60, 80, 120})
      for (const int zoom : {1, 2, 3}) {
        for (const std::string& line : lines_of(one_request({.zoom = zoom, .language = language}, width))) {
          INFO(line);
          CHECK(columns(line) <= width);
        }
      }
}

TEST_CASE("Narrator: without colour there is no escape, with it every line ends as it began", "[tracepoints]") {
  CHECK(one_request({}).find('\x1b') == std::string::npos);
  for (const std::string& line : lines_of(one_request({.colour = true}))) {
    const std::size_t last = line.rfind('\x1b');
    if (last != line.npos) CHECK(line.substr(last, 4) == "\x1b[0m");
  }
}

TEST_CASE("Narrator: each stage is explained once", "[tracepoints]") {
  Run run({});
  for (int i = 0; i < 3; ++i) run.enter("management.ManagementUtility.fetch_command").leave();
  const std::string text = run.finish();
  CHECK(count_of(text, "management.ManagementUtility.fetch_command") == 3);
  CHECK(count_of(text, "Why:") == 1);
}

TEST_CASE("Narrator: what an earlier process of the run explained is not explained again", "[tracepoints]") {
  Run run({.told_before = "autoreload"});
  run.process("child").enter("management.ManagementUtility.fetch_command").leave().enter("autoreload.run_with_reloader").leave();
  const std::string text = run.finish();
  CHECK(count_of(text, "Why:") == 1);
  CHECK(text.find("child: process 100 starts") != std::string::npos);
}

TEST_CASE("Narrator: an error is shown where it is raised and where it is caught", "[tracepoints]") {
  Run run({.tell = Tell::brief});
  run.enter("base.BaseCommand.run_from_argv").enter("base.BaseCommand.execute").enter("runserver.Command.handle");
  run.raise("CommandError('\"abc\" is not a valid port number or address:port pair.')");
  run.raise("CommandError('\"abc\" is not a valid port number or address:port pair.')");
  run.decision("base.BaseCommand.run_from_argv:traceback", "False");
  run.raise("SystemExit(1)");
  approve("error_en_80", run.finish());
}

TEST_CASE("Narrator: an error in place of another is told again", "[tracepoints]") {
  Run run({.tell = Tell::brief});
  run.enter("management.ManagementUtility.execute").enter("management.ManagementUtility.fetch_command");
  run.raise("ImportError(\"No module named 'x'\")").raise("CommandError('x')");
  const std::string text = run.finish();
  CHECK(count_of(text, "✗ ImportError(\"No module named 'x'\")") == 1);
  CHECK(count_of(text, "✗ CommandError('x')") == 1);
  CHECK(text.find("nothing here catches CommandError: it ends the process") != std::string::npos);
}

TEST_CASE("Narrator: where patterns hide the frames around, it does not claim that nobody catches", "[tracepoints]") {
  Run run({.tell = Tell::brief});
  run.enter("socketserver.TCPServer.get_request").raise("OSError(107, 'Transport endpoint is not connected')");
  const std::string text = run.finish();
  CHECK(count_of(text, "✗ OSError(107") == 1);
  CHECK(count_of(text, "nothing here catches") == 0);
}

TEST_CASE("Narrator: a frame that runs while an exception passes is no catch", "[tracepoints]") {
  Run run({.tell = Tell::brief});
  run.enter("base.BaseCommand.run_from_argv").enter("base.BaseCommand.execute").raise("OSError(9, 'x')");
  run.passing(1).enter("connection.BaseConnectionHandler.close_all");
  CHECK(run.sheet().text.find("caught") == std::string::npos);
  run.leave().passing(0).enter("base.BaseCommand.check").leave();
  CHECK(run.finish().find("caught inside base.BaseCommand.run_from_argv") != std::string::npos);
}

TEST_CASE("Narrator: what is still open when the process ends is named", "[tracepoints]") {
  Run run({.tell = Tell::brief});
  run.enter("management.execute_from_command_line").enter("basehttp.run").enter("socketserver.BaseServer.serve_forever");
  const std::string text = run.after(1500 * ms).finish();
  CHECK(text.find("still open when the process ended: socketserver.BaseServer.serve_forever") != std::string::npos);
  CHECK(text.find("end of the run, after 1.500 s") != std::string::npos);
  run.enter("management.execute_from_command_line");
  CHECK(run.finish() == text);
}

TEST_CASE("Narrator: the lanes of a reloading server have names", "[tracepoints]") {
  Run run({.tell = Tell::brief});
  run.process("child").enter("autoreload.run_with_reloader").enter("autoreload.start_django");
  run.thread(1, "django-main-thread").enter("runserver.Command.inner_run");
  run.thread(2, "Thread-2 (process_request_thread)", 2).enter("socketserver.ThreadingMixIn.process_request_thread");
  run.thread(1, "django-main-thread").leave();
  run.thread(2, "Thread-2 (process_request_thread)", 2).leave("True");
  approve("lanes_en_80", run.finish());
}

TEST_CASE("Narrator: what happens inside an idle call brings the call to light", "[tracepoints]") {
  Run run({.zoom = 2, .tell = Tell::brief});
  run.enter("autoreload.run_with_reloader");
  for (int i = 0; i < 4; ++i) run.enter("autoreload.StatReloader.tick").after(1000 * ms).leave();
  run.enter("autoreload.StatReloader.tick").point("autoreload.StatReloader.tick:changed", {{"filepath", "'urls.toml'"}}).leave().leave();
  const std::string text = run.finish();
  CHECK(text.find("⋯ 4 idle turns of the loop, 4.0 s") != std::string::npos);
  CHECK(text.find("autoreload.StatReloader.tick\n") < text.find("• changed filepath='urls.toml'"));
}

TEST_CASE("Narrator: secrets are masked, control characters made visible", "[tracepoints]") {
  Run run({.tell = Tell::brief}, 160);
  run.enter("management.execute_from_command_line", {{"SECRET_KEY", "'abc'"}, {"Cookie", "'abc'"}, {"auth_token", "'abc'"}, {"path", "\x1b[2Jabc\xff"}});
  const std::string text = run.finish();
  CHECK(count_of(text, "abc") == 1);
  CHECK(text.find("path=\\x1b[2Jabc\\xff") != std::string::npos);
  CHECK(text.find('\x1b') == std::string::npos);
}

TEST_CASE("Narrator: whole lines, one write for each event", "[tracepoints]") {
  Run run({});
  run.enter("management.execute_from_command_line").enter("management.ManagementUtility.execute").leave().leave();
  REQUIRE(run.sheet().blocks.size() == 3);
  for (const std::string& block : run.sheet().blocks) CHECK(block.back() == '\n');
}

TEST_CASE("Narrator: when nobody reads any more it falls silent", "[tracepoints]") {
  Run run({});
  run.sheet().alive = false;
  run.enter("management.execute_from_command_line").enter("management.ManagementUtility.execute");
  CHECK(run.sheet().blocks.size() == 1);
}

TEST_CASE("Narrator: threads may speak at once, and their lines stay whole", "[tracepoints]") {
  auto sheet = std::make_unique<Sheet>();
  Sheet& page = *sheet;
  const auto narrator = std::make_shared<Narrator>(NarratorOptions{.tell = Tell::brief}, std::move(sheet));
  add_sink(narrator);
  enable("");
  std::vector<std::thread> threads;
  for (unsigned number = 1; number <= 8; ++number)
    threads.emplace_back([number] {
      set_request(number);
      for (int i = 0; i < 50; ++i) {
        TRACE_FRAME("socketserver.ThreadingMixIn.process_request_thread", i);
        TRACE_POINT("basehttp.run:bound", i);
      }
    });
  for (std::thread& thread : threads) thread.join();
  tracepoints::finish();
  remove_sinks();
  int calls = 0;
  for (const std::string& line : lines_of(page.text)) {
    if (line.find("process_request_thread i=") != line.npos) ++calls;
    CHECK((line.find("request ") == 8 || line.starts_with("── ")));
  }
  CHECK(calls == 400);
}
