// selectors: waiting until one of several descriptors is ready.
//
// socketserver.serve_forever asks it, twice a second, whether somebody knocks at the listening socket.
#pragma once

#include <optional>
#include <vector>

namespace python::selectors {

inline constexpr int EVENT_READ = 1, EVENT_WRITE = 2;

/// A registered descriptor, and what is waited for.
struct SelectorKey {
  int fd = -1;
  int events = 0;
};
/// A key, and which of its events have come.
using Ready = std::pair<SelectorKey, int>;

/// Source: Lib/selectors.py, class PollSelector
class PollSelector {
 public:
  /// Raises: ValueError for no descriptor or no event, KeyError when it is registered already.
  void register_(int fd, int events);
  void unregister(int fd);
  /// Waits. Gives: the keys that are ready; none when the time is over. A signal on the main thread ends the wait at once, its
  /// handler runs, and if that raises nothing, the wait goes on.
  /// Units: seconds; nothing: for ever; zero or less: does not wait.
  std::vector<Ready> select(std::optional<double> timeout = std::nullopt);

 private:
  std::vector<SelectorKey> keys_;
};

}  // namespace python::selectors
