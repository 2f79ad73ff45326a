// django.dispatch: a signal calls whoever has connected to it.
#pragma once

#include <functional>
#include <mutex>
#include <string_view>
#include <utility>
#include <vector>

namespace python::wsgiref { struct Environ; }
namespace django::http { class HttpRequest; }

namespace django::dispatch {

/// What the signals of one request carry; what does not belong to a signal is null.
struct Named {
  std::string_view sender = {};  // the sending class
  python::wsgiref::Environ* environ = nullptr;
  http::HttpRequest* request = nullptr;
};

/// Source: django/dispatch/dispatcher.py, class Signal
class Signal {
 public:
  using Receiver = std::function<void(const Named&)>;
  /// Gives the number that disconnects it again.
  int connect(Receiver receiver);
  bool disconnect(int number);
  /// Receivers run in order of their connection; what one raises comes through.
  void send(const Named& named) const;
  /// The same, but what a receiver raises is dropped.
  void send_robust(const Named& named) const;

 private:
  std::vector<std::pair<int, Receiver>> live_receivers() const;
  mutable std::mutex lock_;
  std::vector<std::pair<int, Receiver>> receivers_;
  int next_ = 1;
};

}  // namespace django::dispatch
