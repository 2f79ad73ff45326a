#include "tracepoints/sinks/telling.h"

#include <fmt/format.h>

#include "tracepoints/sinks/secrets.h"
#include "tracepoints/sinks/source_place.h"
#include "tracepoints/sinks/words.h"

namespace tracepoints::sinks {
namespace {

constexpr std::string_view other = "other";

std::string_view word_of(std::string_view id) noexcept { return id.substr(id.rfind(':') + 1); }

const Alternative* taken_way(const Tracepoint& stage, std::string_view taken) {
  const Alternative* fallback = nullptr;
  for (const Alternative& way : stage.alternatives) {
    if (way.value.empty()) break;
    if (way.value == taken) return &way;
    if (way.value == other) fallback = &way;
  }
  return fallback;
}

}  // namespace

std::string_view short_name(std::string_view id) noexcept {
  const std::size_t last = id.rfind('.');
  if (last == id.npos || last == 0) return id;
  const std::size_t before = id.rfind('.', last - 1);
  return before == id.npos ? id : id.substr(before + 1);
}

std::string duration_text(std::int64_t duration_ns) {
  const double ms = static_cast<double>(duration_ns) / 1e6;
  if (ms < 0.01) return fmt::format("{:.0f} us", ms * 1e3);
  if (ms < 10) return fmt::format("{:.2f} ms", ms);
  if (ms < 100) return fmt::format("{:.1f} ms", ms);
  if (ms < 1000) return fmt::format("{:.0f} ms", ms);
  return fmt::format("{:.1f} s", ms / 1e3);
}

void Telling::add_values(Spans& spans, const Event& event) const {
  for (std::size_t i = 0; i < event.field_count; ++i) {
    const Field& field = event.fields[i];
    const std::string value = is_secret(field.name()) ? std::string(mask) : harmless(field.value.str());
    spans.push_back({" ", Style::plain});
    if (columns(value) > 40) {  // may be broken: it would not fit beside anything
      spans.push_back({harmless(field.name()) + "=", Style::name});
      spans.push_back({value, Style::value});
    } else {
      spans.push_back({harmless(field.name()) + "=", Style::name, true});
      spans.push_back({value, Style::value, true});
    }
  }
}

Spans Telling::call(const Tracepoint& stage, const Event& event) const {
  Spans spans = {{std::string(stage.id), stage.zoom == 0 ? Style::leg : Style::stage}};
  add_values(spans, event);
  return spans;
}

Spans Telling::moment(const Tracepoint& stage, const Event& event, bool id_in_full) const {
  Spans spans = {{std::string(page_.glyph("• ", "* ")), Style::decision, true},
                 {std::string(id_in_full ? stage.id : word_of(stage.id)), Style::stage}};
  add_values(spans, event);
  return spans;
}

Spans Telling::fork(const Tracepoint& stage, const Event& event, bool id_in_full) const {
  const std::string_view taken = event.outcome.str();
  Spans spans = {{"? ", Style::decision, true},
                 {std::string(id_in_full ? stage.id : word_of(stage.id)), Style::stage},
                 {" = ", Style::plain},
                 {harmless(taken), Style::value}};
  if (const Alternative* way = taken_way(stage, taken); way && !words(way->then).empty())
    spans.push_back({fmt::format("{}{}", words(words::colon), words(way->then)), Style::plain});
  add_values(spans, event);
  return spans;
}

Spans Telling::other_ways(const Tracepoint& stage, std::string_view taken) const {
  Spans spans;
  const Alternative* const chosen = taken_way(stage, taken);
  for (const Alternative& way : stage.alternatives) {
    if (way.value.empty()) break;
    if (&way == chosen) continue;
    spans.push_back({std::string(words(spans.empty() ? words::not_taken : words::next_way)), Style::note});
    spans.push_back({std::string(way.value == other ? words(words::other) : way.value), Style::value, true});
    if (!words(way.then).empty())
      spans.push_back({fmt::format(" {} {}", page_.glyph("→", "->"), words(way.then)), Style::why});
    if (!words(way.how).empty())
      spans.push_back({fmt::format("{}{}{}", words(words::open_bracket), words(way.how), words(words::close_bracket)), Style::note});
  }
  return spans;
}

Spans Telling::explanation(const Tracepoint& stage, bool with_why) const {
  Spans spans;
  const bool asks = stage.kind == Kind::decision && !words(stage.alternatives[0].then).empty();  // its line has said what happens
  if (const std::string_view what = words(stage.what); !what.empty() && !asks) spans.push_back({std::string(what), Style::plain});
  if (const std::string_view why = words(stage.why); with_why && !why.empty()) {
    if (!spans.empty() && language_ == Language::en) spans.push_back({" ", Style::plain});
    spans.push_back({std::string(words(words::why)), Style::note, true});
    if (language_ == Language::en) spans.push_back({" ", Style::plain});
    spans.push_back({std::string(why), Style::why});
  }
  return spans;
}

Spans Telling::places(const Tracepoint& stage, const Event& event) const {
  const std::string theirs = harmless(django_place(stage, event.file, event.line)), ours = our_place(stage, event.file, event.line);
  Spans spans;
  if (!theirs.empty()) spans.push_back({theirs, Style::place, true});
  if (!theirs.empty() && !ours.empty()) spans.push_back({std::string(page_.glyph(" ↔ ", " = ")), Style::place});
  if (!ours.empty()) spans.push_back({ours, Style::place, true});
  return spans;
}

Spans Telling::outcome(const Event& leave, std::string_view name) const {
  Spans spans;
  const auto gap = [&] { if (!spans.empty()) spans.push_back({" ", Style::plain}); };
  if (!name.empty()) spans.push_back({std::string(name), Style::plain, true});
  if (const std::string_view result = leave.outcome.str(); !result.empty() && result != "None") {
    gap();
    spans.push_back({fmt::format("{} ", page_.glyph("→", "->")), Style::note});
    spans.push_back({harmless(result), Style::result});
  }
  gap();
  spans.push_back({duration_text(leave.duration_ns), Style::time, true});
  return spans;
}

}  // namespace tracepoints::sinks
