// time: the clocks, and a sleep that a signal ends.
#pragma once

#include <ctime>

namespace python::time {

/// Seconds since the epoch, and on the steady clock.
double time();
double monotonic();
/// Seconds. On the main thread a signal's handler runs in it (PEP 475: it sleeps on, unless the handler raises).
void sleep(double seconds);
/// Makes local time follow the environment variable TZ. Not to be called once threads ask for local time.
inline void tzset() { ::tzset(); }

}  // namespace python::time
