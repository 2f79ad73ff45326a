#include "python/subprocess.h"

#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fstream>

#include "python/exceptions.h"
#include "python/os.h"
#include "python/signal.h"
#include "python/time.h"
#include "tracepoints/trace.h"

namespace subprocess = python::subprocess;
using Strings = std::vector<std::string>;
using python::KeyboardInterrupt, python::SystemExit;

namespace {

int sh(const std::string& script, const std::map<std::string, std::string>& env = {}) {
  return subprocess::run({"/bin/sh", "-c", script}, env);
}

// What was traced; and a signal to this process at the moment the wait begins, for as often as asked.
struct Watcher : tracepoints::Sink {
  explicit Watcher(int signum = 0, int times = 0) : signum(signum), times(times) {}
  void event(const tracepoints::Event& event) noexcept override {
    constexpr auto waitpid = tracepoints::index_of("syscall.waitpid");
    if (event.what == tracepoints::What::enter) {
      entered += std::string(tracepoints::ids[event.index]) + " ";
      if (event.index == waitpid && times-- > 0) ::kill(::getpid(), signum);
    }
    outcome[std::string(tracepoints::ids[event.index])] = event.outcome.str();
  }
  int signum, times;
  std::string entered;
  std::map<std::string, std::string> outcome;
};

struct Tracing {
  explicit Tracing(std::shared_ptr<Watcher> sink) {
    python::signal::initialise();
    tracepoints::add_sink(std::move(sink));
    tracepoints::enable("syscall.*");
  }
  ~Tracing() {
    tracepoints::disable_all();
    tracepoints::remove_sinks();
    ::signal(SIGINT, SIG_DFL);
    ::signal(SIGTERM, SIG_DFL);
  }
};

// How the child that nobody waited for ended; nullopt when there is none.
std::optional<int> left_over() {
  int status = 0;
  return ::waitpid(-1, &status, 0) > 0 ? std::optional<int>(WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status)) : std::nullopt;
}

}  // namespace

TEST_CASE("subprocess.run: gives the exit code", "[python]") {
  CHECK(sh("exit 0") == 0);
  CHECK(sh("exit 3") == 3);
  CHECK(sh("exit 255") == 255);
  CHECK_FALSE(left_over());
}

TEST_CASE("subprocess.run: a child that was killed gives minus the signal", "[python]") {
  CHECK(sh("kill -KILL $$") == -SIGKILL);
  CHECK(sh("kill -TERM $$") == -SIGTERM);
}

TEST_CASE("subprocess.run: the child has the environment that was given, and no other", "[python]") {
  ::setenv("SUBPROCESS_TEST", "parent", 1);
  CHECK(sh("test \"$RUN_MAIN\" = true && test -z \"$SUBPROCESS_TEST\"", {{"RUN_MAIN", "true"}}) == 0);
  CHECK(sh("test \"$SUBPROCESS_TEST\" = parent", python::os::environ.copy()) == 0);
  ::unsetenv("SUBPROCESS_TEST");
}

TEST_CASE("subprocess.run: executable is the file, args[0] only the name the program sees", "[python]") {
  CHECK(subprocess::run({"a name", "-c", "test \"$0\" = 'a name'"}, {}, "/bin/sh") == 0);
}

TEST_CASE("subprocess.run: a program that cannot be started raises OSError in the parent", "[python]") {
  try {
    subprocess::run({"/nonexistent/program"}, {});
    FAIL("nothing was raised");
  } catch (const python::FileNotFoundError& e) {
    CHECK(e.str() == "[Errno 2] No such file or directory: '/nonexistent/program'");
  }
  CHECK_THROWS_AS(subprocess::run({"/etc/passwd"}, {}), python::PermissionError);
  CHECK_FALSE(left_over());
}

TEST_CASE("subprocess.run: the child dies of SIGPIPE although we ignore it", "[python]") {
  python::signal::initialise();
  CHECK(sh("kill -PIPE $$") == -SIGPIPE);
  ::signal(SIGINT, SIG_DFL);
}

TEST_CASE("subprocess.run: after Ctrl-C a child that goes on is killed, and not waited for", "[python]") {
  const auto watcher = std::make_shared<Watcher>(SIGINT, 1);
  const Tracing tracing(watcher);
  const double start = python::time::monotonic();
  CHECK_THROWS_AS(sh("exec /bin/sleep 30"), KeyboardInterrupt);
  const double seconds = python::time::monotonic() - start;
  CHECK(seconds >= 0.25);
  CHECK(seconds < 10);
  CHECK(left_over() == -SIGKILL);
}

TEST_CASE("subprocess.run: after Ctrl-C a child may end by itself", "[python]") {
  const Tracing tracing(std::make_shared<Watcher>(SIGINT, 1));
  CHECK_THROWS_AS(sh("exit 0"), KeyboardInterrupt);
  CHECK_FALSE(left_over());
}

TEST_CASE("subprocess.run: the second Ctrl-C kills at once", "[python]") {
  const Tracing tracing(std::make_shared<Watcher>(SIGINT, 2));
  CHECK_THROWS_AS(sh("exec /bin/sleep 30"), KeyboardInterrupt);
  CHECK(left_over() == -SIGKILL);
}

TEST_CASE("subprocess.run: any other exception of a handler kills the child at once and waits for it", "[python]") {
  const Tracing tracing(std::make_shared<Watcher>(SIGTERM, 1));
  python::signal::signal(SIGTERM, [](int) { throw SystemExit(0); });
  CHECK_THROWS_AS(sh("exec /bin/sleep 30"), SystemExit);
  CHECK_FALSE(left_over());
}

TEST_CASE("subprocess.run: a handler that returns does not end the wait", "[python]") {
  const Tracing tracing(std::make_shared<Watcher>(SIGTERM, 1));
  int calls = 0;
  python::signal::signal(SIGTERM, [&](int) { ++calls; });
  CHECK(sh("/bin/sleep 0.1; exit 4") == 4);
  CHECK(calls == 1);
}

TEST_CASE("subprocess.run: fork, execve and waitpid are traced in this order, with their outcomes", "[python]") {
  const auto watcher = std::make_shared<Watcher>();
  const Tracing tracing(watcher);
  CHECK(sh("exit 3") == 3);
  CHECK(watcher->entered == "syscall.fork syscall.execve syscall.waitpid ");
  CHECK(watcher->outcome["syscall.execve"] == "0");
  CHECK(watcher->outcome["syscall.waitpid"] == "3");
  CHECK(std::atoi(watcher->outcome["syscall.fork"].c_str()) > 1);
  CHECK_THROWS_AS(subprocess::run({"/nonexistent/program"}, {}), python::FileNotFoundError);
  CHECK(watcher->outcome["syscall.execve"] == "2");
}
