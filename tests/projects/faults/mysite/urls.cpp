// Views that end the process in every way there is. Each tells its last moment first, so that a test can look for it in the recording.
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <exception>
#include <map>
#include <stdexcept>
#include <string>

#include "django/http/request.h"
#include "django/http/response.h"
#include "django/urls/conf.h"
#include "python/importlib/__init__.h"
#include "python/os.h"
#include "python/threading.h"
#include "tracepoints/trace.h"

namespace {

using django::http::HttpRequest;
using django::http::HttpResponse;
using django::http::HttpResponsePtr;
using django::urls::path;
using django::urls::view;

void last_moment(const std::string& word) { TRACE_POINT("basehttp.run:bound", word); }

volatile int* nowhere = nullptr;

[[gnu::noinline]] int runs_over(int depth) {
  volatile char room[4096];
  room[0] = static_cast<char>(depth);
  return depth < 0 ? 0 : runs_over(depth + 1) + room[0];
}

void throw_one() { throw std::runtime_error("nobody may catch this"); }

const std::map<std::string, void (*)()> ends = {
    {"segfault", [] { *nowhere = 1; }},
    {"overflow", [] { runs_over(1); }},
    {"abort", [] { std::abort(); }},
    {"terminate", [] { std::terminate(); }},
    {"noexcept", []() noexcept { throw_one(); }},
    {"kill", [] { std::raise(SIGTERM); }},
    {"exit", [] { std::exit(7); }},
    {"os_exit", [] { python::os::_exit(5); }},
    {"fork", [] {  // the child traces and ends; the parent goes on
       const pid_t child = ::fork();
       if (child == 0) {
         for (int i = 0; i < 1000; ++i) last_moment("of the forked child");
         python::os::_exit(0);
       }
       ::waitpid(child, nullptr, 0);
     }},
};

HttpResponsePtr text(std::string words) { return std::make_shared<HttpResponse>(std::move(words)); }

HttpResponsePtr end(HttpRequest& request) {
  const std::string way = request.GET().get("way", "");
  last_moment("before " + way);
  if (const auto found = ends.find(way); found != ends.end()) found->second();
  return text("still here\n");
}

// Many events in a short time: ?events=100000
HttpResponsePtr flood(HttpRequest& request) {
  const int events = std::atoi(request.GET().get("events", "1000").c_str());
  for (int i = 0; i < events; ++i) TRACE_POINT("basehttp.run:bound", i);
  return text("told\n");
}

HttpResponsePtr hello(HttpRequest&) { return text("hello\n"); }

void exec(python::importlib::Module& module) {
  module.set("urlpatterns", django::urls::URLPatterns{path("end/", view<end>), path("flood/", view<flood>), path("hello/", view<hello>)});
}

}  // namespace

TRACEWALK_MODULE(exec)
