#include "tracewalk/watch/command_process.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "python/exceptions.h"
#include "tracewalk/watch/inherited.h"

namespace tracewalk::watch {
namespace {

constexpr int taken[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGCHLD};

std::vector<char*> pointers(const std::vector<std::string>& texts) {
  std::vector<char*> out;
  for (const std::string& text : texts) out.push_back(const_cast<char*>(text.c_str()));
  out.push_back(nullptr);
  return out;
}

// Between fork and exec: nothing that allocates.
[[noreturn]] void become(const Inherited& before, char* const* argv, char* const* envp, int error_pipe) {
  // A handler of ours would swallow a Ctrl-C that comes before exec does away with it.
  for (int signum = 1; signum < NSIG; ++signum) {
    struct sigaction action {};
    if (::sigaction(signum, nullptr, &action) == 0 && action.sa_handler != SIG_IGN && action.sa_handler != SIG_DFL) ::signal(signum, SIG_DFL);
  }
  ::signal(SIGPIPE, before.ignores_sigpipe ? SIG_IGN : SIG_DFL);
  ::signal(SIGCHLD, before.ignores_sigchld ? SIG_IGN : SIG_DFL);
  for (const int fd : before.closed) ::close(fd);
  ::pthread_sigmask(SIG_SETMASK, &before.blocked, nullptr);
  ::execvpe(argv[0], argv, envp);
  const int failed = errno;
  [[maybe_unused]] const ssize_t written = ::write(error_pipe, &failed, sizeof failed);
  ::_exit(127);
}

}  // namespace

CommandProcess::CommandProcess(const std::vector<std::string>& command, const std::vector<std::string>& environment) {
  const std::vector<char*> argv = pointers(command), envp = pointers(environment);
  const Inherited& before = inherited();
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) python::raise_os_error(errno);
  pid_ = ::fork();
  if (pid_ == 0) become(before, argv.data(), envp.data(), ends[1]);
  const int fork_failed = pid_ < 0 ? errno : 0;
  ::close(ends[1]);
  int failed = 0;
  ssize_t size = -1;
  while (fork_failed == 0 && (size = ::read(ends[0], &failed, sizeof failed)) < 0 && errno == EINTR) {
  }
  ::close(ends[0]);
  if (fork_failed != 0) python::raise_os_error(fork_failed);
  if (size == static_cast<ssize_t>(sizeof failed)) {
    ::waitpid(pid_, &status_, 0);
    python::raise_os_error(failed, command[0]);
  }
}

bool CommandProcess::has_ended() {
  while (!ended_) {
    const pid_t got = ::waitpid(pid_, &status_, WNOHANG);
    if (got == 0) return false;
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) status_ = 0;  // somebody else took it
    ended_ = true;
  }
  return true;
}

std::optional<int> CommandProcess::exit_code() const {
  return WIFSIGNALED(status_) ? std::nullopt : std::optional(WEXITSTATUS(status_));
}

int CommandProcess::signal() const { return WTERMSIG(status_); }

void CommandProcess::send(int signum) const {
  if (!ended_) ::kill(pid_, signum);
}

Signals::Signals() {
  (void)inherited();
  sigset_t wanted;
  ::sigemptyset(&wanted);
  for (const int signum : taken) ::sigaddset(&wanted, signum);
  ::signal(SIGCHLD, SIG_DFL);  // ignored, the system would throw the command's status away
  ::pthread_sigmask(SIG_BLOCK, &wanted, nullptr);
  fd_ = ::signalfd(-1, &wanted, SFD_CLOEXEC | SFD_NONBLOCK);
  if (fd_ < 0) python::raise_os_error(errno);
}

Signals::~Signals() { ::close(fd_); }

Signals::Came Signals::take() const {
  signalfd_siginfo info{};
  if (::read(fd_, &info, sizeof info) != static_cast<ssize_t>(sizeof info)) return {};
  return {static_cast<int>(info.ssi_signo), info.ssi_code <= 0};  // SI_USER, SI_QUEUE, SI_TKILL; the kernel's own are above 0
}

void die_by(int signum) {
  const rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none);  // the core that tells something is the command's
  ::signal(signum, SIG_DFL);
  sigset_t only;
  ::sigemptyset(&only);
  ::sigaddset(&only, signum);
  ::pthread_sigmask(SIG_UNBLOCK, &only, nullptr);
  ::raise(signum);
  ::_exit(128 + signum);
}

}  // namespace tracewalk::watch
