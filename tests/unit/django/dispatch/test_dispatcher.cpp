#include <catch2/catch.hpp>

#include <string>

#include "django/dispatch/dispatcher.h"
#include "python/exceptions.h"

TEST_CASE("Signal.send: calls the receivers in order of their connection, until they disconnect", "[django]") {
  django::dispatch::Signal signal;
  std::string calls;
  const int first = signal.connect([&](const auto& named) { calls += "1" + std::string(named.sender); });
  signal.connect([&](const auto&) { calls += "2"; });
  signal.send({.sender = "x"});
  CHECK(calls == "1x2");
  CHECK(signal.disconnect(first));
  CHECK_FALSE(signal.disconnect(first));
  signal.send({});
  CHECK(calls == "1x22");
}

TEST_CASE("Signal.send_robust: one receiver's exception does not keep the next from its call", "[django]") {
  django::dispatch::Signal signal;
  bool called = false;
  signal.connect([](const auto&) { throw python::ValueError("no"); });
  signal.connect([&](const auto&) { called = true; });
  CHECK_THROWS_AS(signal.send({}), python::ValueError);
  CHECK_FALSE(called);
  signal.send_robust({});
  CHECK(called);
}
