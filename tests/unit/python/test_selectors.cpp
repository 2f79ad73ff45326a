#include <catch2/catch.hpp>

#include <pthread.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>

#include "python/exceptions.h"
#include "python/selectors.h"
#include "python/signal.h"

using python::selectors::EVENT_READ;
using python::selectors::PollSelector;

namespace {

struct Pipe {
  Pipe() { REQUIRE(::pipe(fd.data()) == 0); }
  ~Pipe() {
    ::close(fd[0]);
    ::close(fd[1]);
  }
  std::array<int, 2> fd{};
};

}  // namespace

TEST_CASE("selectors.PollSelector.select: nothing ready gives nothing, and not too soon", "[python]") {
  const Pipe pipe;
  PollSelector selector;
  selector.register_(pipe.fd[0], EVENT_READ);
  const auto start = std::chrono::steady_clock::now();
  CHECK(selector.select(0.03).empty());
  CHECK(std::chrono::steady_clock::now() - start >= std::chrono::milliseconds(30));
  CHECK(selector.select(0).empty());
}

TEST_CASE("selectors.PollSelector.select: tells the descriptor that is ready", "[python]") {
  const Pipe pipe;
  PollSelector selector;
  selector.register_(pipe.fd[0], EVENT_READ);
  REQUIRE(::write(pipe.fd[1], "x", 1) == 1);
  const auto ready = selector.select();
  REQUIRE(ready.size() == 1);
  CHECK(ready[0].first.fd == pipe.fd[0]);
  CHECK(ready[0].second == EVENT_READ);
}

TEST_CASE("selectors.PollSelector.register_: refuses what cannot be watched", "[python]") {
  PollSelector selector;
  CHECK_THROWS_AS(selector.register_(-1, EVENT_READ), python::ValueError);
  CHECK_THROWS_AS(selector.register_(0, 0), python::ValueError);
  const Pipe pipe;
  selector.register_(pipe.fd[0], EVENT_READ);
  CHECK_THROWS_AS(selector.register_(pipe.fd[0], EVENT_READ), python::KeyError);
  selector.unregister(pipe.fd[0]);
  CHECK_THROWS_AS(selector.unregister(pipe.fd[0]), python::KeyError);
}

TEST_CASE("selectors.PollSelector.select: Ctrl-C ends the wait at once with KeyboardInterrupt", "[python]") {
  python::signal::initialise();
  python::signal::signal(SIGINT, [](int) { throw python::KeyboardInterrupt(); });
  const Pipe pipe;
  PollSelector selector;
  selector.register_(pipe.fd[0], EVENT_READ);
  ::raise(SIGINT);  // before the wait: the race that a plain poll() loses
  CHECK_THROWS_AS(selector.select(), python::KeyboardInterrupt);
}

TEST_CASE("selectors.PollSelector.select: a handler that raises nothing lets the wait go on", "[python]") {
  python::signal::initialise();
  int handled = 0;
  const Pipe pipe;
  python::signal::signal(SIGUSR1, [&](int) {
    ++handled;
    REQUIRE(::write(pipe.fd[1], "x", 1) == 1);
  });
  PollSelector selector;
  selector.register_(pipe.fd[0], EVENT_READ);
  ::raise(SIGUSR1);
  CHECK(selector.select().size() == 1);
  CHECK(handled == 1);
  python::signal::signal(SIGUSR1, [](int) {});
}
