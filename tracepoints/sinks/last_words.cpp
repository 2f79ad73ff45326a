#include "tracepoints/sinks/last_words.h"

#include <signal.h>

#include <array>
#include <atomic>
#include <cerrno>

namespace tracepoints::sinks {
namespace {

constexpr int crashes[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGTRAP, SIGSYS};
constexpr int ends[] = {SIGTERM, SIGHUP, SIGQUIT, SIGINT, SIGALRM, SIGUSR1, SIGUSR2, SIGXCPU, SIGVTALRM, SIGPROF, SIGIO, SIGPWR};

std::atomic<void (*)(int) noexcept> callee{nullptr};
std::array<struct sigaction, NSIG> before{};

// The processor makes these again when the instruction that failed is run again, with all that a core file wants to know.
bool comes_back(int signal, const siginfo_t& info) noexcept {
  return info.si_code > 0 && (signal == SIGSEGV || signal == SIGBUS || signal == SIGILL || signal == SIGFPE);
}

extern "C" void on_last_signal(int signal, siginfo_t* info, void*) {
  const int errno_before = errno;
  if (auto* const say = callee.load()) say(signal);
  ::sigaction(signal, &before[static_cast<std::size_t>(signal)], nullptr);
  if (!comes_back(signal, *info)) ::raise(signal);  // it is blocked in here, and takes effect on return
  errno = errno_before;
}

void listen_to(int signal, bool only_default) noexcept {
  struct sigaction& old = before[static_cast<std::size_t>(signal)];
  struct sigaction now {};
  if (::sigaction(signal, nullptr, &now) != 0 || ((now.sa_flags & SA_SIGINFO) != 0 && now.sa_sigaction == on_last_signal)) return;
  if (only_default && ((now.sa_flags & SA_SIGINFO) != 0 || now.sa_handler != SIG_DFL)) return;
  old = now;
  struct sigaction ours {};
  ours.sa_sigaction = on_last_signal;
  ours.sa_flags = SA_SIGINFO | SA_ONSTACK;
  ::sigemptyset(&ours.sa_mask);
  ::sigaction(signal, &ours, nullptr);
}

}  // namespace

void before_dying(void (*say)(int signal) noexcept) noexcept {
  callee.store(say);
  if (!say) return;
  for (const int signal : crashes) listen_to(signal, false);
  for (const int signal : ends) listen_to(signal, true);
}

}  // namespace tracepoints::sinks
