#include "tracewalk/tracediff/values.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace tracewalk::tracediff {
namespace {

using tracepoints::What;

// Names whose values say which thing a call is about. Two calls of one stage about different things are different calls.
constexpr std::string_view subjects[] = {"name", "dotted_path", "entry", "app_name", "self.label", "management_dir", "get_response", "check"};
// Numbers that the system hands out.
constexpr std::string_view handed_out[] = {"port", "self.port", "server_port", "self.server_port", "options.addrport", "addrport", "fd", "fileno", "pid",
                                           "mtime", "self.fileno", "address", "tid"};

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
bool is_word(char c) noexcept { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; }

constexpr std::string_view months[] = {"January", "February", "March",     "April",   "May",      "June",
                                       "July",    "August",   "September", "October", "November", "December"};

// How many characters of `text` are a date or a time of day; 0: it starts with neither. `#` is a digit, `@` a month's name.
std::size_t fits(std::string_view text, std::string_view pattern) {
  std::size_t at = 0;
  for (const char p : pattern) {
    if (p == '@') {
      const std::string_view rest = text.substr(std::min(at, text.size()));
      const auto month = std::find_if(std::begin(months), std::end(months), [&](std::string_view m) { return rest.starts_with(m) || rest.starts_with(m.substr(0, 3)); });
      if (month == std::end(months)) return 0;
      at += rest.starts_with(*month) ? month->size() : 3;
      continue;
    }
    if (at >= text.size()) return 0;
    if (p == '#' ? !is_digit(text[at]) : text[at] != p) return 0;
    ++at;
  }
  return at;
}

std::size_t time_at(std::string_view text) {
  for (const std::string_view pattern : {"@ ##, #### - ##:##:##", "##/@/#### ##:##:##", "####-##-##T##:##:##", "####-##-## ##:##:##", "@, ## @ #### ##:##:## GMT", "## @ #### ##:##:##", "##:##:##"})
    if (const std::size_t size = fits(text, pattern)) return size;
  return 0;
}

// A class, function or object between < and >: its last name is enough, and where it lies in memory says nothing.
std::string object(std::string_view inside) {
  if (const std::size_t at = inside.find(" at 0x"); at != inside.npos) inside = inside.substr(0, at);
  if (inside.ends_with(" object")) inside.remove_suffix(7);
  inside = inside.substr(0, inside.find(": "));  // <PollsConfig: polls>: recorders differ in how much of a repr they take
  std::string out = "<", word;
  const auto flush = [&] {
    std::string_view last = word;
    if (const std::size_t dot = last.rfind('.'); dot != last.npos && dot + 1 < last.size()) last.remove_prefix(dot + 1);
    out += last;
    word.clear();
  };
  for (const char c : inside) {
    if (is_word(c) || c == '.') word += c;
    else flush(), out += c;
  }
  flush();
  return out + ">";
}

// A file of the project or of a library, wherever these lie: the last two parts of its path.
std::string path_tail(std::string_view path) {
  std::size_t slash = path.rfind('/');
  if (slash != path.npos && slash > 0) slash = path.rfind('/', slash - 1);
  const std::string_view name = path.substr(path.rfind('/') + 1);
  if (name == "manage" || name == "manage.py") return "manage";  // the program itself
  return "<path>" + std::string(slash == path.npos ? path : path.substr(slash));
}

// What a browser asks for looks like a path of a file, and is none.
bool is_url_path(std::string_view name) {
  return name == "path" || name.ends_with(".path") || name.ends_with("path_info") || name.ends_with("PATH_INFO");
}

bool is_port(std::string_view digits, std::string_view before, std::string_view after) {
  if (digits.size() < 4 || digits.size() > 5) return false;
  return before.ends_with("', ") || before.ends_with(":") || (before.ends_with("'") && after.starts_with("'"));
}

// Not every recorder knows every result, nor which exception it was.
bool is_known(const tracepoints::sinks::Record& leave) { return !leave.outcome.empty() && !(leave.raised && leave.outcome == "an exception"); }

bool gives_descriptor(const Node& node) { return node.id == "syscall.accept" || node.id == "syscall.socket"; }

}  // namespace

