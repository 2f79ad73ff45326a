#include "django/core/management/__init__.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "django/__init__.h"
#include "django/apps/registry.h"
#include "django/conf/__init__.h"
#include "django/contrib/staticfiles/management/commands/runserver.h"
#include "django/core/exceptions.h"
#include "django/core/management/commands/runserver.h"
#include "django/utils/autoreload.h"
#include "frozen.h"
#include "python/exceptions.h"
#include "python/os.h"
#include "python/sys.h"
#include "tracepoints/trace.h"

namespace base = django::core::management::base;
namespace importlib = python::importlib;
namespace management = django::core::management;
namespace sys = python::sys;
using base::CommandError, base::CommandParser, base::Options;
using django::conf::settings;
using python::SystemExit;
using Strings = std::vector<std::string>;

namespace {

std::string executed;  // what the command below was called with

struct Alpha : base::BaseCommand {
  explicit Alpha(std::string owner) : owner(std::move(owner)) {
    help = "A command for tests.";
    stealth_options = {"secret"};
  }
  void add_arguments(CommandParser& parser) override {
    using namespace python::argparse;
    parser.add_argument({"name"}, {.nargs = "*"});
    parser.add_argument({"--count", "-c"}, {.type = Type::int_, .default_ = 1});
    parser.add_argument({"--dry-run"}, {.action = Action::store_true, .dest = "dry"});
  }
  std::optional<std::string> handle(Options& options) override {
    executed = owner + " name=" + python::repr(options["name"]) + " count=" + python::repr(options["count"]) +
               " dry=" + python::repr(options["dry"]) + " skip_checks=" + python::repr(options["skip_checks"]);
    return std::nullopt;
  }
  std::string owner;
};

template <char owner>
void exec_alpha(importlib::Module& module) {
  module.set("Command", base::CommandClass([] { return std::make_shared<Alpha>(std::string(1, owner)); }));
}
void exec_nothing(importlib::Module&) {}

// The modules of a small world: core, and the apps shop and bank, which both bring `alpha`.
constexpr importlib::FrozenModule modules[] = {
    {"django.core.management.commands.alpha", exec_alpha<'c'>},
    {"django.core.management.commands.version_of", exec_alpha<'c'>},
    {"django.core.management.commands.runserver", management::commands::runserver::exec},
    {"django.core.management.commands._hidden", exec_nothing},
    {"django.core.management.commands.package.inner", exec_nothing},
    {"shop", exec_nothing},
    {"shop.management.commands.alpha", exec_alpha<'s'>},
    {"shop.management.commands.sell", exec_alpha<'s'>},
    {"bank", exec_nothing},
    {"bank.management.commands.alpha", exec_alpha<'b'>},
    {"bank.management.commands.empty", exec_nothing},
    {"static", exec_nothing},
    {"static.management.commands.runserver", django::contrib::staticfiles::management::commands::runserver::exec},
};

struct Watcher : tracepoints::Sink {
  void event(const tracepoints::Event& event) noexcept override {
    if (event.what != tracepoints::What::decision && event.what != tracepoints::What::point) return;
    const std::string id(tracepoints::ids[event.index]);
    seen += id.substr(id.rfind(':') + 1) + "=" + std::string(event.outcome.str());
    for (std::size_t i = 0; i < event.field_count; ++i) seen += "," + std::string(event.fields[i].value.str());
    seen += " ";
  }
  std::string seen;
};

class World {
 public:
  explicit World(std::optional<Strings> installed_apps = {}) {
    forget();
    importlib::set_frozen(modules, {});
    python::os::environ.pop("DJANGO_SETTINGS_MODULE");
    sys::stdout_ = &out;
    sys::stderr_ = &err;
    if (installed_apps) settings.configure({{"INSTALLED_APPS", *installed_apps}, {"DEBUG", true}, {"LOGGING_CONFIG", nullptr}});
    tracepoints::add_sink(watcher);
    tracepoints::enable("management.*:*");
  }
  ~World() {
    tracepoints::disable_all();
    tracepoints::remove_sinks();
    sys::stdout_ = old_out;
    sys::stderr_ = old_err;
    python::os::environ.pop("DJANGO_SETTINGS_MODULE");
    forget();
    frozen::install();
  }
  /// The exit code; -1 when it just returned.
  int run(Strings argv) {
    try {
      management::execute_from_command_line(argv);
    } catch (const SystemExit& e) {
      return e.code;
    }
    return -1;
  }
  python::io::StringIO out, err;
  std::shared_ptr<Watcher> watcher = std::make_shared<Watcher>();

