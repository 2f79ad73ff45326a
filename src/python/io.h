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
  explicit FileIO(int fd) : fd_(fd) {}
  void write(std::string_view text) override;
  bool isatty() const override;
  int fileno() const { return fd_; }

 private:
  int fd_;
};

}  // namespace python::io
