#include "tracepoints/sinks/recording_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <unordered_map>

#include "tracepoints/catalogue.h"
#include "tracepoints/sinks/event_scanner.h"
#include "tracepoints/sinks/stage_of_function.h"
#include "tracepoints/sinks/text_layout.h"

namespace tracepoints::sinks {
namespace {

using json = nlohmann::ordered_json;  // values keep the order of the file

constexpr std::int64_t no_end = std::numeric_limits<std::int64_t>::max();
constexpr std::size_t search_depth = 256;   // how far up a return looks for its call
constexpr std::size_t longest_text = 4096;  // of an id, a name, a value; ours are cut at some hundred bytes

// In recordings whose values stand beside the id instead of in "values", these are no values.
constexpr std::string_view reserved[] = {"id", "qualname", "thread", "process", "self", "request", "passing", "taken",
                                         "alternatives", "result", "error", "raised", "values"};

const json* member(const json& object, std::string_view key) {
  if (!object.is_object()) return nullptr;
  const auto found = object.find(key);
  return found == object.end() ? nullptr : &*found;
}

std::string text_of(const json& value) {
  std::string text = value.is_string() ? value.get_ref<const std::string&>() : value.dump(-1, ' ', false, json::error_handler_t::replace);
  if (text.size() > longest_text) text.resize(longest_text);
  return text;
}

std::string text_at(const json& object, std::string_view key) {
  const json* value = member(object, key);
  return value && !value->is_null() ? text_of(*value) : "";
}

std::vector<std::string> texts_at(const json& object, std::string_view key) {
  std::vector<std::string> out;
  if (const json* list = member(object, key); list && list->is_array())
    for (const json& item : *list) out.push_back(text_of(item));
  return out;
}

// Microseconds with a fraction, as every Chrome trace has them.
std::int64_t nanoseconds(const json* value) {
  if (!value || !value->is_number()) return 0;
  const double microseconds = value->get<double>();
  constexpr double greatest = 9e15;  // a hundred years
  if (!std::isfinite(microseconds)) return 0;
  return std::llround(std::clamp(microseconds, -greatest / 1000, greatest / 1000) * 1000);
}

int small_number(const json* value) {
  return value && value->is_number_integer() ? static_cast<int>(std::clamp<std::int64_t>(value->get<std::int64_t>(), 0, 1 << 30)) : 0;
}

// What a JSON parser rejects and a tracer still writes: bytes that are not UTF-8, and halves of surrogate pairs (Python's surrogateescape).
std::string repaired(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  const auto surrogate_at = [&](std::size_t at) -> char {
    if (at + 6 > text.size() || text[at] != '\\' || text[at + 1] != 'u' || (text[at + 2] != 'd' && text[at + 2] != 'D')) return 0;
    const char kind = text[at + 3];
    return (kind == '8' || kind == '9' || kind == 'a' || kind == 'b' || kind == 'A' || kind == 'B') ? 'h'
           : (kind >= 'c' && kind <= 'f') || (kind >= 'C' && kind <= 'F')                           ? 'l'
                                                                                                    : 0;
  };
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] == '\\') {
      const char kind = surrogate_at(at);
      if (kind == 'h' && surrogate_at(at + 6) == 'l') {
        out += text.substr(at, 12), at += 12;
      } else if (kind) {
        out += "\\ufffd", at += 6;
      } else {
        out += text.substr(at, 2), at += 2;
      }
      continue;
    }
    const Character character = first_character(text.substr(at));
    const bool is_valid = static_cast<unsigned char>(text[at]) < 0x80 || character.size > 1;
    if (is_valid) out += text.substr(at, character.size);
    else out += "\xEF\xBF\xBD";
    at += std::max<std::size_t>(character.size, 1);
  }
  return out;
}

json parsed(std::string_view text) {
  json value = json::parse(text, nullptr, false);
  if (value.is_discarded()) value = json::parse(repaired(text), nullptr, false);
  return value;
}

// A call, or a moment, as it is put together while the file is read. The numbers are places in the order of the file.
struct Call {
  std::size_t enter_at = 0, leave_at = 0;
  std::int64_t end = no_end;
  Record enter;
  std::optional<Record> leave;
};