 private:
  static void forget() {
    settings._reset();
    django::apps::apps._reset();
    management::get_commands_cache_clear();
    importlib::clear_modules();
    django::utils::autoreload::_forget_errors();
    executed.clear();
  }
  python::io::TextIO *old_out = sys::stdout_, *old_err = sys::stderr_;
};

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("management.find_commands: names of modules, sorted, without packages and underscores", "[django]") {
  const World world;
  CHECK(management::find_commands(sys::prefix() + "/django/core/management") == Strings{"alpha", "runserver", "version_of"});
  CHECK(management::find_commands("/nonexistent").empty());
}

TEST_CASE("management.get_commands: core's alone when nothing is configured", "[django]") {
  const World world;
  CHECK(management::get_commands() ==
        management::Commands{{"alpha", "django.core"}, {"runserver", "django.core"}, {"version_of", "django.core"}});
}

TEST_CASE("management.get_commands: the app that stands earlier wins", "[django]") {
  {
    World world(Strings{"shop", "bank"});
    django::setup();
    CHECK(management::get_commands() == management::Commands{{"alpha", "shop"},
                                                             {"empty", "bank"},
                                                             {"runserver", "django.core"},
                                                             {"sell", "shop"},
                                                             {"version_of", "django.core"}});
    CHECK(world.watcher->seen == "winner='bank','alpha','django.core' winner='shop','alpha','bank' ");
    management::get_commands();  // cached
    CHECK(world.watcher->seen == "winner='bank','alpha','django.core' winner='shop','alpha','bank' ");
  }
  const World world(Strings{"bank", "shop"});
  django::setup();
  CHECK(management::get_commands().at("alpha") == "bank");
}

TEST_CASE("management.load_command_class: gives an instance, and lets import errors pass", "[django]") {
  const World world(Strings{"shop"});
  const auto command = management::load_command_class("shop", "sell");
  REQUIRE(dynamic_cast<Alpha*>(command.get()));
  CHECK(management::load_command_class("shop", "sell") != command);
  CHECK_THROWS_AS(management::load_command_class("shop", "nosuch"), python::ModuleNotFoundError);
  CHECK_THROWS_AS(management::load_command_class("bank", "empty"), python::AttributeError);
}

TEST_CASE("management.call_command: parses arguments, takes options by either name, skips the checks", "[django]") {
  const World world(Strings{"shop"});
  django::setup();
  management::call_command("sell", {"a", "--count=3"});
  CHECK(executed == "s name=['a'] count=3 dry=False skip_checks=True");
  management::call_command("sell", {}, {{"dry_run", true}, {"count", 7}});
  CHECK(executed == "s name=[] count=7 dry=True skip_checks=True");
  management::call_command("sell", {}, {{"dry", true}, {"secret", "x"}});
  CHECK(executed == "s name=[] count=1 dry=True skip_checks=True");
}

TEST_CASE("management.call_command: raises, and exits never", "[django]") {
  const World world(Strings{"shop"});
  django::setup();
  const auto error_of = [](const std::string& name, const Strings& args, const python::Dict& options) -> std::string {
    try {
      management::call_command(name, args, options);
    } catch (const python::Exception& e) {
      return e.type_name() + ": " + e.str();
    }
    return "no error";
  };
  CHECK(error_of("nosuch", {}, {}) == "django.core.management.base.CommandError: Unknown command: 'nosuch'");
  CHECK(error_of("sell", {"--count=x"}, {}) ==
        "django.core.management.base.CommandError: Error: argument --count/-c: invalid int value: 'x'");
  const std::string unknown = error_of("sell", {}, {{"colour", "red"}, {"bright", true}});
  CHECK(has(unknown, "TypeError: Unknown option(s) for sell command: bright, colour. Valid options are: "));
  CHECK(has(unknown, "count, dry, dry_run,"));
  CHECK(has(unknown, "secret,"));
  CHECK(executed.empty());
}

TEST_CASE("ManagementUtility.main_help_text: commands by the app that wins the name", "[django]") {
  World world(Strings{"shop", "bank"});
  CHECK(world.run({"/somewhere/manage.py"}) == -1);
  CHECK(world.out.getvalue() ==
        "\nType 'manage.py help <subcommand>' for help on a specific subcommand.\n\nAvailable subcommands:\n\n"
        "[bank]\n    empty\n\n[django]\n    runserver\n    version_of\n\n[shop]\n    alpha\n    sell\n");
  CHECK(world.err.getvalue().empty());
  CHECK(has(world.watcher->seen, "subcommand='help' configured=True check_errors=False,'help' "));
  CHECK(has(world.watcher->seen, "route='help' "));
}

TEST_CASE("ManagementUtility.execute: help, --help, -h and help --commands", "[django]") {
  for (const Strings& argv : {Strings{"m", "help"}, Strings{"m", "--help"}, Strings{"m", "-h"}}) {
    World world(Strings{});
    CHECK(world.run(argv) == -1);
    CHECK(has(world.out.getvalue(), "Type 'm help <subcommand>'"));
    CHECK(has(world.watcher->seen, "route='help' "));
  }
  World world(Strings{"shop"});
  CHECK(world.run({"m", "help", "--commands"}) == -1);
  CHECK(world.out.getvalue() == "alpha\nrunserver\nsell\nversion_of\n");
}

TEST_CASE("ManagementUtility.execute: help of a command, of the first one named", "[django]") {
  World world(Strings{"shop"});
  CHECK(world.run({"m", "help", "sell", "alpha"}) == -1);
  CHECK(has(world.out.getvalue(), "usage: m sell "));
  CHECK(has(world.out.getvalue(), "A command for tests."));
  CHECK(executed.empty());
}

TEST_CASE("ManagementUtility.execute: help with an option that lacks its value fails as Python does", "[django]") {
  World world(Strings{});
  CHECK_THROWS_AS(world.run({"m", "help", "--settings"}), python::UnboundLocalError);
}

TEST_CASE("ManagementUtility.execute: version, with anything behind it, and --version alone", "[django]") {
  for (const Strings& argv : {Strings{"m", "version"}, Strings{"m", "version", "extra"}, Strings{"m", "--version"}}) {
    World world(Strings{});
    CHECK(world.run(argv) == -1);
    CHECK(world.out.getvalue() == "5.2.10\n");
    CHECK(has(world.watcher->seen, "route='version' "));
  }
}

TEST_CASE("ManagementUtility.execute: anything else is a command, run with the whole argv", "[django]") {
  World world(Strings{"shop"});
  CHECK(world.run({"m", "sell", "x", "-c", "2", "--skip-checks"}) == -1);
  CHECK(executed == "s name=['x'] count=2 dry=False skip_checks=True");
  CHECK(has(world.watcher->seen, "route='fetch' "));
  CHECK(has(world.watcher->seen, " found=True,'sell','shop' "));
}

TEST_CASE("ManagementUtility.fetch_command: an unknown command, with the one that was meant", "[django]") {
  const auto error_of = [](const Strings& argv) {
    World world(Strings{});
    CHECK(world.run(argv) == 1);
    CHECK(world.out.getvalue().empty());
    CHECK(has(world.watcher->seen, "found=False"));
    return world.err.getvalue();
  };
  CHECK(error_of({"manage.py", "runservr"}) ==
        "Unknown command: 'runservr'. Did you mean runserver?\nType 'manage.py help' for usage.\n");
  CHECK(error_of({"manage.py", "frobnicate"}) == "Unknown command: 'frobnicate'\nType 'manage.py help' for usage.\n");
  CHECK(error_of({"manage.py", "--help", "runserver"}) == "Unknown command: '--help'\nType 'manage.py help' for usage.\n");
  CHECK(error_of({"manage.py", "it's"}) == "Unknown command: \"it's\"\nType 'manage.py help' for usage.\n");
}

TEST_CASE("ManagementUtility.fetch_command: says so when there are no settings at all", "[django]") {
  World world;
  CHECK(world.run({"m", "frobnicate"}) == 1);
  CHECK(world.err.getvalue() == "No Django settings specified.\nUnknown command: 'frobnicate'\nType 'm help' for usage.\n");
  CHECK(has(world.watcher->seen, "configured=False "));
}

TEST_CASE("ManagementUtility.fetch_command: raises the settings' own error when those are to blame", "[django]") {
  World world;
  python::os::environ["DJANGO_SETTINGS_MODULE"] = "no_such_settings";
  CHECK_THROWS_AS(world.run({"m", "frobnicate"}), python::ModuleNotFoundError);
}

TEST_CASE("ManagementUtility.execute: help works without usable settings, and says so", "[django]") {
  World world;
  CHECK(world.run({"m", "help", "--settings=no_such_settings"}) == -1);
  CHECK(has(world.out.getvalue(),
            "\n[django]\n    alpha\n    runserver\n    version_of\nNote that only Django core commands are listed as settings are "
            "not properly configured (error: No module named 'no_such_settings').\n"));
  CHECK(has(world.watcher->seen, "settings_exception=,\"No module named 'no_such_settings'\" configured=False "));
}

TEST_CASE("ManagementUtility.execute: broken apps end every command but the reloading server", "[django]") {
  {
    World world(Strings{"nosuchapp"});
    CHECK_THROWS_AS(world.run({"m", "alpha"}), python::ModuleNotFoundError);
  }
  {
    World world(Strings{"nosuchapp"});
    CHECK_THROWS_AS(world.run({"m", "runserver", "--noreload"}), python::ModuleNotFoundError);
  }
  // The option of an app that is not there any more leaves argv; a wrong address ends this before a child is started.
  World world(Strings{"static", "nosuchapp"});
  Strings argv = {"m", "runserver", "--nostatic", "abc"};
  try {
    management::execute_from_command_line(argv);
    FAIL("nothing was raised");
  } catch (const SystemExit& e) {
    CHECK(e.code == 1);
  }
  CHECK(world.err.getvalue() == "CommandError: \"abc\" is not a valid port number or address:port pair.\n");
  CHECK(argv == Strings{"m", "runserver", "abc"});
  CHECK(django::apps::apps.ready);
  CHECK(django::apps::apps.get_app_configs().empty());
  CHECK_THROWS_AS(django::utils::autoreload::raise_last_exception(), python::ModuleNotFoundError);
  CHECK(has(world.watcher->seen, "check_errors=True,'runserver' found=True,'runserver','django.core' "));
}

namespace {
std::string complete(const std::string& words, const std::string& cword) {
  World world(Strings{"static", "shop"});
  python::os::environ["DJANGO_AUTO_COMPLETE"] = "1";
  python::os::environ["COMP_WORDS"] = words;
  python::os::environ["COMP_CWORD"] = cword;
  const int code = world.run({"manage.py"});
  CHECK(code == 0);
  for (const char* name : {"DJANGO_AUTO_COMPLETE", "COMP_WORDS", "COMP_CWORD"}) python::os::environ.pop(name);
  return world.out.getvalue();
}
}  // namespace

TEST_CASE("ManagementUtility.autocomplete: names of commands", "[django]") {
  CHECK(complete("manage.py run", "1") == "runserver\n");
  CHECK(complete("manage.py ", "1") == "alpha help runserver sell version_of\n");
  CHECK(complete("manage.py zz", "1") == "\n");
}

TEST_CASE("ManagementUtility.autocomplete: options of a command, but for those already there", "[django]") {
  CHECK(complete("manage.py runserver ", "2") ==
        "--force-color\n--help\n--help\n--insecure\n--ipv6\n--no-color\n--noreload\n--nostatic\n--nothreading\n--pythonpath=\n"
        "--settings=\n--skip-checks\n--traceback\n--verbosity=\n--version\n");
  CHECK(complete("manage.py runserver --no", "2") == "--no-color\n--noreload\n--nostatic\n--nothreading\n");
  CHECK(complete("manage.py runserver --noreload --no", "3") == "--no-color\n--nostatic\n--nothreading\n");
  CHECK(complete("manage.py sell --co", "2") == "--count=\n");
  CHECK(complete("manage.py sell --settings=x --set", "3").empty());
  CHECK(complete("manage.py nosuch ", "2").empty());
  CHECK(complete("manage.py help ", "2").empty());
}

TEST_CASE("ManagementUtility.autocomplete: a broken environment raises what Python raises", "[django]") {
  CHECK_THROWS_AS(complete("manage.py", "x"), python::ValueError);
  CHECK_THROWS_AS(complete("manage.py", "2"), python::IndexError);
  for (const char* name : {"DJANGO_AUTO_COMPLETE", "COMP_WORDS", "COMP_CWORD"}) python::os::environ.pop(name);
}
