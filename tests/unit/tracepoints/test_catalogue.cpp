// The catalogue is data, and data rots in silence: these tests read every entry.
#include "tracepoints/catalogue.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <catch2/catch.hpp>

namespace {

using tracepoints::Alternative;
using tracepoints::catalogue;
using tracepoints::Kind;
using tracepoints::Leg;
using tracepoints::legs;
using tracepoints::Text;
using tracepoints::Tracepoint;

std::u32string decoded(std::string_view utf8) {
  std::u32string text;
  for (std::size_t i = 0; i < utf8.size();) {
    const auto lead = static_cast<unsigned char>(utf8[i]);
    const std::size_t size = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    REQUIRE(i + size <= utf8.size());
    char32_t code = size == 1 ? lead : lead & (0x7Fu >> size);
    for (std::size_t k = 1; k < size; ++k) {
      const auto next = static_cast<unsigned char>(utf8[i + k]);
      REQUIRE((next & 0xC0) == 0x80);
      code = (code << 6) | (next & 0x3Fu);
    }
    text.push_back(code);
    i += size;
  }
  return text;
}

bool is_chinese(char32_t c) { return c >= 0x4E00 && c <= 0x9FFF; }

std::size_t chinese_in(std::string_view text) {
  const std::u32string codes = decoded(text);
  return static_cast<std::size_t>(std::count_if(codes.begin(), codes.end(), is_chinese));
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at)) text.replace(at, from.size(), to);
  return text;
}

/// The id without its point or decision.
std::string_view stage_of(std::string_view id) { return id.substr(0, id.find(':')); }

/// Every alternative that is filled in.
std::vector<Alternative> alternatives_of(const Tracepoint& entry) {
  std::vector<Alternative> found;
  for (const Alternative& alternative : entry.alternatives)
    if (!alternative.value.empty()) found.push_back(alternative);
  return found;
}

/// Every text of an entry, named, so that a failure tells where to look.
std::vector<std::pair<std::string, Text>> texts_of(const Tracepoint& entry) {
  std::vector<std::pair<std::string, Text>> texts = {{"what", entry.what}, {"why", entry.why}};
  if (!entry.mistake.en.empty() || !entry.mistake.zh.empty()) texts.emplace_back("mistake", entry.mistake);
  for (const Alternative& alternative : alternatives_of(entry)) {
    texts.emplace_back("then of " + std::string(alternative.value), alternative.then);
    texts.emplace_back("how of " + std::string(alternative.value), alternative.how);
  }
  return texts;
}

}  // namespace

TEST_CASE("catalogue: each id is the tail of its qualname, so that one grep finds everything", "[tracepoints]") {
  for (const Tracepoint& entry : catalogue()) {
    CAPTURE(entry.id);
    const std::string qualname = replaced(replaced(std::string(entry.qualname), "<locals>.", ""), "<lambda>", "lambda");
    const std::string tail = "." + std::string(stage_of(entry.id));
    const std::string whole = "." + qualname;
    REQUIRE(whole.size() >= tail.size());
    CHECK(whole.substr(whole.size() - tail.size()) == tail);
  }
}

TEST_CASE("catalogue: every entry says what and why in both languages", "[tracepoints]") {
  REQUIRE(catalogue().size() >= 190);
  for (const Tracepoint& entry : catalogue()) {
    CAPTURE(entry.id);
    CHECK_FALSE(entry.what.en.empty());
    CHECK_FALSE(entry.what.zh.empty());
    CHECK_FALSE(entry.why.en.empty());
    CHECK_FALSE(entry.why.zh.empty());
    CHECK(entry.mistake.en.empty() == entry.mistake.zh.empty());
  }
}

TEST_CASE("catalogue: Chinese texts are Chinese and English texts are ASCII", "[tracepoints]") {
  for (const Tracepoint& entry : catalogue())
    for (const auto& [name, text] : texts_of(entry)) {
      CAPTURE(entry.id, name);
      CHECK(std::all_of(text.en.begin(), text.en.end(), [](char c) { return c >= ' ' && c <= '~'; }));
      // A switch is the same in every language; a sentence is not.
      if (!name.starts_with("how of")) CHECK(chinese_in(text.zh) >= 2);
      const std::u32string codes = decoded(text.zh);
      for (std::size_t i = 1; i < codes.size(); ++i) {
        const bool ascii_mark = std::u32string_view(U",;:?!").find(codes[i]) != std::u32string_view::npos;
        CHECK_FALSE((ascii_mark && is_chinese(codes[i - 1])));
      }
    }
}

