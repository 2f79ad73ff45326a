#include <catch2/catch.hpp>

#include <cstdlib>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tracepoints/sinks/narrator.h"
#include "tracepoints/trace.h"
#include "tracepoints/sinks/text_layout.h"
#include "tracewalk/narrate.h"
#include "tracewalk/nearest.h"
#include "tracewalk/trace_options.h"

using tracepoints::Language;
using tracepoints::sinks::Tell;
using tracewalk::take_trace_options;
using tracewalk::TraceOptions;

namespace {

using Argv = std::vector<std::string>;
using Variables = std::map<std::string, std::string>;

// The environment of a test: what the options look at is unset, and everything is as before when the test ends.
class Environment {
 public:
  explicit Environment(const Variables& values = {}) {
    for (const char* name : {"RUN_MAIN", "TRACEWALK_TRACE", "LC_ALL", "LC_MESSAGES", "LANG", "NO_COLOR", "DJANGO_COLORS", "TERM"}) {
      const char* value = std::getenv(name);
      before_[name] = value ? std::optional<std::string>(value) : std::nullopt;
      ::unsetenv(name);
    }
    for (const auto& [name, value] : values) ::setenv(name.c_str(), value.c_str(), 1);
  }
  ~Environment() {
    for (const auto& [name, value] : before_)
      if (value) ::setenv(name.c_str(), value->c_str(), 1);
      else ::unsetenv(name.c_str());
  }
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;

 private:
  std::map<std::string, std::optional<std::string>> before_;
};

TraceOptions taken(Argv argv) { return take_trace_options(argv); }

std::string error(Argv argv) {
  try {
    take_trace_options(argv);
  } catch (const tracewalk::TraceOptionError& e) {
    return e.what();
  }
  return "no error";
}

}  // namespace

TEST_CASE("take_trace_options: without a trace option nothing changes", "[tracewalk]") {
  const Environment environment;
  Argv argv = {"manage.py", "runserver", "--traceback", "--tracebac", "8000", "--", "-x"};
  const Argv before = argv;
  const TraceOptions options = take_trace_options(argv);
  CHECK(argv == before);
  CHECK_FALSE(options.on);
  CHECK(std::getenv("TRACEWALK_TRACE") == nullptr);
}

TEST_CASE("take_trace_options: they stand anywhere, and the chain does not see them", "[tracewalk]") {
  const Environment environment;
  Argv argv = {"manage.py", "--trace", "runserver", "--trace-zoom=2", "8000", "--", "--trace-tell=brief", "--noreload"};
  const TraceOptions options = take_trace_options(argv);
  CHECK(argv == Argv{"manage.py", "runserver", "8000", "--", "--noreload"});
  CHECK(options.on);
  CHECK(options.zoom == 2);
  CHECK(options.tell == Tell::brief);
  CHECK(options.patterns.empty());
}

TEST_CASE("take_trace_options: argv[0] is the program's name, whatever it is", "[tracewalk]") {
  const Environment environment;
  Argv argv = {"--trace"};
  CHECK_FALSE(take_trace_options(argv).on);
  CHECK(argv == Argv{"--trace"});
  Argv none;
  CHECK_FALSE(take_trace_options(none).on);
}

TEST_CASE("take_trace_options: each option alone switches the narration on", "[tracewalk]") {
  const Environment environment;
  for (const char* option : {"--trace", "--trace-zoom=0", "--trace-tell=source", "--trace-lang=zh"}) CHECK(taken({"m", option}).on);
  CHECK(taken({"m", "--trace"}).zoom == 1);
  CHECK(taken({"m", "--trace"}).tell == Tell::story);
  CHECK(taken({"m", "--trace-zoom=2", "--trace-zoom=3"}).zoom == 3);
}

TEST_CASE("take_trace_options: patterns are joined, and show what they name", "[tracewalk]") {
  const Environment environment;
  CHECK(taken({"m", "--trace=basehttp.*", "--trace=-*.__init__"}).patterns == "basehttp.*,-*.__init__");
  CHECK(taken({"m", "--trace=syscall.*"}).zoom == 3);
  CHECK(taken({"m", "--trace=syscall.*", "--trace-zoom=1"}).zoom == 1);
  CHECK(taken({"m", "--trace=-syscall.*"}).zoom == 1);
  CHECK(taken({"m", "--trace=*"}).zoom == 1);
}