struct Thread {
  struct Open {
    std::string name;  // the id, or a foreign function's name
    std::optional<std::size_t> call;  // nothing is kept of foreign ones
  };
  std::vector<Open> open;
  std::vector<Call> calls;
};

class Reader {
 public:
  Recording read(std::string_view text);

 private:
  void event(const json& event);
  void metadata(const json& event, std::string_view name, const json& args);
  bool identify(Record& record, const json& event, const json& args);
  void add_values(Record& record, const json& args);
  void add_outcome(Record& record, const json& args);
  void begin(Thread& thread, Record record, bool is_stage);
  void end(Thread& thread, Record record, bool is_stage);
  void complete(Thread& thread, Record record, const json& event, const json& args);
  void put_in_order();
  void notes_of(const EventScanner& scanner, std::uint64_t unreadable);
  int number(const json* value);

  Recording out_;
  StagesOfFunctions stages_;
  std::map<std::pair<int, int>, Thread> threads_;
  std::unordered_map<std::string, int> interned_;  // process and thread ids that are no small numbers
  std::size_t place_ = 0;
  std::uint64_t events_ = 0, unbegun_ = 0;
  bool has_durations_ = false;  // then the order of the file says nothing, and the times decide
};

int Reader::number(const json* value) {
  if (value && value->is_number_integer()) {
    const auto wide = value->get<std::int64_t>();
    if (wide >= 0 && wide <= std::numeric_limits<int>::max()) return static_cast<int>(wide);
  }
  if (!value || value->is_null()) return 0;
  return interned_.emplace(text_of(*value), -1 - static_cast<int>(interned_.size())).first->second;
}

void Reader::metadata(const json& event, std::string_view name, const json& args) {
  const int pid = number(member(event, "pid"));
  if (name == "process_name") {
    out_.processes[pid] = text_at(args, "name");
  } else if (name == "thread_name") {
    out_.threads[{pid, number(member(event, "tid"))}] = text_at(args, "name");
  } else if (member(args, "producer")) {
    Metadata data{.producer = text_at(args, "producer"), .version = text_at(args, "version"), .django = text_at(args, "django"),
                  .python = text_at(args, "python"), .wall_clock = text_at(args, "wall_clock"), .records = texts_at(args, "records"),
                  .argv = texts_at(args, "argv"), .pid = pid};
    // A process may say more about itself once it knows more.
    const auto same = std::find_if(out_.processes_metadata.begin(), out_.processes_metadata.end(), [&](const Metadata& m) { return m.pid == pid; });
    if (same == out_.processes_metadata.end()) out_.processes_metadata.push_back(std::move(data));
    else *same = std::move(data);
  }
}

// Gives: false when the event is no stage of the catalogue, nor says that it is one.
bool Reader::identify(Record& record, const json& event, const json& args) {
  record.name = text_at(event, "name");
  record.category = text_at(event, "cat");
  if (const json* id = member(args, "id"); id && id->is_string()) {
    record.id = text_of(*id);
    record.index = index_of_stage(record.id);
    return !record.id.empty();
  }
  record.index = stages_.find(record.name);
  if (record.index) record.id = catalogue()[*record.index].id;
  return record.index.has_value();
}

void Reader::add_values(Record& record, const json& args) {
  const auto take = [&](const json& values) {
    for (const auto& [name, value] : values.items())
      if (name != "self") record.values.emplace_back(name, text_of(value));
  };
  if (const json* values = member(args, "values"); values && values->is_object()) {
    take(*values);
  } else if (const json* function_args = member(args, "func_args"); function_args && function_args->is_object()) {
    take(*function_args);  // VizTracer
  } else if (args.is_object() && member(args, "id")) {
    for (const auto& [name, value] : args.items())
      if (std::find(std::begin(reserved), std::end(reserved), name) == std::end(reserved)) record.values.emplace_back(name, text_of(value));
  }
  record.request = static_cast<unsigned>(small_number(member(args, "request")));
}

void Reader::add_outcome(Record& record, const json& args) {
  record.passing = small_number(member(args, "passing"));
  if (const json* error = member(args, "error"); error && !error->is_null()) {
    record.raised = true;
    record.outcome = text_of(*error);
  } else if (const json* raised = member(args, "raised"); raised && raised->is_boolean() && raised->get<bool>()) {
    record.raised = true;
  } else {
    record.outcome = text_at(args, "result");
    if (record.outcome.empty()) record.outcome = text_at(args, "return_value");  // VizTracer
  }
}

