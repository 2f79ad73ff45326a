#include "tracewalk/watch/versions.h"

#include <fmt/format.h>

#include <charconv>
#include <compare>

#include "tracepoints/catalogue.h"
#include "tracepoints/sinks/text_layout.h"
#include "tracewalk/watch/words.h"

namespace tracewalk::watch {
namespace {

/// The first two numbers of a version: what decides about the code of a Django.
struct Version {
  int major = 0, minor = 0;
  friend auto operator<=>(const Version&, const Version&) = default;
};

Version version_of(std::string_view text) {
  Version version;
  const char* const end = text.data() + text.size();
  const auto [dot, error] = std::from_chars(text.data(), end, version.major);
  if (error == std::errc() && dot != end && *dot == '.') std::from_chars(dot + 1, end, version.minor);
  return version;
}

// The words are about this version, and were compared with recordings of these.
constexpr std::string_view mirrored = "5.2", oldest = "3.2", newest = "6.1";

}  // namespace

std::string introduction(const Story& story, tracepoints::Language language) {
  const std::string python = tracepoints::sinks::harmless(story.python()), django = tracepoints::sinks::harmless(story.django());
  if (django.empty()) return fmt::format(fmt::runtime(in(language, words::watching_python)), python);
  std::string line = fmt::format(fmt::runtime(in(language, words::watching)), django, python);
  const Version version = version_of(django);
  if (version < version_of(oldest) || version > version_of(newest))
    line += fmt::format(fmt::runtime(in(language, words::unknown_version)), oldest, newest);
  else if (version != version_of(mirrored))
    line += fmt::format(fmt::runtime(in(language, words::other_version)), mirrored);
  return line;
}

// A version between two that the catalogue knows may have the stages of either.
void leave_out_stages_of_others(std::string_view django) {
  const Version wanted = version_of(django);
  const auto stages = tracepoints::catalogue();
  for (std::size_t i = 0; i < stages.size(); ++i) {
    if (!stages[i].path.starts_with("django/")) continue;
    bool older = false, same = false, newer = false, is_listed = false;
    Version older_version, newer_version{1000, 0};
    for (const tracepoints::Line& line : stages[i].lines) {
      const Version version = version_of(line.version);
      if (version == wanted) is_listed = true, same = line.line != 0;
      if (version < wanted && version > older_version) older_version = version, older = line.line != 0;
      if (version > wanted && version < newer_version) newer_version = version, newer = line.line != 0;
    }
    if (is_listed ? !same : !older && !newer) tracepoints::enable_one(static_cast<tracepoints::Index>(i), false);
  }
}

}  // namespace tracewalk::watch
