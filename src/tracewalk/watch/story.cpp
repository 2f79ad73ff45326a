#include "tracewalk/watch/story.h"

#include <algorithm>
#include <mutex>
#include <set>

#include "tracewalk/narrate.h"

namespace tracewalk::watch {
namespace {

using tracepoints::Event;
using tracepoints::Index;
using tracepoints::index_of;
using tracepoints::What;

constexpr std::size_t most_threads = 10'000, most_frames = 2'000, longest_word = 200;

// Names and files are shown, and written to a recording, long after the line that brought them: they last as long as the program.
// All processes of a run say the same few hundred.
std::string_view lasting(std::string_view text) {
  constexpr std::size_t most = 10'000;
  static std::mutex mutex;
  static std::set<std::string, std::less<>>& words = *new std::set<std::string, std::less<>>;
  text = text.substr(0, longest_word);
  const std::lock_guard lock(mutex);
  if (const auto found = words.find(text); found != words.end()) return *found;
  return words.size() < most ? std::string_view(*words.insert(std::string(text)).first) : "...";
}

// runserver.Command.run of "runserver.Command.run:use_reloader"; itself, when it is a frame.
Index frame_around(Index index) {
  const std::string_view id = tracepoints::ids[index], frame = id.substr(0, id.rfind(':'));
  const auto found = std::find(std::begin(tracepoints::ids), std::end(tracepoints::ids), frame);
  return found == std::end(tracepoints::ids) ? index : static_cast<Index>(found - std::begin(tracepoints::ids));
}

// Calls that stand in a `finally` of the frame around them, or in an `except` that raises again. An exception that is on its way when
// they are entered goes on when they have returned; any other call means that it was caught.
bool is_clean_up(Index around, Index call) {
  struct CleanUp {
    Index around, call;
  };
  static constexpr CleanUp all[] = {
      {index_of("base.BaseCommand.run_from_argv"), index_of("connection.BaseConnectionHandler.close_all")},
      {index_of("socketserver.BaseRequestHandler.__init__"), index_of("socketserver.StreamRequestHandler.finish")},
      {index_of("wsgiref.handlers.BaseHandler.finish_response"), index_of("basehttp.ServerHandler.close")},
      {index_of("wsgiref.handlers.BaseHandler.finish_response"), index_of("http.response.HttpResponseBase.close")},
  };
  return std::any_of(std::begin(all), std::end(all), [&](const CleanUp& one) { return one.around == around && one.call == call; });
}

}  // namespace

bool Story::take(const Message& message) {
  if (message.letter == Letter::hello) return begin(message);
  if (!has_begun()) return false;
  switch (message.letter) {
    case Letter::mode: return true;
    case Letter::django:
      if (django_.empty()) django_ = message.text.substr(0, longest_word);
      return true;
    case Letter::thread:
      if (Thread* const thread = thread_of(message.tid)) return thread->name = message.text.substr(0, longest_word), true;
      return false;
    case Letter::request:
      if (Thread* const thread = thread_of(message.tid)) return thread->request = static_cast<unsigned>(message.number), true;
      return false;
    case Letter::place: return place(message);
    case Letter::enter: return enter(message);
    case Letter::leave:
    case Letter::raise: return leave(message);
    case Letter::point:
    case Letter::decision: return instant(message);
    default: return false;
  }
}

bool Story::begin(const Message& message) {
  if (has_begun() || message.number == 0) return false;
  pid_ = static_cast<int>(message.number);
  python_ = message.text.substr(0, longest_word);
  argv_ = strings_of(message.values[1]);
  if (message.values[0] == "child")
    process_ = "child";
  else if (will_reload(argv_))
    process_ = "parent";
  return true;
}

bool Story::place(const Message& message) {
  Stage& stage = stages_[message.index];
  stage = {};
  stage.file = lasting(message.text);
  stage.line = static_cast<int>(message.number);
  for (std::size_t i = 0; i < message.value_count; ++i) stage.names[i] = lasting(message.values[i]);
  return true;
}

// nullptr: there are more threads than any server has.
Story::Thread* Story::thread_of(int tid) {
  const auto found = threads_.find(tid);
  if (found != threads_.end()) return &found->second;
  return threads_.size() < most_threads ? &threads_[tid] : nullptr;
}

Event Story::event_of(const Message& message, const Thread& thread, What what) const {
  const Stage& stage = stages_[message.index];
  Event event;
  event.what = what;
  event.index = message.index;
  event.time_ns = message.time_ns;
  event.pid = pid_;
  event.tid = message.tid;
  event.depth = static_cast<int>(thread.frames.size());
  event.request = thread.request;
  event.process = process_;
  event.thread = thread.name;
  event.passing = thread.passing_through != 0 ? 1 : 0;
  if (what != What::leave) {
    // A point or a fork has no place of its own: it stands in the function that it belongs to.
    const Stage& in = stage.file.empty() ? stages_[frame_around(message.index)] : stage;
    event.file = in.file;
    event.line = in.line;
    for (std::size_t i = 0; i < message.value_count; ++i) {
      if (stage.names[i].empty() || message.values[i].empty()) continue;
      tracepoints::Field& field = event.fields[event.field_count++];
      field.name_text = stage.names[i];
      field.value.put(message.values[i]);
    }
  }
  if (what == What::leave || what == What::decision) event.outcome.put(message.text);
  return event;
}

bool Story::enter(const Message& message) {
  Thread* const thread = thread_of(message.tid);
  if (!thread || thread->frames.size() >= most_frames) return false;
  const std::size_t depth = thread->frames.size();
  if (thread->passing_through != 0 && depth == thread->passing_through && !is_clean_up(thread->frames.back().index, message.index))
    thread->passing_through = 0;
  const bool inside_taken = thread->frames.empty() || thread->frames.back().taken;
  const bool taken = outlet_.event(event_of(message, *thread, What::enter), inside_taken ? Outlet::Wish::offer : Outlet::Wish::refused);
  thread->frames.push_back({message.index, inside_taken && taken, message.time_ns});
  return true;
}

void Story::close_frame(Thread& thread, Event& event) {
  const Frame frame = thread.frames.back();
  thread.frames.pop_back();
  event.index = frame.index;
  event.depth = static_cast<int>(thread.frames.size());
  event.duration_ns = std::max<std::int64_t>(0, event.time_ns - frame.since_ns);
  outlet_.event(event, frame.taken ? Outlet::Wish::insist : Outlet::Wish::refused);
}

bool Story::leave(const Message& message) {
  Thread* const thread = thread_of(message.tid);
  if (!thread) return false;
  const auto is_it = [&](const Frame& frame) { return frame.index == message.index; };
  if (std::none_of(thread->frames.begin(), thread->frames.end(), is_it)) return false;
  const bool as_it_should_be = is_it(thread->frames.back());
  while (!is_it(thread->frames.back())) {  // ends that never came
    Message lost = message;
    lost.text = {};
    Event event = event_of(lost, *thread, What::leave);
    close_frame(*thread, event);
  }
  const std::size_t around = thread->frames.size() - 1;
  if (message.letter == Letter::raise) thread->passing_through = around;
  else if (thread->passing_through > around) thread->passing_through = 0;  // the frame that it came into has returned: it was caught there
  Event event = event_of(message, *thread, What::leave);
  event.raised = message.letter == Letter::raise;
  if (event.raised) event.passing = 1;
  close_frame(*thread, event);
  if (thread->frames.empty()) {
    thread->passing_through = 0;
    // A server makes a thread for each connection: the dead are forgotten.
    if (message.index == index_of("threading.Thread.run")) threads_.erase(message.tid);
  }
  return as_it_should_be;
}

bool Story::instant(const Message& message) {
  Thread* const thread = thread_of(message.tid);
  if (!thread) return false;
  if (thread->passing_through != 0 && thread->frames.size() == thread->passing_through) thread->passing_through = 0;
  const bool inside_taken = thread->frames.empty() || thread->frames.back().taken;
  outlet_.event(event_of(message, *thread, message.letter == Letter::point ? What::point : What::decision),
                inside_taken ? Outlet::Wish::offer : Outlet::Wish::refused);
  return true;
}

}  // namespace tracewalk::watch