void Reader::begin(Thread& thread, Record record, bool is_stage) {
  thread.open.push_back({is_stage ? record.id : record.name, {}});
  if (!is_stage) return;
  thread.open.back().call = thread.calls.size();
  thread.calls.push_back({.enter_at = place_++, .enter = std::move(record), .leave = {}});
}

// An end without a name ends what was begun last; one with a name may stand behind others that were lost.
void Reader::end(Thread& thread, Record record, bool is_stage) {
  auto& open = thread.open;
  const std::string& name = is_stage ? record.id : record.name;
  if (!name.empty()) {
    const auto far = open.size() > search_depth ? open.rbegin() + search_depth : open.rend();
    const auto begun = std::find_if(open.rbegin(), far, [&](const Thread::Open& o) { return o.name == name; });
    if (begun == far) {
      unbegun_ += is_stage;
      return;
    }
    open.erase(begun.base(), open.end());
  }
  if (open.empty()) return;
  if (const std::optional<std::size_t> at = open.back().call) {
    Call& call = thread.calls[*at];
    call.leave_at = place_++;
    call.end = std::max(record.time_ns, call.enter.time_ns);
    record.id = call.enter.id;
    record.index = call.enter.index;
    if (record.name.empty()) record.name = call.enter.name;
    call.leave = std::move(record);
  }
  open.pop_back();
}

void Reader::complete(Thread& thread, Record record, const json& event, const json& args) {
  Record leave = record;
  leave.what = What::leave;
  leave.values.clear();
  leave.time_ns = record.time_ns + std::max<std::int64_t>(nanoseconds(member(event, "dur")), 0);
  add_outcome(leave, args);
  const std::int64_t end = leave.time_ns;
  thread.calls.push_back({.enter_at = place_, .leave_at = place_ + 1, .end = end, .enter = std::move(record), .leave = std::move(leave)});
  place_ += 2;
}

void Reader::event(const json& event) {
  const json* phase = member(event, "ph");
  if (!phase || !phase->is_string() || phase->get_ref<const std::string&>().size() != 1) return;
  ++events_;
  static const json no_args = json::object();
  const json* found = member(event, "args");
  const json& args = found && found->is_object() ? *found : no_args;
  const char ph = phase->get_ref<const std::string&>()[0];
  if (ph == 'M') return metadata(event, text_at(event, "name"), args);
  if (ph != 'B' && ph != 'E' && ph != 'X' && ph != 'i' && ph != 'I') return;

  Record record;
  record.pid = number(member(event, "pid"));
  record.tid = number(member(event, "tid"));
  record.time_ns = nanoseconds(member(event, "ts"));
  const bool is_stage = identify(record, event, args);
  const std::pair key{record.pid, record.tid};
  if (const json* thread = member(args, "thread"); thread && thread->is_string()) out_.threads.emplace(key, text_of(*thread));
  Thread& thread = threads_[key];
  if (ph == 'E') {
    record.what = What::leave;
    add_outcome(record, args);
    return end(thread, std::move(record), is_stage);
  }
  if (ph == 'i' || ph == 'I') {
    if (const json* lost = member(args, "lost")) out_.lost += static_cast<std::uint64_t>(small_number(lost));
    if (!is_stage) return;
    const json* taken = member(args, "taken");
    record.what = taken || (record.index && catalogue()[*record.index].kind == Kind::decision) ? What::decision : What::point;
    if (taken) record.outcome = text_of(*taken);
    add_values(record, args);
    const std::int64_t now = record.time_ns;
    thread.calls.push_back({.enter_at = place_++, .end = now, .enter = std::move(record), .leave = {}});
    return;
  }
  record.what = What::enter;
  has_durations_ = has_durations_ || ph == 'X';
  if (is_stage) add_values(record, args);
  else ++out_.foreign;
  if (ph == 'B') return begin(thread, std::move(record), is_stage);
  if (is_stage) complete(thread, std::move(record), event, args);
}

