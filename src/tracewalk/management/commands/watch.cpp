// The learner's command runs as a shell would run it; beside it, one thread listens to the recorders inside its processes, and one tells
// what they say. This one, the main thread, waits: for the command, for signals, and at the end for the telling.
#include "tracewalk/management/commands/watch.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <deque>
#include <memory>

#include "python/os.h"
#include "python/sys.h"
#include "tracepoints/sinks/narrator.h"
#include "tracepoints/sinks/terminal.h"
#include "tracewalk/narrate.h"
#include "tracewalk/trace_options.h"
#include "tracewalk/watch/command_line.h"
#include "tracewalk/watch/command_process.h"
#include "tracewalk/watch/listener.h"
#include "tracewalk/watch/private_folder.h"
#include "tracewalk/watch/project_record.h"
#include "tracewalk/watch/stages.h"
#include "tracewalk/watch/teller.h"

namespace embedded {
extern const std::string_view watch_recorder;
}

namespace tracewalk::management::commands::watch {

namespace base = django::core::management::base;
namespace sinks = tracepoints::sinks;
using namespace tracewalk::watch;
using Clock = std::chrono::steady_clock;

namespace {

/// How the command ended.
struct Ending {
  std::optional<int> exit_code;
  int signum = 0;
};

// A signal that was sent to this process alone is passed on. One that was sent to the whole group (a shell's `kill %1`) has reached the command
// already, and a second one in the middle of its clean-up would do harm: so it gets a moment to end by itself.
struct ToPassOn {
  int signum;
  Clock::time_point when;
};

std::chrono::milliseconds grace(int signum) {
  // The reloader gives its child a quarter of a second after Ctrl-C.
  return std::chrono::milliseconds(signum == SIGINT ? 1000 : 200);
}

void wait_for(CommandProcess& command, const Signals& signals) {
  std::deque<ToPassOn> waiting;
  while (!command.has_ended()) {
    int timeout_ms = -1;
    if (!waiting.empty()) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(waiting.front().when - Clock::now()).count();
      if (left <= 0) {
        command.send(waiting.front().signum);
        waiting.pop_front();
        continue;
      }
      timeout_ms = static_cast<int>(left);
    }
    pollfd ready{signals.fd(), POLLIN, 0};
    ::poll(&ready, 1, timeout_ms);
    while (const auto came = signals.take()) {
      if (came.signum == SIGCHLD || !came.was_sent) continue;
      waiting.push_back({came.signum, Clock::now() + grace(came.signum)});
      std::stable_sort(waiting.begin(), waiting.end(), [](const ToPassOn& a, const ToPassOn& b) { return a.when < b.when; });
    }
  }
}

// Gives: false when a signal ends the waiting: the terminal takes nothing, and somebody has had enough.
bool wait_until_told(Teller& teller, const Signals& signals) {
  const int told = ::eventfd(0, EFD_CLOEXEC);
  teller.close([told] { ::eventfd_write(told, 1); });
  bool patient = true;
  for (;;) {
    pollfd ready[] = {{told, POLLIN, 0}, {signals.fd(), POLLIN, 0}};
    ::poll(ready, 2, -1);
    if (ready[0].revents != 0) break;
    while (const auto came = signals.take())
      if (came.signum != SIGCHLD) patient = false;
    if (!patient) return false;  // `told` stays open: the teller may still write to it
  }
  ::close(told);
  return true;
}

std::shared_ptr<tracepoints::Sink> narrator_of(const Story& story, const TraceOptions& options, Teller& teller) {
  return std::make_shared<sinks::Narrator>(
      sinks::NarratorOptions{.zoom = options.zoom, .tell = options.tell, .language = options.language, .colour = options.colour,
                             .utf8 = sinks::locale_is_utf8(), .told_before = story.process() == "child" ? "autoreload" : ""},
      teller.paper());
}

base::CommandError cannot_start(const std::string& word, const python::OSError& error) {
  if (error.errno_ == ENOENT && word.find('/') == word.npos) {
    const bool is_script = python::os::path::isfile(word);
    return base::CommandError(fmt::format("{}: command not found{}", word, is_script ? fmt::format(" (try: python {0}, or ./{0})", word) : ""), 127);
  }
  if (error.errno_ == ENOENT && python::os::path::exists(word))
    return base::CommandError(fmt::format("{}: the interpreter that its first line names is not there", word), 126);
  return base::CommandError(fmt::format("{}: {}", word, error.strerror), error.errno_ == ENOENT ? 127 : 126);
}

// --trace='-*' leaves nothing to be watched: that is what was asked for.
bool tracepoints_are_wanted() {
  return std::any_of(tracepoints::enabled.begin(), tracepoints::enabled.end(), [](const auto& wanted) { return wanted.load(); });
}

Ending run(const std::vector<std::string>& words, const TraceOptions& options) {
  const bool records = !options.file.empty(), narrates = options.on || !records;
  switch_on(options);

  const Signals signals;  // before any thread begins: none of them is to be hit
  const std::unique_ptr<ProjectRecord> record = records ? std::make_unique<ProjectRecord>(options, words) : nullptr;
  const PrivateFolder folder;
  folder.write("sitecustomize.py", embedded::watch_recorder);
  folder.write("stages.json", stages_json(narrates));

  auto teller = std::make_unique<Teller>(options.language, std::make_unique<sinks::FilePaper>(STDERR_FILENO));
  Watching watching;
  watching.options = options;
  watching.teller = narrates ? teller.get() : nullptr;
  watching.record = record.get();
  watching.narrator = [&](const Story& story) { return narrator_of(story, options, *watching.teller); };
  Listener listener(folder.path() + "/socket", watching);

  std::unique_ptr<CommandProcess> command;
  try {
    command = std::make_unique<CommandProcess>(words, environment_with(folder.path(), inherited().environment));
  } catch (const python::OSError& error) {
    throw cannot_start(words[0], error);
  }
  listener.start();
  wait_for(*command, signals);
  listener.stop();
  if (watching.processes == 0 && tracepoints_are_wanted()) teller->note(why_nothing_was_watched(words, options.language));
  if (!wait_until_told(*teller, signals)) (void)teller.release();  // it still waits for the terminal; the end of this process ends that
  if (record) record->finish();
  return {command->exit_code(), command->exit_code() ? 0 : command->signal()};
}

}  // namespace

