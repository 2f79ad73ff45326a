#include <catch2/catch.hpp>

#include <thread>

#include "python/logging/__init__.h"
#include "python/logging/config.h"
#include "python/sys.h"

namespace logging = python::logging;
using python::Dict;
using python::List;
using python::Value;

namespace {

// Standard error as a text, for one test; the root logger is left as it was.
struct Stderr {
  python::io::StringIO text;
  python::io::TextIO* before = python::sys::stderr_;
  Stderr() { python::sys::stderr_ = &text; }
  ~Stderr() { python::sys::stderr_ = before; }
};

struct BrokenStream : python::io::TextIO {
  void write(std::string_view) override { throw python::BrokenPipeError(32, "Broken pipe"); }
};

class Recorder : public logging::Handler {
 public:
  std::vector<std::string> lines;

 protected:
  void emit(logging::LogRecord& record) override { lines.push_back(format(record)); }
};

class Throwing : public logging::Handler {
 protected:
  void emit(logging::LogRecord&) override { throw python::ValueError("bad handler"); }
};

std::string formatted(const std::string& fmt, char style, logging::LogRecord record) { return logging::Formatter(fmt, {}, style).format(record); }

logging::LogRecord record_of(std::string msg) {
  logging::LogRecord record;
  record.name = "a.b";
  record.level = logging::WARNING;
  record.msg = std::move(msg);
  return record;
}

}  // namespace

TEST_CASE("logging.getLogger: one logger a name, levels come from above", "[python]") {
  logging::Logger& parent = logging::getLogger("tree1");
  logging::Logger& child = logging::getLogger("tree1.x.y");
  CHECK(&child == &logging::getLogger("tree1.x.y"));
  CHECK(child.name == "tree1.x.y");
  CHECK(child.getEffectiveLevel() == logging::getLogger().getEffectiveLevel());
  parent.setLevel(logging::INFO);
  CHECK(child.getEffectiveLevel() == logging::INFO);
  CHECK(child.isEnabledFor(logging::INFO));
  CHECK_FALSE(child.isEnabledFor(logging::DEBUG));
  child.disabled = true;
  CHECK_FALSE(child.isEnabledFor(logging::CRITICAL));
  child.disabled = false;
}

TEST_CASE("logging.Logger.log: a record goes up the tree until propagate is false", "[python]") {
  const auto top = std::make_shared<Recorder>(), middle = std::make_shared<Recorder>();
  logging::Logger& parent = logging::getLogger("tree2");
  logging::Logger& child = logging::getLogger("tree2.x");
  parent.setLevel(logging::DEBUG);
  parent.propagate = false;
  parent.addHandler(top);
  parent.addHandler(top);
  child.addHandler(middle);
  logging::getLogger("tree2.x.y").info("one");
  CHECK(top->lines == std::vector<std::string>{"one"});
  CHECK(middle->lines == std::vector<std::string>{"one"});
  child.propagate = false;
  logging::getLogger("tree2.x.y").info("two");
  CHECK(top->lines.size() == 1);
  CHECK(middle->lines.size() == 2);
  middle->level = logging::ERROR;
  logging::getLogger("tree2.x.y").warning("three");
  CHECK(middle->lines.size() == 2);
  CHECK(child.hasHandlers());
}

TEST_CASE("logging.Filter: drops records, by logger's name", "[python]") {
  const auto all = std::make_shared<Recorder>();
  all->filters.push_back(std::make_shared<logging::NameFilter>("tree3.a"));
  logging::Logger& parent = logging::getLogger("tree3");
  parent.setLevel(logging::DEBUG);
  parent.propagate = false;
  parent.addHandler(all);
  logging::getLogger("tree3.a").info("a");
  logging::getLogger("tree3.a.b").info("ab");
  logging::getLogger("tree3.ab").info("not");
  CHECK(all->lines == std::vector<std::string>{"a", "ab"});
}

TEST_CASE("logging.Formatter: fields in both styles", "[python]") {
  logging::LogRecord record = record_of("hello");
  record.status_code = 404;
  record.server_time = "now";
  CHECK(formatted("%(levelname)s:%(name)s:%(message)s 100%%", '%', record) == "WARNING:a.b:hello 100%");
  CHECK(formatted("[{server_time}] {message} {{x}} {status_code}", '{', record) == "[now] hello {x} 404");
  CHECK(formatted("%(levelname)-9s|%(levelname)9s|%(levelno)04d|%(message).2s", '%', record) == "WARNING  |  WARNING|0030|he");
  CHECK(formatted("{levelname:<9}|{levelname:>9}|{levelno:4d}", '{', record) == "WARNING  |  WARNING|  30");
  CHECK_THROWS_WITH(formatted("%(nosuch)s", '%', record), "Formatting field not found in record: 'nosuch'");
  CHECK_THROWS_AS(logging::Formatter("nothing"), python::ValueError);
  CHECK_THROWS_AS(logging::Formatter("%(message)s", {}, '{'), python::ValueError);
  CHECK_THROWS_AS(logging::Formatter("$message", {}, '$'), python::ValueError);
  CHECK_THROWS_AS(logging::Formatter("%(message)99999999s"), python::ValueError);
  CHECK_THROWS_AS(logging::Formatter("%(message"), python::ValueError);
  CHECK_THROWS_AS(logging::Formatter("{message", {}, '{'), python::ValueError);
}

