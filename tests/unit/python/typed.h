// Standard input for one test, and what is written to standard output meanwhile.
#pragma once

#include <catch2/catch.hpp>

#include <unistd.h>

#include <string_view>

#include "python/io.h"
#include "python/sys.h"

/// Standard input reads from a pipe that holds `text` and is closed behind it.
class Typed {
 public:
  explicit Typed(std::string_view text) : old_(::dup(STDIN_FILENO)) {
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    REQUIRE(::write(ends[1], text.data(), text.size()) == static_cast<ssize_t>(text.size()));
    ::close(ends[1]);
    ::dup2(ends[0], STDIN_FILENO);
    ::close(ends[0]);
    python::sys::stdout_ = &shown;
  }
  ~Typed() {
    ::dup2(old_, STDIN_FILENO);
    ::close(old_);
    python::sys::stdout_ = stdout_;
  }
  python::io::StringIO shown;

 private:
  int old_;
  python::io::TextIO* stdout_ = python::sys::stdout_;
};
