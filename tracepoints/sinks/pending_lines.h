// Lines of a recording that wait to be written, in a buffer of fixed size.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>

#include "tracepoints/sinks/recording_file.h"
#include "tracepoints/sinks/recording_lines.h"

namespace tracepoints::sinks {

class PendingLines {
 public:
  /// Room for what one item may bring, but for a pile of frames that end together.
  bool has_room() const noexcept { return capacity - size_ > 4 * RecordingFile::most_of_line; }
  bool are_many() const noexcept { return size_ >= 32 * 1024; }
  bool empty() const noexcept { return size_ == 0; }
  std::string_view text() const noexcept { return {bytes_.get(), size_}; }
  std::uint64_t count() const noexcept { return static_cast<std::uint64_t>(std::count(text().begin(), text().end(), '\n')); }
  /// Gives: false when the line had no room; then it is lost.
  template <class Make>
  bool line(const Make& make) noexcept {
    if (capacity - size_ < RecordingFile::most_of_line) return false;
    JsonText text(bytes_.get() + size_, RecordingFile::most_of_line);
    text.put(",\n");
    make(text);
    size_ += text.str().size();
    return true;
  }
  void wrote(std::size_t bytes) noexcept {
    size_ -= bytes;
    std::memmove(bytes_.get(), bytes_.get() + bytes, size_);  // mostly nothing is left
  }

 private:
  static constexpr std::size_t capacity = 128 * 1024;
  const std::unique_ptr<char[]> bytes_ = std::make_unique_for_overwrite<char[]>(capacity);
  std::size_t size_ = 0;
};

}  // namespace tracepoints::sinks
