// io: text streams. A command writes to one of these; which one decides about colour (isatty).
#pragma once

#include <string>
#include <string_view>

namespace python::io {

class TextIO {
 public:
  virtual ~TextIO() = default;
  /// Writes all of it, or raises OSError (BrokenPipeError when the reader has gone).
  virtual void write(std::string_view text) = 0;
  virtual void flush() {}
  virtual bool isatty() const { return false; }
};

/// Keeps what is written: io.StringIO.
class StringIO : public TextIO {
 public:
  void write(std::string_view text) override { text_ += text; }
  const std::string& getvalue() const { return text_; }

 private:
  std::string text_;
};

/// A file descriptor that somebody else closes. Unbuffered: a line is on its way when write returns.
class FileIO : public TextIO {
 public:
  /// errors: what becomes of bytes that are no UTF-8. They go out as they came, or as the escape that Python's standard error
  /// writes for the surrogate that stands for such a byte.
  enum class Errors { surrogateescape, backslashreplace };
  explicit FileIO(int fd, Errors errors = Errors::surrogateescape) : fd_(fd), errors_(errors) {}
  void write(std::string_view text) override;
  bool isatty() const override;
  int fileno() const { return fd_; }

 private:
  int fd_;
  Errors errors_;
};

}  // namespace python::io
