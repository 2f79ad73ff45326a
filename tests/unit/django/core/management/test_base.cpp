#include "django/core/management/base.h"

#include <catch2/catch.hpp>

#include "django/__init__.h"
#include "django/conf/__init__.h"
#include "django/core/checks/registry.h"
#include "django/core/exceptions.h"
#include "django/db/__init__.h"
#include "help_texts.h"
#include "python/os.h"
#include "python/sys.h"
#include "tracepoints/trace.h"
#include "tests/unit/tracing.h"

using namespace django::core::management::base;
namespace checks = django::core::checks;
namespace os = python::os;
namespace sys = python::sys;
using checks::CheckMessage;
using django::conf::settings;
using python::List, python::SystemExit, python::Value;
using python::argparse::Action, python::argparse::Type;
using Args = std::vector<std::string>;

namespace {

struct Stream : python::io::StringIO {
  bool isatty() const override { return tty; }
  bool tty = false;
};

// Both streams kept, settings of the test's own, a terminal of 80 columns.
struct World {
  explicit World(bool tty = false, python::Dict values = {}) {
    out.tty = err.tty = tty;
    sys::stdout_ = &out;
    sys::stderr_ = &err;
    os::environ["COLUMNS"] = "80";
    os::environ.pop("DJANGO_COLORS");
    settings._reset();
    settings.configure(std::move(values));
    django::db::connections._reset();
  }
  ~World() {
    sys::stdout_ = real_out;
    sys::stderr_ = real_err;
    os::environ.pop("COLUMNS");
    settings._reset();
    django::db::connections._reset();
  }
  python::io::TextIO* real_out = sys::stdout_;
  python::io::TextIO* real_err = sys::stderr_;
  Stream out, err;
};

// The demo's greet, as the recordings have it.
struct Greet : BaseCommand {
  Greet() {
    help = "Greets people.";
    requires_system_checks = {.all = false, .tags = {"test_base"}};
  }
  void add_arguments(CommandParser& parser) override {
    parser.add_argument({"names"}, {.nargs = "+", .help = "who to greet"});
    parser.add_argument({"--shout"}, {.action = Action::store_true, .help = "use capitals"});
    parser.add_argument({"--times"}, {.type = Type::int_, .default_ = 1, .help = "how often"});
  }
  std::optional<std::string> handle(Options& options) override {
    for (const std::string& name : options["names"].strings())
      for (int i = 0; i < options.get<int>("times"); ++i) stdout_->write(style.SUCCESS("Hello, " + name + "!"));
    if (options.get<int>("verbosity") == 0) return {};
    return "done";
  }
};

struct Fail : BaseCommand {
  Fail() { requires_system_checks = {.all = false, .tags = {"test_base"}}; }
  std::optional<std::string> handle(Options&) override {
    stdout_->write("before failing");
    throw CommandError("failed on purpose", 7);
  }
};

// What the registered check reports in this test.
std::vector<CheckMessage>& issues() {
  static std::vector<CheckMessage> messages;
  static const bool once = [] {
    checks::registry().register_("test_base", [](auto&&...) { return messages; }, {"test_base"});
    return true;
  }();
  (void)once;
  return messages;
}

struct Issues {
  explicit Issues(std::vector<CheckMessage> messages) { issues() = std::move(messages); }
  ~Issues() { issues().clear(); }
};

const CheckKwargs only_ours{.tags = Args{"test_base"}, .display_num_errors = true};

template <class Command>
int run(const Args& args) {
  issues();  // so that the check is registered
  Command command;
  Args argv{"/usr/bin/manage.py", "greet"};
  argv.insert(argv.end(), args.begin(), args.end());
  try {
    command.run_from_argv(argv);
    return 0;
  } catch (const SystemExit& e) {
    return e.code;
  }
}

// The tree of ids, "+" for a call and "-" for its end, with values where they matter.
struct Watcher : tracepoints::Sink {
  void event(const tracepoints::Event& event) noexcept override {
    using tracepoints::What;
    std::string id(tracepoints::ids[event.index]);
    if (id.starts_with("base.")) id = id.substr(5);
    if (event.what == What::leave) {
      if (event.raised) seen += "!" + id + "\n";
      return;
    }
    seen += id;
    if (event.what == What::decision) seen += "=" + std::string(event.outcome.str());
    for (std::size_t i = 0; i < event.field_count; ++i)
      seen += " " + std::string(event.fields[i].name()) + "=" + std::string(event.fields[i].value.str());
    seen += "\n";
  }
  std::string seen;
};

using Tracing = TracingInto<Watcher>;

}  // namespace

