#include <catch2/catch.hpp>

#include "frozen.h"
#include "python/exceptions.h"
#include "python/logging/__init__.h"
#include "python/logging/config.h"
#include "python/sys.h"
#include "python/tomllib.h"

namespace logging = python::logging;
namespace importlib = python::importlib;
using python::Dict;

namespace {

struct Streams {
  python::io::StringIO out, err;
  python::io::TextIO *out_before = python::sys::stdout_, *err_before = python::sys::stderr_;
  Streams() { python::sys::stdout_ = &out, python::sys::stderr_ = &err; }
  ~Streams() {
    python::sys::stdout_ = out_before, python::sys::stderr_ = err_before;
    for (const std::string& name : logging::existing_loggers()) logging::getLogger(name).disabled = false;
    logging::getLogger().removeHandlers();
    logging::getLogger().setLevel(logging::WARNING);
  }
};

void configure(std::string_view toml) { logging::config::dictConfig(python::tomllib::loads(toml, "LOGGING")); }

std::string error_of(std::string_view toml) {
  try {
    configure(toml);
  } catch (const python::Exception& e) {
    std::string text = e.type_name() + ": " + e.str();
    try {
      std::rethrow_if_nested(e);
    } catch (const python::Exception& cause) {
      text += " <- " + cause.str();
    }
    return text;
  }
  return "no error";
}

class Shouting : public logging::Filter {
 public:
  bool filter(const logging::LogRecord& record) override { return record.msg.ends_with('!'); }
};
constexpr importlib::FrozenModule test_modules[] = {{"shouting.filters", [](importlib::Module& module) {
  module.set("Shouting", logging::FilterClass([](const Dict&) { return std::make_shared<Shouting>(); }));
}}};

}  // namespace

TEST_CASE("logging.config.dictConfig: formatters, filters, handlers and loggers are joined", "[python]") {
  importlib::set_frozen(test_modules, {});
  importlib::clear_modules();
  Streams streams;
  configure(R"toml(
version = 1
[formatters.f]
format = "{levelname} {message}"
style = "{"
[filters.loud]
"()" = "shouting.filters.Shouting"
[handlers.console]
class = "logging.StreamHandler"
level = "WARNING"
formatter = "f"
filters = ["loud"]
[handlers.out]
class = "logging.StreamHandler"
stream = "ext://sys.stdout"
[loggers."conf1"]
handlers = ["console"]
level = "DEBUG"
[loggers."conf1.own"]
handlers = ["out"]
propagate = false
[root]
handlers = ["out"]
level = "ERROR"
)toml");
  logging::getLogger("conf1").warning("hear!");
  logging::getLogger("conf1").warning("quiet");
  logging::getLogger("conf1").info("low!");
  logging::getLogger("conf1.own").info("own!");
  logging::getLogger("elsewhere1").error("root");
  logging::getLogger("elsewhere1").warning("not root");
  CHECK(streams.err.getvalue() == "WARNING hear!\n");
  CHECK(streams.out.getvalue() == "hear!\nquiet\nlow!\nown!\nroot\n");
  importlib::clear_modules();
  frozen::install();
}

TEST_CASE("logging.config.dictConfig: loggers from before are disabled, unless told otherwise", "[python]") {
  Streams streams;
  logging::Logger &old = logging::getLogger("conf2"), &child = logging::getLogger("conf2b.child");
  child.setLevel(logging::CRITICAL);
  child.propagate = false;
  configure("version = 1\ndisable_existing_loggers = false\n");
  CHECK_FALSE(old.disabled);
  configure("version = 1\n[loggers.conf2b]\nlevel = 'INFO'\n");
  CHECK(old.disabled);
  // One below a configured logger is reset instead.
  CHECK_FALSE(child.disabled);
  CHECK(child.getEffectiveLevel() == logging::INFO);
  CHECK(child.propagate);
  configure("version = 1\n[loggers.conf2]\nlevel = 'INFO'\n");
  CHECK_FALSE(old.disabled);
}

TEST_CASE("logging.config.dictConfig: mistakes are named", "[python]") {
  Streams streams;
  CHECK(error_of("") == "ValueError: dictionary doesn't specify a version");
  CHECK(error_of("version = 2") == "ValueError: Unsupported version: 2");
  CHECK(error_of("version = 1\n[handlers.h]\nclass = 'logging.NoSuch'") ==
        "ValueError: Unable to configure handler 'h' <- module 'logging' has no attribute 'NoSuch'");
  CHECK(error_of("version = 1\n[handlers.h]\nclass = 'logging.NullHandler'\nlevel = 'LOUD'") ==
        "ValueError: Unable to configure handler 'h' <- Unknown level: 'LOUD'");
  CHECK(error_of("version = 1\n[handlers.h]\nclass = 'nosuch.Handler'") == "ValueError: Unable to configure handler 'h' <- No module named 'nosuch'");
  CHECK(error_of("version = 1\n[loggers.l]\nhandlers = ['h']") ==
        "ValueError: Unable to configure logger 'l' <- Unable to add handler 'h': it is not configured");
  CHECK(error_of("version = 1\n[formatters.f]\nformat = 'no field'") ==
        "ValueError: Unable to configure formatter 'f' <- Invalid format 'no field' for '%' style");
  CHECK(error_of("version = 1\nhandlers = 3") == "ValueError: handlers must be a dict, not int");
}

TEST_CASE("logging.config.dictConfig: incremental changes levels only", "[python]") {
  Streams streams;
  configure("version = 1\n[handlers.h]\nclass = 'logging.StreamHandler'\n[loggers.conf3]\nhandlers = ['h']\nlevel = 'ERROR'\n");
  configure("version = 1\nincremental = true\n[loggers.conf3]\nlevel = 'DEBUG'\n");
  logging::getLogger("conf3").debug("still there");
  CHECK(streams.err.getvalue() == "still there\n");
}
