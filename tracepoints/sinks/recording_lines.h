// The lines of a recording: events of the Chrome Trace Event format, one JSON object each.
//
// Written into a buffer of fixed size, without allocating: the last lines of a process that is crashing are made here, when the heap
// can no longer be trusted. What is the same for each event of a stage is made beforehand.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tracepoints/sinks/event_stream.h"
#include "tracepoints/sinks/recording_file.h"

namespace tracepoints::sinks {

/// JSON, growing. What does not fit any more is left out: callers see to it that everything fits.
class JsonText {
 public:
  JsonText(char* to, std::size_t room) noexcept : start_(to), at_(to), end_(to + room) {}

  JsonText& put(std::string_view text) noexcept;
  JsonText& put_number(std::int64_t value) noexcept;
  /// Microseconds with three decimals: 310.250
  JsonText& put_time(std::int64_t ns) noexcept;
  /// A string with its quotes, of valid UTF-8 whatever the bytes are. Control characters and those that turn a line around are escaped,
  /// a byte that is not UTF-8 becomes \xff, spelt out. At most `most` bytes between the quotes; a longer one ends in "...".
  JsonText& put_string(std::string_view text, std::size_t most) noexcept;

  std::string_view str() const noexcept { return {start_, static_cast<std::size_t>(at_ - start_)}; }

 private:
  char* const start_;
  char* at_;
  char* const end_;
};

/// One thread, as its lines name it: ,"pid":71,"tid":72
struct LinePlace {
  std::array<char, 48> bytes;
  std::uint8_t size;
  LinePlace() = default;
  LinePlace(int pid, int tid) noexcept;
  std::string_view str() const noexcept { return {bytes.data(), size}; }
};

class RecordingLines {
 public:
  static constexpr std::size_t most_bytes = RecordingFile::most_of_line - 2;  // of one line; 2: ",\n"

  RecordingLines();

  void event(JsonText& out, const StoredItem& item, const LinePlace& place, std::int64_t ts_ns) const noexcept;
  /// The end of a frame whose own end is not there: `error` says why, "" when nothing is known.
  void end(JsonText& out, Index index, const LinePlace& place, std::int64_t ts_ns, std::string_view error) const noexcept;
  /// `what` is process_name or thread_name.
  static void name(JsonText& out, std::string_view what, std::string_view name, const LinePlace& place) noexcept;
  static void lost(JsonText& out, std::uint64_t events, const LinePlace& place, std::int64_t ts_ns) noexcept;
  static void killed(JsonText& out, std::string_view signal, const LinePlace& place, std::int64_t ts_ns) noexcept;

 private:
  struct Stage {
    std::string head;          // {"name":"...","cat":"...","ph":"
    std::string args;          // ,"args":{"id":"..."
    std::string qualname;      // ,"qualname":"...","values":{
    std::string alternatives;  // ,"alternatives":["True","False"]
    // is_secret(), remembered: a value's name stands at the same address each time.
    struct Known {
      std::string_view name;
      bool secret = false;
    };
    mutable std::array<Known, max_fields> known{};
  };
  std::vector<Stage> stages_;  // by Index
};

struct RecordedProcess;
/// The metadata line of a process, at most RecordingLines::most_bytes long: a very long command line is cut.
std::string metadata_line(const RecordedProcess& process, int pid, std::string_view wall_clock);

}  // namespace tracepoints::sinks
