// termios: the terminal's switches. Only one is of interest here: whether it shows what is typed.
#pragma once

namespace python::termios {

/// Whether standard input is a terminal that does not show what is typed: tcgetattr(sys.stdin) without ECHO.
bool echo_is_off();

/// tcsetattr(sys.stdin, TCSANOW, ...) with ECHO, also from a background process, which would be stopped for it otherwise.
void turn_echo_on();

}  // namespace python::termios