TEST_CASE("base.BaseCommand.run_from_argv: handles, prints what handle returns, closes the connections", "[django]") {
  World world;
  CHECK(run<Greet>({"Ada", "Bob"}) == 0);
  CHECK(world.out.getvalue() == "Hello, Ada!\nHello, Bob!\ndone\n");
  CHECK(world.err.getvalue().empty());
}

TEST_CASE("base.BaseCommand.run_from_argv: a CommandError is one line and an exit code", "[django]") {
  World world;
  CHECK(run<Fail>({}) == 7);
  CHECK(world.out.getvalue() == "before failing\n");
  CHECK(world.err.getvalue() == "CommandError: failed on purpose\n");
}

TEST_CASE("base.BaseCommand.run_from_argv: on a terminal the line is red", "[django]") {
  World world(/*tty=*/true);
  CHECK(run<Fail>({}) == 7);
  CHECK(world.err.getvalue() == "\x1b[31;1mCommandError: failed on purpose\n\x1b[0m");
}

TEST_CASE("base.BaseCommand.run_from_argv: with --traceback the CommandError goes on", "[django]") {
  World world;
  CHECK_THROWS_WITH(run<Fail>({"--traceback"}), "failed on purpose");
  CHECK(world.err.getvalue().empty());
}

TEST_CASE("base.BaseCommand.run_from_argv: a usage error is argparse's, exit code 2", "[django]") {
  World world;
  CHECK(run<Greet>({}) == 2);
  std::string expected(greet_missing);
  CHECK(world.err.getvalue() == expected);
}

TEST_CASE("base.BaseCommand.run_from_argv: applies --settings and --pythonpath before the command runs", "[django]") {
  World world;
  const Args path = sys::path;
  CHECK(run<Greet>({"Ada", "--settings=a.b", "--pythonpath=/some/where"}) == 0);
  CHECK(os::environ.get("DJANGO_SETTINGS_MODULE") == "a.b");
  CHECK(sys::path.front() == "/some/where");
  sys::path = path;
  os::environ.pop("DJANGO_SETTINGS_MODULE");
}

TEST_CASE("base.BaseCommand.run_from_argv: what closing the connections raises takes the command's place", "[django]") {
  World world(false, {{"DATABASES", python::Dict{{"other", python::Dict{}}}}});
  CHECK(run<Greet>({"Ada"}) == 0);  // ImproperlyConfigured is ignored
  settings._reset();
  django::db::connections._reset();
  os::environ["DJANGO_SETTINGS_MODULE"] = "no.such.module";
  CHECK_THROWS_AS(run<Fail>({"--skip-checks"}), python::ImportError);
  os::environ.pop("DJANGO_SETTINGS_MODULE");
}

TEST_CASE("base.BaseCommand.run_from_argv: the calls and their order are Django's", "[django]") {
  World world;
  const Issues none({});
  const Tracing tracing("base.*,connection.*,checks.registry.CheckRegistry.run_checks");
  CHECK(run<Fail>({}) == 7);
  CHECK(tracing.watcher->seen ==
        "BaseCommand.__init__ no_color=False\n"
        "BaseCommand.run_from_argv argv=['/usr/bin/manage.py', 'greet']\n"
        "BaseCommand.create_parser prog_name='/usr/bin/manage.py' subcommand='greet'\n"
        "CommandParser.__init__ kwargs.prog='manage.py greet' kwargs.usage=None\n"
        "CommandParser.parse_args args=[]\n"
        "handle_default_options options.settings=None options.pythonpath=None\n"
        "BaseCommand.execute options.skip_checks=False options.no_color=False\n"
        "BaseCommand.execute:checks=True\n"
        "BaseCommand.check tags=['test_base'] display_num_errors=False fail_level=40\n"
        "checks.registry.CheckRegistry.run_checks tags=['test_base'] include_deployment_checks=False\n"
        "OutputWrapper.write msg='before failing'\n"
        "!BaseCommand.execute\n"
        "BaseCommand.run_from_argv:traceback=False\n"
        "OutputWrapper.write msg='CommandError: failed on purpose'\n"
        "connection.BaseConnectionHandler.close_all\n"
        "!BaseCommand.run_from_argv\n");
}