TEST_CASE("take_trace_options: a wrong value is one clear line", "[tracewalk]") {
  const Environment environment;
  CHECK(error({"m", "--trace-zoom=4"}) == "tracer: --trace-zoom=4: the value must be 0, 1, 2 or 3");
  CHECK(error({"m", "--trace-zoom=11"}) == "tracer: --trace-zoom=11: the value must be 0, 1, 2 or 3");
  CHECK(error({"m", "--trace-zoom"}) == "tracer: --trace-zoom needs its value attached: --trace-zoom=0, 1, 2 or 3");
  CHECK(error({"m", "--trace-zoom", "2"}) == "tracer: --trace-zoom needs its value attached: --trace-zoom=0, 1, 2 or 3");
  CHECK(error({"m", "--trace-zoom="}) == "tracer: --trace-zoom needs its value attached: --trace-zoom=0, 1, 2 or 3");
  CHECK(error({"m", "--trace-tell=long"}) == "tracer: --trace-tell=long: the value must be brief, story or source");
  CHECK(error({"m", "--trace-lang=de"}) == "tracer: --trace-lang=de: the value must be en or zh");
  CHECK(error({"m", "--trace-help=x"}) == "tracer: --trace-help=x: --trace-help takes no value");
  CHECK(error({"m", "--trace="}) == "tracer: --trace needs its value attached: --trace=[PATTERN,...]");
  CHECK(error({"m", "--trace-zom=1"}) == "tracer: there is no option --trace-zom; the nearest is --trace-zoom (--trace-help lists them)");
  CHECK(error({"m", "--trace-\x1b[2J"}).find('\x1b') == std::string::npos);
}

TEST_CASE("take_trace_options: options of later versions are unknown, not swallowed", "[tracewalk]") {
  const Environment environment;
  for (const char* option : {"--trace-step", "--trace-predict", "--trace-live"})
    CHECK(error({"m", option}).find("there is no option --trace-") != std::string::npos);
}

TEST_CASE("take_trace_options: a pattern that matches nothing names the nearest id", "[tracewalk]") {
  const Environment environment;
  CHECK(error({"m", "--trace=basehtp.run"}) == "tracer: --trace: no tracepoint matches 'basehtp.run'; the nearest is 'basehttp.run'");
  CHECK(error({"m", "--trace=serve_forevr"}) ==
        "tracer: --trace: no tracepoint matches 'serve_forevr'; the nearest is 'socketserver.BaseServer.serve_forever'");
  CHECK(error({"m", "--trace=-manage.mian"}).find("the nearest is 'manage.main'") != std::string::npos);
}

TEST_CASE("take_trace_options: the language is the locale's", "[tracewalk]") {
  const auto language = [](const Variables& values) {
    const Environment environment(values);
    return taken({"m", "--trace"}).language;
  };
  CHECK(language(Variables{}) == Language::en);
  CHECK(language(Variables{{"LANG", "zh_CN.UTF-8"}}) == Language::zh);
  CHECK(language(Variables{{"LANG", "zh_CN.UTF-8"}, {"LC_MESSAGES", "en_GB.UTF-8"}}) == Language::en);
  CHECK(language(Variables{{"LANG", "en_GB.UTF-8"}, {"LC_MESSAGES", "C"}, {"LC_ALL", "zh_TW.UTF-8"}}) == Language::zh);
  CHECK(language(Variables{{"LC_ALL", ""}, {"LANG", "zh"}}) == Language::zh);
  const Environment environment(Variables{{"LANG", "zh_CN.UTF-8"}});
  CHECK(taken({"m", "--trace-lang=en"}).language == Language::en);
}

TEST_CASE("take_trace_options: colour follows the command line, then the environment, then the terminal", "[tracewalk]") {
  const Environment environment(Variables{{"NO_COLOR", "1"}});
  CHECK(taken({"m", "--trace", "--force-color"}).colour);
  CHECK_FALSE(taken({"m", "--trace"}).colour);
  CHECK_FALSE(taken({"m", "--trace", "--no-color", "--force-color"}).colour);
  Argv argv = {"m", "--trace", "--force-color"};
  take_trace_options(argv);
  CHECK(argv == Argv{"m", "--force-color"});
}

TEST_CASE("take_trace_options: the child of the reloader takes its parent's options from the environment", "[tracewalk]") {
  const Environment environment;
  Argv argv = {"m", "runserver", "--trace=basehttp.*", "--trace-zoom=2", "--trace-tell=brief"};
  take_trace_options(argv);
  CHECK(std::string(std::getenv("TRACEWALK_TRACE")) == "--trace=basehttp.*\n--trace-zoom=2\n--trace-tell=brief");
  ::setenv("RUN_MAIN", "true", 1);
  const TraceOptions child = take_trace_options(argv);
  CHECK(child.on);
  CHECK(child.patterns == "basehttp.*");
  CHECK(child.zoom == 2);
  CHECK(child.tell == Tell::brief);
}

