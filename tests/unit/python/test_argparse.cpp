#include "python/argparse.h"

#include <catch2/catch.hpp>
#include <utility>

#include "argparse_cases.h"
#include "python/io.h"
#include "python/os.h"
#include "python/sys.h"

using python::List, python::SystemExit, python::Value;
using python::argparse::Action, python::argparse::Argument, python::argparse::ArgumentError, python::argparse::ArgumentParser;
using python::argparse::Namespace, python::argparse::Type;
namespace sys = python::sys;
namespace os = python::os;

namespace {

// Standard output and error, kept; and a terminal as wide as the recordings had it.
struct Captured {
  Captured() {
    sys::stdout_ = &out;
    sys::stderr_ = &err;
    os::environ["COLUMNS"] = "80";
  }
  ~Captured() {
    sys::stdout_ = real_out;
    sys::stderr_ = real_err;
    os::environ.pop("COLUMNS");
  }
  python::io::TextIO* real_out = sys::stdout_;
  python::io::TextIO* real_err = sys::stderr_;
  python::io::StringIO out, err;
};

std::string last_line(std::string text) {
  if (text.ends_with('\n')) text.pop_back();
  return text.substr(text.rfind('\n') + 1);
}

// The parser of make_argparse_cases.py.
ArgumentParser odd_parser() {
  ArgumentParser p({.prog = "odd", .description = "Odd options."});
  p.add_argument({"first"});
  p.add_argument({"rest"}, {.nargs = "*", .type = Type::int_, .default_ = List{7}});
  p.add_argument({"last"}, {.nargs = "?", .type = Type::int_, .default_ = "8"});
  p.add_argument({"-x"}, {.action = Action::store_true});
  p.add_argument({"-y"}, {.action = Action::store_false});
  p.add_argument({"-z"}, {.nargs = "?", .default_ = "d", .const_ = "c"});
  p.add_argument({"-long"}, {.help = "50%% of %(prog)s, default %(default)s"});
  p.add_argument({"-v", "--verbosity"}, {.type = Type::int_, .default_ = 1, .choices = {0, 1, 2, 3}});
  p.add_argument({"--version"}, {.action = Action::version, .version = "%(prog)s 1.0"});
  p.add_argument({"--no-color"}, {.action = Action::store_true});
  p.add_argument({"--no-cache"}, {.action = Action::store_true, .help = std::string(python::argparse::SUPPRESS)});
  p.add_argument({"--two"}, {.nargs = "2", .type = Type::int_});
  p.add_argument({"--many"}, {.nargs = "+"});
  p.add_argument({"--any"}, {.nargs = "*"});
  p.add_argument({"--tag", "-t"}, {.action = Action::append, .default_ = List{"py"}, .dest = "tags"});
  p.add_argument({"--level"}, {.choices = {"low", "high"}, .metavar = "LEVEL"});
  p.add_argument({"--const"}, {.action = Action::store_const, .default_ = python::argparse::SUPPRESS, .const_ = 5});
  return p;
}

std::string outcome(ArgumentParser parser, const std::vector<std::string>& args) {
  Captured captured;
  try {
    const auto [result, rest] = parser.parse_known_args(args);
    std::string text;
    for (const auto& [name, value] : result.items()) text += (text.empty() ? "" : " ") + name + "=" + python::repr(value);
    return rest.empty() ? text : text + " rest=" + python::repr(Value(rest));
  } catch (const SystemExit& e) {
    const std::string& printed = captured.err.getvalue().empty() ? captured.out.getvalue() : captured.err.getvalue();
    return "exit " + std::to_string(e.code) + ": " + last_line(printed);
  }
}

}  // namespace

TEST_CASE("argparse.ArgumentParser.parse_known_args: makes of odd command lines what CPython 3.13.0 makes of them", "[python]") {
  for (const ArgparseCase& c : argparse_cases) {
    const std::vector<std::string> args(c.args.begin(), c.args.end());
    CAPTURE(args);
    CHECK(outcome(odd_parser(), args) == c.outcome);
  }
}

TEST_CASE("argparse.ArgumentParser.parse_args: what no argument takes is an error", "[python]") {
  Captured captured;
  ArgumentParser parser({.prog = "p"});
  CHECK_THROWS_AS(parser.parse_args({"a", "--b"}), SystemExit);
  CHECK(captured.err.getvalue() == "usage: p [-h]\np: error: unrecognized arguments: a --b\n");
  CHECK(captured.out.getvalue().empty());
}

TEST_CASE("argparse.ArgumentParser.parse_args: -1 is a positional until an option looks like a number", "[python]") {
  Captured captured;
  ArgumentParser parser({.prog = "p"});
  parser.add_argument({"addrport"}, {.nargs = "?"});
  CHECK(parser.parse_args({"-1"})["addrport"] == Value("-1"));
  parser.add_argument({"--ipv6", "-6"}, {.action = Action::store_true, .dest = "use_ipv6"});
  CHECK_THROWS_AS(parser.parse_args({"-1"}), SystemExit);
  CHECK(last_line(captured.err.getvalue()) == "p: error: unrecognized arguments: -1");
}

TEST_CASE("argparse.ArgumentParser.parse_args: without abbreviations only the whole name counts", "[python]") {
  ArgumentParser parser({.prog = "p", .add_help = false, .allow_abbrev = false});
  parser.add_argument({"--settings"});
  parser.add_argument({"args"}, {.nargs = "*"});
  const auto [result, rest] = parser.parse_known_args({"--set=a", "x", "--settings=b", "--traceback"});
  CHECK(result["settings"] == Value("b"));
  CHECK(result["args"] == Value(List{"x"}));
  CHECK(rest == std::vector<std::string>{"--set=a", "--traceback"});
}

