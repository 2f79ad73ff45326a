#include "tracepoints/catalogue.h"

#include <array>
#include <iterator>

#include "tracepoints/catalogue/01_startup.h"
#include "tracepoints/catalogue/02_settings.h"
#include "tracepoints/catalogue/03_setup.h"
#include "tracepoints/catalogue/04_fetch.h"
#include "tracepoints/catalogue/05_argv.h"
#include "tracepoints/catalogue/06_execute.h"
#include "tracepoints/catalogue/07_autoreload.h"
#include "tracepoints/catalogue/08_inner_run.h"
#include "tracepoints/catalogue/09_handler.h"
#include "tracepoints/catalogue/10_bind.h"
#include "tracepoints/catalogue/11_loop.h"
#include "tracepoints/catalogue/12_request.h"
#include "tracepoints/catalogue/13_wsgi.h"
#include "tracepoints/catalogue/14_static.h"
#include "tracepoints/catalogue/15_response.h"
#include "tracepoints/catalogue/16_shutdown.h"
#include "tracepoints/catalogue/changes.h"
#include "tracepoints/ids.h"
#include "tracepoints/legs.h"

namespace tracepoints {
namespace {

template <std::size_t... N>
constexpr auto join(const Tracepoint (&... parts)[N]) {
  std::array<Tracepoint, (N + ...)> all{};
  std::size_t at = 0;
  const auto append = [&](const auto& part) {
    for (const auto& entry : part) all[at++] = entry;
  };
  (append(parts), ...);
  return all;
}

constexpr auto entries = join(catalogue_startup::entries,
                              catalogue_settings::entries,
                              catalogue_setup::entries,
                              catalogue_fetch::entries,
                              catalogue_argv::entries,
                              catalogue_execute::entries,
                              catalogue_autoreload::entries,
                              catalogue_inner_run::entries,
                              catalogue_handler::entries,
                              catalogue_bind::entries,
                              catalogue_loop::entries,
                              catalogue_request::entries,
                              catalogue_wsgi::entries,
                              catalogue_static::entries,
                              catalogue_response::entries,
                              catalogue_shutdown::entries);

constexpr bool ids_are_those_of_the_entries() {
  if (std::size(ids) != entries.size()) return false;
  for (std::size_t i = 0; i < entries.size(); ++i)
    if (ids[i] != entries[i].id) return false;
  return true;
}
static_assert(ids_are_those_of_the_entries());

constexpr bool ids_are_unique() {
  for (std::size_t i = 0; i < entries.size(); ++i)
    for (std::size_t j = i + 1; j < entries.size(); ++j)
      if (entries[i].id == entries[j].id) return false;
  return true;
}
static_assert(ids_are_unique());

/// Each note is on a stage that exists, and the notes stand in story order, so those on one stage are neighbours.
constexpr bool changes_follow_the_story() {
  std::size_t at = 0;
  for (const Change& change : catalogue_changes::entries) {
    while (at < entries.size() && entries[at].id != change.stage) ++at;
    if (at == entries.size()) return false;
  }
  return true;
}
static_assert(changes_follow_the_story());

}  // namespace

std::span<const Tracepoint> catalogue() noexcept { return entries; }
std::span<const Leg> legs() noexcept { return all_legs; }

const Tracepoint* find(std::string_view id) noexcept {
  for (const Tracepoint& entry : entries)
    if (entry.id == id) return &entry;
  return nullptr;
}

std::span<const Change> changes() noexcept { return catalogue_changes::entries; }

std::span<const Change> changes_of(std::string_view id) noexcept {
  const std::span<const Change> all = catalogue_changes::entries;
  std::size_t first = 0;
  while (first < all.size() && all[first].stage != id) ++first;
  std::size_t last = first;
  while (last < all.size() && all[last].stage == id) ++last;
  if (first == last) {
    const auto colon = id.find(':');
    if (colon != std::string_view::npos) return changes_of(id.substr(0, colon));
  }
  return all.subspan(first, last - first);
}

}  // namespace tracepoints
