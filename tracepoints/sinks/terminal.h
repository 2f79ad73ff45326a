// Standard error as the narrator's paper: what it can show, and one write per block of whole lines.
#pragma once

#include <cstdint>
#include <string_view>

namespace tracepoints::sinks {

/// Where finished text goes.
class Paper {
 public:
  virtual ~Paper() = default;
  /// Columns of a line now; a window may change its size.
  virtual int width() noexcept = 0;
  /// Writes whole lines. Gives: false when nobody reads any more; then there is nothing left to do.
  virtual bool write(std::string_view lines) noexcept = 0;
  /// The steady clock, as in Event::time_ns.
  virtual std::int64_t now_ns() noexcept = 0;
};

/// A file descriptor. On a terminal the lines are as wide as it is, elsewhere 80 columns, so that the same run gives the same text.
class FilePaper : public Paper {
 public:
  explicit FilePaper(int fd) noexcept;
  int width() noexcept override;
  bool write(std::string_view lines) noexcept override;
  std::int64_t now_ns() noexcept override;

 private:
  int fd_;
  bool is_terminal_;
  bool can_break_;  // a pipe or socket: writing to one that nobody reads raises SIGPIPE
};

/// Whether the locale of the environment (LC_ALL, LC_CTYPE, LANG) writes UTF-8.
bool locale_is_utf8() noexcept;

}  // namespace tracepoints::sinks