TEST_CASE("logging.Formatter.formatTime: strftime, or the default with milliseconds", "[python]") {
  logging::LogRecord record = record_of("x");
  record.created = 86400 * 200 + 0.25;
  const std::string text = formatted("%(asctime)s", '%', record);
  CHECK_THAT(text, Catch::Matches("1970-07-\\d\\d \\d\\d:\\d\\d:00,250"));
  CHECK(logging::Formatter({}, "%Y").formatTime(record) == "1970");
}

TEST_CASE("logging.Formatter: an exception stands below the message", "[python]") {
  logging::LogRecord record = record_of("failed");
  record.exc_info = std::make_exception_ptr(python::ValueError("boom"));
  CHECK(formatted("%(message)s", '%', record) == "failed\nValueError: boom");
}

TEST_CASE("logging.Logger.exception: takes the exception that is being handled", "[python]") {
  const auto all = std::make_shared<Recorder>();
  logging::Logger& logger = logging::getLogger("tree4");
  logger.propagate = false;
  logger.addHandler(all);
  try {
    throw python::KeyError("k");
  } catch (const python::KeyError&) {
    logger.exception("oh");
  }
  CHECK(all->lines == std::vector<std::string>{"oh\nKeyError: 'k'"});
}

TEST_CASE("logging.StreamHandler: one write a record, to what standard error is then", "[python]") {
  struct Counting : python::io::StringIO {
    int writes = 0;
    void write(std::string_view text) override {
      ++writes;
      StringIO::write(text);
    }
  } stream;
  python::io::TextIO* const variable = &stream;
  logging::StreamHandler handler(&variable);
  handler.handle(record_of("line {} %s"));
  CHECK(stream.getvalue() == "line {} %s\n");
  CHECK(stream.writes == 1);
  logging::StreamHandler to_stderr;
  Stderr stderr_;
  to_stderr.handle(record_of("x"));
  CHECK(stderr_.text.getvalue() == "x\n");
}

TEST_CASE("logging.Logger.log: never throws into the caller", "[python]") {
  Stderr stderr_;
  logging::Logger& logger = logging::getLogger("tree5");
  logger.propagate = false;
  BrokenStream broken;
  python::io::TextIO* const variable = &broken;
  logger.addHandler(std::make_shared<logging::StreamHandler>(&variable));
  logger.error("nobody reads this");
  CHECK(stderr_.text.getvalue().empty());
  logger.addHandler(std::make_shared<Throwing>());
  logger.error("said");
  CHECK(stderr_.text.getvalue() == "--- Logging error ---\nValueError: bad handler\nMessage: 'said'\n");
  python::sys::stderr_ = &broken;
  logger.error("and nobody reads that");
  logger.removeHandlers();
}

TEST_CASE("logging.Logger.log: without any handler warnings go to standard error as they are", "[python]") {
  Stderr stderr_;
  logging::Logger& logger = logging::getLogger("tree6");
  logger.propagate = false;
  logger.setLevel(logging::DEBUG);
  logger.info("quiet");
  logger.warning("loud");
  CHECK(stderr_.text.getvalue() == "loud\n");
}

TEST_CASE("logging.Logger.log: lines of many threads stay whole", "[python]") {
  struct Whole : python::io::TextIO {
    std::vector<std::string> lines;  // the handler's lock guards it
    void write(std::string_view text) override { lines.emplace_back(text); }
  } stream;
  logging::Logger& logger = logging::getLogger("tree7");
  logger.propagate = false;
  logger.setLevel(logging::INFO);
  python::io::TextIO* const variable = &stream;
  logger.addHandler(std::make_shared<logging::StreamHandler>(&variable));
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&logger, t] {
      for (int i = 0; i < 200; ++i) logger.info(std::string(50, static_cast<char>('a' + t)));
    });
  for (std::thread& thread : threads) thread.join();
  CHECK(stream.lines.size() == 800);
  for (const std::string& line : stream.lines)
    REQUIRE((line.size() == 51 && line.find_first_not_of(line[0]) == 50 && line[50] == '\n'));
  logger.removeHandlers();
}

TEST_CASE("logging.checkLevel: names and numbers", "[python]") {
  CHECK(logging::checkLevel("WARNING") == 30);
  CHECK(logging::getLevelName(50) == "CRITICAL");
  CHECK(logging::getLevelName(21) == "Level 21");
  CHECK_THROWS_WITH(logging::checkLevel("LOUD"), "Unknown level: 'LOUD'");
}

TEST_CASE("logging.shutdown: flushes and closes each handler, whatever one of them throws", "[python]") {
  struct Closing : logging::NullHandler {
    std::string* log;
    explicit Closing(std::string* log) : log(log) {}
    void flush() override { *log += "flush "; }
    void close() override {
      *log += "close ";
      throw python::RuntimeError("closing failed");
    }
  };
  std::string log;
  logging::Logger& logger = logging::getLogger("tree8");
  logger.addHandler(std::make_shared<Closing>(&log));
  logger.addHandler(std::make_shared<Closing>(&log));
  logging::shutdown();
  CHECK(log == "flush close flush close ");
  logger.removeHandlers();
}
