#include "tracewalk/watch/listener.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <utility>

#include "python/exceptions.h"
#include "tracewalk/watch/words.h"

namespace tracewalk::watch {
namespace {

using Clock = std::chrono::steady_clock;

// Processes that end together with the command, but after it: the reloader's child, killed by its parent.
constexpr auto last_moment = std::chrono::milliseconds(300);

}  // namespace

Listener::Listener(const std::string& address, Watching& watching) : watching_(watching) {
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  if (address.size() >= sizeof name.sun_path) python::raise_os_error(ENAMETOOLONG, address);
  std::memcpy(name.sun_path, address.data(), address.size());
  listening_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (listening_ < 0) python::raise_os_error(errno);
  if (::bind(listening_, reinterpret_cast<const sockaddr*>(&name), sizeof name) != 0 || ::listen(listening_, 16) != 0) {
    const int failed = errno;
    ::close(listening_);
    python::raise_os_error(failed, address);
  }
  wake_ = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
}

Listener::~Listener() {
  stop();
  ::close(listening_);
  ::close(wake_);
}

void Listener::start() {
  thread_ = std::thread([this] { run(); });
}

void Listener::stop() {
  if (!thread_.joinable()) return;
  stopping_ = true;
  const eventfd_t one = 1;
  ::eventfd_write(wake_, one);
  thread_.join();
}

void Listener::run() {
  while (!stopping_) read_all(-1);
  const auto deadline = Clock::now() + last_moment;
  do {
    accept_all();
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
    if (connections_.empty() || left <= 0) break;
    read_all(static_cast<int>(left));
  } while (true);
  while (!connections_.empty()) {
    const Connection& connection = *connections_.back();
    if (connection.story().has_begun() && watching_.teller)
      watching_.teller->note(fmt::format(fmt::runtime(in(watching_.options.language, words::still_runs)), connection.story().pid()));
    leave(connections_.size() - 1);
  }
}

// Reads once from each connection that has something to say.
void Listener::read_all(int timeout_ms) {
  std::vector<pollfd> fds;
  for (const auto& connection : connections_) fds.push_back({connection->fd(), POLLIN, 0});
  fds.push_back({listening_, POLLIN, 0});
  if (timeout_ms < 0) fds.push_back({wake_, POLLIN, 0});  // who waits without end must hear stop(), whenever it came
  if (::poll(fds.data(), fds.size(), timeout_ms) <= 0) return;
  for (std::size_t i = connections_.size(); i-- > 0;)
    if (fds[i].revents != 0 && !connections_[i]->read()) leave(i);
  accept_all();
}

void Listener::accept_all() {
  for (;;) {
    const int fd = ::accept4(listening_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd < 0) return;
    if (connections_.size() >= most_connections)
      ::close(fd);
    else
      connections_.push_back(std::make_unique<Connection>(fd, watching_));
  }
}

void Listener::leave(std::size_t at) {
  connections_[at]->end();
  connections_.erase(connections_.begin() + static_cast<std::ptrdiff_t>(at));
}

}  // namespace tracewalk::watch
