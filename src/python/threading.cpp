// Threads are made with pthread_create itself: std::thread cannot be told how large a stack it gets, and a server with one
// thread per connection must say so.
#include "python/threading.h"

#include <pthread.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "python/exceptions.h"
#include "python/signal.h"
#include "python/sys.h"
#include "tracepoints/trace.h"

namespace python::threading {
namespace {

/// What one thread may put on its stack. Linux's default of 8 MiB makes a thousand idle connections look expensive, and
/// runs into limits on the address space; no function of the chain comes near this.
constexpr std::size_t stack_size_bytes = 512 * 1024;

/// How often the main thread, while it joins another, looks whether a signal has come: no handler can wake a condition.
constexpr std::chrono::milliseconds signal_check_interval{50};

constexpr std::size_t kernel_name_size = 15;  // what the kernel keeps of a thread's name

std::string _newname() {
  static std::atomic<unsigned> counter{0};
  return "Thread-" + std::to_string(++counter);
}

// threading.excepthook
void excepthook(const std::string& name) noexcept {
  try {
    sys::stderr_->write("Exception in thread " + name + ":\n" + format_exception(std::current_exception()));
  } catch (...) {
    // The report itself cannot be written: nothing is left to tell it to.
  }
}

}  // namespace

struct Thread::State {
  ThreadInit init;
  std::string name;
  std::atomic<bool> started{false};
  std::mutex mutex;
  std::condition_variable stopped_condition;
  bool stopped = false;
};

namespace {

// _shutdown's list. It is never destroyed: a thread may still leave it while the process ends.
struct Shutdown {
  std::mutex mutex;
  std::vector<Thread> threads;
};
Shutdown& shutdown_list() {
  static Shutdown& list = *new Shutdown;
  return list;
}

}  // namespace

Thread::Thread(ThreadInit init) : state_(std::make_shared<State>()) {
  state_->name = init.name.empty() ? _newname() : init.name;
  if (init.name.empty() && !init.target_name.empty()) state_->name += " (" + init.target_name + ")";
  state_->init = std::move(init);
}

const std::string& Thread::name() const { return state_->name; }
bool Thread::daemon() const { return state_->init.daemon; }

bool Thread::is_alive() const {
  const std::lock_guard lock(state_->mutex);
  return state_->started && !state_->stopped;
}

// Lib/threading.py, Thread.start()
void Thread::start() {
  TRACE_FRAME("threading.Thread.start", this->name(), this->daemon());
  if (state_->started) throw RuntimeError("threads can only be started once");

  // Lib/threading.py, Thread._bootstrap_inner()
  const auto bootstrap = [](void* argument) -> void* {
    const std::unique_ptr<Thread> self(static_cast<Thread*>(argument));
    const std::shared_ptr<State> state = self->state_;
    tracepoints::name_thread(state->name);
    ::pthread_setname_np(::pthread_self(), state->name.substr(0, kernel_name_size).c_str());
    state->started = true;
    state->started.notify_all();
    try {
      self->run();
    } catch (const SystemExit&) {
      // Python: sys.exit() in a thread ends that thread and says nothing.
    } catch (...) {
      excepthook(state->name);
    }
    state->init.target = nullptr;  // what the target holds is let go now, not when the last Thread object goes
    if (!state->init.daemon) {
      const std::lock_guard lock(shutdown_list().mutex);
      std::erase_if(shutdown_list().threads, [&](const Thread& thread) { return thread.state_ == state; });
    }
    {
      const std::lock_guard lock(state->mutex);
      state->stopped = true;
    }
    state->stopped_condition.notify_all();
    return nullptr;
  };

  if (!daemon()) {
    const std::lock_guard lock(shutdown_list().mutex);
    shutdown_list().threads.push_back(*this);
  }
  pthread_attr_t attributes;
  ::pthread_attr_init(&attributes);
  ::pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  ::pthread_attr_setstacksize(&attributes, stack_size_bytes);
  auto argument = std::make_unique<Thread>(*this);
  pthread_t handle{};
  const int error = ::pthread_create(&handle, &attributes, bootstrap, argument.get());
  ::pthread_attr_destroy(&attributes);
  if (error != 0) {
    const std::lock_guard lock(shutdown_list().mutex);
    std::erase_if(shutdown_list().threads, [&](const Thread& thread) { return thread.state_ == state_; });
    throw RuntimeError("can't start new thread");
  }
  static_cast<void>(argument.release());  // the new thread owns it
  state_->started.wait(false);
}

// Lib/threading.py, Thread.run()
void Thread::run() {
  TRACE_FRAME("threading.Thread.run", this->name());
  if (state_->init.target) state_->init.target();
}

// Lib/threading.py, Thread.join()
void Thread::join(double timeout) const {
  if (!state_->started) throw RuntimeError("cannot join thread before it is started");
  using Clock = std::chrono::steady_clock;
  const bool for_ever = timeout < 0;
  const Clock::time_point deadline =
      for_ever ? Clock::time_point::max()
               : Clock::now() + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(timeout));
  const bool watch_signals = signal::in_main_thread();
  std::unique_lock lock(state_->mutex);
  const auto stopped = [&] { return state_->stopped; };
  while (!stopped()) {
    if (for_ever && !watch_signals) {
      state_->stopped_condition.wait(lock, stopped);
      return;
    }
    Clock::time_point until = deadline;
    if (watch_signals) until = std::min(deadline, Clock::now() + signal_check_interval);
    if (state_->stopped_condition.wait_until(lock, until, stopped) || Clock::now() >= deadline) return;
    lock.unlock();
    signal::check_signals();
    lock.lock();
  }
}

// Lib/threading.py, _shutdown()
void _shutdown() {
  TRACE_FRAME("threading._shutdown");
  for (;;) {
    std::vector<Thread> threads;
    {
      const std::lock_guard lock(shutdown_list().mutex);
      threads = shutdown_list().threads;
    }
    if (threads.empty()) return;
    for (const Thread& thread : threads) thread.join();
  }
}

}  // namespace python::threading
