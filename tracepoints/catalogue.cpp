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

}  // namespace

std::span<const Tracepoint> catalogue() noexcept { return entries; }
std::span<const Leg> legs() noexcept { return all_legs; }

const Tracepoint* find(std::string_view id) noexcept {
  for (const Tracepoint& entry : entries)
    if (entry.id == id) return &entry;
  return nullptr;
}

}  // namespace tracepoints
