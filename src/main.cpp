// manage.py: the door to the chain, for `manage` inside a project and for the installed `tracewalk` alike.
//
// It takes the tracer's options out of the command line, so that the chain sees the line a user without them would have typed,
// runs the chain, and turns what comes out of it into an exit code, as the Python interpreter does after the last line.
#include <fcntl.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <exception>

#include "django/core/management/__init__.h"
#include "frozen.h"
#include "python/exceptions.h"
#include "python/logging/__init__.h"
#include "python/os.h"
#include "python/signal.h"
#include "python/sys.h"
#include "python/threading.h"
#include "tracepoints/trace.h"
#include "tracewalk/narrate.h"
#include "tracewalk/own_commands.h"
#include "tracewalk/trace_options.h"
#include "tracewalk/watch/command_line.h"
#include "tracewalk/watch/inherited.h"

namespace {

namespace os = python::os;
namespace sys = python::sys;
namespace management = django::core::management;

// What startproject writes into manage.py. The demo project is the default: a first run needs no set-up. The tracer's own commands
// work in any folder, also in that of a real Django project, whose settings are Python: they bring their own.
void manage_main() {
  TRACE_FRAME("manage.main");
  if (tracewalk::names_own_command(sys::argv))
    tracewalk::configure_for_own_commands();
  else
    os::environ.setdefault("DJANGO_SETTINGS_MODULE", "mysite.settings");
  management::execute_from_command_line(sys::argv);
}

// --trace-help and a wrong option end the run before the chain begins.
void start_tracing() {
  try {
    const tracewalk::TraceOptions& options = tracewalk::trace_options = tracewalk::take_trace_options(sys::argv);
    if (!options.print.empty()) {
      sys::stdout_->write(options.print);
      throw python::SystemExit(0);
    }
    if (tracewalk::watch::is_watch(sys::argv))
      tracewalk::watch::set_command_apart(sys::argv);  // they are about the program that it watches, not about this one
    else if (!(options.only_language && tracewalk::names_own_command(sys::argv)))
      tracewalk::start(options, sys::argv);
  } catch (const tracewalk::TraceOptionError& e) {
    sys::stderr_->write(std::string(e.what()) + "\n");
    throw python::SystemExit(tracewalk::TraceOptionError::exit_code);
  }
}

void print_error(const std::string& text) noexcept {
  try {
    sys::stderr_->write(text);
  } catch (...) {
    // Standard error is gone: the exit code still tells.
  }
}

// Runs `step` as the interpreter runs a program: SystemExit is its exit code, anything else is printed and is 1.
template <class Step>
int run(const Step& step) {
  try {
    step();
    return 0;
  } catch (const python::SystemExit& e) {
    return e.code;
  } catch (const python::KeyboardInterrupt&) {
    print_error(python::format_exception(std::current_exception()));
    tracepoints::finish();
    // As CPython does: die by the signal, so that the shell sees what happened.
    std::signal(SIGINT, SIG_DFL);
    std::raise(SIGINT);
    return 130;
  } catch (...) {
    print_error(python::format_exception(std::current_exception()));
    return 1;
  }
}

// The project's folder first, as Python puts the folder of manage.py: a project's `manage` names it, else it is the current one.
// Last the demo project, among the program's own files.
std::vector<std::string> search_path() {
  if (const auto project = os::environ.get("TRACEWALK_PROJECT")) return {*project, sys::prefix()};
  try {
    return {os::getcwd(), sys::prefix()};
  } catch (const python::FileNotFoundError&) {
    return {sys::prefix()};  // the current folder is gone: Python leaves it out, too
  }
}

// A descriptor 0, 1 or 2 that is closed would be given to the first socket, and a print would go to a client.
void open_standard_descriptors() {
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; ++fd)
    if (::fcntl(fd, F_GETFD) == -1 && ::open("/dev/null", O_RDWR) == -1) std::_Exit(1);
}

}  // namespace

int main(int argc, char** argv) {
  (void)tracewalk::watch::inherited();  // before anything is changed
  open_standard_descriptors();
  python::signal::initialise();
  sys::argv.assign(argv, argv + argc);
  if (sys::argv.empty()) sys::argv = {"manage"};
  frozen::install();

  int code = run([] {
    sys::path = search_path();
    start_tracing();
    manage_main();
  });
  const int at_exit = run([] {
    python::threading::_shutdown();
    python::logging::shutdown();
  });
  if (code == 0) code = at_exit;
  // Daemon threads may still run: they are cut off here, as Python's are, before any destructor takes their world away.
  os::_exit(code);
}