TEST_CASE("base.BaseCommand.execute: --no-color and --force-color exclude each other", "[django]") {
  World world;
  CHECK(run<Greet>({"Ada", "--no-color", "--force-color"}) == 1);
  CHECK(world.err.getvalue() == "CommandError: The --no-color and --force-color options can't be used together.\n");
}

TEST_CASE("base.BaseCommand.execute: colours follow the terminal and the options", "[django]") {
  const std::string plain = "Hello, Ada!\ndone\n", coloured = "\x1b[32;1mHello, Ada!\x1b[0m\ndone\n";
  const auto [tty, option, expected] = GENERATE_REF(table<bool, std::string, std::string>(
      {{false, "-v1", plain}, {true, "-v1", coloured}, {true, "--no-color", plain}, {false, "--force-color", coloured}}));
  World world(tty);
  CHECK(run<Greet>({"Ada", option}) == 0);
  CHECK(world.out.getvalue() == expected);
}

TEST_CASE("base.BaseCommand.execute: --skip-checks, and a command that returns nothing prints nothing", "[django]") {
  World world;
  const Issues serious({checks::Error("broken")});
  CHECK(run<Greet>({"Ada", "-v0", "--skip-checks"}) == 0);
  CHECK(world.out.getvalue() == "Hello, Ada!\n");
  CHECK(run<Greet>({"Ada"}) == 1);
  CHECK(world.err.getvalue() == "SystemCheckError: System check identified some issues:\n\nERRORS:\n?: broken\n");
}

TEST_CASE("base.BaseCommand.execute: without system checks there is no --skip-checks", "[django]") {
  struct Unchecked : Greet {
    Unchecked() { requires_system_checks = {.all = false}; }
  };
  World world;
  const Tracing tracing("base.BaseCommand.check,base.BaseCommand.execute:checks");
  CHECK(run<Unchecked>({"Ada"}) == 0);
  CHECK(tracing.watcher->seen == "BaseCommand.execute:checks=False\n");
  CHECK(run<Unchecked>({"Ada", "--skip-checks"}) == 2);
}

TEST_CASE("base.BaseCommand.__init__: both colour choices at once are refused", "[django]") {
  struct Coloured : BaseCommand {
    Coloured() : BaseCommand(true, true) {}
    std::optional<std::string> handle(Options&) override { return {}; }
  };
  World world;
  CHECK_THROWS_WITH(Coloured(), "'no_color' and 'force_color' can't be used together.");
}

TEST_CASE("base.BaseCommand.create_parser: the help of `check` as Django prints it", "[django]") {
  struct Check : BaseCommand {
    Check() {
      help = "Checks the entire Django project for potential problems.";
      requires_system_checks = {.all = false};
    }
    void add_arguments(CommandParser& parser) override {
      parser.add_argument({"args"}, {.nargs = "*", .metavar = "app_label"});
      parser.add_argument({"--tag", "-t"}, {.action = Action::append, .dest = "tags", .help = "Run only checks labeled with given tag."});
      parser.add_argument({"--list-tags"}, {.action = Action::store_true,
                                            .help = "List available tags. Specify --deploy to include available deployment tags."});
      parser.add_argument({"--deploy"}, {.action = Action::store_true, .help = "Check deployment settings."});
      parser.add_argument({"--fail-level"},
                          {.default_ = "ERROR", .choices = {"CRITICAL", "ERROR", "WARNING", "INFO", "DEBUG"},
                           .help = "Message level that will cause the command to exit with a non-zero status. Default is ERROR."});
      parser.add_argument({"--database"}, {.action = Action::append, .choices = {"default"}, .dest = "databases",
                                           .help = "Run database related checks against these aliases."});
    }
    std::optional<std::string> handle(Options&) override { return {}; }
  };
  World world;
  Check().print_help("manage.py", "check");
  CHECK(world.out.getvalue() == help_check);
}

