// The folder where a watched program finds the recorder: sitecustomize.py, stages.json and a socket. Only its owner can enter it.
#pragma once

#include <string>
#include <string_view>

namespace tracewalk::watch {

/// Made below TMPDIR (or /tmp), gone with this object. What a run that was killed has left there is cleared away first.
/// Raises: python::OSError when it cannot be made.
class PrivateFolder {
 public:
  PrivateFolder();
  ~PrivateFolder();
  PrivateFolder(const PrivateFolder&) = delete;
  PrivateFolder& operator=(const PrivateFolder&) = delete;

  const std::string& path() const noexcept { return path_; }
  /// Raises: python::OSError, for a full disk.
  void write(std::string_view name, std::string_view text) const;

 private:
  std::string path_;
  int lock_ = -1;  // held as long as this process lives: nobody else clears the folder away
};

}  // namespace tracewalk::watch
