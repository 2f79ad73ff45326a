// What this program was started with, before it changed anything: a command that it starts must be given the same.
#pragma once

#include <csignal>
#include <string>
#include <vector>

namespace tracewalk::watch {

struct Inherited {
  std::vector<std::string> environment;  // NAME=value, in the order that they came in
  sigset_t blocked;
  bool ignores_sigpipe = false, ignores_sigchld = false;
  std::vector<int> closed;               // which of the descriptors 0, 1, 2 were
};

/// The first call looks; main makes it, before anything else.
const Inherited& inherited();

}  // namespace tracewalk::watch
