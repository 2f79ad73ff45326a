#include "tracepoints/sinks/event_scanner.h"

#include <algorithm>

namespace tracepoints::sinks {
namespace {

constexpr std::size_t greatest_event = 4 << 20;  // bytes; a real one has some hundred
constexpr int greatest_depth = 64;
constexpr std::size_t none = std::string_view::npos;

constexpr bool is_space(char c) noexcept { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

}  // namespace

EventScanner::EventScanner(std::string_view text) : text_(text), patience_(4 * text.size() + 4096) {
  if (text_.starts_with("\xEF\xBB\xBF")) at_ = 3;
  skip_space();
  if (at_ >= text_.size()) return;
  start_ = at_;
  if (text_[at_] == '[') {
    list_ = true;
    ++at_;
  } else if (text_[at_] == '{') {
    list_ = true;
    find_trace_events();
  }
}

void EventScanner::skip_space() {
  while (at_ < text_.size() && is_space(text_[at_])) ++at_;
}

// The place behind the closing quote. A line feed cannot stand in a JSON string: there the string was torn.
std::size_t EventScanner::end_of_string(std::size_t at, std::size_t limit) const {
  for (++at; at < limit; ++at) {
    const char c = text_[at];
    if (c == '"') return at + 1;
    if (c == '\n') return none;
    if (c == '\\') ++at;
  }
  return none;
}

// The place behind the value that begins at `at`, by brackets and quotes alone.
std::size_t EventScanner::end_of_value(std::size_t at, std::size_t limit) const {
  limit = std::min(limit, text_.size());
  int depth = 0;
  while (at < limit) {
    const char c = text_[at];
    if (c == '"') {
      at = end_of_string(at, limit);
      if (at == none) return none;
    } else if (c == '{' || c == '[') {
      if (++depth > greatest_depth) return none;
      ++at;
      continue;
    } else if (c == '}' || c == ']') {
      if (--depth < 0) return at;
      ++at;
    } else if (depth == 0 && c == ',') {
      return at;
    } else {
      ++at;
      continue;
    }
    if (depth == 0) return at;
  }
  return none;
}

// {"traceEvents": [...], "displayTimeUnit": ...}; a text that starts with an event itself is a list without its bracket.
void EventScanner::find_trace_events() {
  std::size_t at = at_ + 1;
  while (at < text_.size()) {
    while (at < text_.size() && (is_space(text_[at]) || text_[at] == ',')) ++at;
    if (at >= text_.size() || text_[at] != '"') return;
    const std::size_t key_end = end_of_string(at, text_.size());
    if (key_end == none) return;
    const std::string_view key = text_.substr(at, key_end - at);
    at = key_end;
    while (at < text_.size() && (is_space(text_[at]) || text_[at] == ':')) ++at;
    if (key == "\"ph\"") return;
    if (key == "\"traceEvents\"" && at < text_.size() && text_[at] == '[') {
      wrapped_ = true;
      at_ = at + 1;
      return;
    }
    const std::size_t value_end = end_of_value(at, text_.size());
    if (value_end == none || value_end == at) return;
    at = value_end;
  }
}

// A torn event ends where the next one can begin: at a brace on a new line, or behind "}," on the same one.
void EventScanner::resume_after(std::size_t failed) {
  for (std::size_t at = text_.find('{', failed + 1); at != none; at = text_.find('{', at + 1)) {
    std::size_t before = at;
    while (before > failed && (text_[before - 1] == ' ' || text_[before - 1] == ',' || text_[before - 1] == '\t')) --before;
    if (before == at && text_[before - 1] != '\n') continue;
    if (text_[before - 1] == '\n' || text_[before - 1] == '}') {
      at_ = at;
      return;
    }
  }
  at_ = text_.size();
}

std::optional<std::string_view> EventScanner::next() {
  while (list_ && !closed_) {
    while (at_ < text_.size() && (is_space(text_[at_]) || text_[at_] == ',')) ++at_;
    if (at_ >= text_.size()) break;
    const char c = text_[at_];
    if (c == ']') {
      end_ = ++at_;
      closed_ = true;
      break;
    }
    const std::size_t limit = std::min({text_.size(), at_ + greatest_event, at_ + patience_});
    const std::size_t end = end_of_value(at_, limit);
    if (c == '{' && end != none) {
      const std::string_view event = text_.substr(at_, end - at_);
      given_ = at_;
      at_ = end;
      return event;
    }
    if (c == '{') {
      ++torn_;
      patience_ -= std::min(patience_, limit - at_);
      if (patience_ == 0) break;
      resume_after(at_);
      continue;
    }
    ++strangers_;
    patience_ -= std::min(patience_, end == none ? limit - at_ : 0);
    if (patience_ == 0) break;
    if (end != none && end > at_)
      at_ = end;
    else
      resume_after(at_);
  }
  if (!closed_) at_ = text_.size();
  return std::nullopt;
}

void EventScanner::reject() {
  ++torn_;
  patience_ -= std::min(patience_, at_ - given_);
  resume_after(given_);
}

std::string_view EventScanner::beside(std::string_view key) const {
  if (!wrapped_) return {};
  const auto value_of = [&](std::size_t at) -> std::string_view {
    while (at < text_.size() && text_[at] != '}') {
      while (at < text_.size() && (is_space(text_[at]) || text_[at] == ',')) ++at;
      if (at >= text_.size() || text_[at] != '"') return {};
      const std::size_t key_end = end_of_string(at, text_.size());
      if (key_end == none) return {};
      const std::string_view found = text_.substr(at + 1, key_end - at - 2);
      at = key_end;
      while (at < text_.size() && (is_space(text_[at]) || text_[at] == ':')) ++at;
      const std::size_t end = end_of_value(at, text_.size());
      if (end == none || end == at) return {};
      if (found == key) return text_.substr(at, end - at);
      if (found == "traceEvents") return {};  // those behind it are looked for from its end
      at = end;
    }
    return {};
  };
  if (const std::string_view before = value_of(start_ + 1); !before.empty()) return before;
  return closed_ ? value_of(end_) : std::string_view{};
}

bool EventScanner::text_behind() const noexcept {
  if (!closed_ || wrapped_) return false;
  return std::any_of(text_.begin() + static_cast<std::ptrdiff_t>(end_), text_.end(), [](char c) { return !is_space(c) && c != '\0'; });
}

}  // namespace tracepoints::sinks