// Without durations the file's order is the order of the run. With them it is the order in which calls ended, or any other.
void Reader::put_in_order() {
  if (!has_durations_) {
    std::vector<Record> records(place_);
    for (auto& [key, thread] : threads_)
      for (Call& call : thread.calls) {
        records[call.enter_at] = std::move(call.enter);
        if (call.leave) records[call.leave_at] = std::move(*call.leave);
      }
    out_.records = std::move(records);
    return;
  }
  for (auto& [key, thread] : threads_) {
    // What began together ended in the order inner, outer; a file in order of ends has the outer one later.
    std::stable_sort(thread.calls.begin(), thread.calls.end(), [](const Call& a, const Call& b) {
      if (a.enter.time_ns != b.enter.time_ns) return a.enter.time_ns < b.enter.time_ns;
      return a.end != b.end ? a.end > b.end : a.enter_at > b.enter_at;
    });
    std::vector<Call*> open;
    const auto close = [&] {
      if (open.back()->leave) out_.records.push_back(std::move(*open.back()->leave));
      open.pop_back();
    };
    for (Call& call : thread.calls) {
      while (!open.empty() && open.back()->end <= call.enter.time_ns) close();
      if (!open.empty() && call.end > open.back()->end) {
        call.end = open.back()->end;
        if (call.leave) call.leave->time_ns = call.end;
      }
      const bool is_call = call.enter.what == What::enter;
      out_.records.push_back(std::move(call.enter));
      if (is_call) open.push_back(&call);
    }
    while (!open.empty()) close();
  }
  std::stable_sort(out_.records.begin(), out_.records.end(), [](const Record& a, const Record& b) { return a.time_ns < b.time_ns; });
}

void Reader::notes_of(const EventScanner& scanner, std::uint64_t unreadable) {
  const auto note = [&](std::uint64_t count, std::string_view one, std::string_view many) {
    if (count == 1) out_.notes.emplace_back(one);
    if (count > 1) out_.notes.push_back(fmt::format(fmt::runtime(many), count));
  };
  note(scanner.torn() + unreadable, "1 event could not be read and was left out", "{} events could not be read and were left out");
  note(unbegun_, "1 return came without its call and was left out", "{} returns came without their calls and were left out");
  note(out_.lost, "1 event was lost while recording", "{} events were lost while recording");
  if (!scanner.closed()) out_.notes.emplace_back("the end of the file is missing; what is there was read");
  if (scanner.text_behind()) out_.notes.emplace_back("what stands behind the end of the list was left out");
}

Recording Reader::read(std::string_view text) {
  EventScanner scanner(text);
  if (!scanner.is_list()) throw RecordingError("is not a recording: it holds no list of trace events");
  std::uint64_t unreadable = 0, objects = 0;
  while (const std::optional<std::string_view> found = scanner.next()) {
    const json value = parsed(*found);
    ++objects;
    if (value.is_discarded()) scanner.reject();
    else if (!value.is_object()) ++unreadable;
    else event(value);
  }
  const json viztracer = parsed(scanner.beside("viztracer_metadata"));
  const bool is_empty = scanner.closed() && scanner.strangers() == 0 && objects == 0 && scanner.torn() == 0;
  if (events_ == 0 && !is_empty) throw RecordingError("is not a recording: it holds no trace events");

  put_in_order();
  if (out_.processes_metadata.empty() && viztracer.is_object()) {
    out_.metadata = {.producer = "viztracer", .version = text_at(viztracer, "version"), .django = {}, .python = {}, .wall_clock = {},
                     .records = {"frame"}, .argv = {}, .pid = 0};
    if (const json* overflow = member(viztracer, "overflow"); overflow && overflow->is_boolean() && overflow->get<bool>())
      out_.notes.emplace_back("VizTracer's buffer was too small: the oldest calls are missing");
  } else if (!out_.processes_metadata.empty()) {
    out_.metadata = out_.processes_metadata.front();
  }
  if (out_.metadata.django.empty() && !stages_.version().empty()) {
    out_.metadata.django = stages_.version();
    out_.notes.push_back(fmt::format("Django's version, {}, was told from the lines of its functions", stages_.version()));
  }
  notes_of(scanner, unreadable);
  return std::move(out_);
}

}  // namespace

Recording parse_recording(std::string_view text) { return Reader().read(text); }

}  // namespace tracepoints::sinks
