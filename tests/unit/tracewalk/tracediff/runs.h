// Recordings for tests, from outlines:
//
//     @ 1 1 MainThread parent          events of process 1, thread 1 from here on
//     manage.main
//       basehttp.run; addr='127.0.0.1'; port=8000
//         socketserver.BaseServer.serve_forever !> KeyboardInterrupt()
//         selectors._PollLikeSelector.select -> []
//         runserver.Command.inner_run ...        never returned
#pragma once

#include <sstream>
#include <string>
#include <vector>

#include "tracepoints/catalogue.h"
#include "tracepoints/sinks/recording_reader.h"
#include "tracepoints/sinks/stage_of_function.h"

namespace runs {

using tracepoints::What;
using tracepoints::sinks::Record;
using tracepoints::sinks::Recording;

inline Recording recording(const std::string& outline, const std::string& django = "") {
  Recording out;
  out.metadata = {.producer = "tracewalk", .version = "0.2.0", .django = django, .python = {}, .wall_clock = {}, .records = {}, .argv = {}, .pid = 1};
  struct Open {
    std::size_t depth;
    Record leave;
    bool returns;
  };
  std::vector<Open> open;
  int pid = 1, tid = 1;
  std::int64_t now = 0;
  const auto close = [&](std::size_t depth) {
    while (!open.empty() && open.back().depth >= depth) {
      open.back().leave.time_ns = now += 1000;
      if (open.back().returns) out.records.push_back(open.back().leave);
      open.pop_back();
    }
  };
  std::istringstream lines(outline);
  for (std::string line; std::getline(lines, line);) {
    const std::size_t depth = line.find_first_not_of(' ');
    if (depth == std::string::npos) continue;
    line.erase(0, depth);
    if (line[0] == '@') {
      close(0);
      std::istringstream words(line.substr(1));
      std::string thread, process;
      words >> pid >> tid >> thread >> process;
      if (!thread.empty() && thread != "-") out.threads[{pid, tid}] = thread;
      if (!process.empty()) out.processes[pid] = process;
      continue;
    }
    close(depth);
    Record enter, leave;
    bool returns = true;
    const auto take = [&](const std::string& mark) {
      const std::size_t at = line.find(mark);
      if (at == std::string::npos) return false;
      leave.outcome = line.substr(at + mark.size());
      line.erase(at);
      return true;
    };
    if (line.ends_with(" ...")) returns = false, line.erase(line.size() - 4);
    if (take(" !> ")) leave.raised = true;
    else take(" -> ");
    std::size_t end = line.find(';');
    enter.id = line.substr(0, end);
    while (end != std::string::npos) {
      const std::size_t from = line.find_first_not_of(' ', end + 1);
      end = line.find(';', from);
      const std::string field = line.substr(from, end == std::string::npos ? end : end - from);
      enter.values.emplace_back(field.substr(0, field.find('=')), field.substr(field.find('=') + 1));
    }
    enter.index = tracepoints::sinks::index_of_stage(enter.id);
    enter.pid = pid, enter.tid = tid, enter.time_ns = now += 1000;
    enter.what = What::enter;
    if (enter.index && tracepoints::catalogue()[*enter.index].kind != tracepoints::Kind::frame) {
      enter.what = tracepoints::catalogue()[*enter.index].kind == tracepoints::Kind::point ? What::point : What::decision;
      enter.outcome = leave.outcome;
      out.records.push_back(enter);
      continue;
    }
    out.records.push_back(enter);
    leave.id = enter.id, leave.index = enter.index, leave.pid = pid, leave.tid = tid, leave.what = What::leave;
    open.push_back({depth, leave, returns});
  }
  close(0);
  return out;
}

}  // namespace runs
