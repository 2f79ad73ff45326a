#include "python/json.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "python/exceptions.h"

namespace python::json {
namespace {

class Encoder {
 public:
  explicit Encoder(const Dumps& options) : options_(options) {}

  void write(const Value& value, int level) {
    if (value.is_none()) out += "null";
    else if (const auto* b = value.get_if<bool>()) out += *b ? "true" : "false";
    else if (value.get_if<std::int64_t>()) out += repr(value);
    else if (const auto* number = value.get_if<double>()) write_double(*number, value);
    else if (const auto* text = value.get_if<std::string>()) write_string(*text);
    else if (const auto* list = value.get_if<List>()) write_items(*list, level);
    else if (const auto* tuple = value.get_if<Tuple>()) write_items(tuple->items, level);
    else if (const auto* dict = value.get_if<Dict>()) write_dict(*dict, level);
    else throw TypeError(fmt::format("Object of type {} is not JSON serializable", value.type_name()));
  }

  std::string out;

 private:
  void write_double(double number, const Value& value) {
    if (std::isnan(number)) out += "NaN";
    else if (std::isinf(number)) out += number > 0 ? "Infinity" : "-Infinity";
    else out += repr(value);
  }

  void write_string(std::string_view text) {
    out += '"';
    const std::string clean = decode_utf8_replace(text);
    for (std::size_t i = 0; i < clean.size(); ++i) {
      const auto first = static_cast<unsigned char>(clean[i]);
      switch (first) {
        case '"': out += "\\\""; continue;
        case '\\': out += "\\\\"; continue;
        case '\n': out += "\\n"; continue;
        case '\r': out += "\\r"; continue;
        case '\t': out += "\\t"; continue;
        case '\f': out += "\\f"; continue;
        case '\b': out += "\\b"; continue;
        default: break;
      }
      if (first < 0x20) {
        out += fmt::format("\\u{:04x}", first);
      } else if (first < 0x80 || !options_.ensure_ascii) {
        out += clean[i];
      } else {
        const int more = first >= 0xF0 ? 3 : first >= 0xE0 ? 2 : 1;
        unsigned c = first & (0x3Fu >> more);
        for (int k = 0; k < more; ++k) c = (c << 6) | (static_cast<unsigned char>(clean[++i]) & 0x3Fu);
        if (c >= 0x10000) {
          c -= 0x10000;
          out += fmt::format("\\u{:04x}\\u{:04x}", 0xD800 + (c >> 10), 0xDC00 + (c & 0x3FF));
        } else {
          out += fmt::format("\\u{:04x}", c);
        }
      }
    }
    out += '"';
  }

  void new_line(int level) {
    if (!options_.indent) return;
    out += '\n';
    out.append(static_cast<std::size_t>(*options_.indent * level), ' ');
  }

  void write_items(const List& items, int level) {
    if (items.empty()) {
      out += "[]";
      return;
    }
    out += '[';
    for (std::size_t i = 0; i < items.size(); ++i) {
      if (i) out += options_.indent ? "," : ", ";
      new_line(level + 1);
      write(items[i], level + 1);
    }
    new_line(level);
    out += ']';
  }

  void write_dict(Dict dict, int level) {
    if (dict.empty()) {
      out += "{}";
      return;
    }
    if (options_.sort_keys)
      std::stable_sort(dict.begin(), dict.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    out += '{';
    for (std::size_t i = 0; i < dict.size(); ++i) {
      if (i) out += options_.indent ? "," : ", ";
      new_line(level + 1);
      write_string(dict[i].first);
      out += ": ";
      write(dict[i].second, level + 1);
    }
    new_line(level);
    out += '}';
  }

  const Dumps& options_;
};

}  // namespace

std::string dumps(const Value& value, const Dumps& options) {
  Encoder encoder(options);
  encoder.write(value, 0);
  return std::move(encoder.out);
}

}  // namespace python::json
