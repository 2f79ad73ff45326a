// os: the environment and the abrupt exit.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace python::os {

/// os.environ, over the process's real environment.
struct Environ {
  class Ref {
   public:
    explicit Ref(std::string key) : key_(std::move(key)) {}
    void operator=(std::string_view value) const;

   private:
    std::string key_;
  };
  Ref operator[](std::string key) const { return Ref(std::move(key)); }
  std::optional<std::string> get(std::string_view key) const;
  std::string get(std::string_view key, std::string_view default_) const;
  void setdefault(std::string_view key, std::string_view value) const;
  void pop(std::string_view key) const;
  bool contains(std::string_view key) const { return get(key).has_value(); }
  /// A snapshot, as {**os.environ} is.
  std::map<std::string, std::string> copy() const;
};
inline constexpr Environ environ{};

/// Ends the process at once: no destructor, no atexit, no other thread gets a word.
[[noreturn]] void _exit(int status);

std::string getcwd();

namespace path {
std::string basename(std::string_view path);
std::string dirname(std::string_view path);
/// The last component wins if it is absolute, as in Python.
std::string join(std::string_view a, std::string_view b);
/// Absolute, with . and .. taken out by text alone (no symbolic link is followed).
std::string abspath(std::string_view path);
std::string normpath(std::string_view path);
std::string realpath(std::string_view path);
bool exists(std::string_view path);
bool isdir(std::string_view path);
bool isfile(std::string_view path);
}  // namespace path

}  // namespace python::os
