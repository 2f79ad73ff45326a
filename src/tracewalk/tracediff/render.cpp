#include "tracewalk/tracediff/render.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "tracepoints/sinks/telling.h"
#include "tracepoints/sinks/text_layout.h"
#include "tracewalk/tracediff/sheet.h"
#include "tracewalk/tracediff/words.h"

namespace tracewalk::tracediff {
namespace {

using namespace tracepoints::sinks;
using tracepoints::Text;

constexpr int most_inside = 8;  // lines of what only one side has, below its first

// Lines that are folded into one.
struct Quiet {
  int same = 0, echoes = 0;
  int count() const noexcept { return same + echoes; }
};

class Renderer : private Sheet {
 public:
  Renderer(const Diff& diff, const Look& look) : Sheet(look), diff_(diff) {}
  std::string run(const Source& left, const Source& right);

 private:
  void introduce(std::string_view marker, Style style, const Source& source);
  void rule(std::string_view title, std::string_view right);
  std::string request_line(const ThreadTree& tree) const;
  std::string thread_title(const ProcessDiff& process, const ThreadDiff& thread) const;

  void thread(const ProcessDiff& process, const ThreadDiff& diff);
  void below(int owner, int indent, Quiet quiet = {});
  void one(int at, int indent);
  int inside(int at, int indent, int& room);
  void all_inside(int at, int indent);
  bool has_other_news(int at) const;
  int skip_like_it(const std::vector<int>& list, std::size_t& i) const;
  Quiet chain(const std::vector<int>& links, const Quiet& on_the_way, int indent);
  void fold(const Quiet& quiet, int indent);
  std::string how_many(const Quiet& quiet) const;
  void only(const Line& line, int indent, int like_it = 0);
  void moved(const Line& line, int indent);
  void changes(const Line& line, int indent);
  void notes(const Line& line, int indent);
  void summary();

  bool is_news(int at) const { return news_[static_cast<std::size_t>(at)]; }
  bool has_news(int at) const { return has_news_[static_cast<std::size_t>(at)]; }
  bool is_quiet(int at) const { return !is_news(at) && !has_news(at); }
  void find_news();
  // The left place of something whose right place stands for both.
  static bool is_other_half(const Line& line) { return line.sort == Sort::same && line.right < 0 && line.partner >= 0; }
  void add_lines(int at, Quiet& quiet) const;
  int lines_in(int at) const {
    Quiet all;
    add_lines(at, all);
    return all.count();
  }
  const Node& node(const Line& line) const { return line.left >= 0 ? thread_->left->tree[line.left] : thread_->right->tree[line.right]; }
  const Line& line(int at) const { return thread_->lines[static_cast<std::size_t>(at)]; }
  const std::vector<int>& inside_of(int at) const { return inside_[static_cast<std::size_t>(at + 1)]; }
  std::string caller(const Line& line) const;

