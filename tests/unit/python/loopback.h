// A client on the loopback interface, for tests of servers. Every wait has a limit, so that a broken server fails its test
// instead of stopping all of them.
#pragma once

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>
#include <string>
#include <string_view>

namespace loopback {

inline constexpr int patience_ms = 10'000;

class Client {
 public:
  explicit Client(int port) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) throw std::runtime_error("connect");
    const int on = 1;
    ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  }
  ~Client() { close(); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  void send(std::string_view data) {
    while (!data.empty()) {
      const ssize_t sent = ::send(fd_, data.data(), data.size(), MSG_NOSIGNAL);
      if (sent <= 0) return;  // the server has closed: what it said is what counts
      data.remove_prefix(static_cast<std::size_t>(sent));
    }
  }
  void finish_sending() { ::shutdown(fd_, SHUT_WR); }

  /// All until the server closes.
  std::string read_all() {
    while (receive()) {
    }
    return std::move(received_);
  }
  /// Until that text has come; it and what stands before it.
  std::string read_until(std::string_view text) {
    std::size_t at = 0;
    while ((at = received_.find(text)) == std::string::npos)
      if (!receive()) throw std::runtime_error("the server closed after: " + received_);
    std::string before = received_.substr(0, at + text.size());
    received_.erase(0, at + text.size());
    return before;
  }
  /// One response that has a Content-Length.
  std::string read_response() {
    std::string response = read_until("\r\n\r\n");
    const std::size_t at = response.find("Content-Length: ");
    std::size_t length = at == std::string::npos ? 0 : std::stoul(response.substr(at + 16));
    while (received_.size() < length)
      if (!receive()) throw std::runtime_error("the server closed within a response");
    response += received_.substr(0, length);
    received_.erase(0, length);
    return response;
  }
  /// Closes with a reset instead of an end.
  void reset() {
    const linger now{1, 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    close();
  }
  void close() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }

 private:
  bool receive() {
    pollfd watched{fd_, POLLIN, 0};
    if (::poll(&watched, 1, patience_ms) <= 0) throw std::runtime_error("nothing came after: " + received_);
    char buffer[4096];
    const ssize_t size = ::recv(fd_, buffer, sizeof buffer, 0);
    if (size <= 0) return false;
    received_.append(buffer, static_cast<std::size_t>(size));
    return true;
  }

  int fd_;
  std::string received_;
};

}  // namespace loopback
