#include "tracewalk/watch/teller.h"

#include <fmt/format.h>

#include <utility>

#include "tracewalk/watch/words.h"

namespace tracewalk::watch {

using tracepoints::Event;
using tracepoints::Sink;

namespace {

constexpr std::size_t most_kept = 16 * 1024;

}  // namespace

/// Collects what the sinks write, all of them on the teller's thread.
class Teller::Sheet final : public tracepoints::sinks::Paper {
 public:
  explicit Sheet(Teller& teller) : teller_(teller) {}
  int width() noexcept override { return teller_.paper_->width(); }
  bool write(std::string_view lines) noexcept override {
    teller_.written_ += lines;
    return teller_.is_read_;
  }
  std::int64_t now_ns() noexcept override { return teller_.paper_->now_ns(); }

 private:
  Teller& teller_;
};

Teller::Teller(tracepoints::Language language, std::unique_ptr<tracepoints::sinks::Paper> paper, std::size_t room)
    : language_(language), paper_(std::move(paper)), room_(room), thread_([this] { run(); }) {}

Teller::~Teller() {
  close({});
  thread_.join();
}

std::unique_ptr<tracepoints::sinks::Paper> Teller::paper() { return std::make_unique<Sheet>(*this); }

bool Teller::event(const std::shared_ptr<Sink>& sink, const Event& event, bool insist) {
  const std::lock_guard lock(mutex_);
  if (!insist) {
    // Once it was full, half of the room must be free before the telling goes on: one gap with a number, and not a hundred.
    full_ = items_.size() >= (full_ ? room_ / 2 : room_);
    if (full_) return false;
    gap_.reset();
  }
  items_.push_back({.sink = sink, .event = std::make_unique<Event>(event)});  // whoever brings it wakes the teller, once for many
  return true;
}

void Teller::wake() noexcept { arrived_.notify_one(); }

void Teller::gap(const tracepoints::Text& sentence, std::uint64_t events) {
  const std::lock_guard lock(mutex_);
  if (gap_ && gap_->sentence == &sentence) {
    gap_->events += events;
    return;
  }
  gap_ = std::make_shared<Gap>(Gap{&sentence, events});
  push({.gap = gap_});
}

void Teller::note(std::string line) {
  const std::lock_guard lock(mutex_);
  push({.line = std::move(line)});
}

void Teller::finish(std::shared_ptr<Sink> sink) {
  const std::lock_guard lock(mutex_);
  push({.sink = std::move(sink), .ends = true});
}

void Teller::then(std::function<void()> call) {
  const std::lock_guard lock(mutex_);
  push({.call = std::move(call)});
}

void Teller::close(std::function<void()> done) {
  const std::lock_guard lock(mutex_);
  if (closed_) return;
  closed_ = true;
  done_ = std::move(done);
  arrived_.notify_one();
}

void Teller::push(Item item) {
  items_.push_back(std::move(item));
  arrived_.notify_one();
}

void Teller::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    if (items_.empty()) {
      lock.unlock();
      flush();
      lock.lock();
    }
    arrived_.wait(lock, [&] { return !items_.empty() || closed_; });
    if (items_.empty()) break;
    Item item = std::move(items_.front());
    items_.pop_front();
    if (item.gap) {
      item.line = fmt::format(fmt::runtime(in(language_, *item.gap->sentence)), item.gap->events);
      if (gap_ == item.gap) gap_.reset();
    }
    lock.unlock();
    tell(item);
    item = {};  // the last one to know a story lets it go, without the lock
    lock.lock();
  }
  const std::function<void()> done = std::move(done_);
  lock.unlock();
  if (done) done();
}

void Teller::tell(Item& item) noexcept {
  if (item.event) item.sink->event(*item.event);
  if (item.ends) item.sink->finish();
  if (!item.line.empty()) written_ += item.line + "\n";
  if (item.call || written_.size() > most_kept) flush();
  if (item.call) item.call();
}

void Teller::flush() noexcept {
  if (written_.empty()) return;
  is_read_ = paper_->write(written_) && is_read_;
  written_.clear();
}

}  // namespace tracewalk::watch
