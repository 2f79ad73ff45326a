// The file of a recording: a JSON array that is closed at every moment, although several processes add to it and any of them may be
// killed while it does.
//
// It ends in "\n]\n". Adding is one pwrite of at most 4,096 bytes that starts on those three bytes: so few that the kernel copies them
// between two looks at its pending signals, but where they lie on two pages. A tail that a kill has torn all the same is repaired by
// the next one who adds. Where a disk is nearly full, space is set aside before it is written to, so that the end of it is met while the
// file is still whole; always to do so would make the writer wait for the file system's journal.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace tracepoints::sinks {

class RecordingFile {
 public:
  static constexpr std::size_t most_bytes = 4096;           // of one write
  static constexpr std::string_view tail = "\n]\n";
  static constexpr std::size_t most_of_line = most_bytes - tail.size();
  static constexpr std::size_t spare_bytes = 512;           // set aside for what must still be said when the disk is full

  /// Begins a file with this line, mode 0600. One of that name is replaced when the new one stands complete beside it.
  /// Gives: nullptr and a line in `trouble` when that cannot be.
  static std::unique_ptr<RecordingFile> create(const std::string& file, std::string_view first_line, std::string& trouble);
  /// Opens the file that another process of this run began: only if `mark` stands in its first line.
  static std::unique_ptr<RecordingFile> join(const std::string& file, std::string_view mark, std::string& trouble);
  ~RecordingFile();
  RecordingFile(const RecordingFile&) = delete;
  RecordingFile& operator=(const RecordingFile&) = delete;

  /// Adds lines, each with ",\n" in front and at most most_of_line bytes long with it, by as few writes as they need; `added` tells how
  /// many bytes of them were written. `last_word`: may use the spare bytes.
  /// Gives: 0, or an errno when not all were added; the file is whole all the same. ESTALE: the file was deleted or replaced. EBADMSG:
  /// somebody put something else into it. After these two it is of no use to try again.
  int add(std::string_view lines, std::size_t& added, bool last_word = false) noexcept;
  /// Gives back the disk space that was set aside.
  void close() noexcept;
  /// For the child of a fork, which must not write here; safe in a signal handler.
  void forget() noexcept;

  const std::string& path() const noexcept { return path_; }

 private:
  RecordingFile(int fd, std::string path, std::string first_line);
  int add_locked(std::string_view lines, std::size_t& added, bool last_word) noexcept;
  int add_batch(std::string_view lines, std::int64_t end, std::int64_t size, bool last_word) noexcept;
  int find_end(std::int64_t size, std::int64_t& end) noexcept;
  int set_aside(std::int64_t end, bool last_word) noexcept;
  void look_at_disk() noexcept;

  int fd_;
  const std::string path_;
  const std::string first_line_;      // a file that somebody emptied begins with it again
  std::int64_t size_after_last_ = -1;
  std::int64_t set_aside_to_ = 0;
  std::int64_t size_limit_;           // RLIMIT_FSIZE
  bool can_set_aside_ = true;
  bool is_disk_scarce_ = true;
};

}  // namespace tracepoints::sinks
