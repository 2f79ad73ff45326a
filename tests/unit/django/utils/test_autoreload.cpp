#include "django/utils/autoreload.h"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <catch2/catch.hpp>

#include <mutex>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>

#include "python/exceptions.h"
#include "python/os.h"
#include "python/signal.h"
#include "python/sys.h"
#include "tracepoints/trace.h"
#include "tests/unit/tracing.h"

namespace autoreload = django::utils::autoreload;
namespace fs = std::filesystem;
namespace sys = python::sys;
using python::SystemExit;

namespace {

class Folder {
 public:
  Folder() : path_(fs::temp_directory_path() / ("autoreload-test-" + std::to_string(::getpid()))) {
    fs::remove_all(path_);
    fs::create_directories(path_ / "below");
    path_ = fs::canonical(path_);
  }
  ~Folder() { fs::remove_all(path_); }
  std::string write(const std::string& name) const {
    std::ofstream(path_ / name) << "text\n";
    return (path_ / name).string();
  }
  std::string str() const { return path_.string(); }

 private:
  fs::path path_;
};

void shift(const std::string& file, std::chrono::nanoseconds by) {
  fs::last_write_time(file, fs::last_write_time(file) + std::chrono::duration_cast<fs::file_time_type::duration>(by));
}

struct Watcher : tracepoints::Sink {
  void event(const tracepoints::Event& event) noexcept override {
    if (event.what == tracepoints::What::leave) return;
    const std::lock_guard lock(mutex_);  // the reloader's thread and django-main-thread both tell
    seen += std::string(tracepoints::ids[event.index]);
    if (event.what == tracepoints::What::decision) seen += "=" + std::string(event.outcome.str());
    seen += "\n";
  }
  std::string seen;

 private:
  std::mutex mutex_;
};

using Tracing = TracingInto<Watcher>;

bool contains(const std::vector<std::string>& list, const std::string& item) {
  return std::find(list.begin(), list.end(), item) != list.end();
}

// The exit code that a turn of the loop asks for; 0 when it does not.
int turn(autoreload::BaseReloader& reloader) {
  try {
    reloader.tick();
    return 0;
  } catch (const SystemExit& e) {
    return e.code;
  }
}

struct QuickReloader : autoreload::StatReloader {
  QuickReloader() { SLEEP_TIME = 0; }
};

}  // namespace

TEST_CASE("autoreload.check_errors: remembers an exception and lets it pass", "[django]") {
  autoreload::_forget_errors();
  CHECK_NOTHROW(autoreload::raise_last_exception());
  const auto wrapper = autoreload::check_errors({"setup", [] { throw python::ValueError("boom"); }});
  CHECK(wrapper.name == "setup");
  CHECK_THROWS_AS(wrapper(), python::ValueError);
  CHECK_THROWS_AS(autoreload::raise_last_exception(), python::ValueError);
  CHECK_THROWS_AS(autoreload::raise_last_exception(), python::ValueError);  // it stays
  autoreload::_forget_errors();
  CHECK_NOTHROW(autoreload::raise_last_exception());
}

TEST_CASE("autoreload.check_errors: what is no Exception in Python is not remembered", "[django]") {
  autoreload::_forget_errors();
  CHECK_THROWS_AS(autoreload::check_errors({"f", [] { throw SystemExit(0); }})(), SystemExit);
  CHECK_THROWS_AS(autoreload::check_errors({"f", [] { throw python::KeyboardInterrupt(); }})(), python::KeyboardInterrupt);
  bool called = false;
  autoreload::check_errors({"f", [&] { called = true; }})();
  CHECK(called);
  CHECK_NOTHROW(autoreload::raise_last_exception());
}

TEST_CASE("autoreload.check_errors: the file of a failed import is watched from then on", "[django]") {
  autoreload::_forget_errors();
  const Folder folder;
  const std::string plugin = folder.write("views.so"), other = folder.write("other.toml");
  const QuickReloader reloader;
  CHECK_FALSE(contains(reloader.watched_files(), plugin));
  CHECK_THROWS(autoreload::check_errors({"f", [&] { throw python::ImportError(std::string("broken"), "polls.views", plugin); }})());
  CHECK(contains(reloader.watched_files(), plugin));
  // Also the file of what an exception was raised from.
  CHECK_THROWS(autoreload::check_errors({"f", [&] {
    try {
      throw python::FileNotFoundError(2, "No such file or directory", other);
    } catch (...) {
      std::throw_with_nested(python::ValueError("outer"));
    }
  }})());
  CHECK(contains(reloader.watched_files(), other));
  autoreload::_forget_errors();
}