Command::Command() {
  help = "Narrates a real Django project: runs COMMAND as it is, and tells what Django does in it. The --trace options say how (see "
         "--trace-help).";
  requires_system_checks = {.all = false, .tags = {}};
  missing_args_message = "Which command is to be watched? For example: manage watch -- python manage.py runserver";
  suppressed_base_arguments = {"--settings", "--pythonpath", "--traceback", "--verbosity", "--version"};
}

void Command::add_arguments(base::CommandParser& parser) {
  parser.usage = "%(prog)s [-h] [--trace...] [--] COMMAND [ARGUMENT ...]";
  parser.add_argument({"command"}, {.nargs = "+", .metavar = "COMMAND", .help = "What runs the project, e.g. python manage.py runserver. Its "
                                                                                "input, output, signals and exit code stay its own."});
}

std::optional<std::string> Command::handle(base::Options& options) {
  const Ending ending = [&] {
    try {
      return run(options["command"].strings(), trace_options);
    } catch (const python::OSError& error) {
      throw base::CommandError(fmt::format("The recorder's folder cannot be made: {}", error.str()));
    } catch (const TraceOptionError& error) {
      python::sys::stderr_->write(fmt::format("{}\n", error.what()));
      throw python::SystemExit(TraceOptionError::exit_code);
    }
  }();
  if (!ending.exit_code) die_by(ending.signum);
  throw python::SystemExit(*ending.exit_code);
}

void exec(python::importlib::Module& module) { module.set("Command", base::command_class<Command>()); }

}  // namespace tracewalk::management::commands::watch
