#include "tracepoints/sinks/recording_lines.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <initializer_list>

#include "tracepoints/catalogue.h"
#include "tracepoints/sinks/recording.h"
#include "tracepoints/sinks/secrets.h"
#include "tracepoints/sinks/telling.h"

namespace tracepoints::sinks {
namespace {

// So chosen that four values and an outcome, each as long as it may be, fit into one line beside the longest stage.
constexpr std::size_t most_of_value = 560, most_of_name = 80;
constexpr std::string_view dots = "...";

// Passed on as they are; every other byte is looked at.
bool is_plain(char c) noexcept { return static_cast<unsigned char>(c) >= 0x20 && static_cast<unsigned char>(c) < 0x7f && c != '"' && c != '\\'; }

// They move the cursor, turn a line around, or are seen as nothing.
bool is_hidden(char32_t code) noexcept {
  return code < 0x20 || (code >= 0x7f && code < 0xa0) || (code >= 0x200b && code <= 0x200f) || (code >= 0x2028 && code <= 0x202f) ||
         (code >= 0x2060 && code <= 0x206f) || code == 0xfeff;
}

// first_character() takes spellings that are too long, and halves of surrogate pairs; JSON's readers do not.
bool is_utf8(Character c) noexcept {
  constexpr char32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
  return !(c.code == 0xfffd && c.size == 1) && c.code >= least[c.size] && (c.code < 0xd800 || c.code > 0xdfff) && c.code <= 0x10ffff;
}

// The first character of `text` as JSON spells it, in `spelt`. Gives: how many bytes of text it takes.
std::size_t spell(std::string_view text, char (&spelt)[8], std::size_t& size) noexcept {
  constexpr char hex[] = "0123456789abcdef";
  const auto put = [&](std::initializer_list<char> bytes) {
    std::copy(bytes.begin(), bytes.end(), spelt);
    size = bytes.size();
  };
  const char c = text[0];
  if (c == '"' || c == '\\') put({'\\', c});
  else if (c == '\n') put({'\\', 'n'});
  else if (c == '\r') put({'\\', 'r'});
  else if (c == '\t') put({'\\', 't'});
  else {
    const Character character = first_character(text);
    const auto byte = static_cast<unsigned char>(c);
    if (!is_utf8(character)) {
      put({'\\', '\\', 'x', hex[byte >> 4], hex[byte & 15]});
    } else if (is_hidden(character.code)) {
      const char32_t code = character.code;
      put({'\\', 'u', hex[code >> 12 & 15], hex[code >> 8 & 15], hex[code >> 4 & 15], hex[code & 15]});
    } else {
      std::memcpy(spelt, text.data(), character.size);
      size = character.size;
    }
    return is_utf8(character) ? character.size : 1;
  }
  return 1;
}

}  // namespace

JsonText& JsonText::put(std::string_view text) noexcept {
  const std::size_t size = std::min(text.size(), static_cast<std::size_t>(end_ - at_));
  std::memcpy(at_, text.data(), size);
  at_ += size;
  return *this;
}

JsonText& JsonText::put_number(std::int64_t value) noexcept {
  char digits[24];
  return put({digits, static_cast<std::size_t>(std::to_chars(digits, digits + sizeof digits, value).ptr - digits)});
}

JsonText& JsonText::put_time(std::int64_t ns) noexcept {
  ns = std::max<std::int64_t>(ns, 0);
  put_number(ns / 1000);
  const auto rest = static_cast<int>(ns % 1000);
  const char decimals[] = {'.', static_cast<char>('0' + rest / 100), static_cast<char>('0' + rest / 10 % 10), static_cast<char>('0' + rest % 10)};
  return put({decimals, sizeof decimals});
}

JsonText& JsonText::put_string(std::string_view text, std::size_t most) noexcept {
  put("\"");
  char* const start = at_;
  char* last_fit = at_;  // as much as would leave room for the dots
  while (!text.empty()) {
    std::size_t plain = 0;
    while (plain < text.size() && is_plain(text[plain])) ++plain;
    const auto room = most - static_cast<std::size_t>(at_ - start);
    if (plain > 0) {
      const std::size_t size = std::min(plain, room);
      if (start + most >= at_ + dots.size()) last_fit = std::min(at_ + size, start + most - dots.size());
      put(text.substr(0, size));
      if (size < plain) break;
      text.remove_prefix(plain);
      continue;
    }
    char spelt[8];
    std::size_t size = 0;
    const std::size_t used = spell(text, spelt, size);
    if (size > room) break;
    put({spelt, size});
    if (static_cast<std::size_t>(at_ - start) + dots.size() <= most) last_fit = at_;
    text.remove_prefix(used);
  }
  if (!text.empty()) {
    at_ = last_fit;
    put(dots);
  }
  return put("\"");
}

LinePlace::LinePlace(int pid, int tid) noexcept {
  JsonText text(bytes.data(), bytes.size());
  text.put(R"(,"pid":)").put_number(pid).put(R"(,"tid":)").put_number(tid);
  size = static_cast<std::uint8_t>(text.str().size());
}

RecordingLines::RecordingLines() {
  const auto quoted = [](std::string_view text) {
    std::string room(text.size() * 6 + 2, '\0');
    JsonText json(room.data(), room.size());
    return std::string(json.put_string(text, room.size()).str());
  };
  for (const Tracepoint& stage : catalogue()) {
    Stage made;
    made.head = R"({"name":)" + quoted(short_name(stage.id)) + R"(,"cat":)" + quoted(stage.leg) + R"(,"ph":")";
    made.args = R"(,"args":{"id":)" + quoted(stage.id);
    made.qualname = R"(,"qualname":)" + quoted(stage.qualname) + R"(,"values":{)";
    for (const Alternative& way : stage.alternatives)
      if (!way.value.empty()) made.alternatives += (made.alternatives.empty() ? "" : ",") + quoted(way.value);
    made.alternatives = R"(,"alternatives":[)" + made.alternatives + "]";
    stages_.push_back(std::move(made));
  }
}

