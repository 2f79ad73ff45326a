#include <catch2/catch.hpp>

#include <csignal>
#include <unistd.h>
#include <thread>

#include "python/exceptions.h"
#include "python/signal.h"
#include "python/time.h"

namespace signal_ = python::signal;

TEST_CASE("signal: a handler runs at check_signals, not in the interrupt, and may throw", "[python]") {
  signal_::initialise();
  int seen = 0;
  signal_::signal(SIGUSR1, [&](int signum) {
    seen = signum;
    throw python::ValueError("from the handler");
  });
  std::raise(SIGUSR1);
  CHECK(seen == 0);
  CHECK_THROWS_AS(signal_::check_signals(), python::ValueError);
  CHECK(seen == SIGUSR1);
  CHECK_NOTHROW(signal_::check_signals());
}

TEST_CASE("time.sleep: KeyboardInterrupt ends it at once, on the main thread only", "[python]") {
  signal_::initialise();
  const double start = python::time::monotonic();
  std::thread other([] {
    CHECK(signal_::wakeup_fd() == -1);
    ::kill(::getpid(), SIGINT);
    CHECK_NOTHROW(signal_::check_signals());
  });
  CHECK_THROWS_AS(python::time::sleep(30), python::KeyboardInterrupt);
  other.join();
  CHECK(python::time::monotonic() - start < 20);
}
