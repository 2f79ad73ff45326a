#include <catch2/catch.hpp>

#include "django/conf/__init__.h"
#include "django/utils/log.h"
#include "frozen.h"
#include "python/logging/config.h"
#include "python/os.h"
#include "python/sys.h"

namespace conf = django::conf;
namespace importlib = python::importlib;
namespace log_ = django::utils::log;
namespace logging = python::logging;
using python::Dict;
using python::List;
using python::Value;

namespace {

Dict handed_over;
constexpr importlib::FrozenModule test_modules[] = {
    {"logging", logging::exec},
    {"logging.config", logging::config::exec},
    {"django.utils.log", log_::exec},
    {"own.config", [](importlib::Module& module) {
       module.set("configure", logging::config::ConfigFunction([](const Dict& config) { handed_over = config; }));
     }}};

// Django's logging on a standard error that is a text, with these settings.
struct Configured {
  python::io::StringIO err;
  python::io::TextIO* before = python::sys::stderr_;
  explicit Configured(bool debug) {
    python::sys::stderr_ = &err;
    importlib::set_frozen(test_modules, {});
    importlib::clear_modules();
    conf::settings._reset();
    conf::settings.configure({{"DEBUG", debug}});
    log_::configure_logging("logging.config.dictConfig", Dict{});
  }
  ~Configured() {
    logging::config::dictConfig({{"version", 1}, {"disable_existing_loggers", false}, {"loggers", Dict{{"django", Dict{}}, {"django.server", Dict{{"propagate", true}}}}}});
    python::sys::stderr_ = before;
    conf::settings._reset();
    importlib::clear_modules();
    frozen::install();
  }
};

}  // namespace

TEST_CASE("log.configure_logging: the access log has its own line, at any DEBUG", "[django]") {
  for (const bool debug : {true, false}) {
    Configured django(debug);
    logging::getLogger("django.server").info("\"GET / HTTP/1.1\" 200 12", {.status_code = 200, .server_time = "22/Nov/2026 11:34:10"});
    CHECK(django.err.getvalue() == "[22/Nov/2026 11:34:10] \"GET / HTTP/1.1\" 200 12\n");
  }
}

TEST_CASE("log.configure_logging: the console is for DEBUG, from INFO on", "[django]") {
  {
    Configured django(true);
    logging::getLogger("django.request").warning("Not Found: /x");
    logging::getLogger("django.request").debug("detail");
    CHECK(django.err.getvalue() == "Not Found: /x\n");
  }
  Configured django(false);
  logging::getLogger("django.request").error("Internal Server Error: /x");
  CHECK(django.err.getvalue().empty());
}

TEST_CASE("log.configure_logging: LOGGING_CONFIG names the function that takes LOGGING", "[django]") {
  Configured django(true);
  handed_over = {};
  log_::configure_logging("own.config.configure", Dict{{"any", 1}});
  CHECK(python::repr(Value(handed_over)) == "{'any': 1}");
  log_::configure_logging(std::nullopt, Dict{{"any", 2}});
  log_::configure_logging("own.config.configure", Dict{});
  CHECK(python::repr(Value(handed_over)) == "{'any': 1}");
  CHECK_THROWS_WITH(log_::configure_logging("own.config.nosuch", Dict{}), "Module \"own.config\" does not define a \"nosuch\" attribute/class");
  CHECK_THROWS_WITH(log_::configure_logging("logging.config.dictConfig", "text"), "LOGGING must be a dict, not str");
}

TEST_CASE("log.configure_logging: LOGGING can silence the access log", "[django]") {
  Configured django(true);
  log_::configure_logging("logging.config.dictConfig",
                          Dict{{"version", 1},
                               {"disable_existing_loggers", false},
                               {"loggers", Dict{{"django.server", Dict{{"level", "ERROR"}, {"propagate", false}}}}}});
  logging::getLogger("django.server").info("line");
  CHECK(django.err.getvalue().empty());
}

