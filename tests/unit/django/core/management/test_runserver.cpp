#include "django/core/management/commands/runserver.h"

#include <catch2/catch.hpp>
#include <climits>
#include <csignal>
#include <cstring>
#include <regex>

#include "addresses.h"
#include "django/conf/__init__.h"
#include "django/contrib/staticfiles/management/commands/runserver.h"
#include "django/utils/autoreload.h"
#include "python/exceptions.h"
#include "python/os.h"
#include "tracepoints/trace.h"
#include "tests/unit/tracing.h"

namespace base = django::core::management::base;
namespace runserver = django::core::management::commands::runserver;
namespace static_runserver = django::contrib::staticfiles::management::commands::runserver;
using base::CommandError, base::Options;
using django::conf::settings;

namespace {

// One line for what an address is taken for, as make_addresses.py writes it.
std::string outcome(std::string_view text) {
  const auto m = runserver::naiveip_match(text);
  if (!m) return "-";
  const auto flag = [](bool value) { return value ? "1" : "0"; };
  return m->addr.value_or("") + "|" + flag(m->_ipv4) + flag(m->_ipv6) + flag(m->_fqdn) + "|" + m->port;
}

// The points and decisions that were passed, and what was taken there.
struct Watcher : tracepoints::Sink {
  void event(const tracepoints::Event& event) noexcept override {
    const std::string id(tracepoints::ids[event.index]);
    seen += id.substr(id.rfind(':') + 1) + "=" + std::string(event.outcome.str()) + " ";
  }
  std::string seen;
};

using Tracing = TracingInto<Watcher>;

// Stops before a socket is opened: get_handler is the first thing after the checks.
struct Reached {};
template <class Base>
struct Stopping : Base {
  python::wsgiref::Application get_handler(const Options&) override { throw Reached(); }
};

Options options_of(base::BaseCommand& command, std::vector<std::string> args) {
  args.insert(args.end(), {"--noreload", "--skip-checks"});
  return command.create_parser("manage.py", "runserver")->parse_args(args);
}

struct Handled {
  std::string addr, port;
  bool use_ipv6, _raw_ipv6;
  bool operator==(const Handled&) const = default;
};

Handled handle(const std::vector<std::string>& args) {
  const auto command = std::make_shared<Stopping<runserver::Command>>();
  Options options = options_of(*command, args);
  CHECK_THROWS_AS(command->handle(options), Reached);
  return {command->addr, command->port, command->use_ipv6, command->_raw_ipv6};
}

std::string handle_error(const std::vector<std::string>& args) {
  const auto command = std::make_shared<Stopping<runserver::Command>>();
  Options options = options_of(*command, args);
  try {
    command->handle(options);
  } catch (const CommandError& e) {
    return e.str();
  } catch (const Reached&) {
  }
  return "no error";
}

struct Configured {
  explicit Configured(python::Dict values = {{"DEBUG", true}}) {
    settings._reset();
    settings.configure(std::move(values));
    django::utils::autoreload::_forget_errors();
  }
  ~Configured() { settings._reset(); }
};

}  // namespace

TEST_CASE("runserver.naiveip_re: takes addresses apart as Django's regular expression does", "[django]") {
  for (const Address& address : addresses) {
    CAPTURE(address.text);
    const auto m = runserver::naiveip_match(address.text);
    REQUIRE(m.has_value() == address.matches);
    if (!m) continue;
    CHECK(m->addr.value_or("") == address.addr);
    CHECK(m->_ipv4 == address._ipv4);
    CHECK(m->_ipv6 == address._ipv6);
    CHECK(m->_fqdn == address._fqdn);
    CHECK(m->port == address.port);
  }
}

TEST_CASE("runserver.naiveip_re: agrees on every text of a small alphabet", "[django]") {
  const std::string_view alphabet(address_alphabet);
  std::uint64_t digest = 0xCBF29CE484222325U;
  int texts = 0;
  for (int size = 0; size <= address_longest; ++size) {
    std::vector<std::size_t> letters(static_cast<std::size_t>(size), 0);
    for (bool more = true; more; ++texts) {
      std::string text;
      for (const std::size_t letter : letters) text += alphabet[letter];
      for (const char c : outcome(text) + "\n") digest = (digest ^ static_cast<unsigned char>(c)) * 0x100000001B3U;
      more = false;
      for (std::size_t i = letters.size(); i-- > 0 && !more;) {
        more = ++letters[i] < alphabet.size();
        if (!more) letters[i] = 0;
      }
    }
  }
  CHECK(texts == 299593);
  CHECK(digest == address_digest);
}

