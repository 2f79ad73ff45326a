// django/utils/autoreload.py. runserver's `run` calls run_with_reloader; in the parent control stays in restart_with_reloader,
// in the child start_django gives it to inner_run (in a thread) and to the reloader's loop (here).
#include "django/utils/autoreload.h"

#include <fnmatch.h>

#include <algorithm>
#include <csignal>
#include <exception>
#include <filesystem>
#include <optional>

#include <fmt/format.h>

#include "django/apps/registry.h"
#include "django/conf/__init__.h"
#include "python/exceptions.h"
#include "python/importlib/__init__.h"
#include "python/logging/__init__.h"
#include "python/os.h"
#include "python/signal.h"
#include "python/subprocess.h"
#include "python/sys.h"
#include "python/termios.h"
#include "python/threading.h"
#include "python/time.h"
#include "tracepoints/trace.h"

namespace django::utils::autoreload {

namespace os = python::os;
namespace signal = python::signal;
namespace subprocess = python::subprocess;
namespace sys = python::sys;
namespace termios = python::termios;
namespace threading = python::threading;
namespace time = python::time;
using python::KeyboardInterrupt, python::SystemExit;

namespace {

python::logging::Logger& logger() { return python::logging::getLogger("django.utils.autoreload"); }

// The thread that serves writes them, the one that watches reads them.
std::mutex errors_mutex;
std::vector<std::string> _error_files;
std::exception_ptr _exception;

// Departs: a C++ exception has no traceback whose last frame would tell the file, so it is the file that the exception names.
std::string filename_of(const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const python::OSError& ev) {
    return ev.filename;
  } catch (const python::ImportError& ev) {
    if (!ev.path.empty()) return ev.path;
    const auto* nested = dynamic_cast<const std::nested_exception*>(&ev);
    return nested && nested->nested_ptr() ? filename_of(nested->nested_ptr()) : "";
  } catch (const std::exception& ev) {
    const auto* nested = dynamic_cast<const std::nested_exception*>(&ev);
    return nested && nested->nested_ptr() ? filename_of(nested->nested_ptr()) : "";
  } catch (...) {
    return "";
  }
}

// iter_all_python_module_files(): resolved paths of what was imported, and of what could not be.
std::set<std::string> iter_all_python_module_files() {
  std::set<std::string> filenames = {sys::executable()};  // __main__.__file__, and every frozen module's
  for (const auto& module : python::importlib::modules()) filenames.insert(module->file);
  {
    const std::lock_guard lock(errors_mutex);
    filenames.insert(_error_files.begin(), _error_files.end());
  }
  std::set<std::string> results;
  for (const std::string& filename : filenames)
    // The module could have been removed; that is no reason to fail.
    if (!filename.empty() && os::path::exists(filename)) results.insert(os::path::realpath(filename));
  return results;
}

// Path.glob(): names in the folder, or at any depth below it.
void glob(std::vector<std::string>& out, const std::string& directory, std::string_view pattern) {
  namespace fs = std::filesystem;
  const bool recursive = pattern.starts_with("**/");
  if (recursive) pattern.remove_prefix(3);
  const std::string name_pattern(pattern);
  std::error_code error;
  const auto take = [&](const fs::directory_entry& entry) {
    if (::fnmatch(name_pattern.c_str(), entry.path().filename().c_str(), 0) == 0) out.push_back(entry.path().string());
  };
  if (recursive) {
    auto walk = fs::recursive_directory_iterator(directory, fs::directory_options::skip_permission_denied, error);
    for (; !error && walk != fs::recursive_directory_iterator(); walk.increment(error)) take(*walk);
  } else {
    auto walk = fs::directory_iterator(directory, error);
    for (; !error && walk != fs::directory_iterator(); walk.increment(error)) take(*walk);
  }
}

// Departs: a program that is being linked at this very moment cannot be started, and a Python script has no such moment, so a restart waits for it.
void wait_for_program(const std::string& executable) {
  namespace fs = std::filesystem;
  constexpr double patience = 30;  // seconds
  for (const double end = time::monotonic() + patience; time::monotonic() < end; time::sleep(0.1)) {
    std::error_code error;
    // The linker sets the mode last, when the file is whole and closed.
    const fs::perms mode = fs::status(executable, error).permissions();
    if (!error && (mode & fs::perms::owner_exec) != fs::perms::none) return;
  }
}

}  // namespace

void repr_to(tracepoints::Repr& out, const Function& function) noexcept {
  out.put("<function ");
  out.put(function.name);
  out.put('>');
}

