#include <catch2/catch.hpp>

#include <atomic>
#include <future>

#include "python/exceptions.h"
#include "python/io.h"
#include "python/sys.h"
#include "python/threading.h"

namespace threading = python::threading;
using threading::Thread;

namespace {

struct CapturedStderr {
  CapturedStderr() : before(python::sys::stderr_) { python::sys::stderr_ = &text; }
  ~CapturedStderr() { python::sys::stderr_ = before; }
  python::io::StringIO text;
  python::io::TextIO* before;
};

}  // namespace

TEST_CASE("threading.Thread: names count up, and tell their target", "[python]") {
  const Thread plain({.target = [] {}});
  const Thread with_target({.target = [] {}, .target_name = "process_request_thread", .daemon = true});
  const Thread named({.target = [] {}, .name = "django-main-thread"});
  CHECK_THAT(plain.name(), Catch::Matches("Thread-[0-9]+"));
  CHECK_THAT(with_target.name(), Catch::Matches("Thread-[0-9]+ \\(process_request_thread\\)"));
  CHECK(std::stoi(with_target.name().substr(7)) == std::stoi(plain.name().substr(7)) + 1);
  CHECK(named.name() == "django-main-thread");
  CHECK(with_target.daemon());
  CHECK_FALSE(plain.daemon());
}

TEST_CASE("threading.Thread.start: runs the target, join waits for its end", "[python]") {
  std::promise<void> may_end;
  std::atomic<bool> ran{false};
  Thread thread({.target = [&] {
    may_end.get_future().wait();
    ran = true;
  }});
  CHECK_FALSE(thread.is_alive());
  thread.start();
  CHECK(thread.is_alive());
  thread.join(0.001);
  CHECK(thread.is_alive());
  may_end.set_value();
  thread.join();
  CHECK(ran);
  CHECK_FALSE(thread.is_alive());
  CHECK_THROWS_AS(thread.start(), python::RuntimeError);
}

TEST_CASE("threading.Thread.run: an exception is reported and ends only its thread", "[python]") {
  CapturedStderr captured;
  Thread thread({.target = [] { throw python::ValueError("boom"); }, .name = "worker"});
  thread.start();
  thread.join();
  CHECK(captured.text.getvalue() == "Exception in thread worker:\nValueError: boom\n");
}

TEST_CASE("threading.Thread.run: SystemExit ends the thread without a word", "[python]") {
  CapturedStderr captured;
  Thread thread({.target = [] { throw python::SystemExit(3); }});
  thread.start();
  thread.join();
  CHECK(captured.text.getvalue().empty());
}

TEST_CASE("threading._shutdown: waits for threads that are no daemons, and for no others", "[python]") {
  std::promise<void> daemon_may_end, daemon_ended;
  std::atomic<bool> ran{false};
  Thread daemon({.target =
                     [&] {
                       daemon_may_end.get_future().wait();
                       daemon_ended.set_value();
                     },
                 .daemon = true});
  Thread worker({.target = [&] { ran = true; }});
  daemon.start();
  worker.start();
  threading::_shutdown();
  CHECK(ran);
  CHECK(daemon.is_alive());
  daemon_may_end.set_value();
  daemon_ended.get_future().wait();
  daemon.join();
}
