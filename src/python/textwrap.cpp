// textwrap: first the text becomes chunks that are never cut (words, the parts of a hyphenated word, white space), then the
// chunks fill lines. argparse calls in for every help text and description.
#include "python/textwrap.h"

#include <algorithm>
#include <optional>

#include "python/codecs.h"

namespace python::textwrap {
namespace {

using Text = std::u32string;
using View = std::u32string_view;

bool is_space(char32_t c) { return c == U' ' || (c >= U'\t' && c <= U'\r'); }
bool is_digit(char32_t c) { return c >= U'0' && c <= U'9'; }

// Departs: beyond ASCII every character but the common punctuation counts as a letter; Python asks the Unicode database.
bool is_letter(char32_t c) {
  if (c < 0x80) return (c >= U'a' && c <= U'z') || (c >= U'A' && c <= U'Z') || c == U'_';
  return !((c >= 0x80 && c < 0xC0 && c != 0xAA && c != 0xB5 && c != 0xBA) || c == 0xD7 || c == 0xF7 ||
           (c >= 0x2000 && c < 0x2070) || (c >= 0x3000 && c < 0x3005) || (c >= 0x3008 && c < 0x3021) ||
           (c >= 0xFF00 && c < 0xFF10));
}
bool is_word(char32_t c) { return is_letter(c) || is_digit(c); }
// After or before these, a dash run is a dash between words.
bool is_word_or_punctuation(char32_t c) { return is_word(c) || View(U"!\"'&.,?").find(c) != View::npos; }

class Splitter {
 public:
  explicit Splitter(View text) : text_(text) {}

  std::vector<Text> chunks() const {
    std::vector<Text> out;
    for (std::size_t at = 0; at < text_.size();) {
      const std::size_t end = chunk_end(at);
      out.emplace_back(text_.substr(at, end - at));
      at = end;
    }
    return out;
  }

 private:
  bool letter_at(std::size_t i) const { return i < text_.size() && is_letter(text_[i]); }
  std::size_t dashes_at(std::size_t i) const {
    const std::size_t end = text_.find_first_not_of(U'-', i);
    return (end == View::npos ? text_.size() : end) - i;
  }
  // A run of two dashes or more with a word behind it.
  std::optional<std::size_t> em_dash(std::size_t i) const {
    const std::size_t end = i + dashes_at(i);
    if (end - i >= 2 && end < text_.size() && is_word(text_[end])) return end;
    return {};
  }
  bool follows_word(std::size_t i) const { return i > 0 && is_word_or_punctuation(text_[i - 1]); }
  // A hyphen inside a word, where the word may be cut: two letters (or letter-letter) before it, two behind.
  bool breaking_hyphen(std::size_t i) const {
    if (text_[i] != U'-' || i == 0 || !letter_at(i - 1)) return false;
    const bool before = i >= 2 && (letter_at(i - 2) || (i >= 3 && text_[i - 2] == U'-' && letter_at(i - 3)));
    if (!before || !letter_at(i + 1)) return false;
    return letter_at(i + 2) || (i + 2 < text_.size() && text_[i + 2] == U'-' && letter_at(i + 3));
  }
  std::size_t chunk_end(std::size_t at) const {
    if (is_space(text_[at])) {
      while (at < text_.size() && is_space(text_[at])) ++at;
      return at;
    }
    if (follows_word(at))
      if (const auto end = em_dash(at)) return *end;
    for (std::size_t i = at + 1; i < text_.size(); ++i) {
      if (breaking_hyphen(i)) return i + 1;
      if (is_space(text_[i])) return i;
      if (follows_word(i) && em_dash(i)) return i;
    }
    return text_.size();
  }

  View text_;
};

bool blank(const Text& chunk) { return std::all_of(chunk.begin(), chunk.end(), is_space); }

// Where a chunk that fits no line is cut: behind its last hyphen that fits, else where the line ends.
std::size_t cut_of(const Text& chunk, std::size_t space_left) {
  if (chunk.size() <= space_left || space_left == 0) return space_left;
  const std::size_t hyphen = chunk.rfind(U'-', space_left - 1);
  if (hyphen == Text::npos || hyphen == 0 || chunk.find_first_not_of(U'-') >= hyphen) return space_left;
  return hyphen + 1;
}

}  // namespace

std::vector<std::string> wrap(std::string_view text, std::size_t width) {
  Text munged = codecs::decode(text);
  std::replace_if(munged.begin(), munged.end(), is_space, U' ');
  std::vector<Text> chunks = Splitter(munged).chunks();
  std::reverse(chunks.begin(), chunks.end());  // the next chunk is at the back

  std::vector<std::string> lines;
  while (!chunks.empty()) {
    if (!lines.empty() && blank(chunks.back())) chunks.pop_back();
    Text line;
    Text last;
    while (!chunks.empty() && line.size() + chunks.back().size() <= width) {
      last = chunks.back();
      line += last;
      chunks.pop_back();
    }
    if (!chunks.empty() && chunks.back().size() > width) {
      const std::size_t cut = cut_of(chunks.back(), width - line.size());
      last = chunks.back().substr(0, cut);
      line += last;
      chunks.back().erase(0, cut);
    }
    if (!line.empty() && blank(last)) line.resize(line.size() - last.size());
    if (!line.empty()) lines.push_back(codecs::encode(line));
  }
  return lines;
}

}  // namespace python::textwrap