TEST_CASE("catalogue: no text has a control character, a double space or a space at an end", "[tracepoints]") {
  for (const Tracepoint& entry : catalogue())
    for (const auto& [name, text] : texts_of(entry))
      for (const std::string_view one : {text.en, text.zh}) {
        CAPTURE(entry.id, name, one);
        REQUIRE_FALSE(one.empty());
        CHECK(std::none_of(one.begin(), one.end(), [](unsigned char c) { return c < 0x20 || c == 0x7F; }));
        CHECK(one.find("  ") == std::string_view::npos);
        CHECK(one.front() != ' ');
        CHECK(one.back() != ' ');
      }
}

TEST_CASE("catalogue: texts are short enough for the narrator", "[tracepoints]") {
  for (const Tracepoint& entry : catalogue()) {
    CAPTURE(entry.id);
    CHECK(entry.what.en.size() <= 95);
    CHECK(entry.why.en.size() <= 170);
    CHECK(entry.mistake.en.size() <= 150);
    CHECK(decoded(entry.what.zh).size() <= 60);
    CHECK(decoded(entry.why.zh).size() <= 100);
    CHECK(decoded(entry.mistake.zh).size() <= 90);
    CHECK((entry.what.en.ends_with('.') || entry.what.en.ends_with('?')));
    CHECK((entry.why.en.ends_with('.') || entry.why.en.ends_with('?')));
  }
}

TEST_CASE("catalogue: no two entries say the same", "[tracepoints]") {
  std::map<std::string_view, std::string_view> owners;
  for (const Tracepoint& entry : catalogue())
    for (const std::string_view one : {entry.what.en, entry.what.zh, entry.why.en, entry.why.zh}) {
      CAPTURE(entry.id, one);
      const auto [place, is_new] = owners.emplace(one, entry.id);
      CAPTURE(place->second);
      CHECK(is_new);
    }
}

TEST_CASE("catalogue: a decision has its alternatives, with what follows and what leads there", "[tracepoints]") {
  for (const Tracepoint& entry : catalogue()) {
    CAPTURE(entry.id);
    const std::vector<Alternative> alternatives = alternatives_of(entry);
    if (entry.kind != Kind::decision) {
      CHECK(alternatives.empty());
      continue;
    }
    // The winner is an app's name: there is no list of those.
    if (entry.id == "management.get_commands:winner") {
      CHECK(alternatives.empty());
      continue;
    }
    CHECK(alternatives.size() >= 2);
    std::set<std::string_view> values;
    for (const Alternative& alternative : alternatives) {
      CAPTURE(alternative.value);
      CHECK(values.insert(alternative.value).second);
      for (const std::string_view text : {alternative.then.en, alternative.then.zh, alternative.how.en, alternative.how.zh}) {
        CHECK_FALSE(text.empty());
        CHECK(text.size() <= 160);
      }
      CHECK((alternative.then.en.ends_with('.') && !alternative.how.en.ends_with('.')));
    }
    // "other" catches the rest, so nothing may follow it.
    for (std::size_t i = 0; i + 1 < alternatives.size(); ++i) CHECK(alternatives[i].value != "other");
  }
}

TEST_CASE("catalogue: points and decisions have a colon, frames have none, and each belongs to a stage", "[tracepoints]") {
  for (const Tracepoint& entry : catalogue()) {
    CAPTURE(entry.id);
    const std::size_t colon = entry.id.find(':');
    CHECK((colon == std::string_view::npos) == (entry.kind == Kind::frame));
    if (entry.kind == Kind::frame) continue;
    const Tracepoint* stage = tracepoints::find(stage_of(entry.id));
    REQUIRE(stage != nullptr);
    CHECK(stage->qualname == entry.qualname);
    CHECK(stage->path == entry.path);
    for (std::size_t i = 0; i < entry.lines.size(); ++i) CHECK(stage->lines[i].line == entry.lines[i].line);
  }
}