TEST_CASE("log.ServerFormatter.format: without a server_time the record's own, with milliseconds", "[django]") {
  log_::ServerFormatter formatter("[{server_time}] {message}", {}, '{');
  logging::LogRecord record;
  record.msg = "- Broken pipe";
  record.created = 1700000000.5;
  CHECK_THAT(formatter.format(record), Catch::Matches(R"(\[\d\d/Nov/2023 \d\d:\d\d:20,500\] - Broken pipe)"));
}

TEST_CASE("log.ServerFormatter.format: the colour tells the status", "[django]") {
  struct Terminal : python::io::StringIO {
    bool isatty() const override { return true; }
  } terminal;
  python::io::TextIO* const before = python::sys::stdout_;
  const auto colors = python::os::environ.get("DJANGO_COLORS"), term = python::os::environ.get("TERM"), no_color = python::os::environ.get("NO_COLOR");
  python::sys::stdout_ = &terminal;
  python::os::environ.pop("DJANGO_COLORS");
  python::os::environ.pop("NO_COLOR");
  python::os::environ["TERM"] = "xterm";
  log_::ServerFormatter formatter;
  python::sys::stdout_ = before;
  if (colors) python::os::environ["DJANGO_COLORS"] = *colors;
  if (no_color) python::os::environ["NO_COLOR"] = *no_color;
  term ? python::os::environ["TERM"] = *term : python::os::environ.pop("TERM");
  const auto line = [&](std::optional<int> status) {
    logging::LogRecord record;
    record.msg = "x";
    record.status_code = status;
    return formatter.format(record);
  };
  // As real Django wrote them to a terminal.
  CHECK(line(200) == "\x1b[mx\x1b[0m");
  CHECK(line(404) == "\x1b[33mx\x1b[0m");
  CHECK(line(500) == "\x1b[35;1mx\x1b[0m");
  CHECK(line(302) == "\x1b[32mx\x1b[0m");
  CHECK(line(304) == "\x1b[36mx\x1b[0m");
  CHECK(line(400) == "\x1b[31;1mx\x1b[0m");
  CHECK(line(101) == "\x1b[1mx\x1b[0m");
  CHECK(line(std::nullopt) == "x");
}

TEST_CASE("log.log_response: the status decides the level, and nothing breaks the line", "[django]") {
  class Recorder : public logging::Handler {
   public:
    std::vector<std::string> lines;

   protected:
    void emit(logging::LogRecord& record) override {
      lines.push_back(logging::getLevelName(record.level) + " " + format(record) + " " + std::to_string(record.status_code.value_or(0)));
    }
  };
  const auto all = std::make_shared<Recorder>();
  logging::Logger& logger = logging::getLogger("test.log_response");
  logger.setLevel(logging::DEBUG);
  logger.propagate = false;
  logger.addHandler(all);
  log_::log_response("Not Found: /a", 404, {}, {}, {}, "test.log_response");
  log_::log_response("Internal Server Error: /b", 500, {}, std::make_exception_ptr(python::ValueError("boom")), {}, "test.log_response");
  log_::log_response("Moved: /c", 302, {}, {}, {}, "test.log_response");
  log_::log_response("Low: /d", 404, {}, {}, logging::INFO, "test.log_response");
  log_::log_response("Not Found: /\n[x] \x1b[31m\xC3\xA9\xE4\xB8\xAD\xF0\x9F\x98\x80\\\xFF", 404, {}, {}, {}, "test.log_response");
  REQUIRE(all->lines.size() == 5);
  CHECK(all->lines[0] == "WARNING Not Found: /a 404");
  CHECK(all->lines[1] == "ERROR Internal Server Error: /b\nValueError: boom 500");
  CHECK(all->lines[2] == "INFO Moved: /c 302");
  CHECK(all->lines[3] == "INFO Low: /d 404");
  CHECK(all->lines[4] == R"(WARNING Not Found: /\n[x] \x1b[31m\xe9\u4e2d\U0001f600\\\ufffd 404)");
  logger.removeHandlers();
}