TEST_CASE("autoreload.BaseReloader.watched_files: the program itself is watched", "[django]") {
  CHECK(contains(QuickReloader().watched_files(), python::os::path::realpath(sys::executable())));
}

TEST_CASE("autoreload.BaseReloader.watch_dir: a glob in a folder, or below it at any depth", "[django]") {
  const Folder folder;
  const std::string a = folder.write("a.css"), b = folder.write("below/b.css");
  folder.write("c.js");
  QuickReloader reloader;
  reloader.watch_dir(folder.str(), "*.css");
  CHECK(contains(reloader.watched_files(), a));
  CHECK_FALSE(contains(reloader.watched_files(), b));
  CHECK_FALSE(contains(reloader.watched_files(), folder.str() + "/c.js"));
  CHECK_FALSE(contains(reloader.watched_files(false), a));
  reloader.watch_dir(folder.str(), "**/*.css");
  CHECK(contains(reloader.watched_files(), a));
  CHECK(contains(reloader.watched_files(), b));
  reloader.watch_dir(folder.str() + "/missing", "*");
  CHECK_NOTHROW(reloader.watched_files());
}

TEST_CASE("autoreload.StatReloader.snapshot_files: each file once, missing ones left out", "[django]") {
  const Folder folder;
  const std::string a = folder.write("a.css");
  QuickReloader reloader;
  reloader.watch_dir(folder.str(), "*.css");
  reloader.watch_dir(folder.str(), "**/*.css");
  reloader.extra_files = {a, folder.str() + "/missing"};
  int times = 0;
  for (const auto& [file, mtime] : reloader.snapshot_files()) {
    times += file == a;
    CHECK(file != folder.str() + "/missing");
  }
  CHECK(times == 1);
}

TEST_CASE("autoreload.StatReloader.tick: a file that became newer asks for a reload", "[django]") {
  using namespace std::chrono_literals;
  const Folder folder;
  const std::string file = folder.write("settings.toml");
  QuickReloader reloader;
  reloader.extra_files = {file};
  const Tracing tracing("autoreload.*");
  CHECK(turn(reloader) == 0);  // first sight
  CHECK(turn(reloader) == 0);  // no change
  shift(file, 1ns);
  CHECK(turn(reloader) == 3);
  CHECK(tracing.watcher->seen ==
        "autoreload.StatReloader.tick\nautoreload.StatReloader.tick\nautoreload.StatReloader.tick\n"
        "autoreload.StatReloader.tick:changed\nautoreload.trigger_reload\n");
}

TEST_CASE("autoreload.StatReloader.tick: older, gone and new files are no change", "[django]") {
  using namespace std::chrono_literals;
  const Folder folder;
  const std::string file = folder.write("settings.toml");
  QuickReloader reloader;
  reloader.extra_files = {file};
  reloader.watch_dir(folder.str(), "*.css");
  CHECK(turn(reloader) == 0);
  shift(file, -10s);
  CHECK(turn(reloader) == 0);
  folder.write("new.css");
  CHECK(turn(reloader) == 0);
  const auto mtime = fs::last_write_time(file);
  fs::remove(file);
  CHECK(turn(reloader) == 0);
  // It comes back as old as it was: as if it had never been away. Newer: a change.
  folder.write("settings.toml");
  fs::last_write_time(file, mtime);
  CHECK(turn(reloader) == 0);
  shift(file, 1s);
  CHECK(turn(reloader) == 3);
}

TEST_CASE("autoreload.BaseReloader.notify_file_changed: a receiver that deals with it saves the reload", "[django]") {
  QuickReloader reloader;
  bool answer = true;
  std::string got;
  autoreload::file_changed.push_back([&](autoreload::BaseReloader&, const std::string& file_path) {
    got = file_path;
    return answer;
  });
  CHECK_NOTHROW(reloader.notify_file_changed("/x/y.html"));
  CHECK(got == "/x/y.html");
  answer = false;
  CHECK_THROWS_AS(reloader.notify_file_changed("/x/y.html"), SystemExit);
  autoreload::file_changed.clear();
}