TEST_CASE("take_trace_options: a stale TRACEWALK_TRACE means nothing, and is not handed on", "[tracewalk]") {
  const Environment environment(Variables{{"TRACEWALK_TRACE", "--trace"}});
  CHECK_FALSE(taken({"m", "runserver"}).on);
  CHECK(std::getenv("TRACEWALK_TRACE") == nullptr);
}

TEST_CASE("take_trace_options: a recording is silent, and takes its child along", "[tracewalk]") {
  const Environment environment;
  CHECK(taken({"m", "check", "--trace-file=run.json"}).file == "run.json");
  CHECK_FALSE(taken({"m", "check", "--trace-file=run.json"}).on);
  CHECK(taken({"m", "--trace-zoom=2", "--trace-file=run.json"}).on);
  CHECK(taken({"m", "--trace-file=a", "--trace-file=b"}).file == "b");
  for (const char* argument : {"--trace-file", "--trace-file="}) CHECK(error({"m", argument}) == "tracer: --trace-file needs its value attached: --trace-file=FILE");

  taken({"m", "check", "--trace-file=run.json", "--trace"});
  CHECK(std::string(std::getenv("TRACEWALK_TRACE")) == "--trace");  // the file is named when it is there
  tracewalk::carry_recording("/tmp/run.json", "5@now");
  CHECK(std::string(std::getenv("TRACEWALK_TRACE")) == "--trace\n--trace-file=/tmp/run.json\nticket=5@now");
  ::setenv("RUN_MAIN", "true", 1);
  const TraceOptions child = taken({"m", "check"});
  CHECK(child.on);
  CHECK(child.file == "/tmp/run.json");
  CHECK(child.ticket == "5@now");
  tracewalk::carry_recording("/tmp/run.json", "5@now");
  CHECK(taken({"m", "check", "--trace-file=other.json"}).ticket.empty());  // a file of its own: the ticket is not for that
}

TEST_CASE("start: a file that cannot be recorded into is one clear line", "[tracewalk]") {
  const Environment environment;
  TraceOptions options;
  options.file = "/nosuchfolder/run.json";
  CHECK_THROWS_WITH(tracewalk::start(options, {"m", "check"}), "tracer: --trace-file=/nosuchfolder/run.json: there is no folder /nosuchfolder; make it first");
}

TEST_CASE("take_trace_options: --trace-help and --trace-version say it and ask for nothing else", "[tracewalk]") {
  const Environment environment;
  CHECK(taken({"m", "--trace-version"}).print.find("mirrors Django 5.2.10") != std::string::npos);
  const std::string english = taken({"m", "--trace-help"}).print, chinese = taken({"m", "--trace-help", "--trace-lang=zh"}).print;
  for (const char* option : {"--trace[=", "--trace-zoom=", "--trace-tell=", "--trace-lang=", "--trace-help", "--trace-version"}) {
    CHECK(english.find(option) != std::string::npos);
    CHECK(chinese.find(option) != std::string::npos);
  }
  CHECK(chinese != english);
  for (const std::string& text : {english, chinese})
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t end = text.find('\n', at);
      CHECK(tracepoints::sinks::columns(std::string_view(text).substr(at, end - at)) <= 80);
      at = end + 1;
    }
}

TEST_CASE("start: switches on what the zoom shows, and counts idle turns from zoom 1 on", "[tracewalk]") {
  using tracepoints::index_of;
  using tracepoints::on;
  const Environment environment;
  const auto start = [](int zoom) {
    TraceOptions options;
    options.on = true;
    options.zoom = zoom;
    tracewalk::start(options, {"m", "check"});
  };
  start(0);
  CHECK(on(index_of("socketserver.BaseServer.serve_forever")));
  CHECK_FALSE(on(index_of("selectors._PollLikeSelector.select")));
  CHECK_FALSE(on(index_of("syscall.bind")));
  start(1);
  CHECK(on(index_of("selectors._PollLikeSelector.select")));
  CHECK_FALSE(on(index_of("socket.accept")));
  start(3);
  CHECK(on(index_of("syscall.bind")));
  tracepoints::disable_all();
  tracepoints::remove_sinks();
}

TEST_CASE("nearest: whole words before tails, swaps are one edit", "[tracewalk]") {
  constexpr std::string_view words[] = {"a.run", "run", "basehttp.run"};
  CHECK(tracewalk::nearest("rnu", words) == "run");
  CHECK(tracewalk::nearest("basehtpt.*", words) == "basehttp.*");
  CHECK(tracewalk::nearest("basehttp.rnu", words) == "basehttp.run");
  CHECK(tracewalk::nearest("x", {}).empty());
}
