// A pattern becomes a tree, the tree a short program, and a list of threads runs the program over the text (Thompson's way,
// with the priorities of Python's backtracking, so that both choose the same match).
#include "python/re.h"

#include <algorithm>
#include <cstdint>

#include <fmt/format.h>

#include "python/builtins.h"

namespace python::re {

namespace {

constexpr std::size_t max_program = 20000;  // steps: {1,1000} of something big is refused, not built
constexpr int max_depth = 200;              // nested groups

struct Range {
  char32_t low, high;
};

struct Class {
  std::vector<Range> ranges;
  bool negated = false;
  bool contains(char32_t c) const {
    const bool in = std::any_of(ranges.begin(), ranges.end(), [c](const Range& r) { return r.low <= c && c <= r.high; });
    return in != negated;
  }
};

enum class Op : std::uint8_t { character, any, set, split, jump, save, line_start, line_end, text_end, word_edge, no_word_edge, match };

struct Step {
  Op op;
  std::size_t x = 0, y = 0;  // split: tried first, tried second; jump, save, set: x
  char32_t character = 0;
};

}  // namespace

struct Program {
  std::vector<Step> steps;
  std::vector<Class> classes;
  std::size_t groups = 0;
  std::vector<std::pair<std::string, std::size_t>> names;
  bool ignore_case = false;
};

namespace {

char32_t fold(char32_t c) { return c >= U'A' && c <= U'Z' ? c + 32 : c; }

// UTF-8 to characters, each with the byte offset where it begins. A broken byte stands for itself, out of Unicode's range.
std::vector<std::pair<char32_t, std::size_t>> decode(std::string_view text) {
  std::vector<std::pair<char32_t, std::size_t>> out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
    const unsigned char first = byte(i);
    const std::size_t length = first < 0x80 ? 1 : first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : 0;
    if (length == 0 || i + length > text.size() || !is_utf8(text.substr(i, length))) {
      out.emplace_back(0xDC00u + first, i);
      ++i;
      continue;
    }
    char32_t c = length == 1 ? first : first & (0xFFu >> (length + 1));
    for (std::size_t k = 1; k < length; ++k) c = (c << 6) | (byte(i + k) & 0x3Fu);
    out.emplace_back(c, i);
    i += length;
  }
  return out;
}

bool is_word(char32_t c) {
  return (c >= U'a' && c <= U'z') || (c >= U'A' && c <= U'Z') || (c >= U'0' && c <= U'9') || c == U'_' ||
         (c >= 0x80 && !(c >= 0xDC80 && c <= 0xDCFF));
}

struct Node {
  enum Kind { empty, character, any, set, concat, alternate, repeat, group, assertion } kind = empty;
  char32_t c = 0;
  std::size_t index = 0;       // set: which class; group: its number, 0 for none
  Op op = Op::match;           // assertion
  std::size_t low = 0, high = 0;
  bool unbounded = false, greedy = true;
  std::vector<Node> children;
};

class Parser {
 public:
  Parser(std::string_view pattern, Program& program) : text_(decode(pattern)), pattern_(pattern), program_(program) {}

  Node parse() {
    Node node = alternation(0);
    if (!done()) fail("unbalanced parenthesis");
    return node;
  }

 private:
  bool done() const { return at_ >= text_.size(); }
  char32_t peek() const { return done() ? 0 : text_[at_].first; }
  char32_t take() { return text_[at_++].first; }
  bool take_if(char32_t c) {
    if (done() || peek() != c) return false;
    ++at_;
    return true;
  }
  [[noreturn]] void fail(std::string_view message, std::size_t at) const {
    throw error(fmt::format("{} at position {}", message, at));
  }
  [[noreturn]] void fail(std::string_view message) const { fail(message, at_); }

  Node alternation(int depth) {
    if (depth > max_depth) fail("too many nested groups");
    Node node{.kind = Node::alternate, .children = {}};
    do {
      node.children.push_back(sequence(depth));
    } while (take_if(U'|'));
    if (node.children.size() == 1) {
      Node only = std::move(node.children.front());
      return only;
    }
    return node;
  }

  Node sequence(int depth) {
    Node node{.kind = Node::concat, .children = {}};
    while (!done() && peek() != U'|' && peek() != U')') {
      const std::size_t begin = at_;
      Node one = atom(depth);
      node.children.push_back(quantified(std::move(one), begin));
    }
    return node;
  }

