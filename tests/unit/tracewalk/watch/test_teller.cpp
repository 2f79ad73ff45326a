#include <catch2/catch.hpp>

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "tracewalk/watch/teller.h"
#include "tracewalk/watch/words.h"

using namespace tracewalk::watch;
using tracepoints::Event;

namespace {

/// What was told, shared by the paper and the sink. Stops the teller at the first event until it is released.
struct Page {
  std::mutex mutex;
  std::condition_variable moved;
  std::string text;
  bool stopped = false, blocked = false;

  void put(std::string_view part) {
    const std::lock_guard lock(mutex);
    text += part;
  }
  void stop() {
    std::unique_lock lock(mutex);
    stopped = true;
    moved.notify_all();
    moved.wait(lock, [&] { return !blocked; });
  }
  void wait_until_stopped() {
    std::unique_lock lock(mutex);
    moved.wait(lock, [&] { return stopped; });
  }
  void release() {
    const std::lock_guard lock(mutex);
    blocked = false;
    moved.notify_all();
  }
};

struct PagePaper final : tracepoints::sinks::Paper {
  explicit PagePaper(Page& page) : page(page) {}
  int width() noexcept override { return 80; }
  bool write(std::string_view lines) noexcept override { return page.put(lines), true; }
  std::int64_t now_ns() noexcept override { return 0; }
  Page& page;
};

struct PageSink final : tracepoints::Sink {
  PageSink(Page& page, Teller& teller) : page(page), paper(teller.paper()) {}
  void event(const Event& event) noexcept override {
    page.stop();
    paper->write("event " + std::to_string(event.line) + "\n");
  }
  void finish() noexcept override { paper->write("end\n"); }
  Page& page;
  std::unique_ptr<tracepoints::sinks::Paper> paper;
};

Event numbered(int number) {
  Event event;
  event.line = number;
  return event;
}

}  // namespace

TEST_CASE("Teller: tells in the order in which things were handed in", "[tracewalk]") {
  Page page;
  {
    Teller teller(tracepoints::Language::en, std::make_unique<PagePaper>(page));
    const auto sink = std::make_shared<PageSink>(page, teller);
    CHECK(teller.event(sink, numbered(1), false));
    teller.note("a line");
    teller.then([&] { page.put("answered\n"); });
    CHECK(teller.event(sink, numbered(2), false));
    teller.finish(sink);
  }
  CHECK(page.text == "event 1\na line\nanswered\nevent 2\nend\n");
}

TEST_CASE("Teller: a terminal that takes nothing costs events, and they are counted where they are missing", "[tracewalk]") {
  Page page;
  page.blocked = true;
  {
    Teller teller(tracepoints::Language::en, std::make_unique<PagePaper>(page), 4);
    const auto sink = std::make_shared<PageSink>(page, teller);
    CHECK(teller.event(sink, numbered(0), false));
    teller.wake();
    page.wait_until_stopped();  // the teller has taken the first one, and holds it
    int taken = 0;
    for (int i = 1; i <= 1000; ++i) {
      if (teller.event(sink, numbered(i), false)) ++taken;
      else teller.gap(words::dropped, 1);
    }
    CHECK(taken == 4);
    CHECK(teller.event(sink, numbered(2000), true));  // the end of a frame that was taken
    page.release();
  }
  CHECK(page.text ==
        "event 0\nevent 1\nevent 2\nevent 3\nevent 4\n"
        "tracer: 996 events are not told here: the terminal took the text too slowly\nevent 2000\n");
}

TEST_CASE("Teller: says when everything is told", "[tracewalk]") {
  Page page;
  std::atomic<bool> told{false};
  {
    Teller teller(tracepoints::Language::en, std::make_unique<PagePaper>(page));
    teller.note("a line");
    teller.close([&] { told = !page.text.empty(); });
  }
  CHECK(told);
}