TEST_CASE("base.BaseCommand.create_parser: hides the base options that a command suppresses, which still work", "[django]") {
  struct Runserver : BaseCommand {
    Runserver() {
      help = "Starts a lightweight web server for development and also serves static files.";
      suppressed_base_arguments = {"--verbosity", "--traceback"};
    }
    void add_arguments(CommandParser& parser) override {
      parser.add_argument({"addrport"}, {.nargs = "?", .help = "Optional port number, or ipaddr:port"});
      parser.add_argument({"--ipv6", "-6"}, {.action = Action::store_true, .dest = "use_ipv6", .help = "Tells Django to use an IPv6 address."});
      parser.add_argument({"--nothreading"}, {.action = Action::store_false, .dest = "use_threading", .help = "Tells Django to NOT use threading."});
      parser.add_argument({"--noreload"}, {.action = Action::store_false, .dest = "use_reloader", .help = "Tells Django to NOT use the auto-reloader."});
      parser.add_argument({"--nostatic"}, {.action = Action::store_false, .dest = "use_static_handler",
                                           .help = "Tells Django to NOT automatically serve static files at STATIC_URL."});
      parser.add_argument({"--insecure"}, {.action = Action::store_true, .dest = "insecure_serving",
                                           .help = "Allows serving static files even if DEBUG is False."});
    }
    std::optional<std::string> handle(Options&) override { return {}; }
  };
  World world;
  Runserver().print_help("/somewhere/manage.py", "runserver");
  CHECK(world.out.getvalue() == help_runserver);
  const Options options = Runserver().create_parser("manage.py", "runserver")->parse_args({"-v3", "--tracebac", "-6"});
  CHECK(options.get<int>("verbosity") == 3);
  CHECK(options.get<bool>("traceback"));
  CHECK(options.get<bool>("use_ipv6"));
}

TEST_CASE("base.BaseCommand.get_version: is Django's", "[django]") {
  World world;
  CHECK(run<Greet>({"--version"}) == 0);
  CHECK(world.out.getvalue() == "5.2.10\n");
}

TEST_CASE("base.CommandParser.error: called from code it raises CommandError", "[django]") {
  World world;
  Greet command;
  const auto parser = command.create_parser("manage.py", "greet");
  CHECK_THROWS_WITH(parser->parse_args({"Ada", "--times", "x"}), "Error: argument --times: invalid int value: 'x'");
  CHECK(world.err.getvalue().empty());
}

TEST_CASE("base.CommandParser.parse_args: a command may have its own words for missing arguments", "[django]") {
  struct Named : Greet {
    Named() { missing_args_message = "You must provide an application name."; }
  };
  World world;
  CHECK(run<Named>({}) == 2);
  CHECK(world.err.getvalue().ends_with("manage.py greet: error: You must provide an application name.\n"));
  CHECK(run<Named>({"--shout"}) == 2);
  CHECK(world.err.getvalue().ends_with("the following arguments are required: names\n"));
}

TEST_CASE("base.OutputWrapper.write: ends each message, once", "[django]") {
  Stream stream;
  OutputWrapper wrapper(&stream);
  wrapper.write("a");
  wrapper.write("b\n");
  wrapper.write("c", {}, "");
  wrapper.write();
  wrapper.write("d", {}, ";");
  CHECK(stream.getvalue() == "a\nb\nc\nd;");
}

TEST_CASE("base.OutputWrapper.write: its own style only on a terminal, a given one always", "[django]") {
  Stream stream;
  OutputWrapper wrapper(&stream);
  const django::core::management::StyleFunc loud = [](std::string_view text) { return "<" + std::string(text) + ">"; };
  wrapper.set_style_func(loud);
  wrapper.write("a");
  wrapper.write("b", loud);
  stream.tty = true;
  wrapper.set_style_func(loud);
  wrapper.write("c");
  wrapper.set_style_func({});
  wrapper.write("d");
  CHECK(stream.getvalue() == "a\n<b\n><c\n>d\n");
}

