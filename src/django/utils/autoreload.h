// The auto-reloader. `runserver` starts this program a second time: the parent only waits for the child, the child serves in
// a thread and looks at its files once a second. When one has changed the child exits with code 3, and the parent starts a new one.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tracepoints/repr.h"

namespace python::threading { class Thread; }
namespace django::apps { class Apps; }

namespace django::utils::autoreload {

/// Set to "true" in the child's environment, and nowhere else.
inline constexpr std::string_view DJANGO_AUTORELOAD_ENV = "RUN_MAIN";

/// A callable with a name, as every Python function has one: `{"Command.inner_run", [=] { ... }}`.
struct Function {
  std::string name;
  std::function<void()> body;
  void operator()() const { body(); }
};
void repr_to(tracepoints::Repr& out, const Function& function) noexcept;

/// Gives a function that calls `fn`, and when that raises an Exception remembers it, with the file it names, and lets it pass.
/// Source: django/utils/autoreload.py, check_errors()
Function check_errors(Function fn);

/// Raises what check_errors remembered, if anything.
void raise_last_exception();

/// Forgets it, and the files: for tests.
void _forget_errors();

/// Some tools switch the terminal's echo off and die before they switch it on again.
void ensure_echo_on();

/// How to start this program again. (The tracer's options are not among these: main takes them to the child in the environment.)
std::vector<std::string> get_child_arguments();

/// Raises SystemExit(3), which the parent understands as "once more". Main thread only.
[[noreturn]] void trigger_reload(const std::string& filename);

/// The parent's loop. Gives: the exit code of the first child that did not ask for another.
int restart_with_reloader();

/// Source: django/utils/autoreload.py, class BaseReloader
class BaseReloader {
 public:
  virtual ~BaseReloader() = default;
  virtual std::string_view __class__() const = 0;

  /// Watches the files in `path` whose names match `glob`; "**/" in front: below it at any depth.
  void watch_dir(const std::string& path, const std::string& glob);
  /// Every file to be watched: of modules, of failed imports, extra_files, and (include_globs) those of watch_dir. May repeat itself.
  std::vector<std::string> watched_files(bool include_globs = true) const;
  /// Gives: false when the thread ended before the apps were ready.
  bool wait_for_apps_ready(apps::Apps& app_reg, const python::threading::Thread& django_main_thread);
  void run(const python::threading::Thread& django_main_thread);
  void run_loop();
  /// One turn of the loop; it pauses by itself.
  virtual void tick() = 0;
  /// Asks the receivers of file_changed; reloads unless one of them has dealt with it.
  void notify_file_changed(const std::string& path);
  bool should_stop() const { return stop_condition_; }
  void stop() { stop_condition_ = true; }

  std::set<std::string> extra_files;
  std::map<std::string, std::set<std::string>> directory_globs;

 private:
  bool stop_condition_ = false;
};
void repr_to(tracepoints::Repr& out, const BaseReloader& reloader) noexcept;

/// Called when the reloader begins to watch: the moment to call watch_dir.
inline std::vector<std::function<void(BaseReloader&)>> autoreload_started;
/// Called with a changed file; true means that no reload is needed.
inline std::vector<std::function<bool(BaseReloader&, const std::string& file_path)>> file_changed;

/// Compares times of modification, once a second.
class StatReloader : public BaseReloader {
 public:
  double SLEEP_TIME = 1;  // seconds
  std::string_view __class__() const override { return "StatReloader"; }
  void tick() override;
  /// Each watched file that is there, with its time of modification (in nanoseconds, since the clock's epoch).
  std::vector<std::pair<std::string, std::int64_t>> snapshot_files() const;

 private:
  std::map<std::string, std::int64_t> mtimes;
};

std::unique_ptr<BaseReloader> get_reloader();

/// The child: main_func in the daemon thread django-main-thread, the watcher here.
void start_django(BaseReloader& reloader, const Function& main_func);

/// Parent or child, as RUN_MAIN says. Raises: SystemExit. Ctrl-C makes it return.
void run_with_reloader(const Function& main_func);

}  // namespace django::utils::autoreload