  Node quantified(Node one, std::size_t begin) {
    std::size_t low = 0, high = 0;
    bool unbounded = false;
    const std::size_t here = at_;
    if (take_if(U'*')) unbounded = true;
    else if (take_if(U'+')) low = 1, unbounded = true;
    else if (take_if(U'?')) high = 1;
    else if (peek() == U'{' && braces(low, high, unbounded)) {}
    else return one;
    if (one.kind == Node::assertion || (one.kind == Node::empty && begin == here)) fail("nothing to repeat", here);
    Node node{.kind = Node::repeat, .low = low, .high = high, .unbounded = unbounded, .children = {}};
    if (take_if(U'?')) node.greedy = false;
    else if (peek() == U'+' && !done()) fail("possessive quantifiers are not supported");
    if (peek() == U'*' || peek() == U'+' || peek() == U'?') fail("multiple repeat");
    node.children.push_back(std::move(one));
    return node;
  }

  // {m}, {m,}, {,n}, {m,n}; anything else is a brace and nothing more, as in Python.
  bool braces(std::size_t& low, std::size_t& high, bool& unbounded) {
    const std::size_t begin = at_++;
    const auto number = [&](std::size_t& out) {
      bool any = false;
      out = 0;
      while (!done() && peek() >= U'0' && peek() <= U'9') {
        out = std::min<std::size_t>(out * 10 + (take() - U'0'), max_program + 1);
        any = true;
      }
      return any;
    };
    const bool has_low = number(low);
    bool has_high = has_low;
    high = low;
    if (take_if(U',')) {
      has_high = number(high);
      unbounded = !has_high;
    }
    if (!take_if(U'}') || (!has_low && !has_high)) {
      at_ = begin;
      unbounded = false;
      return false;
    }
    if (!unbounded && high < low) fail("min repeat greater than max repeat", begin);
    return true;
  }

  Node atom(int depth) {
    const std::size_t begin = at_;
    const char32_t c = take();
    switch (c) {
      case U'.': return {.kind = Node::any, .children = {}};
      case U'^': return {.kind = Node::assertion, .op = Op::line_start, .children = {}};
      case U'$': return {.kind = Node::assertion, .op = Op::line_end, .children = {}};
      case U'*': case U'+': case U'?': fail("nothing to repeat", begin);
      case U'[': return set(begin);
      case U'(': return group(begin, depth);
      case U'\\': return escaped(begin);
      default: return {.kind = Node::character, .c = c, .children = {}};
    }
  }

  Node group(std::size_t begin, int depth) {
    Node node{.kind = Node::group, .children = {}};
    bool capturing = true;
    if (take_if(U'?')) {
      if (take_if(U':')) {
        capturing = false;
      } else if (take_if(U'P')) {
        if (!take_if(U'<')) fail("back-references are not supported", begin);
        std::string name;
        while (!done() && peek() != U'>') {
          const std::size_t from = text_[at_].second;
          ++at_;
          name += pattern_.substr(from, (done() ? pattern_.size() : text_[at_].second) - from);
        }
        if (!take_if(U'>')) fail("missing >, unterminated name", begin + 4);
        if (!is_identifier(name)) fail(fmt::format("bad character in group name {}", repr(name)), begin + 4);
        for (const auto& [known, number] : program_.names)
          if (known == name)
            fail(fmt::format("redefinition of group name {} as group {}; was group {}", repr(name), program_.groups + 1, number), begin + 4);
        program_.names.emplace_back(name, program_.groups + 1);
      } else if (take_if(U'i') && take_if(U')')) {
        if (begin != 0) fail("global flags not at the start of the expression", begin);
        program_.ignore_case = true;
        return {.kind = Node::empty, .children = {}};
      } else {
        fail("look-around and inline flags are not supported", begin);
      }
    }
    if (capturing) node.index = ++program_.groups;
    node.children.push_back(alternation(depth + 1));
    if (!take_if(U')')) fail("missing ), unterminated subpattern", begin);
    return node;
  }