void repr_to(tracepoints::Repr& out, const BaseReloader& reloader) noexcept {
  repr_to(out, tracepoints::Object{reloader.__class__()});
}

// django/utils/autoreload.py, check_errors()
Function check_errors(Function fn) {
  const std::string name = fn.name;
  auto wrapper = [fn = std::move(fn)] {
    TRACE_FRAME("autoreload.check_errors.wrapper", fn);
    try {
      fn();
    } catch (const std::exception&) {
      const std::string filename = filename_of(std::current_exception());
      const std::lock_guard lock(errors_mutex);
      _exception = std::current_exception();
      if (!filename.empty() && std::find(_error_files.begin(), _error_files.end(), filename) == _error_files.end())
        _error_files.push_back(filename);
      throw;
    }
  };
  return {name, wrapper};  // functools.wraps
}

// django/utils/autoreload.py, raise_last_exception()
void raise_last_exception() {
  TRACE_FRAME("autoreload.raise_last_exception");
  std::exception_ptr last;
  {
    const std::lock_guard lock(errors_mutex);
    last = _exception;
  }
  if (!last) return;
  try {
    std::rethrow_exception(last);
  } catch (const python::BaseException& e) {
    // It was made on another thread: the tracer of this one has not heard of it.
    tracepoints::note_exception(e.type_name().substr(e.type_name().rfind('.') + 1), e.str());
    throw;
  }
}

void _forget_errors() {
  const std::lock_guard lock(errors_mutex);
  _exception = nullptr;
  _error_files.clear();
}

// django/utils/autoreload.py, ensure_echo_on()
void ensure_echo_on() {
  if (termios::echo_is_off()) termios::turn_echo_on();
}

// django/utils/autoreload.py, get_child_arguments()
// Departs: there is no interpreter in front of the script, so these are the words this program was called with.
// Left out: the look for a Windows entry point, and `python -m`.
std::vector<std::string> get_child_arguments() {
  TRACE_FRAME("autoreload.get_child_arguments");
  std::vector<std::string> args = sys::argv;
  traced.result(args);
  return args;
}

// django/utils/autoreload.py, trigger_reload()
void trigger_reload(const std::string& filename) {
  TRACE_FRAME("autoreload.trigger_reload", filename);
  logger().info(fmt::format("{} changed, reloading.", filename));
  throw SystemExit(3);
}

// django/utils/autoreload.py, restart_with_reloader()
int restart_with_reloader() {
  TRACE_FRAME("autoreload.restart_with_reloader");
  auto new_environ = os::environ.copy();
  new_environ[std::string(DJANGO_AUTORELOAD_ENV)] = "true";
  const std::vector<std::string> args = get_child_arguments();
  const std::string executable = sys::executable();
  while (true) {
    const int returncode = subprocess::run(args, new_environ, executable);
    TRACE_DECISION("autoreload.restart_with_reloader:exit_code", returncode);
    if (returncode != 3) return traced.result(returncode);
    wait_for_program(executable);
  }
}

// django/utils/autoreload.py, BaseReloader.watch_dir()
void BaseReloader::watch_dir(const std::string& path, const std::string& glob) {
  logger().debug(fmt::format("Watching dir {} with glob {}.", path, glob));
  directory_globs[os::path::abspath(path)].insert(glob);
}

// django/utils/autoreload.py, BaseReloader.watched_files()
std::vector<std::string> BaseReloader::watched_files(bool include_globs) const {
  const std::set<std::string> module_files = iter_all_python_module_files();
  std::vector<std::string> out(module_files.begin(), module_files.end());
  out.insert(out.end(), extra_files.begin(), extra_files.end());
  if (include_globs)
    for (const auto& [directory, patterns] : directory_globs)
      for (const std::string& pattern : patterns) glob(out, directory, pattern);
  return out;
}

// django/utils/autoreload.py, BaseReloader.wait_for_apps_ready()
bool BaseReloader::wait_for_apps_ready(apps::Apps& app_reg, const threading::Thread& django_main_thread) {
  TRACE_FRAME("autoreload.BaseReloader.wait_for_apps_ready");
  while (django_main_thread.is_alive()) {
    signal::check_signals();
    if (app_reg.wait_ready(0.1)) return traced.result(true);
  }
  logger().debug("Main Django thread has terminated before apps are ready.");
  return traced.result(false);
}