TEST_CASE("base.BaseCommand.check: nothing found is one line on standard output", "[django]") {
  World world;
  const Issues none({});
  Greet().check(only_ours);
  CHECK(world.out.getvalue() == "System check identified no issues (0 silenced).\n");
  CheckKwargs quiet = only_ours;
  quiet.display_num_errors = false;
  Greet().check(quiet);
  CHECK(world.out.getvalue() == "System check identified no issues (0 silenced).\n");
}

TEST_CASE("base.BaseCommand.check: groups by level, sorts within, counts what is silenced", "[django]") {
  World world(false, {{"SILENCED_SYSTEM_CHECKS", List{"t.W9"}}});
  const Issues found({checks::Warning("second", "", "z", "t.W2"), checks::Debug("d"), checks::Info("i"),
                      checks::Warning("first", "demo hint", "a", "t.W1"), checks::Warning("hidden", "", "", "t.W9")});
  Greet().check(only_ours);
  CHECK(world.out.getvalue().empty());
  CHECK(world.err.getvalue() ==
        "System check identified some issues:\n"
        "\nWARNINGS:\na: (t.W1) first\n\tHINT: demo hint\nz: (t.W2) second\n"
        "\nINFOS:\n?: i\n"
        "\nDEBUGS:\n?: d\n"
        "\nSystem check identified 4 issues (1 silenced).\n");
}

TEST_CASE("base.BaseCommand.check: what reaches the fail level raises SystemCheckError with the whole report", "[django]") {
  World world(/*tty=*/true);
  const Issues found({checks::Error("Field names must not end with an underscore.", "", "badmodels.Broken.name_", "fields.E001")});
  CHECK_THROWS_WITH(Greet().check(only_ours),
                    "\x1b[31;1mSystemCheckError: System check identified some issues:\n\x1b[0m\nERRORS:\n"
                    "\x1b[31;1mbadmodels.Broken.name_: (fields.E001) Field names must not end with an underscore.\x1b[0m\n"
                    "\nSystem check identified 1 issue (0 silenced).");
  CheckKwargs patient = only_ours;
  patient.fail_level = checks::CRITICAL;
  Greet().check(patient);
  CHECK(world.err.getvalue().find("SystemCheckError") == std::string::npos);
}

TEST_CASE("base.BaseCommand.check: a lower fail level makes warnings serious", "[django]") {
  World world;
  const Issues found({checks::Warning("demo warning", "demo hint", "", "warnapp.W001")});
  CheckKwargs strict = only_ours;
  strict.fail_level = checks::WARNING;
  CHECK_THROWS_AS(Greet().check(strict), SystemCheckError);
}

TEST_CASE("base.BaseCommand.check_migrations: without a database it goes home early", "[django]") {
  World world;
  const Tracing tracing("base.BaseCommand.check_migrations*,migrations.*");
  Greet().check_migrations();
  CHECK(tracing.watcher->seen ==
        "BaseCommand.check_migrations\n"
        "migrations.executor.MigrationExecutor.__init__ connection.alias='default'\n"
        "!migrations.executor.MigrationExecutor.__init__\n"
        "BaseCommand.check_migrations:database=False\n");
  CHECK(world.out.getvalue().empty());
}

TEST_CASE("base.LabelCommand.handle: one call for each label, and what they return is joined", "[django]") {
  struct Labels : LabelCommand {
    Labels() {
      label = "staticfile";
      requires_system_checks = {.all = false};
    }
    std::optional<std::string> handle_label(const std::string& given, Options&) override {
      return given == "-" ? std::nullopt : std::optional("<" + given + ">");
    }
  };
  World world;
  CHECK(run<Labels>({"a", "-", "b"}) == 0);
  CHECK(world.out.getvalue() == "<a>\n<b>\n");
  CHECK(run<Labels>({}) == 2);
  CHECK(world.err.getvalue().ends_with("staticfile [staticfile ...]\nmanage.py greet: error: Enter at least one staticfile.\n"));
}
