#include "python/termios.h"

#include <termios.h>
#include <unistd.h>

#include <csignal>

namespace python::termios {

bool echo_is_off() {
  struct ::termios attributes {};
  return ::isatty(STDIN_FILENO) && ::tcgetattr(STDIN_FILENO, &attributes) == 0 && !(attributes.c_lflag & ECHO);
}

void turn_echo_on() {
  struct ::termios attributes {};
  if (::tcgetattr(STDIN_FILENO, &attributes) != 0) return;
  attributes.c_lflag |= ECHO;
  const auto old_handler = ::signal(SIGTTOU, SIG_IGN);
  ::tcsetattr(STDIN_FILENO, TCSANOW, &attributes);
  ::signal(SIGTTOU, old_handler);
}

}  // namespace python::termios