  // \d, \w, \s and their opposites. False: it is something else.
  static bool named_class(char32_t c, Class& out) {
    switch (c) {
      case U'd': case U'D': out.ranges = {{U'0', U'9'}}; break;
      case U's': case U'S': out.ranges = {{U'\t', U'\r'}, {U' ', U' '}, {0x1C, 0x1F}}; break;
      case U'w': case U'W':
        out.ranges = {{U'a', U'z'}, {U'A', U'Z'}, {U'0', U'9'}, {U'_', U'_'}, {0x80, 0xD7FF}, {0xE000, 0x10FFFF}};
        break;
      default: return false;
    }
    out.negated = c == U'D' || c == U'S' || c == U'W';
    return true;
  }

  char32_t control(char32_t c, std::size_t begin) const {
    switch (c) {
      case U'n': return U'\n';
      case U't': return U'\t';
      case U'r': return U'\r';
      case U'f': return U'\f';
      case U'v': return U'\v';
      case U'a': return U'\a';
      default: break;
    }
    if (c >= U'0' && c <= U'9') fail("back-references and octal escapes are not supported", begin);
    if ((c >= U'a' && c <= U'z') || (c >= U'A' && c <= U'Z'))
      fail(fmt::format("bad escape \\{}", static_cast<char>(c)), begin);
    return c;
  }

  Node escaped(std::size_t begin) {
    if (done()) fail("bad escape (end of pattern)", begin);
    const char32_t c = take();
    Class named;
    if (named_class(c, named)) return class_node(std::move(named));
    switch (c) {
      case U'A': return {.kind = Node::assertion, .op = Op::line_start, .children = {}};
      case U'Z': return {.kind = Node::assertion, .op = Op::text_end, .children = {}};
      case U'b': return {.kind = Node::assertion, .op = Op::word_edge, .children = {}};
      case U'B': return {.kind = Node::assertion, .op = Op::no_word_edge, .children = {}};
      default: return {.kind = Node::character, .c = control(c, begin), .children = {}};
    }
  }

  Node class_node(Class one) {
    program_.classes.push_back(std::move(one));
    return {.kind = Node::set, .index = program_.classes.size() - 1, .children = {}};
  }

  static void add_complement(Class& out, std::vector<Range> ranges) {
    std::sort(ranges.begin(), ranges.end(), [](const Range& a, const Range& b) { return a.low < b.low; });
    char32_t next = 0;
    for (const Range& r : ranges) {
      if (r.low > next) out.ranges.push_back({next, r.low - 1});
      next = std::max<char32_t>(next, r.high + 1);
    }
    out.ranges.push_back({next, 0x10FFFF});
  }

  Node set(std::size_t begin) {
    Class out;
    out.negated = take_if(U'^');
    for (bool first = true;; first = false) {
      if (done()) fail("unterminated character set", begin);
      const std::size_t here = at_;
      char32_t c = take();
      if (c == U']' && !first) break;
      if (c == U'\\') {
        if (done()) fail("unterminated character set", begin);
        c = take();
        Class named;
        if (named_class(c, named)) {
          if (named.negated) add_complement(out, std::move(named.ranges));
          else out.ranges.insert(out.ranges.end(), named.ranges.begin(), named.ranges.end());
          continue;
        }
        c = c == U'b' ? U'\b' : control(c, here);
      }
      char32_t high = c;
      if (peek() == U'-' && at_ + 1 < text_.size() && text_[at_ + 1].first != U']') {
        ++at_;
        high = take();
        if (high == U'\\') {
          if (done()) fail("unterminated character set", begin);
          high = control(take(), here);
        }
        if (high < c) fail("bad character range", here);
      }
      out.ranges.push_back({c, high});
    }
    return class_node(std::move(out));
  }

  std::vector<std::pair<char32_t, std::size_t>> text_;
  std::string_view pattern_;
  Program& program_;
  std::size_t at_ = 0;
};

class Compiler {
 public:
  explicit Compiler(Program& program) : program_(program) {}

