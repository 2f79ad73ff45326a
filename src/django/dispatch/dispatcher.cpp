#include "django/dispatch/dispatcher.h"

#include <algorithm>
#include <exception>

namespace django::dispatch {

// django/dispatch/dispatcher.py, Signal.connect()
int Signal::connect(Receiver receiver) {
  const std::scoped_lock guard(lock_);
  receivers_.emplace_back(next_, std::move(receiver));
  return next_++;
}

// django/dispatch/dispatcher.py, Signal.disconnect()
bool Signal::disconnect(int number) {
  const std::scoped_lock guard(lock_);
  return std::erase_if(receivers_, [number](const auto& entry) { return entry.first == number; }) > 0;
}

std::vector<std::pair<int, Signal::Receiver>> Signal::live_receivers() const {
  const std::scoped_lock guard(lock_);
  return receivers_;  // a copy: a receiver may connect or disconnect
}

// django/dispatch/dispatcher.py, Signal.send()
void Signal::send(const Named& named) const {
  for (const auto& [number, receiver] : live_receivers()) receiver(named);
}

// django/dispatch/dispatcher.py, Signal.send_robust()
void Signal::send_robust(const Named& named) const {
  for (const auto& [number, receiver] : live_receivers()) {
    try {
      receiver(named);
    } catch (const std::exception&) {
      // Left out: the log line of django.dispatch and the list of answers, which nobody here reads.
    }
  }
}

}  // namespace django::dispatch
