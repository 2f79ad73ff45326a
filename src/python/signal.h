// signal: handlers that run on the main thread, between two steps of the program, as CPython runs them.
//
// The C handler only notes the signal and makes a descriptor readable. The handler proper runs when the main thread next
// calls check_signals(): in select, in sleep, in wait. So a handler may throw: Ctrl-C's throws KeyboardInterrupt.
#pragma once

#include <functional>

namespace python::signal {

using Handler = std::function<void(int signum)>;

/// signal.signal(signum, handler). Main thread only.
void signal(int signum, Handler handler);
/// What Python does at start: SIGINT raises KeyboardInterrupt, SIGPIPE is ignored. The calling thread is the main thread.
void initialise();
/// Runs the handlers of the signals that have come. Does nothing on other threads. Raises what they raise.
void check_signals();
/// Readable when a signal has come and its handler has not run: for poll(). -1 on other threads than the main one.
int wakeup_fd();
bool in_main_thread();

}  // namespace python::signal
