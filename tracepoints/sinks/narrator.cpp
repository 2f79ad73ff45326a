#include "tracepoints/sinks/narrator.h"

#include <fmt/format.h>

#include <algorithm>

#include "tracepoints/catalogue.h"
#include "tracepoints/sinks/words.h"

namespace tracepoints::sinks {
namespace {

constexpr std::int64_t long_call_ns = 500'000'000;  // a return after this long is worth a line, whatever it brought

const Tracepoint& stage_of(const Event& event) { return catalogue()[event.index]; }

bool is_stop(std::string_view exception) {
  return exception.starts_with("SystemExit(") || exception.starts_with("KeyboardInterrupt(");
}

std::size_t place_of(std::string_view leg) {
  const auto all = legs();
  return static_cast<std::size_t>(std::find_if(all.begin(), all.end(), [&](const Leg& l) { return l.id == leg; }) - all.begin());
}

}  // namespace

Narrator::Narrator(NarratorOptions options, std::unique_ptr<Paper> paper)
    : options_(std::move(options)),
      paper_(std::move(paper)),
      page_(options_.colour, options_.utf8 || options_.language == Language::zh),
      telling_(options_.language, page_),
      explained_(catalogue().size()),
      shown_(catalogue().size()) {
  if (options_.told_before.empty()) return;
  for (std::size_t i = 0; i < explained_.size(); ++i)
    explained_[i] = place_of(catalogue()[i].leg) < place_of(options_.told_before);
}

void Narrator::event(const Event& event) noexcept {
  if (options_.hears_all && !is_told(stage_of(event))) return;
  try {
    const std::lock_guard lock(mutex_);
    if (silent_ || finished_) return;
    tell(event);
    flush();
  } catch (...) {
    silent_ = true;  // a bool that only ever becomes true; the lock may be what failed
    const std::string_view words = in(options_.language, words::no_memory);
    paper_->write(words);
    paper_->write("\n");
  }
}

void Narrator::finish() noexcept {
  try {
    const std::lock_guard lock(mutex_);
    if (silent_ || finished_) return;
    finished_ = true;
    if (start_ns_ < 0) return;
    tell_end();
    flush();
  } catch (...) {
    silent_ = true;
  }
}

void Narrator::flush() {
  const std::string block = page_.take();
  if (!block.empty() && !paper_->write(block)) silent_ = true;
}

Margin Narrator::margin(const Lane& lane, int level, Joint joint) const {
  const bool starts = joint == Joint::enter;
  return {.time_ns = starts ? now_ns_ - start_ns_ : -1, .lane = lane.label, .name_lane = joint != Joint::inside,
          .level = level, .joint = joint, .hang = joint == Joint::inside ? 0 : 2};
}

// Up to zoom 1 long values are shortened, so that a call is mostly one line; from zoom 2 on they are shown whole.
void Narrator::put(const Margin& margin, const Spans& text) {
  if (options_.tell == Tell::brief || options_.zoom < 2)
    page_.put_short(margin, text, true);
  else
    page_.put(margin, text);
}

Lane& Narrator::lane_of(const Event& event) {
  Lane& lane = lanes_[event.tid];
  lane.is_request = event.request != 0;
  lane.is_thread = event.tid != event.pid;
  const bool main_thread = event.thread.empty() || event.thread == "MainThread";
  if (lane.is_request && lane.is_thread)
    lane.label = fmt::format("request {}", event.request);
  else if (!main_thread && lane.is_thread)
    lane.label = harmless(event.thread);
  else
    lane.label = harmless(event.process);  // the only process's first thread has no label: it is the one that needs none
  return lane;
}

void Narrator::tell(const Event& event) {
  const Tracepoint& stage = stage_of(event);
  if (!shows(stage) && !folds(stage) && event.what != What::leave && event.what != What::enter) return;
  page_.set_width(paper_->width());
  if (start_ns_ < 0) {
    start_ns_ = event.time_ns;
    if (!event.process.empty())
      page_.rule(event.process, fmt::format(fmt::runtime(telling_.words(words::is_process)), event.pid), "");
  }
  Lane& lane = lane_of(event);
  now_ns_ = event.time_ns;
  const bool leaves_raised = event.what == What::leave && event.raised;
  if (lane.trouble.passing && !leaves_raised && event.passing < lane.trouble.depth) caught(lane);
  switch (event.what) {
    case What::enter: enter(lane, event); break;
    case What::leave: leave(lane, event); break;
    case What::point:
    case What::decision: instant(lane, event); break;
  }
  if (lane.stack.empty() && event.what == What::leave && lane.is_thread) lanes_.erase(event.tid);
}

void Narrator::enter(Lane& lane, const Event& event) {
  const Tracepoint& stage = stage_of(event);
  if (folds(stage)) {  // kept back until it returns
    OpenFrame* const loop = lane.innermost_shown();
    if (loop && lane.idle.holds && loop->turn_starts_with == event.index) ++lane.idle.turns, lane.idle.holds = false;
    if (!lane.idle.any()) lane.idle.since_ns = event.time_ns;
    lane.idle.call = event;
    lane.stack.push_back({.index = event.index});
    return;
  }
  const bool shown = shows(stage);
  if (shown) {
    show_idle(lane, true);
    show_call(lane, event);
  }
  lane.stack.push_back({.index = event.index, .shown = shown});
}

void Narrator::show_call(Lane& lane, const Event& event) {
  heading(lane, event);
  const int level = lane.level();
  if (OpenFrame* around = lane.innermost_shown()) around->has_shown_inside = true;
  put(margin(lane, level, Joint::enter), telling_.call(stage_of(event), event));
  explain(lane, event, level);
}

// Once for each stage: later visits are one line.
void Narrator::explain(Lane& lane, const Event& event, int level) {
  const Tracepoint& stage = stage_of(event);
  Margin below = margin(lane, level, Joint::inside);
  const bool call = event.what == What::enter;
  if (!call) below.level = level - 1, below.hang = 0;
  const auto inset = [&](Spans text) {
    if (!call && !text.empty()) text.insert(text.begin(), {"", Style::plain});
    return text;
  };
  if (options_.tell == Tell::source) {
    if (const Spans places = telling_.places(stage, event); !places.empty()) page_.put(below, inset(places));
    return;
  }
  if (options_.tell == Tell::brief || explained_[event.index]) return;
  explained_[event.index] = true;
  // The deepest level that is shown says what happens; why, for what stands above it. So a start and a request stay readable.
  const bool with_why = stage.zoom < options_.zoom || stage.zoom == 0;
  if (const Spans words = telling_.explanation(stage, with_why); !words.empty()) page_.put(below, inset(words));
  if (event.what == What::decision) {
    if (const Spans ways = telling_.other_ways(stage, event.outcome.str()); !ways.empty()) page_.put(below, inset(ways));
  }
}

void Narrator::instant(Lane& lane, const Event& event) {
  const Tracepoint& stage = stage_of(event);
  if (!shows(stage)) return;
  show_idle(lane, true);
  // A moment inside an idle call: the call was not idle after all, and its line comes first.
  if (!lane.stack.empty() && !lane.stack.back().shown && folds(catalogue()[lane.stack.back().index])) {
    const OpenFrame frame = lane.stack.back();
    lane.stack.pop_back();
    if (shows(catalogue()[frame.index])) show_call(lane, lane.idle.call);
    lane.stack.push_back({.index = frame.index, .shown = shows(catalogue()[frame.index])});
  }
  heading(lane, event);
  OpenFrame* const around = lane.innermost_shown();
  if (around) around->has_shown_inside = true;
  const bool id_in_full = !around || catalogue()[around->index].id != stage.id.substr(0, stage.id.rfind(':'));
  const int level = lane.level();
  if (event.what == What::decision && options_.tell != Tell::brief)
    page_.put_short(margin(lane, level, Joint::enter), telling_.fork(stage, event, id_in_full), false);  // the way taken, in full
  else
    put(margin(lane, level, Joint::enter), event.what == What::decision ? telling_.fork(stage, event, id_in_full)
                                                                        : telling_.moment(stage, event, id_in_full));
  explain(lane, event, level);
}

void Narrator::leave(Lane& lane, const Event& event) {
  if (lane.stack.empty() || lane.stack.back().index != event.index) return;  // entered before the switch was on
  const OpenFrame frame = lane.stack.back();
  lane.stack.pop_back();
  const Tracepoint& stage = stage_of(event);
  if (!frame.shown && folds(stage) && !event.raised) return idle_returned(lane, lane.innermost_shown(), event);
  if (frame.shown) show_idle(lane, false);
  if (event.raised) return raised(lane, frame, event);
  if (!frame.shown) return;
  const std::string_view result = event.outcome.str();
  const bool has_result = !result.empty() && result != "None";
  if (!frame.has_shown_inside && !has_result && event.duration_ns < long_call_ns) return;
  put(margin(lane, lane.level(), Joint::leave), telling_.outcome(event, frame.has_shown_inside ? short_name(stage.id) : std::string_view()));
}

// select() and service_actions() of a loop that has nothing to do. A turn starts with the call that this loop makes first.
void Narrator::idle_returned(Lane& lane, OpenFrame* loop, const Event& leave) {
  Idle& idle = lane.idle;
  if (loop && loop->turn_starts_with < 0) loop->turn_starts_with = leave.index;
  if (loop && loop->turn_starts_with != leave.index) {
    if (idle.holds) ++idle.turns, idle.holds = false;  // the turn is complete, and nothing happened in it
  } else {
    idle.holds = true;
    idle.leave = leave;
  }
  if (idle.any()) idle.until_ns = leave.time_ns;
}

// Before the next line: how many turns were idle. The held call began the turn in which something happens now, or it was idle too.
void Narrator::show_idle(Lane& lane, bool last_was_busy) {
  Idle& idle = lane.idle;
  if (!idle.any()) return;
  const bool busy_call = idle.holds && last_was_busy;
  const int turns = idle.turns + (idle.holds && !last_was_busy ? 1 : 0);
  const std::int64_t until = busy_call ? idle.call.time_ns : idle.until_ns;
  if (turns > 0 && options_.zoom > 0) {
    const Text& words = turns == 1 ? words::idle_turn : words::idle_turns;
    Margin left = margin(lane, lane.level(), Joint::enter);
    left.time_ns = idle.since_ns - start_ns_;
    page_.put(left, {{fmt::format("{} {}", page_.glyph("⋯", "..."),
                                  fmt::format(fmt::runtime(telling_.words(words)), turns, duration_text(until - idle.since_ns))),
                      Style::why}});
    if (OpenFrame* loop = lane.innermost_shown()) loop->has_shown_inside = true;
  }
  idle.turns = 0;
  idle.holds = false;
  if (busy_call && shows(stage_of(idle.call))) {
    const std::int64_t now = std::exchange(now_ns_, idle.call.time_ns);
    heading(lane, idle.call);
    const int level = lane.level();
    Spans text = telling_.call(stage_of(idle.call), idle.call);
    text.push_back({" ", Style::plain});
    for (Span& span : telling_.outcome(idle.leave, "")) text.push_back(std::move(span));
    put(margin(lane, level, Joint::enter), text);
    explain(lane, idle.call, level);
    now_ns_ = now;
  }
}

// The heading of a leg stands above the first stage of it. A stage that the story tells after its leg's opening call, and that
// happens before it, is an excursion: it does not open the chapter.
void Narrator::heading(const Lane& lane, const Event& event) {
  const Tracepoint& stage = stage_of(event);
  shown_[event.index] = true;
  if (legs_.count(stage.leg) != 0) return;
  for (Index i = 0; i < event.index && stage.zoom > 0; ++i) {
    const Tracepoint& earlier = catalogue()[i];
    if (earlier.leg == stage.leg && earlier.zoom == 0 && on(i) && !shown_[i]) return;
  }
  legs_.insert(stage.leg);
  const std::size_t place = place_of(stage.leg);
  if (place >= legs().size()) return;
  const Leg& leg = legs()[place];
  page_.rule(lane.label, fmt::format("{}. {}", place + 1, telling_.words(leg.title)),
             fmt::format("{}{}", telling_.words(words::walkthrough), leg.anchor));
}

// Calls around which there is nothing of ours that could catch. The inner ones count where the outer ones are not told.
bool Narrator::is_outermost(std::string_view id) noexcept {
  return id == "manage.main" || id == "management.execute_from_command_line" || id == "management.ManagementUtility.execute" ||
         id == "threading.Thread.run";
}

// Told where it is raised; the frames between there and the catch only count. Another exception in its place is told again.
void Narrator::raised(Lane& lane, const OpenFrame& frame, const Event& event) {
  Trouble& trouble = lane.trouble;
  std::string text = harmless(event.outcome.str());
  if (text.empty()) text = telling_.words(words::an_exception);
  const bool is_news = !trouble.passing || text != trouble.text;
  if (is_news) trouble = {.passing = true, .shown = false, .depth = event.passing, .frames = 0, .text = text};
  trouble.depth = event.passing;
  if (frame.shown && !trouble.shown) {
    trouble.shown = true;
    const bool stop = is_stop(text);
    const std::string_view sign = stop ? page_.glyph("■ ", "# ") : page_.glyph("✗ ", "x ");
    Spans spans = {{fmt::format("{}{} ", sign, text), stop ? Style::stop : Style::error}};
    spans.push_back({fmt::format(" {} ", short_name(stage_of(event).id)), Style::plain, true});
    spans.push_back({' ' + duration_text(event.duration_ns), Style::time});
    put(margin(lane, lane.level(), Joint::leave), spans);
  } else if (frame.shown) {
    ++trouble.frames;
  }
  if (!lane.stack.empty() || !trouble.shown) return;
  if (!is_outermost(stage_of(event).id)) {  // patterns hide the frames around this one: who catches it is not known here
    trouble = {};
    return;
  }
  const Text& end = lane.is_thread ? words::ends_thread : words::ends_process;
  put(margin(lane, 0, Joint::enter),
      {{fmt::format(fmt::runtime(telling_.words(end)), text.substr(0, text.find('('))), is_stop(text) ? Style::stop : Style::error}});
  trouble = {};
}

void Narrator::caught(Lane& lane) {
  const Trouble trouble = std::exchange(lane.trouble, {});
  OpenFrame* const survivor = lane.innermost_shown();
  if (!trouble.shown || !survivor) return;
  survivor->has_shown_inside = true;
  std::string text = fmt::format(fmt::runtime(telling_.words(words::caught_inside)), catalogue()[survivor->index].id);
  if (trouble.frames == 1) text += telling_.words(words::after_frame);
  if (trouble.frames > 1) text += fmt::format(fmt::runtime(telling_.words(words::after_frames)), trouble.frames);
  put(margin(lane, lane.level(), Joint::enter), {{text, is_stop(trouble.text) ? Style::stop : Style::error}});
}

void Narrator::tell_end() {
  now_ns_ = std::max(now_ns_, paper_->now_ns());
  std::string process;
  for (auto& [tid, lane] : lanes_) {
    show_idle(lane, false);
    if (!lane.is_thread) process = lane.label;
    const OpenFrame* const innermost = lane.innermost_shown();
    if (!innermost) continue;
    std::string text = fmt::format(fmt::runtime(telling_.words(words::still_open)), catalogue()[innermost->index].id);
    if (lane.level() > 1) text += fmt::format(fmt::runtime(telling_.words(words::frames_around)), lane.level() - 1);
    put(margin(lane, 0, Joint::enter), {{text, Style::why}});
  }
  page_.rule(process, fmt::format(fmt::runtime(telling_.words(words::the_end)), static_cast<double>(now_ns_ - start_ns_) / 1e9), "");
}

}  // namespace tracepoints::sinks
