#include "tracewalk/watch/wire.h"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <limits>
#include <nlohmann/json.hpp>
#include <utility>

namespace tracewalk::watch {
namespace {

constexpr std::int64_t greatest_tid = std::numeric_limits<int>::max();
constexpr std::int64_t greatest_time_ns = std::numeric_limits<std::int64_t>::max() / 4;  // differences of two never overflow

/// The fields of a line, one after the other.
class Fields {
 public:
  explicit Fields(std::string_view line) : rest_(line) {}

  bool any() const noexcept { return !ended_; }

  std::string_view text() {
    const std::size_t tab = rest_.find('\t');
    const std::string_view field = rest_.substr(0, tab);
    if (tab == rest_.npos) ended_ = true;
    rest_.remove_prefix(ended_ ? rest_.size() : tab + 1);
    return field;
  }

  /// A number from `least` to `greatest`, and nothing but its digits. Else the line is broken.
  std::int64_t number(std::int64_t least, std::int64_t greatest) {
    if (!any()) return broken_ = true, least;
    const std::string_view field = text();
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), value);
    if (error != std::errc() || end != field.data() + field.size() || value < least || value > greatest) broken_ = true;
    return broken_ ? least : value;
  }

  void values(Message& message) {
    while (any() && message.value_count < message.values.size()) message.values[message.value_count++] = text();
  }

  bool broken() const noexcept { return broken_; }

 private:
  std::string_view rest_;
  bool ended_ = false, broken_ = false;
};

void moment(Fields& fields, Message& message) {
  message.index = static_cast<tracepoints::Index>(fields.number(0, static_cast<std::int64_t>(std::size(tracepoints::ids)) - 1));
  message.time_ns = fields.number(0, greatest_time_ns);
  message.tid = static_cast<int>(fields.number(1, greatest_tid));
}

}  // namespace

std::optional<Message> decode(std::string_view line) {
  Fields fields(line);
  const std::string_view letter = fields.text();
  if (letter.size() != 1) return std::nullopt;
  Message message;
  message.letter = static_cast<Letter>(letter[0]);
  switch (message.letter) {
    case Letter::hello:
      if (fields.number(0, greatest_tid) != static_cast<std::int64_t>(protocol_version)) return fields.broken() ? std::nullopt : std::optional(message);
      message.number = static_cast<std::uint64_t>(fields.number(1, greatest_tid));
      if (fields.any()) message.values[0] = fields.text();
      if (fields.any()) message.text = fields.text();
      if (fields.any()) message.values[1] = fields.text();
      message.value_count = 2;
      break;
    case Letter::mode:
    case Letter::django:
    case Letter::off:
      if (!fields.any()) return std::nullopt;
      message.text = fields.text();
      break;
    case Letter::thread:
      message.tid = static_cast<int>(fields.number(1, greatest_tid));
      if (fields.any()) message.text = fields.text();
      break;
    case Letter::place:
      message.index = static_cast<tracepoints::Index>(fields.number(0, static_cast<std::int64_t>(std::size(tracepoints::ids)) - 1));
      if (fields.any()) message.text = fields.text();
      message.number = static_cast<std::uint64_t>(fields.number(0, greatest_tid));
      fields.values(message);
      break;
    case Letter::request:
      message.tid = static_cast<int>(fields.number(1, greatest_tid));
      message.number = static_cast<std::uint64_t>(fields.number(0, greatest_tid));
      break;
    case Letter::enter:
    case Letter::point:
      moment(fields, message);
      fields.values(message);
      break;
    case Letter::leave:
    case Letter::raise:
      moment(fields, message);
      if (fields.any()) message.text = fields.text();
      break;
    case Letter::decision:
      moment(fields, message);
      if (fields.any()) message.text = fields.text();
      fields.values(message);
      break;
    case Letter::lost:
    case Letter::sync:
      message.number = static_cast<std::uint64_t>(fields.number(0, greatest_time_ns));
      break;
    default:
      return std::nullopt;
  }
  return fields.broken() ? std::nullopt : std::optional(message);
}

std::vector<std::string> strings_of(std::string_view json) {
  const auto parsed = nlohmann::json::parse(json, nullptr, false);
  if (!parsed.is_array()) return {};
  std::vector<std::string> strings;
  for (const auto& entry : parsed) {
    if (!entry.is_string()) return {};
    strings.push_back(entry.get<std::string>());
  }
  return strings;
}

void Lines::feed(std::string_view bytes, const std::function<void(std::string_view line)>& take) {
  while (!bytes.empty()) {
    const std::size_t end = bytes.find('\n');
    const std::string_view part = bytes.substr(0, end);
    if (!skipping_ && rest_.size() + part.size() > longest) {
      skipping_ = true;
      ++too_long_;
      rest_.clear();
    }
    if (end == bytes.npos) {
      if (!skipping_) rest_ += part;
      return;
    }
    bytes.remove_prefix(end + 1);
    if (std::exchange(skipping_, false)) continue;
    if (rest_.empty()) {
      take(part);
    } else {
      rest_ += part;
      take(rest_);
      rest_.clear();
    }
  }
}

std::size_t Lines::too_long() noexcept { return std::exchange(too_long_, 0); }

}  // namespace tracewalk::watch
