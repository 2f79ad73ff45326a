// The lines that the recorder inside a watched process sends, taken apart. recorder.py describes the protocol.
//
// The peer is the learner's own program: it may be broken, cut off or (in a test) hostile. Nothing here believes a line before it
// has been looked at, and nothing grows with what a peer sends.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tracepoints/trace.h"

namespace tracewalk::watch {

/// The letters of the protocol.
enum class Letter : char {
  hello = 'H', mode = 'M', django = 'V', thread = 'T', place = 'N', request = 'Q',
  enter = 'B', leave = 'E', raise = 'X', point = 'P', decision = 'D',
  lost = 'L', sync = 'S', off = 'W'
};

/// One line. Its texts are parts of the line: copy what must outlast it. What a letter does not carry is empty.
struct Message {
  Letter letter{};
  tracepoints::Index index = 0;  // N B E X P D
  std::int64_t time_ns = 0;      // B E X P D
  int tid = 0;                   // T Q B E X P D
  std::uint64_t number = 0;      // H: the process; N: the line; Q: the connection; L: how many; S: which
  std::string_view text;         // H: Python's version; M V W: the word; T: the name; N: the file; E: the result; X: the error; D: the way taken
  std::array<std::string_view, tracepoints::max_fields> values;  // N: names; B P D: values; H: role, sys.argv as JSON
  std::size_t value_count = 0;
};

inline constexpr std::uint64_t protocol_version = 1;

/// Takes: a line without its end. Gives: nothing when it is not a line of the protocol.
/// A hello of another version gives its letter and nothing else.
std::optional<Message> decode(std::string_view line);

/// The strings of a JSON array; empty when it is something else.
std::vector<std::string> strings_of(std::string_view json);

/// Cuts what a socket brings into lines. A line that is longer than the limit is left out and counted.
class Lines {
 public:
  static constexpr std::size_t longest = 16 * 1024;

  /// Calls `take` for each line that is complete now.
  void feed(std::string_view bytes, const std::function<void(std::string_view line)>& take);
  /// How many lines were too long, since the last question.
  std::size_t too_long() noexcept;

 private:
  std::string rest_;       // a line whose end has not come yet
  bool skipping_ = false;  // in a line that is too long
  std::size_t too_long_ = 0;
};

}  // namespace tracewalk::watch
