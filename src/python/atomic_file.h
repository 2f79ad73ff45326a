// A file that appears under its name only when it is whole. No module of Python's: what a careful program writes by hand.
#pragma once

#include <string>
#include <string_view>

namespace python {

/// Written beside its place under a temporary name; commit() renames it over whatever stands there.
/// Without commit() nothing remains. Raises: OSError, from every call.
class AtomicFile {
 public:
  explicit AtomicFile(std::string path, unsigned mode = 0666);
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;
  void write(std::string_view bytes);
  void chmod(unsigned mode);
  void commit();

  /// A name in the same folder that is free: ".NAME.xxxxxxxx".
  static std::string temporary_name(const std::string& path);

 private:
  std::string path_, temporary_;
  int fd_ = -1;
};

}  // namespace python
