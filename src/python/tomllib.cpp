#include "python/tomllib.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <vector>

#include <fmt/format.h>
#include <toml++/toml.h>

namespace python::tomllib {
namespace {

[[noreturn]] void fail(const std::string& name, std::size_t line, std::size_t column, std::string_view what) {
  throw TOMLDecodeError(fmt::format("{}:{}:{}: {}", name, line, column, what));
}

// The same for a place told by its byte. Columns count characters, as editors do.
[[noreturn]] void fail_at(const std::string& name, std::string_view text, std::size_t offset, std::string_view what) {
  const std::string_view before = text.substr(0, offset);
  const std::size_t newline = before.rfind('\n');
  const std::string_view line = newline == before.npos ? before : before.substr(newline + 1);
  const auto is_lead = [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; };
  fail(name, static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n')) + 1,
       static_cast<std::size_t>(std::count_if(line.begin(), line.end(), is_lead)) + 1, what);
}

void check_utf8(std::string_view text, const std::string& name) {
  const std::size_t nul = text.find('\0');
  if (nul != text.npos) fail_at(name, text, nul, "a NUL byte; a settings file is text");
  if (is_utf8(text)) return;
  // The first broken line, then its first broken character: neither can begin inside another character.
  std::size_t at = 0;
  for (std::size_t end; end = std::min(text.find('\n', at), text.size() - 1) + 1, is_utf8(text.substr(at, end - at)); at = end) {}
  for (std::size_t size;; at += size) {
    for (size = 1; size < 4 && !is_utf8(text.substr(at, size)); ++size) {}
    if (!is_utf8(text.substr(at, size))) fail_at(name, text, at, "not UTF-8 text");
  }
}

// toml++ follows nesting by recursion, and dotted keys without a limit of their own. So depth is counted beforehand.
void check_depth(std::string_view text, const std::string& name) {
  std::vector<std::size_t> outer;  // the dots of the keys around each open bracket
  std::size_t dots = 0, depth_of_outer = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    switch (const char c = text[i]) {
      case '#':
        i = std::min(text.find('\n', i), text.size()) - 1;
        continue;
      case '"':
      case '\'': {
        const std::string_view three = c == '"' ? "\"\"\"" : "'''";
        const bool multi_line = text.substr(i).starts_with(three);
        i += multi_line ? 3 : 1;
        for (; i < text.size(); ++i) {
          if (c == '"' && text[i] == '\\') ++i;
          else if (multi_line ? text.substr(i).starts_with(three) : (text[i] == c || text[i] == '\n')) break;
        }
        if (multi_line) i += 2;
        continue;
      }
      case '[':
      case '{':
        outer.push_back(dots);
        depth_of_outer += dots + 1;
        dots = 0;
        break;
      case ']':
      case '}':
        if (outer.empty()) continue;
        dots = outer.back();
        depth_of_outer -= dots + 1;
        outer.pop_back();
        continue;
      case '.': ++dots; break;
      case ',': dots = 0; continue;
      case '\n':
        if (outer.empty()) dots = 0;
        continue;
      default: continue;
    }
    if (depth_of_outer + dots > max_depth) fail_at(name, text, i, fmt::format("nested more than {} deep", max_depth));
  }
}

std::string repr_time(const toml::time& time) {
  std::string text = fmt::format("{}, {}", time.hour, time.minute);
  // Python: repr leaves out seconds and microseconds that are 0, but only from the right.
  if (time.second || time.nanosecond >= 1000) text += fmt::format(", {}", time.second);
  if (time.nanosecond >= 1000) text += fmt::format(", {}", time.nanosecond / 1000);
  return text;
}

std::string repr_offset(int minutes) {
  if (minutes == 0) return "datetime.timezone.utc";
  // Python: a timedelta keeps its sign in the days.
  const int day = 24 * 60;
  return minutes < 0 ? fmt::format("datetime.timezone(datetime.timedelta(days=-1, seconds={}))", (day + minutes) * 60)
                     : fmt::format("datetime.timezone(datetime.timedelta(seconds={}))", minutes * 60);
}

Value convert(const toml::node& node);

Dict convert_table(const toml::table& table) {
  std::vector<std::pair<const toml::key*, const toml::node*>> entries;
  for (const auto& [key, node] : table) entries.emplace_back(&key, &node);
  // toml++ sorts keys; Python keeps them as written.
  std::stable_sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) {
    const toml::source_position first = a.first->source().begin, second = b.first->source().begin;
    return first < second;
  });
  Dict dict;
  for (const auto& [key, node] : entries) dict.emplace_back(std::string(key->str()), convert(*node));
  return dict;
}

Value convert(const toml::node& node) {
  if (const auto* table = node.as_table()) return convert_table(*table);
  if (const auto* array = node.as_array()) {
    List list;
    for (const toml::node& item : *array) list.push_back(convert(item));
    return list;
  }
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* number = node.as_integer()) return std::int64_t{number->get()};
  if (const auto* number = node.as_floating_point()) return number->get();
  if (const auto* truth = node.as_boolean()) return truth->get();
  if (const auto* date = node.as_date()) {
    const toml::date& d = date->get();
    return Opaque{fmt::format("datetime.date({}, {}, {})", d.year, d.month, d.day)};
  }
  if (const auto* time = node.as_time()) return Opaque{fmt::format("datetime.time({})", repr_time(time->get()))};
  if (const auto* moment = node.as_date_time()) {
    const toml::date_time& m = moment->get();
    std::string zone;
    if (m.offset) zone = ", tzinfo=" + repr_offset(m.offset->minutes);
    return Opaque{fmt::format("datetime.datetime({}, {}, {}, {}{})", m.date.year, m.date.month, m.date.day, repr_time(m.time), zone)};
  }
  return {};
}

struct Descriptor {
  int fd;
  ~Descriptor() { ::close(fd); }
};

}  // namespace

Dict loads(std::string_view text, const std::string& name) {
  if (text.size() > max_file_bytes)
    throw TOMLDecodeError(fmt::format("{}: {} bytes; a TOML file may have at most {}", name, text.size(), max_file_bytes));
  check_utf8(text, name);
  check_depth(text, name);
  try {
    return convert_table(toml::parse(text, std::string_view(name)));
  } catch (const toml::parse_error& e) {
    fail(name, e.source().begin.line, e.source().begin.column, e.description());
  }
}

Dict load(const std::string& file) {
  // O_NONBLOCK: opening a pipe that nobody writes to would wait for ever.
  const Descriptor descriptor{::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
  if (descriptor.fd < 0) raise_os_error(errno, file);
  struct stat status {};
  if (::fstat(descriptor.fd, &status) != 0) raise_os_error(errno, file);
  if (S_ISDIR(status.st_mode)) raise_os_error(EISDIR, file);
  if (!S_ISREG(status.st_mode)) throw TOMLDecodeError(file + ": not a regular file");
  std::string text;
  // One byte more than allowed is enough for loads() to refuse; the true size is then told from the file's.
  while (text.size() <= max_file_bytes) {
    char buffer[16384];
    const ssize_t size = ::read(descriptor.fd, buffer, sizeof buffer);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) raise_os_error(errno, file);
    if (size == 0) return loads(text, file);
    text.append(buffer, static_cast<std::size_t>(size));
  }
  throw TOMLDecodeError(fmt::format("{}: {} bytes; a TOML file may have at most {}", file,
                                    std::max(static_cast<std::size_t>(status.st_size), text.size()), max_file_bytes));
}

}  // namespace python::tomllib