TEST_CASE("autoreload.get_child_arguments: this command line", "[django]") {
  const auto argv = sys::argv;
  sys::argv = {"manage", "runserver", "8000"};
  CHECK(autoreload::get_child_arguments() == std::vector<std::string>{"manage", "runserver", "8000"});
  sys::argv = argv;
}

// Not a test: what the test below starts as its child. Exits with 3 as long as it can take a file away, then with 5.
TEST_CASE("child of the autoreload test", "[.][autoreload-child]") {
  const std::string folder = python::os::environ.get("AUTORELOAD_TEST_FOLDER", "");
  if (python::os::environ.get("RUN_MAIN") != "true" || folder.empty()) std::_Exit(9);
  for (const char* name : {"/1", "/2"})
    if (fs::remove(folder + name)) std::_Exit(3);
  std::_Exit(5);
}

TEST_CASE("autoreload.restart_with_reloader: starts this program again until it does not exit with 3", "[django]") {
  const Folder folder;
  folder.write("1");
  folder.write("2");
  python::os::environ["AUTORELOAD_TEST_FOLDER"] = folder.str();
  python::os::environ.pop("RUN_MAIN");
  const auto argv = sys::argv;
  sys::argv = {"unit", "child of the autoreload test"};
  const Tracing tracing("autoreload.*,syscall.fork");
  CHECK(autoreload::restart_with_reloader() == 5);
  CHECK(tracing.watcher->seen ==
        "autoreload.restart_with_reloader\nautoreload.get_child_arguments\nsyscall.fork\n"
        "autoreload.restart_with_reloader:exit_code=3\nsyscall.fork\nautoreload.restart_with_reloader:exit_code=3\n"
        "syscall.fork\nautoreload.restart_with_reloader:exit_code=5\n");
  CHECK_FALSE(python::os::environ.contains("RUN_MAIN"));  // it is the child's only

  try {
    autoreload::run_with_reloader({"f", [] {}});
    FAIL("nothing was raised");
  } catch (const SystemExit& e) {
    CHECK(e.code == 5);
  }
  CHECK(tracing.watcher->seen.find("autoreload.run_with_reloader:RUN_MAIN=False\n") != std::string::npos);
  sys::argv = argv;
  python::os::environ.pop("AUTORELOAD_TEST_FOLDER");
  ::signal(SIGTERM, SIG_DFL);
}

namespace {
// Runs the child's half; the function it serves with sends this process a signal.
int run_child(int signum) {
  python::signal::initialise();
  python::os::environ["RUN_MAIN"] = "true";
  int code = -1;
  static std::atomic<bool> called;
  called = false;
  try {
    autoreload::run_with_reloader({"inner_run", [signum] {
      called = true;
      ::kill(::getpid(), signum);
    }});
  } catch (const SystemExit& e) {
    code = e.code;
  }
  python::os::environ.pop("RUN_MAIN");
  ::signal(SIGINT, SIG_DFL);
  ::signal(SIGTERM, SIG_DFL);
  CHECK(called);
  return code;
}
}  // namespace

TEST_CASE("autoreload.run_with_reloader: in the child Ctrl-C makes it return", "[django]") {
  const Tracing tracing("autoreload.*");
  CHECK(run_child(SIGINT) == -1);
  CHECK(tracing.watcher->seen.starts_with("autoreload.run_with_reloader\nautoreload.run_with_reloader:RUN_MAIN=True\n"
                                          "autoreload.get_reloader\nautoreload.start_django\n"));
  CHECK(tracing.watcher->seen.find("autoreload.check_errors.wrapper\n") != std::string::npos);
}

TEST_CASE("autoreload.run_with_reloader: SIGTERM is an exit with code 0", "[django]") {
  const Tracing tracing("autoreload.*");
  CHECK(run_child(SIGTERM) == 0);
  CHECK(tracing.watcher->seen.find("autoreload.run_with_reloader.lambda\n") != std::string::npos);
}
