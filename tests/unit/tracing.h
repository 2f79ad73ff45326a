// Tracing for one test, into a sink of the test's own kind.
#pragma once

#include <catch2/catch.hpp>

#include <memory>
#include <string_view>

#include "tracepoints/trace.h"

/// Switches these tracepoints on for its lifetime. `watcher` receives what they tell.
template <class Watcher>
struct TracingInto {
  explicit TracingInto(std::string_view patterns) {
    tracepoints::add_sink(watcher);
    REQUIRE(tracepoints::enable(patterns));
  }
  ~TracingInto() {
    tracepoints::disable_all();
    tracepoints::remove_sinks();
  }
  std::shared_ptr<Watcher> watcher = std::make_shared<Watcher>();
};