  void emit(const Node& node) {
    std::vector<Step>& steps = program_.steps;
    switch (node.kind) {
      case Node::empty: break;
      case Node::character: add({.op = Op::character, .character = node.c}); break;
      case Node::any: add({.op = Op::any}); break;
      case Node::set: add({.op = Op::set, .x = node.index}); break;
      case Node::assertion: add({.op = node.op}); break;
      case Node::concat:
        for (const Node& child : node.children) emit(child);
        break;
      case Node::group:
        if (node.index) add({.op = Op::save, .x = node.index * 2});
        emit(node.children.front());
        if (node.index) add({.op = Op::save, .x = node.index * 2 + 1});
        break;
      case Node::alternate: {
        std::vector<std::size_t> ends;
        for (std::size_t i = 0; i < node.children.size(); ++i) {
          if (i + 1 == node.children.size()) {
            emit(node.children[i]);
            break;
          }
          const std::size_t fork = add({.op = Op::split});
          steps[fork].x = steps.size();
          emit(node.children[i]);
          ends.push_back(add({.op = Op::jump}));
          steps[fork].y = steps.size();
        }
        for (const std::size_t end : ends) steps[end].x = steps.size();
        break;
      }
      case Node::repeat: repeat(node); break;
    }
  }

  std::size_t add(Step step) {
    if (program_.steps.size() >= max_program) throw error("the pattern is too large at position 0");
    program_.steps.push_back(step);
    return program_.steps.size() - 1;
  }

 private:
  void choose(std::size_t fork, std::size_t body, std::size_t out, bool greedy) {
    program_.steps[fork].x = greedy ? body : out;
    program_.steps[fork].y = greedy ? out : body;
  }

  void repeat(const Node& node) {
    const Node& one = node.children.front();
    for (std::size_t i = 0; i < node.low; ++i) emit(one);
    if (node.unbounded) {
      const std::size_t fork = add({.op = Op::split});
      emit(one);
      add({.op = Op::jump, .x = fork});
      choose(fork, fork + 1, program_.steps.size(), node.greedy);
      return;
    }
    std::vector<std::size_t> forks;
    for (std::size_t i = node.low; i < node.high; ++i) {
      forks.push_back(add({.op = Op::split}));
      emit(one);
    }
    for (const std::size_t fork : forks) choose(fork, fork + 1, program_.steps.size(), node.greedy);
  }

  Program& program_;
};

using Saved = std::vector<std::size_t>;  // character positions of each group's two ends

struct Thread {
  std::size_t step;
  Saved saved;
};

class Machine {
 public:
  Machine(const Program& program, const std::vector<std::pair<char32_t, std::size_t>>& text)
      : program_(program), text_(text), seen_(program.steps.size(), 0) {}

  std::optional<Saved> run(bool anchored, bool whole) {
    anchored = anchored || program_.steps.front().op == Op::line_start;  // ^ can hold at the beginning only
    std::vector<Thread> now, next;
    std::optional<Saved> found;
    for (std::size_t at = 0;; ++at) {
      if (!found && (at == 0 || !anchored)) {
        // A later start has the lowest priority: it joins behind the threads that are still running.
        if (now.empty()) ++turn_;
        Saved saved(2 * (program_.groups + 1), none);
        saved[0] = at;
        follow(now, 0, std::move(saved), at);
      }
      if (now.empty() && (found || anchored)) break;
      ++turn_;
      next.clear();
      for (Thread& thread : now) {
        const Step& step = program_.steps[thread.step];
        if (step.op == Op::match) {
          if (whole && at != text_.size()) continue;
          found = std::move(thread.saved);
          (*found)[1] = at;
          break;  // what is behind has lower priority
        }
        if (at < text_.size() && accepts(step, text_[at].first)) follow(next, thread.step + 1, std::move(thread.saved), at + 1);
      }
      std::swap(now, next);
      if (at >= text_.size()) break;
    }
    return found;
  }

 private:
  static constexpr std::size_t none = static_cast<std::size_t>(-1);

  bool accepts(const Step& step, char32_t c) const {
    switch (step.op) {
      case Op::character:
        return step.character == c || (program_.ignore_case && fold(step.character) == fold(c));
      case Op::any: return c != U'\n';
      case Op::set: {
        const Class& set = program_.classes[step.x];
        if (!program_.ignore_case || fold(c) < U'a' || fold(c) > U'z') return set.contains(c);
        const bool either = set.contains(fold(c)) || set.contains(fold(c) - 32);
        return set.negated ? set.contains(fold(c)) && set.contains(fold(c) - 32) : either;
      }
      default: return false;
    }
  }