TEST_CASE("catalogue: legs exist, have entries, and entries stand in the order of the legs", "[tracepoints]") {
  std::map<std::string_view, std::size_t> order;
  for (const Leg& leg : legs()) {
    CAPTURE(leg.id);
    CHECK(order.emplace(leg.id, order.size()).second);
    CHECK_FALSE(leg.title.en.empty());
    CHECK(chinese_in(leg.title.zh) >= 2);
  }
  REQUIRE(order.size() == 16);
  std::size_t at = 0;
  std::set<std::string_view> seen;
  for (const Tracepoint& entry : catalogue()) {
    CAPTURE(entry.id, entry.leg);
    REQUIRE(order.contains(entry.leg));
    CHECK(order[entry.leg] >= at);
    at = order[entry.leg];
    seen.insert(entry.leg);
  }
  CHECK(seen.size() == order.size());
}

TEST_CASE("catalogue: anchors are kebab case, and a leg's anchor is one of its own stages'", "[tracepoints]") {
  const auto is_kebab = [](std::string_view text) {
    return !text.empty() && text.front() != '-' && text.back() != '-' && text.find("--") == std::string_view::npos &&
           std::all_of(text.begin(), text.end(), [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
  };
  std::map<std::string_view, std::set<std::string_view>> anchors;
  for (const Tracepoint& entry : catalogue()) {
    CAPTURE(entry.id, entry.anchor);
    CHECK(is_kebab(entry.anchor));
    anchors[entry.leg].insert(entry.anchor);
  }
  for (const Leg& leg : legs()) {
    CAPTURE(leg.id, leg.anchor);
    CHECK(anchors[leg.id].contains(leg.anchor));
  }
}

TEST_CASE("catalogue: zoom levels are 0 to 3, and system calls are the only entries of level 3", "[tracepoints]") {
  std::array<int, 4> count{};
  for (const Tracepoint& entry : catalogue()) {
    CAPTURE(entry.id, entry.zoom);
    REQUIRE((entry.zoom >= 0 && entry.zoom <= 3));
    CHECK((entry.zoom == 3) == entry.id.starts_with("syscall."));
    ++count[static_cast<std::size_t>(entry.zoom)];
  }
  // A newcomer's first screen must stay short: level 0 is a stage or so per leg.
  CHECK(count[0] <= 20);
  CHECK(count[0] + count[1] <= 65);
}

TEST_CASE("catalogue: only the idle turns of the loops are folded", "[tracepoints]") {
  const std::set<std::string_view> idle = {"selectors._PollLikeSelector.select", "socketserver.BaseServer.service_actions",
                                           "autoreload.StatReloader.tick", "SocketServer._eintr_retry"};
  for (const Tracepoint& entry : catalogue()) {
    CAPTURE(entry.id);
    CHECK(entry.folds == idle.contains(entry.id));
  }
}

TEST_CASE("catalogue: every entry has a line for each of the four versions, and a file when it has a line", "[tracepoints]") {
  for (const Tracepoint& entry : catalogue()) {
    CAPTURE(entry.id);
    CHECK(entry.lines[0].version == "1.10");
    CHECK(entry.lines[1].version == "3.2");
    CHECK(entry.lines[2].version == "5.2");
    CHECK(entry.lines[3].version == "6.1");
    const bool has_line = std::any_of(entry.lines.begin(), entry.lines.end(), [](const auto& line) { return line.line > 0; });
    const bool is_c = entry.path.empty();
    CHECK(has_line == !is_c);
    if (!is_c) CHECK((entry.path.starts_with("django/") || entry.path.starts_with("Lib/")));
  }
}

TEST_CASE("find: an id gives its entry, and anything else gives nullptr", "[tracepoints]") {
  for (const Tracepoint& entry : catalogue()) CHECK(tracepoints::find(entry.id) == &entry);
  CHECK(tracepoints::find("") == nullptr);
  CHECK(tracepoints::find("runserver.Command.inner_rum") == nullptr);
  CHECK(tracepoints::find("runserver.Command") == nullptr);
}
