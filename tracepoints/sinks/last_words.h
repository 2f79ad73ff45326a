// A moment before a signal ends the process.
//
// A crash (SIGSEGV, SIGABRT, ...) and a request to end that nobody handles (SIGTERM, SIGHUP, ...) leave no time for destructors. Here a
// function is called first; then the signal takes the effect that it would have had, so exit status and core file stay what they were.
#pragma once

namespace tracepoints::sinks {

/// From now on `say` is called before such a signal takes effect, on the thread that it hits, in a signal handler: it may do only what is
/// safe there. Signals that are handled or ignored already are left alone, but for those of a crash, whose handler is called afterwards.
/// nullptr: nobody is to be called any more.
void before_dying(void (*say)(int signal) noexcept) noexcept;

}  // namespace tracepoints::sinks