  bool holds(Op op, std::size_t at) const {
    const auto word = [&](std::size_t i) { return i < text_.size() && is_word(text_[i].first); };
    switch (op) {
      case Op::line_start: return at == 0;
      case Op::line_end: return at == text_.size() || (at + 1 == text_.size() && text_[at].first == U'\n');
      case Op::text_end: return at == text_.size();
      case Op::word_edge: return (at > 0 && word(at - 1)) != word(at);
      case Op::no_word_edge: return (at > 0 && word(at - 1)) == word(at);
      default: return false;
    }
  }

  // Adds every state that can be reached without reading a character, in order of priority. Its own stack, not the machine's.
  void follow(std::vector<Thread>& threads, std::size_t step, Saved saved, std::size_t at) {
    std::vector<Thread> open;
    open.push_back({step, std::move(saved)});
    while (!open.empty()) {
      Thread thread = std::move(open.back());
      open.pop_back();
      if (seen_[thread.step] == turn_) continue;
      seen_[thread.step] = turn_;
      const Step& here = program_.steps[thread.step];
      switch (here.op) {
        case Op::jump: open.push_back({here.x, std::move(thread.saved)}); break;
        case Op::split:
          open.push_back({here.y, thread.saved});
          open.push_back({here.x, std::move(thread.saved)});
          break;
        case Op::save:
          thread.saved[here.x] = at;
          open.push_back({thread.step + 1, std::move(thread.saved)});
          break;
        case Op::character: case Op::any: case Op::set: case Op::match: threads.push_back(std::move(thread)); break;
        default:
          if (holds(here.op, at)) open.push_back({thread.step + 1, std::move(thread.saved)});
      }
    }
  }

  const Program& program_;
  const std::vector<std::pair<char32_t, std::size_t>>& text_;
  std::vector<std::size_t> seen_;
  std::size_t turn_ = 0;
};

}  // namespace

std::optional<std::string> Match::group(std::size_t number) const {
  if (number >= spans_.size()) throw IndexError("no such group");
  const auto [start, end] = spans_[number];
  if (start == none) return std::nullopt;
  return text_.substr(start, end - start);
}

std::optional<std::string> Match::group(std::string_view name) const {
  for (const auto& [known, number] : program_->names)
    if (known == name) return group(number);
  throw IndexError("no such group");
}

std::vector<std::optional<std::string>> Match::groups() const {
  std::vector<std::optional<std::string>> out;
  for (std::size_t i = 1; i < spans_.size(); ++i) out.push_back(group(i));
  return out;
}

std::vector<std::pair<std::string, std::optional<std::string>>> Match::groupdict() const {
  std::vector<std::pair<std::string, std::optional<std::string>>> out;
  for (const auto& [name, number] : program_->names) out.emplace_back(name, group(number));
  return out;
}

std::size_t Pattern::groups() const { return program_->groups; }

const std::vector<std::pair<std::string, std::size_t>>& Pattern::groupindex() const { return program_->names; }

std::optional<Match> Pattern::run(std::string_view text, bool anchored, bool whole) const {
  const auto characters = decode(text);
  const std::optional<Saved> saved = Machine(*program_, characters).run(anchored, whole);
  if (!saved) return std::nullopt;
  const auto offset = [&](std::size_t at) {
    return at == Match::none ? at : at < characters.size() ? characters[at].second : text.size();
  };
  Match match;
  match.text_ = text;
  match.program_ = program_;
  for (std::size_t i = 0; i <= program_->groups; ++i) {
    const std::size_t start = (*saved)[2 * i], end = (*saved)[2 * i + 1];
    const bool took_part = start != Match::none && end != Match::none;
    match.spans_.emplace_back(took_part ? offset(start) : Match::none, took_part ? offset(end) : Match::none);
  }
  return match;
}

Pattern compile(std::string_view pattern, unsigned flags) {
  const auto program = std::make_shared<Program>();
  program->ignore_case = (flags & IGNORECASE) != 0;
  const Node tree = Parser(pattern, *program).parse();
  Compiler compiler(*program);
  compiler.emit(tree);
  compiler.add({.op = Op::match});
  Pattern out;
  out.pattern_ = pattern;
  out.program_ = program;
  return out;
}

std::string escape(std::string_view text) {
  constexpr std::string_view special = "()[]{}?*+-|^$\\.&~# \t\n\r\v\f";
  std::string out;
  for (const char c : text) {
    if (special.find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

}  // namespace python::re