TEST_CASE("runserver.port_number: reads digits as int() does", "[django]") {
  CHECK(runserver::port_number("8000") == 8000);
  CHECK(runserver::port_number("0") == 0);
  CHECK(runserver::port_number("00080") == 80);
  CHECK(runserver::port_number("\xD9\xA8\xD9\xA0\xD9\xA0\xD9\xA0") == 8000);
  CHECK(runserver::port_number("99999") == 99999);
  CHECK(runserver::port_number("123456789012345678901234567890") == INT_MAX);
}

TEST_CASE("runserver.Command.handle: fills in the default address", "[django]") {
  const Configured configured;
  CHECK(handle({}) == Handled{"127.0.0.1", "8000", false, false});
  CHECK(handle({""}) == Handled{"127.0.0.1", "8000", false, false});
  CHECK(handle({"-6"}) == Handled{"::1", "8000", true, true});
  CHECK(handle({"8080"}) == Handled{"127.0.0.1", "8080", false, false});
  CHECK(handle({"8080", "--ipv6"}) == Handled{"::1", "8080", true, true});
}

TEST_CASE("runserver.Command.handle: splits address and port", "[django]") {
  const Configured configured;
  CHECK(handle({"0:8000"}) == Handled{"0", "8000", false, false});
  CHECK(handle({"1.2.3.4:80"}) == Handled{"1.2.3.4", "80", false, false});
  CHECK(handle({"[::1]:80"}) == Handled{"::1", "80", true, true});
  CHECK(handle({"localhost:80"}) == Handled{"localhost", "80", false, false});
  CHECK(handle({"localhost:80", "-6"}) == Handled{"localhost", "80", true, false});
}

TEST_CASE("runserver.Command.handle: refuses an address in Django's words", "[django]") {
  const Configured configured;
  CHECK(handle_error({"abc"}) == "\"abc\" is not a valid port number or address:port pair.");
  CHECK(handle_error({"http://127.0.0.1:8000"}) == "\"http://127.0.0.1:8000\" is not a valid port number or address:port pair.");
  CHECK(handle_error({"-6", "::1"}) == "\"::1\" is not a valid port number or address:port pair.");
  CHECK(handle_error({"-6", "127.0.0.1:80"}) == "\"127.0.0.1\" is not a valid IPv6 address.");
}

TEST_CASE("runserver.Command.handle: without DEBUG there must be ALLOWED_HOSTS", "[django]") {
  {
    const Configured configured({{"DEBUG", false}, {"ALLOWED_HOSTS", python::List{}}});
    CHECK(handle_error({"8000"}) == "You must set settings.ALLOWED_HOSTS if DEBUG is False.");
  }
  const Configured configured({{"DEBUG", false}, {"ALLOWED_HOSTS", python::List{"example.com"}}});
  CHECK(handle({"8000"}).port == "8000");
}

TEST_CASE("runserver.Command.handle: its forks are traced", "[django]") {
  const Configured configured;
  {
    const Tracing tracing("runserver.Command.*:*");
    handle({"8000"});
    CHECK(tracing.watcher->seen == "hosts=True addrport='given' use_reloader=False skip_checks=True ");
  }
  {
    const Tracing tracing("runserver.Command.*:*");
    handle({});
    CHECK(tracing.watcher->seen.find("addrport='default'") != std::string::npos);
  }
  const Tracing tracing("runserver.Command.*:*");
  handle_error({"abc"});
  CHECK(tracing.watcher->seen == "hosts=True addrport='invalid' ");
}

TEST_CASE("runserver.Command.get_check_kwargs: an empty set of tags, so that no check runs before handle", "[django]") {
  const auto command = std::make_shared<runserver::Command>();
  const auto kwargs = command->get_check_kwargs(options_of(*command, {}));
  REQUIRE(kwargs.tags.has_value());
  CHECK(kwargs.tags->empty());
}

TEST_CASE("runserver.Command.add_arguments: core has four, staticfiles adds two", "[django]") {
  const auto core = std::make_shared<runserver::Command>();
  const Options options = options_of(*core, {"8000", "--nothreading", "-6"});
  CHECK(options["addrport"] == python::Value("8000"));
  CHECK(options.get<bool>("use_ipv6"));
  CHECK_FALSE(options.get<bool>("use_threading"));
  CHECK_FALSE(options.get<bool>("use_reloader"));
  CHECK_FALSE(options.contains("use_static_handler"));
  CHECK_THROWS_AS(options_of(*core, {"--nostatic"}), CommandError);

  const auto with_static = std::make_shared<static_runserver::Command>();
  const Options defaults = options_of(*with_static, {});
  CHECK(defaults["addrport"].is_none());
  CHECK(defaults.get<bool>("use_static_handler"));
  CHECK_FALSE(defaults.get<bool>("insecure_serving"));
  const Options given = options_of(*with_static, {"--nostatic", "--insecure"});
  CHECK_FALSE(given.get<bool>("use_static_handler"));
  CHECK(given.get<bool>("insecure_serving"));
}

