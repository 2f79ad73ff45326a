// _pyio: reading a file's bytes. What open(path, "rb") gives, and what os.fstat tells of it.
//
// Departs: only a plain file can be opened. Python's open() waits for ever on a named pipe that nobody writes to, and a
// server's thread must not.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace python::_pyio {

struct stat_result {
  bool is_regular = false;
  std::int64_t st_size = 0;
  double st_mtime_ = 0;  // seconds since the epoch; st_mtime is a macro of the system
};

/// A file open for reading; closed with its last copy, or by close().
class BufferedReader {
 public:
  /// Raises: OSError's subclass for the errno (FileNotFoundError, PermissionError, ...); IsADirectoryError for a folder;
  /// OSError("Not a regular file") for a pipe, a device or a socket. Never waits.
  explicit BufferedReader(const std::string& path);
  const std::string& name() const;
  const stat_result& fstat() const;
  /// At most `size` bytes; "" at the end. Raises: OSError; ValueError when it is closed.
  std::string read(std::size_t size) const;
  void close() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace python::_pyio
