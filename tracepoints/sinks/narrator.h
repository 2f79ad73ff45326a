// The narrator: a run as a story in a terminal, while it happens.
//
// A call is told when it is entered, so nothing that is open is ever unsaid: a line set in further stands inside every line
// above it that is set in less and has not been followed by one at its own height. The return is told when it says more:
// a result, a wait, or that something was told inside.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "tracepoints/language.h"
#include "tracepoints/sinks/lane.h"
#include "tracepoints/sinks/page.h"
#include "tracepoints/sinks/telling.h"
#include "tracepoints/sinks/terminal.h"
#include "tracepoints/trace.h"

namespace tracepoints::sinks {

/// brief: one line a call. story: with what happens and why, once for each stage. source: with both sources beside it.
enum class Tell : unsigned char { brief, story, source };

struct NarratorOptions {
  int zoom = 1;
  Tell tell = Tell::story;
  Language language = Language::en;
  bool colour = false;
  bool utf8 = true;
  bool hears_all = false;        // stages that are deeper than the zoom are on, too, for another sink's sake: they are passed over
  std::string told_before = {};  // a leg's id: stages of earlier legs were explained by another process of the same run
};

/// Thread-safe. Where nobody reads any more, or no memory is left, it falls silent; it never throws.
class Narrator final : public Sink {
 public:
  Narrator(NarratorOptions options, std::unique_ptr<Paper> paper);
  void event(const Event& event) noexcept override;
  /// Tells what was kept back, and which frames the end of the process cut off.
  void finish() noexcept override;

 private:
  void tell(const Event& event);
  void tell_end();
  void enter(Lane& lane, const Event& event);
  void leave(Lane& lane, const Event& event);
  void instant(Lane& lane, const Event& event);

  void idle_returned(Lane& lane, OpenFrame* loop, const Event& leave);
  void show_idle(Lane& lane, bool last_was_busy);
  void show_call(Lane& lane, const Event& event);
  void explain(Lane& lane, const Event& event, int level);
  void heading(const Lane& lane, const Event& event);
  static bool is_outermost(std::string_view id) noexcept;
  void raised(Lane& lane, const OpenFrame& frame, const Event& event);
  void caught(Lane& lane);

  Lane& lane_of(const Event& event);
  bool shows(const Tracepoint& stage) const noexcept { return stage.zoom <= options_.zoom; }
  bool is_told(const Tracepoint& stage) const noexcept { return shows(stage) || (stage.folds && options_.zoom > 0); }
  bool folds(const Tracepoint& stage) const noexcept { return stage.folds && options_.zoom < 3; }
  Margin margin(const Lane& lane, int level, Joint joint) const;
  void put(const Margin& margin, const Spans& text);
  void flush();

  const NarratorOptions options_;
  const std::unique_ptr<Paper> paper_;
  std::mutex mutex_;
  bool silent_ = false, finished_ = false;
  std::int64_t start_ns_ = -1, now_ns_ = 0;
  Page page_;
  Telling telling_;
  std::map<int, Lane> lanes_;                               // by thread id
  std::vector<bool> explained_;                             // by Index
  std::vector<bool> shown_;                                 // by Index: told at least once
  std::set<std::string_view> legs_;                         // whose heading stands on the page
};

}  // namespace tracepoints::sinks