TEST_CASE("runserver.Command.execute: --no-color reaches the access log through the environment", "[django]") {
  const Configured configured;
  python::os::environ.pop("DJANGO_COLORS");
  const auto command = std::make_shared<Stopping<runserver::Command>>();
  Options options = options_of(*command, {"8000", "--no-color"});
  CHECK_THROWS_AS(command->execute(options), Reached);
  CHECK(python::os::environ.get("DJANGO_COLORS") == "nocolor");
  python::os::environ.pop("DJANGO_COLORS");
}

namespace {
struct Interrupted : runserver::Command {
  python::wsgiref::Application get_handler(const Options&) override { throw python::KeyboardInterrupt(); }
};
struct Banner : runserver::Command {
  Banner() { stdout_ = std::make_unique<base::OutputWrapper>(&out); }
  std::string text(int server_port) {
    out = {};
    on_bind(server_port);
    return out.getvalue();
  }
  python::io::StringIO out;
};
}  // namespace

TEST_CASE("runserver.Command.inner_run: Ctrl-C ends with exit code 0 and the shutdown_message", "[django]") {
  const Configured configured;
  const auto command = std::make_shared<Interrupted>();
  python::io::StringIO out;
  command->stdout_ = std::make_unique<base::OutputWrapper>(&out);
  Options options = options_of(*command, {"8000"});
  const Tracing tracing("*:KeyboardInterrupt");
  try {
    command->inner_run(options);
    FAIL("nothing was raised");
  } catch (const python::SystemExit& e) {
    CHECK(e.code == 0);
  }
  CHECK(out.getvalue().empty());
  CHECK(tracing.watcher->seen == "KeyboardInterrupt= ");
  options.set("shutdown_message", "so long");
  CHECK_THROWS_AS(command->inner_run(options), python::SystemExit);
  CHECK(out.getvalue() == "so long\n");
}

TEST_CASE("runserver.Command.inner_run: first raises what setup() raised", "[django]") {
  const Configured configured;
  const auto command = std::make_shared<Stopping<runserver::Command>>();
  const auto setup = django::utils::autoreload::check_errors({"setup", [] { throw python::ImportError("No module named 'x'"); }});
  CHECK_THROWS_AS(setup(), python::ImportError);
  CHECK_THROWS_AS(command->inner_run(options_of(*command, {})), python::ImportError);
  django::utils::autoreload::_forget_errors();
  CHECK_THROWS_AS(command->inner_run(options_of(*command, {})), Reached);
}

TEST_CASE("runserver.Command.on_bind: prints the banner and the warning", "[django]") {
  const Configured configured;
  python::os::environ.pop("DJANGO_RUNSERVER_HIDE_WARNING");
  Banner banner;
  banner.addr = "127.0.0.1";
  const std::string text = banner.text(8001);
  CAPTURE(text);
  const std::regex expected(
      R"([A-Z][a-z]+ \d\d, \d{4} - \d\d:\d\d:\d\d\nDjango version \d+\.\d+\.\d+, using settings [^\n]*\n)"
      R"(Starting development server at http://127\.0\.0\.1:8001/\nQuit the server with CONTROL-C\.\n\n)"
      R"(WARNING: This is a development server\. Do not use it in a production setting\. Use a production WSGI or ASGI server instead\.\n)"
      R"(For more information on production servers see: https://docs\.djangoproject\.com/en/\d\.\d/howto/deployment/\n)");
  CHECK(std::regex_match(text, expected));
}

TEST_CASE("runserver.Command.on_bind: writes 0 as 0.0.0.0 and IPv6 in brackets", "[django]") {
  const Configured configured;
  Banner banner;
  banner.addr = "0";
  CHECK(banner.text(1).find("http://0.0.0.0:1/\n") != std::string::npos);
  banner.addr = "::1";
  banner._raw_ipv6 = true;
  CHECK(banner.text(1).find("http://[::1]:1/\n") != std::string::npos);
  banner.addr = "localhost";
  banner._raw_ipv6 = false;
  CHECK(banner.text(1).find("http://localhost:1/\n") != std::string::npos);
}

TEST_CASE("runserver.Command.on_bind: the warning can be hidden by \"true\" only", "[django]") {
  const Configured configured;
  Banner banner;
  banner.addr = "127.0.0.1";
  python::os::environ["DJANGO_RUNSERVER_HIDE_WARNING"] = "1";
  CHECK(banner.text(1).find("WARNING") != std::string::npos);
  python::os::environ["DJANGO_RUNSERVER_HIDE_WARNING"] = "true";
  CHECK(banner.text(1).find("WARNING") == std::string::npos);
  python::os::environ.pop("DJANGO_RUNSERVER_HIDE_WARNING");
}
