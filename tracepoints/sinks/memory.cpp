#include "tracepoints/sinks/memory.h"

#include <algorithm>
#include <memory>

namespace tracepoints::sinks {

std::string_view Kept::value(std::string_view name) const noexcept {
  for (const auto& [field, text] : fields)
    if (field == name) return text;
  return {};
}

void Memory::event(const Event& event) noexcept {
  Kept kept{.what = event.what, .id = std::string(ids[event.index]), .time_ns = event.time_ns, .duration_ns = event.duration_ns,
            .pid = event.pid, .tid = event.tid, .depth = event.depth, .request = event.request,
            .process = std::string(event.process), .thread = std::string(event.thread), .raised = event.raised,
            .passing = event.passing, .fields = {}, .outcome = std::string(event.outcome.str())};
  for (std::size_t i = 0; i < event.field_count; ++i)
    kept.fields.emplace_back(event.fields[i].name(), event.fields[i].value.str());
  {
    const std::lock_guard lock(mutex_);
    events_.push_back(std::move(kept));
  }
  arrived_.notify_all();
}

std::vector<Kept> Memory::events() const {
  const std::lock_guard lock(mutex_);
  return events_;
}

void Memory::clear() {
  const std::lock_guard lock(mutex_);
  events_.clear();
}

std::size_t Memory::count_locked(std::string_view id, What what) const noexcept {
  return static_cast<std::size_t>(
      std::count_if(events_.begin(), events_.end(), [&](const Kept& kept) { return kept.what == what && kept.id == id; }));
}

std::size_t Memory::count(std::string_view id, What what) const {
  const std::lock_guard lock(mutex_);
  return count_locked(id, what);
}

bool Memory::wait_for(std::string_view id, What what, std::chrono::milliseconds timeout, std::size_t times) const {
  std::unique_lock lock(mutex_);
  return arrived_.wait_for(lock, timeout, [&] { return count_locked(id, what) >= times; });
}

std::string Memory::tree(int tid) const {
  const std::lock_guard lock(mutex_);
  std::string out;
  for (const Kept& kept : events_) {
    if (kept.tid != tid || kept.what == What::leave) continue;
    out.append(static_cast<std::size_t>(kept.depth) * 2, ' ').append(kept.id).append("\n");
  }
  return out;
}

std::string Memory::tree() const {
  std::vector<int> threads;  // in the order of their first events
  for (const Kept& kept : events())
    if (std::find(threads.begin(), threads.end(), kept.tid) == threads.end()) threads.push_back(kept.tid);
  std::string out;
  for (const int tid : threads) out += tree(tid);
  return out;
}

Recorded::Recorded(std::string_view patterns) : memory_(std::make_shared<Memory>()) {
  add_sink(memory_);
  enable(patterns);
}

Recorded::~Recorded() {
  disable_all();
  remove_sinks();
}

}  // namespace tracepoints::sinks