std::string normalised(std::string_view name, std::string_view value) {
  const bool is_handed_out = std::find(std::begin(handed_out), std::end(handed_out), name) != std::end(handed_out);
  if (is_handed_out && std::any_of(value.begin(), value.end(), is_digit) && value.find(' ') == value.npos) return "<number>";
  std::string out;
  for (std::size_t at = 0; at < value.size();) {
    const std::string_view rest = value.substr(at);
    const char c = rest[0];
    const char before = at > 0 ? value[at - 1] : ' ';
    const bool starts_word = !is_word(before);
    if (starts_word && (is_digit(c) || std::isupper(static_cast<unsigned char>(c)))) {
      if (const std::size_t size = time_at(rest)) {
        out += "<time>";
        at += size;
        continue;
      }
    }
    if (c == 'u' && starts_word && rest.size() > 1 && (rest[1] == '\'' || rest[1] == '"')) {
      ++at;
    } else if (c == '<') {
      const std::size_t end = rest.find('>');
      const std::string_view inside = rest.substr(1, end == rest.npos ? rest.npos : end - 1);
      if (end == rest.npos || inside.find('<') != inside.npos) {
        out += c;
        ++at;
      } else if (inside == "PROJ" || inside == "DJANGO") {  // a path whose beginning was put out of sight already
        const std::size_t stop = std::min(rest.find_first_of("'\",)] \\"), rest.size());
        out += path_tail(rest.substr(end + 1, stop - end - 1));
        at += stop;
      } else {
        out += object(inside);
        at += end + 1;
      }
    } else if (c == '/' && (before == '\'' || before == '"' || before == ' ') && !is_url_path(name) && rest.find('/', 1) < rest.find_first_of("'\",)] ?")) {
      const std::size_t stop = std::min(rest.find_first_of("'\",)] \\"), rest.size());
      out += path_tail(rest.substr(0, stop));
      at += stop;
    } else if (rest.starts_with("0x")) {
      at += 2;
      while (at < value.size() && std::isxdigit(static_cast<unsigned char>(value[at]))) ++at;
      out += "<address>";
    } else if (is_digit(c) && starts_word) {
      std::size_t size = 1;
      while (size < rest.size() && is_digit(rest[size])) ++size;
      const std::string_view digits = rest.substr(0, size), after = rest.substr(size);
      at += size;
      if (digits.size() >= 10) {
        out += "<time>";
        if (after.size() > 1 && after[0] == '.' && is_digit(after[1]))
          for (++at; at < value.size() && is_digit(value[at]);) ++at;
      } else {
        out += is_port(digits, value.substr(0, at - size), after) ? "<port>" : std::string(digits);
        if (after.starts_with("L") && (after.size() == 1 || !is_word(after[1]))) ++at;  // Python 2
      }
    } else if (starts_word && (rest.starts_with("manage.py'") || rest.starts_with("manage.py "))) {
      out += "manage";
      at += 9;
    } else {
      out += c;
      ++at;
    }
  }
  return out;
}

bool same_value(std::string_view name, std::string_view left, std::string_view right) {
  if (left == right) return true;
  const std::string a = normalised(name, left), b = normalised(name, right);
  if (a == b) return true;
  const bool a_cut = left.ends_with("..."), b_cut = right.ends_with("...");
  if (!a_cut && !b_cut) return false;
  // The last word of a value that was cut may itself be cut, and what is normalised has another length: compare what is certain.
  const auto certain = [](std::string_view text, bool was_cut) {
    if (!was_cut) return text;
    text.remove_suffix(3);
    const std::size_t space = text.find_last_of(" ,/");
    return text.substr(0, space == text.npos ? text.size() : space);
  };
  const std::string_view x = certain(a, a_cut), y = certain(b, b_cut);
  return x.size() < y.size() ? a_cut && y.starts_with(x) : b_cut && x.starts_with(y);
}

std::vector<ValueChange> value_changes(const Node& left, const Node& right) {
  std::vector<ValueChange> out;
  if (!left.enter || !right.enter) return out;
  for (const auto& [name, value] : left.enter->values)
    for (const auto& [other_name, other] : right.enter->values)
      if (name == other_name && !same_value(name, value, other)) out.push_back({name, value, other});
  if (left.enter->what == What::decision && !same_value("taken", left.enter->outcome, right.enter->outcome))
    out.push_back({"taken", left.enter->outcome, right.enter->outcome});
  if (!left.leave || !right.leave || left.never_returned() || right.never_returned()) return out;
  const auto& a = *left.leave;
  const auto& b = *right.leave;
  if (a.raised != b.raised)
    out.push_back({"end", a.raised ? "raised " + a.outcome : "returned", b.raised ? "raised " + b.outcome : "returned"});
  else if (is_known(a) && is_known(b) && !same_value(gives_descriptor(left) ? "fd" : "result", a.outcome, b.outcome))
    out.push_back({a.raised ? "raised" : "result", a.outcome, b.outcome});
  return out;
}

bool same_subject(const Node& left, const Node& right) {
  if (!left.enter || !right.enter) return true;
  for (const auto& [name, value] : left.enter->values) {
    if (std::find(std::begin(subjects), std::end(subjects), name) == std::end(subjects)) continue;
    for (const auto& [other_name, other] : right.enter->values)
      if (name == other_name && !same_value(name, value, other)) return false;
  }
  return true;
}

std::string values_text(const Node& node) {
  std::string out;
  for (const auto& [name, value] : node.enter->values) out += name + '=' + normalised(name, value) + '\n';
  out += normalised("result", node.enter->outcome);
  if (node.leave && !node.never_returned()) out += (node.leave->raised ? "!" : ">") + normalised("result", node.leave->outcome);
  return out;
}

}  // namespace tracewalk::tracediff