// django/utils/autoreload.py, BaseReloader.run()
void BaseReloader::run(const threading::Thread& django_main_thread) {
  TRACE_FRAME("autoreload.BaseReloader.run", django_main_thread.name());
  logger().debug("Waiting for apps ready_event.");
  wait_for_apps_ready(apps::apps, django_main_thread);
  // The URLconf is imported here or in the other thread, whichever comes first; the import lock lets the second one wait.
  try {
    if (const auto urlconf = conf::settings.ROOT_URLCONF()) python::importlib::import_module(*urlconf);
  } catch (const std::exception&) {
    // It may well be broken while somebody is working on it: the thread that serves will say so.
  }
  logger().debug("Apps ready_event triggered. Sending autoreload_started signal.");
  for (const auto& receiver : autoreload_started) receiver(*this);
  run_loop();
}

// django/utils/autoreload.py, BaseReloader.run_loop()
void BaseReloader::run_loop() {
  while (!should_stop()) tick();
  stop();
}

// django/utils/autoreload.py, BaseReloader.notify_file_changed()
void BaseReloader::notify_file_changed(const std::string& path) {
  bool handled = false;
  for (const auto& receiver : file_changed) handled = receiver(*this, path) || handled;
  if (!handled) trigger_reload(path);
}

// django/utils/autoreload.py, StatReloader.tick()
// Python: a generator; each call of ours is the stretch from one yield to the next.
void StatReloader::tick() {
  TRACE_FRAME("autoreload.StatReloader.tick");
  for (const auto& file : snapshot_files()) {
    const std::string& filepath = file.first;
    const std::int64_t mtime = file.second;
    const auto [known, first_seen] = mtimes.try_emplace(filepath, mtime);
    const std::int64_t old_time = std::exchange(known->second, mtime);
    // A file seen for the first time is no change. Nor is one that became older: Django's comparison is ">".
    if (first_seen || mtime <= old_time) continue;
    TRACE_POINT("autoreload.StatReloader.tick:changed", filepath);
    logger().debug(fmt::format("File {} previous mtime: {}, current mtime: {}", filepath, old_time, mtime));
    notify_file_changed(filepath);
  }
  time::sleep(SLEEP_TIME);
}

// django/utils/autoreload.py, StatReloader.snapshot_files()
std::vector<std::pair<std::string, std::int64_t>> StatReloader::snapshot_files() const {
  std::vector<std::pair<std::string, std::int64_t>> out;
  std::set<std::string> seen_files;
  for (const std::string& file : watched_files()) {
    if (seen_files.contains(file)) continue;
    std::error_code error;
    const auto mtime = std::filesystem::last_write_time(file, error);
    if (error) continue;  // it is gone
    seen_files.insert(file);
    out.emplace_back(file, std::chrono::duration_cast<std::chrono::nanoseconds>(mtime.time_since_epoch()).count());
  }
  return out;
}

// django/utils/autoreload.py, get_reloader()
// Left out: WatchmanReloader, which needs the Watchman service; without it Django takes StatReloader, too.
std::unique_ptr<BaseReloader> get_reloader() {
  TRACE_FRAME("autoreload.get_reloader");
  auto reloader = std::make_unique<StatReloader>();
  traced.result(*reloader);
  return reloader;
}

// django/utils/autoreload.py, start_django()
void start_django(BaseReloader& reloader, const Function& main_func) {
  TRACE_FRAME("autoreload.start_django", reloader, main_func);
  ensure_echo_on();
  threading::Thread django_main_thread({.target = check_errors(main_func), .name = "django-main-thread", .daemon = true});
  django_main_thread.start();
  while (!reloader.should_stop()) reloader.run(django_main_thread);
}

// django/utils/autoreload.py, run_with_reloader()
void run_with_reloader(const Function& main_func) {
  TRACE_FRAME("autoreload.run_with_reloader", main_func);
  signal::signal(SIGTERM, [](int) {
    TRACE_FRAME("autoreload.run_with_reloader.lambda");
    throw SystemExit(0);
  });
  try {
    const bool RUN_MAIN = os::environ.get(DJANGO_AUTORELOAD_ENV) == "true";
    TRACE_DECISION("autoreload.run_with_reloader:RUN_MAIN", RUN_MAIN);
    if (RUN_MAIN) {
      const auto reloader = get_reloader();
      logger().info(fmt::format("Watching for file changes with {}", reloader->__class__()));
      start_django(*reloader, main_func);
    } else {
      const int exit_code = restart_with_reloader();
      throw SystemExit(exit_code);
    }
  } catch (const KeyboardInterrupt&) {
    // Ctrl-C is how one leaves: no traceback, exit code 0.
  }
}

}  // namespace django::utils::autoreload