TEST_CASE("argparse.ArgumentParser.parse_args: the first wrong word is reported, not the first argument", "[python]") {
  Captured captured;
  ArgumentParser parser = odd_parser();
  CHECK_THROWS_AS(parser.parse_args({"--level", "no", "-v", "9"}), SystemExit);
  CHECK(last_line(captured.err.getvalue()) == "odd: error: argument --level: invalid choice: 'no' (choose from 'low', 'high')");
}

TEST_CASE("argparse.ArgumentParser.parse_args: an option may be required", "[python]") {
  Captured captured;
  ArgumentParser parser({.prog = "p"});
  parser.add_argument({"names"}, {.nargs = "+"});
  parser.add_argument({"--key", "-k"}, {.metavar = "KEY", .required = true});
  CHECK_THROWS_AS(parser.parse_args({}), SystemExit);
  CHECK(captured.err.getvalue() == "usage: p [-h] --key KEY names [names ...]\n"
                                   "p: error: the following arguments are required: names, --key/-k\n");
}

TEST_CASE("argparse.ArgumentParser.parse_args: --version and --help go to standard output", "[python]") {
  Captured captured;
  CHECK_THROWS_AS(odd_parser().parse_args({"--version"}), SystemExit);
  CHECK(captured.out.getvalue() == "odd 1.0\n");
  try {
    odd_parser().parse_args({"--help", "--level"});  // the help comes before the error of the word behind it
    FAIL("no SystemExit");
  } catch (const SystemExit& e) {
    CHECK(e.code == 0);
  }
  CHECK(captured.out.getvalue().find("  -long LONG            50% of odd, default None\n") != std::string::npos);
  CHECK(captured.out.getvalue().find("--no-cache") == std::string::npos);
  CHECK(captured.err.getvalue().empty());
}

TEST_CASE("argparse.ArgumentParser.set_defaults: reaches arguments before and after", "[python]") {
  ArgumentParser parser({.prog = "p"});
  parser.add_argument({"--a"});
  parser.set_defaults("a", 1);
  parser.set_defaults("b", 2);
  parser.set_defaults("c", 3);
  parser.add_argument({"--b"});
  const Namespace result = parser.parse_args({});
  CHECK(result["a"] == Value(1));
  CHECK(result["b"] == Value(2));
  CHECK(result["c"] == Value(3));
}

TEST_CASE("argparse.ArgumentParser.add_argument: refuses names that make no sense", "[python]") {
  ArgumentParser parser({.prog = "p"});
  CHECK_THROWS_WITH(parser.add_argument({"--help"}), "argument --help: conflicting option string: --help");
  CHECK_THROWS_WITH(parser.add_argument({"-h", "--help"}), "argument -h/--help: conflicting option strings: -h, --help");
  CHECK_THROWS_WITH(parser.add_argument({"a", "--b"}), "invalid option string 'a': must start with a character '-'");
  CHECK_THROWS_WITH(parser.add_argument({"a"}, {.dest = "b"}), "dest supplied twice for positional argument");
  CHECK(parser.actions().size() == 1);
}

TEST_CASE("argparse.ArgumentParser: the program's name comes from sys.argv", "[python]") {
  const std::vector<std::string> argv = std::exchange(sys::argv, {"/usr/bin/tool"});
  CHECK(ArgumentParser({}).prog == "tool");
  sys::argv = argv;
}

TEST_CASE("argparse.HelpFormatter.add_usage: wraps, and gives a long program its own line", "[python]") {
  Captured captured;
  ArgumentParser parser({.prog = "a-program-with-a-very-long-name that-takes-most-of-the-line subcommand"});
  parser.add_argument({"first"}, {.nargs = "+"});
  parser.add_argument({"--an-option-with-a-long-name", "-a"}, {.metavar = "SOMETHING"});
  CHECK(parser.format_usage() ==
        "usage: a-program-with-a-very-long-name that-takes-most-of-the-line subcommand\n"
        "       [-h] [--an-option-with-a-long-name SOMETHING] first [first ...]\n");
  parser.usage = "%(prog)s [options]";
  CHECK(parser.format_usage() ==
        "usage: a-program-with-a-very-long-name that-takes-most-of-the-line subcommand [options]\n");
}

TEST_CASE("argparse.HelpFormatter: follows COLUMNS", "[python]") {
  Captured captured;
  os::environ["COLUMNS"] = "30";
  ArgumentParser parser({.prog = "p"});
  parser.add_argument({"--level"}, {.help = "one two three four five"});
  CHECK(parser.format_help() ==
        "usage: p [-h]\n"
        "         [--level LEVEL]\n\n"
        "options:\n"
        "  -h, --help\n"
        "        show this help\n"
        "        message and exit\n"
        "  --level LEVEL\n"
        "        one two three four\n"
        "        five\n");
}

TEST_CASE("argparse.Namespace: an unknown name is a KeyError, and items keep their order", "[python]") {
  Namespace options;
  options.set("b", 1);
  options.set("a", "x");
  options.set("b", true);
  CHECK(options.items().front().first == "b");
  CHECK(options.get<bool>("b"));
  CHECK(options.get<int>("b") == 1);
  CHECK(options.get<std::string>("a") == "x");
  CHECK(options.get("c", 5) == Value(5));
  CHECK_THROWS_AS(options["c"], python::KeyError);
  options.pop("a");
  CHECK_FALSE(options.contains("a"));
}
