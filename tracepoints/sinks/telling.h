// What is said about one event: the words beside the rails. No state; the narrator decides when each is said.
#pragma once

#include <cstdint>
#include <string>

#include "tracepoints/catalogue.h"
#include "tracepoints/language.h"
#include "tracepoints/sinks/page.h"
#include "tracepoints/sinks/text_layout.h"
#include "tracepoints/trace.h"

namespace tracepoints::sinks {

/// "ManagementUtility.execute" of "management.ManagementUtility.execute": enough to recognise a stage that was named in full.
std::string_view short_name(std::string_view id) noexcept;

/// "0.4 ms", "6.0 s".
std::string duration_text(std::int64_t duration_ns);

class Telling {
 public:
  Telling(Language language, const Page& page) : language_(language), page_(page) {}

  /// id name=value name=value
  Spans call(const Tracepoint& stage, const Event& event) const;
  /// • word name=value
  Spans moment(const Tracepoint& stage, const Event& event, bool id_in_full) const;
  /// ? word = True: what happens now
  Spans fork(const Tracepoint& stage, const Event& event, bool id_in_full) const;
  /// The ways that were not taken: what would happen there, and how to get there.
  Spans other_ways(const Tracepoint& stage, std::string_view taken) const;
  /// What happens. Why: the reason.
  Spans explanation(const Tracepoint& stage, bool with_why) const;
  /// Django's place and ours.
  Spans places(const Tracepoint& stage, const Event& event) const;
  /// → result  1.2 ms
  Spans outcome(const Event& leave, std::string_view name) const;

  std::string_view words(const Text& text) const noexcept { return in(language_, text); }
  Language language() const noexcept { return language_; }

 private:
  void add_values(Spans& spans, const Event& event) const;

  Language language_;
  const Page& page_;
};

}  // namespace tracepoints::sinks