void RecordingLines::event(JsonText& out, const StoredItem& item, const LinePlace& place, std::int64_t ts_ns) const noexcept {
  const Stage& stage = stages_[item.index];
  out.put(stage.head).put(item.item == Item::enter ? R"(B","ts":)" : item.item == Item::leave ? R"(E","ts":)" : R"(i","s":"t","ts":)");
  out.put_time(ts_ns).put(place.str()).put(stage.args);
  const char* text = item.texts();
  if (item.item != Item::leave) {
    out.put(stage.qualname);
    for (std::size_t i = 0; i < item.field_count; ++i) {
      const StoredItem::Value& value = item.values()[i];
      const std::string_view name(value.name, value.name_size);
      Stage::Known& known = stage.known[i];
      if (known.name.data() != name.data() || known.name.size() != name.size()) known = {name, is_secret(name)};
      out.put(i == 0 ? "" : ",").put_string(name, most_of_name).put(":");
      out.put_string(known.secret ? mask : std::string_view(text, value.size), most_of_value);
      text += stored_size(value.size);
    }
    out.put("}");
  }
  const std::string_view outcome(text, item.text_size);
  if (item.item == Item::decision) {
    out.put(R"(,"taken":)").put_string(outcome, most_of_value).put(stage.alternatives);
  } else if (item.item == Item::leave && item.raised) {
    out.put(R"(,"error":)").put_string(outcome.empty() ? "an exception" : outcome, most_of_value);
  } else if (item.item == Item::leave && !outcome.empty()) {
    out.put(R"(,"result":)").put_string(outcome, most_of_value);
  }
  if (item.passing > 0) out.put(R"(,"passing":)").put_number(item.passing);
  if (item.request != 0 && item.item != Item::leave) out.put(R"(,"request":)").put_number(item.request);
  out.put("}}");
}

void RecordingLines::end(JsonText& out, Index index, const LinePlace& place, std::int64_t ts_ns, std::string_view error) const noexcept {
  const Stage& stage = stages_[index];
  out.put(stage.head).put(R"(E","ts":)").put_time(ts_ns).put(place.str()).put(stage.args);
  if (!error.empty()) out.put(R"(,"error":)").put_string(error, most_of_value);
  out.put("}}");
}

void RecordingLines::name(JsonText& out, std::string_view what, std::string_view name, const LinePlace& place) noexcept {
  out.put(R"({"name":")").put(what).put(R"(","ph":"M","ts":0)").put(place.str());
  out.put(R"(,"args":{"name":)").put_string(name, most_of_value).put("}}");
}

void RecordingLines::lost(JsonText& out, std::uint64_t events, const LinePlace& place, std::int64_t ts_ns) noexcept {
  out.put(R"({"name":"lost events","ph":"i","s":"p","cat":"tracer","ts":)").put_time(ts_ns).put(place.str());
  out.put(R"(,"args":{"lost":)").put_number(static_cast<std::int64_t>(events)).put("}}");
}

void RecordingLines::killed(JsonText& out, std::string_view signal, const LinePlace& place, std::int64_t ts_ns) noexcept {
  out.put(R"({"name":"killed by )").put(signal).put(R"(","ph":"i","s":"p","cat":"tracer","ts":)").put_time(ts_ns).put(place.str());
  out.put(R"(,"args":{"signal":")").put(signal).put(R"("}})");
}

std::string metadata_line(const RecordedProcess& process, int pid, std::string_view wall_clock) {
  char room[RecordingLines::most_bytes];
  JsonText out(room, sizeof room);
  constexpr std::size_t most = 120;
  out.put(R"({"name":"tracewalk","ph":"M","ts":0)").put(LinePlace(pid, pid).str());
  out.put(R"(,"args":{"producer":)").put_string(process.producer, most).put(R"(,"version":)").put_string(process.version, most);
  out.put(R"(,"django":)").put_string(process.django, most).put(R"(,"python":)").put_string(process.python, most);
  out.put(R"(,"wall_clock":)").put_string(wall_clock, most).put(R"(,"records":[)");
  for (std::size_t i = 0; i < std::min<std::size_t>(process.records.size(), 8); ++i)
    out.put(i == 0 ? "" : ",").put_string(process.records[i], 40);
  out.put(R"(],"argv":[)");
  bool secret_follows = false;
  for (std::size_t i = 0; i < process.argv.size(); ++i) {
    if (out.str().size() > sizeof room - 700) {
      out.put(R"(,"...")");
      break;
    }
    std::string_view argument = process.argv[i];
    const std::size_t equals = argument.find('=');
    const bool option = argument.starts_with('-');
    std::string masked;
    if (option && equals != argument.npos && is_secret(argument.substr(0, equals))) {
      masked = std::string(argument.substr(0, equals + 1)) + std::string(mask);
      argument = masked;
    } else if (!option && secret_follows) {
      argument = mask;
    }
    secret_follows = option && equals == argument.npos && is_secret(argument);
    out.put(i == 0 ? "" : ",").put_string(argument, most_of_value);
  }
  return std::string(out.put("]}}").str());
}

}  // namespace tracepoints::sinks