  const Diff& diff_;
  const ThreadDiff* thread_ = nullptr;
  std::vector<std::vector<int>> inside_;  // by line + 1: the lines it is the owner of
  std::vector<char> news_, has_news_;     // by line: it says something new; something inside it does
  std::set<std::pair<std::string, std::string>> told_values_;
  std::set<std::string> told_;            // notes are told once
};

void Renderer::introduce(std::string_view marker, Style style, const Source& source) {
  const Metadata& data = source.recording->metadata;
  const std::string django = django_of(*source.recording);
  std::string about = django.empty() ? std::string(say(words::unknown_django)) : "Django " + django;
  if (!data.python.empty()) about += std::string(say(words::pause)) + "Python " + data.python;
  if (!data.producer.empty()) about += std::string(say(words::pause)) + say(words::recorded_by, data.producer + (data.version.empty() ? "" : " " + data.version));
  Spans line{{std::string(marker) + " ", style}, {harmless(source.path), Style::stage}};
  if (columns(line) + 2 + columns(about) <= look_.width) {
    line.push_back({"  " + harmless(about), Style::plain});
    put(line);
  } else {
    put(line);
    put_wrapped(2, "", about, Style::plain);
  }
  for (const std::string& note : source.recording->notes) put_wrapped(2, say(words::note), note, Style::why);
}

void Renderer::rule(std::string_view title, std::string_view right) {
  const std::string_view dash = glyph("─", "-");
  Spans line{{std::string(dash) + std::string(dash) + " ", Style::rail}, {std::string(title), Style::leg}, {" ", Style::rail}};
  const int room = look_.width - columns(line) - (right.empty() ? 0 : columns(right) + 4);
  std::string dashes;
  for (int i = 0; i < std::max(room, 2); ++i) dashes += dash;
  line.push_back({dashes, Style::rail});
  if (!right.empty()) line.push_back({" " + std::string(right) + " " + std::string(dash) + std::string(dash), Style::rail});
  put(line);
}

// The first request of a thread, out of its repr.
std::string Renderer::request_line(const ThreadTree& tree) const {
  std::string line = tree.serves.substr(0, tree.serves.find('\n'));
  for (const std::string_view edge : {"b'", "'", "b\"", "\""})
    if (line.starts_with(edge)) {
      line.erase(0, edge.size());
      break;
    }
  line.erase(std::min(line.find("\\r"), line.find_last_not_of("'\"") + 1));
  return line.empty() ? std::string(say(words::no_request)) : harmless(line);
}

std::string Renderer::thread_title(const ProcessDiff& process, const ThreadDiff& diff) const {
  const ThreadTree& tree = diff.right ? *diff.right : *diff.left;
  std::string title = process.role == Role::only     ? ""
                      : process.role == Role::parent ? std::string(say(words::parent))
                      : process.number > 1           ? say(words::later_child, process.number)
                                                     : std::string(say(words::child));
  if (process.only_process == Side::left) title += say(words::only_process_left);
  if (process.only_process == Side::right) title += say(words::only_process_right);
  if (!title.empty()) title += say(words::pause);
  switch (tree.duty) {
    case Duty::main: title += say(words::main_thread); break;
    case Duty::server: title += say(words::server_thread); break;
    case Duty::request: title += say(words::request, tree.number); break;
    case Duty::other: title += say(words::other_thread, tree.name.empty() ? std::to_string(tree.number) : harmless(tree.name)); break;
  }
  if (tree.duty != Duty::request || tree.serves.empty()) return title;
  title += say(words::colon);
  if (diff.left && diff.right && !diff.left->serves.empty() && request_line(*diff.left) != request_line(tree)) title += request_line(*diff.left) + std::string(glyph(" ↔ ", " <> "));
  title += request_line(tree);
  return title;
}

void Renderer::add_lines(int at, Quiet& quiet) const {
  std::vector<int> rest{at};
  while (!rest.empty()) {
    const int next = rest.back();
    rest.pop_back();
    if (!is_other_half(line(next))) ++(line(next).sort == Sort::values ? quiet.echoes : quiet.same);
    rest.insert(rest.end(), inside_of(next).begin(), inside_of(next).end());
  }
}

// A path or an argument that differs is handed from call to call: where it differs first is news, the rest is an echo.
void Renderer::find_news() {
  const auto& lines = thread_->lines;
  news_.assign(lines.size(), 0);
  has_news_.assign(lines.size(), 0);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const Line& here = lines[i];
    bool is_new = here.sort != Sort::same && (here.sort != Sort::values || look_.all || !here.notes.empty());
    for (const ValueChange& change : here.changes) is_new = told_values_.emplace(normalised(change.name, change.left), normalised(change.name, change.right)).second || is_new;
    news_[i] = is_new;
    if (!is_new) continue;
    for (int up = here.owner; up >= 0 && !has_news_[static_cast<std::size_t>(up)]; up = lines[static_cast<std::size_t>(up)].owner)
      has_news_[static_cast<std::size_t>(up)] = 1;
  }
}

std::string Renderer::how_many(const Quiet& quiet) const {
  if (quiet.echoes == 0) return quiet.same == 1 ? std::string(say(words::same_one)) : say(words::same_many, quiet.same);
  const std::string echoes = quiet.echoes == 1 ? std::string(say(words::one_echo)) : say(words::echoes, quiet.echoes);
  return quiet.same == 0 ? echoes : (quiet.same == 1 ? std::string(say(words::same_one)) : say(words::same_many, quiet.same)) + std::string(say(words::pause)) + echoes;
}

void Renderer::fold(const Quiet& quiet, int indent) {
  if (quiet.count() > 0) put({{std::string(static_cast<std::size_t>(indent), ' ') + std::string(glyph("⋮ ", ": ")) + how_many(quiet), Style::why}});
}

// Callers that are the same on both sides, down to where the differences are: one line for all.
// Gives: how many equal stages are still to be told of.
Quiet Renderer::chain(const std::vector<int>& links, const Quiet& on_the_way, int indent) {
  const std::string_view arrow = glyph(" › ", " > ");
  const std::string way = on_the_way.count() > 0 ? "  " + say(words::on_the_way, how_many(on_the_way)) : "";
  std::vector<std::string> names;
  for (const int link : links) names.push_back(harmless(short_name(node(line(link)).id)));
  const int room = look_.width - indent - 2;
  // The innermost are what a reader needs; the outermost one says where it begins.
  std::size_t left_out = 0;
  const auto text = [&] {
    std::string out = names.front();
    if (left_out) out += std::string(arrow) + std::string(ellipsis());
    for (std::size_t i = 1 + left_out; i < names.size(); ++i) out += std::string(arrow) + names[i];
    return out;
  };
  while (left_out + 2 < names.size() && columns(text()) > room) ++left_out;
  Spans whole{{std::string(static_cast<std::size_t>(indent), ' '), Style::plain}, {text(), Style::plain}};
  whole = cut(whole, look_.width, ellipsis());
  const bool fits = columns(whole) + columns(way) <= look_.width;
  if (fits) whole.push_back({way, Style::why});
  put(whole);
  return fits ? Quiet{} : on_the_way;
}

void Renderer::notes(const Line& line, int indent) {
  for (const std::string& note : line.notes)
    if (told_.insert(note).second) put_wrapped(std::min(indent + 2, look_.width / 3), std::string(glyph("↳ ", "-> ")), note, Style::note);
}

void Renderer::only(const Line& line, int indent, int like_it) {
  const bool is_left = line.right < 0;
  std::vector<Spans> text = cell(call(node(line), std::max(cell_ - indent, 12)), indent);
  if (like_it) text.push_back({{std::string(static_cast<std::size_t>(indent + 2), ' '), Style::plain}, {std::string(glyph("⋮ ", ": ")) + say(words::more_like_it, like_it), Style::why}});
  if (is_left) row("<", Style::error, text, {});
  else row(">", Style::result, {}, text);
  notes(line, indent);
}

std::string Renderer::caller(const Line& at) const {
  const bool is_left = at.right < 0;
  const Tree& tree = is_left ? thread_->left->tree : thread_->right->tree;
  const int parent = tree[is_left ? at.left : at.right].parent;
  return parent > 0 ? harmless(short_name(tree[parent].id)) : std::string(say(words::top));
}

void Renderer::moved(const Line& line, int indent) {
  const bool is_left = line.right < 0;
  const Line& partner = this->line(line.partner);
  const std::string there = caller(partner) == caller(line) ? say(words::another_place, caller(line)) : caller(partner);
  const std::vector<Spans> text = cell(call(node(line), std::max(cell_ - indent, 12)), indent);
  const std::vector<Spans> other = cell({{std::string(say(is_left ? words::moved_to : words::moved_from)) + there, Style::why}}, indent);
  if (is_left || !two_) row("~", Style::stop, text, other);
  else row("~", Style::stop, other, text);
  changes(line, indent);
  notes(line, indent);
}

// The values that differ, under one another; of long ones the part around the first difference.
void Renderer::changes(const Line& line, int indent) {
  for (const ValueChange& change : line.changes) {
    const auto room = static_cast<std::size_t>(std::max(cell_ - indent - 4 - columns(change.name), 24));
    const std::size_t lead = room / 2;
    std::string a = change.left, b = change.right;
    if (change.name == "end") {
      const auto ended = [&](const std::string& how) {
        if (how == "never") return std::string(say(words::never_returned));
        if (how == "returned") return std::string(say(words::returned));
        return how == "raised " ? std::string(say(words::raised_something)) : say(words::raised, how.substr(7));
      };
      a = ended(a);
      b = ended(b);
    }
    const auto first = static_cast<std::size_t>(std::mismatch(a.begin(), a.end(), b.begin(), b.end()).first - a.begin());
    if (first >= room) {
      std::size_t from = first - lead;
      while (from < first && (static_cast<unsigned char>(a[from]) & 0xC0) == 0x80) ++from;
      a = std::string(ellipsis()) + a.substr(from);
      b = std::string(ellipsis()) + b.substr(from);
    }
    const auto text = [&](const std::string& value) -> std::vector<Spans> {
      Spans spans;
      if (change.name != "end") spans.push_back({harmless(change.name) + "=", Style::name});
      spans.push_back({harmless(value), Style::value});
      return cell(spans, indent + 2);
    };
    if (two_) {
      row("|", Style::value, text(a), text(b));
    } else {
      row("<", Style::error, text(a), {});
      row(">", Style::result, {}, text(b));
    }
  }
}

// What only one side has, or what moved, with what is inside: the first lines of it. Gives: how many are not shown.
int Renderer::inside(int at, int indent, int& room) {
  const std::vector<int>& list = inside_of(at);
  int hidden = 0;
  for (std::size_t i = 0; i < list.size(); ++i) {
    const Line& inner = line(list[i]);
    if (inner.sort == Sort::same && (inner.left < 0 || inner.right < 0)) {  // inside what moved: not said again
      if (look_.all) only(inner, indent);
      if (has_news(list[i]) || look_.all) hidden += inside(list[i], indent + (look_.all ? 2 : 0), room);
      continue;
    }
    if (inner.sort != Sort::left && inner.sort != Sort::right) {
      Quiet quiet;
      if (is_quiet(list[i]) && !look_.all) add_lines(list[i], quiet), fold(quiet, indent);
      else one(list[i], indent);
      continue;
    }
    if (room <= 0 && !has_other_news(list[i])) {
      hidden += lines_in(list[i]);
      continue;
    }
    const std::size_t first = i;
    const int like_it = skip_like_it(list, i);
    --room;
    only(inner, indent, like_it);
    hidden += inside(list[first], indent + 2, room);
  }
  return hidden;
}

// Something inside what only one side has is on both sides all the same.
bool Renderer::has_other_news(int at) const {
  for (const int child : inside_of(at))
    if ((line(child).sort != line(at).sort && !is_quiet(child)) || has_other_news(child)) return true;
  return false;
}

// Passes over the siblings that equal list[i] in everything. Gives: how many they are.
int Renderer::skip_like_it(const std::vector<int>& list, std::size_t& i) const {
  const Line& here = line(list[i]);
  int like_it = 0;
  if (look_.all || lines_in(list[i]) != node(here).size) return 0;
  while (i + 1 < list.size() && line(list[i + 1]).sort == here.sort && node(line(list[i + 1])).full == node(here).full && lines_in(list[i + 1]) == node(here).size)
    ++like_it, ++i;
  return like_it;
}

void Renderer::all_inside(int at, int indent) {
  int room = look_.all ? 1 << 30 : most_inside;
  if (const int hidden = inside(at, indent, room); hidden > 0)
    put({{std::string(static_cast<std::size_t>(indent), ' ') + std::string(glyph("⋮ ", ": ")) + say(words::more_inside, hidden), Style::why}});
}

void Renderer::one(int at, int indent) {
  const Line& here = line(at);
  switch (here.sort) {
    case Sort::same:
    case Sort::values: {
      if (!is_news(at)) {
        const auto text = [&](const Node& node) {
          Spans spans = call(node, std::max(cell_ - indent, 12));
          if (!look_.all) spans.resize(1);  // it only says where the rest stands
          return cell(spans, indent);
        };
        const Node& other = here.right >= 0 ? thread_->right->tree[here.right] : node(here);
        row(" ", Style::plain, text(node(here)), two_ ? text(other) : std::vector<Spans>{});
        return below(at, indent + 2);
      }
      const bool is_pair = here.left >= 0 && here.right >= 0;
      const std::vector<Spans> name = cell({{fitting_id(harmless(node(here).id), std::max(cell_ - indent, 12)), Style::stage}}, indent);
      row("|", Style::value, name, two_ ? name : std::vector<Spans>{});
      changes(here, indent);
      notes(here, indent);
      if (is_pair) return below(at, indent + 2);
      return all_inside(at, indent + 2);
    }
    case Sort::moved: {
      moved(here, indent);
      return all_inside(at, indent + 2);
    }
    case Sort::left:
    case Sort::right: {
      only(here, indent);
      return all_inside(at, indent + 2);
    }
  }
}

void Renderer::below(int owner, int indent, Quiet quiet) {
  const std::vector<int>& list = inside_of(owner);
  for (std::size_t i = 0; i < list.size(); ++i) {
    const Line& here = line(list[i]);
    if (is_quiet(list[i]) && !look_.all) {
      add_lines(list[i], quiet);
      continue;
    }
    fold(quiet, indent);
    quiet = {};
    if (!is_news(list[i]) && !look_.all) {
      std::vector<int> links{list[i]};
      Quiet on_the_way;
      while (true) {
        int next = -1, others = 0;
        Quiet here_too = on_the_way;
        for (const int child : inside_of(links.back())) {
          if (is_quiet(child)) add_lines(child, here_too);
          else if (!is_news(child) && next < 0) next = child;
          else ++others;
        }
        if (next < 0 || others > 0) break;
        if (line(links.back()).sort == Sort::values) ++here_too.echoes;
        links.push_back(next);
        on_the_way = here_too;
      }
      below(links.back(), indent + 2, chain(links, on_the_way, indent));
      continue;
    }
    if (here.sort == Sort::left || here.sort == Sort::right) {
      const std::size_t first = i;
      const int like_it = skip_like_it(list, i);
      only(here, indent, like_it);
      all_inside(list[first], indent + 2);
      continue;
    }
    one(list[i], indent);
  }
  fold(quiet, indent);
}

void Renderer::thread(const ProcessDiff& process, const ThreadDiff& diff) {
  thread_ = &diff;
  find_news();
  inside_.assign(diff.lines.size() + 1, {});
  bool has_difference = false;
  for (std::size_t i = 0; i < diff.lines.size(); ++i) {
    inside_[static_cast<std::size_t>(std::max(diff.lines[i].owner, -1) + 1)].push_back(static_cast<int>(i));
    has_difference = has_difference || diff.lines[i].sort != Sort::same;
  }
  const std::string title = thread_title(process, diff);
  const int count = static_cast<int>(diff.lines.size());
  const std::string right = !diff.left                        ? std::string(say(words::only_right))
                            : !diff.right                     ? std::string(say(words::only_left))
                            : has_difference                  ? std::string()
                            : count == 1                      ? std::string(say(words::same_one))
                                                              : say(words::same_many, count);
  rule(title, right);
  if (has_difference || look_.all) below(-1, 0);
}

void Renderer::summary() {
  const Counts& counts = diff_.counts;
  std::string text;
  if (counts.different() == 0) {
    text = say(words::no_difference, counts.same);
  } else {
    const auto add = [&](const Text& words, std::uint64_t count) {
      if (count == 0) return;
      if (!text.empty()) text += say(words::pause);
      text += say(words, count);
    };
    text = say(words::count_same, counts.same);
    add(words::count_left, counts.left);
    add(words::count_right, counts.right);
    add(words::count_moved, counts.moved);
    add(words::count_values, counts.values);
  }
  put_wrapped(0, "", text, Style::plain);
  if (counts.explained) put_wrapped(0, "", say(words::explained, counts.explained, counts.different()), Style::plain);
}

std::string Renderer::run(const Source& left, const Source& right) {
  introduce("<", Style::error, left);
  introduce(">", Style::result, right);
  std::vector<std::string> kinds = diff_.only_left_kinds;
  kinds.insert(kinds.end(), diff_.only_right_kinds.begin(), diff_.only_right_kinds.end());
  std::string names;
  for (const std::string& kind : kinds)
    names += (names.empty() ? "" : std::string(say(words::comma))) +
             std::string(kind == "frame" ? say(words::frames) : kind == "point" ? say(words::points) : kind == "decision" ? say(words::decisions) : kind == "syscall" ? say(words::syscalls) : std::string_view(kind));
  if (!names.empty()) put_wrapped(2, "", std::string(say(words::not_compared)) + harmless(names), Style::why);
  if (!look_.brief)
    for (const ProcessDiff& process : diff_.processes)
      for (const ThreadDiff& diff : process.threads) thread(process, diff);
  if (!look_.brief) {
    std::string dashes;
    for (int i = 0; i < look_.width; ++i) dashes += glyph("─", "-");
    put({{dashes, Style::rail}});
  }
  summary();
  return take();
}

}  // namespace

std::string rendered(const Diff& diff, const Source& left, const Source& right, const Look& look) { return Renderer(diff, look).run(left, right); }

}  // namespace tracewalk::tracediff
