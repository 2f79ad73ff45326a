#include "python/builtins.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "python/exceptions.h"

namespace python {
namespace {

constexpr std::string_view replacement = "\xef\xbf\xbd";  // U+FFFD

struct Decoded {
  char32_t code = 0;
  std::size_t length = 0;  // 0: these bytes are no UTF-8
};

Decoded decode_one(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  const std::size_t length = lead >= 0xc2 && lead < 0xe0 ? 2 : (lead & 0xf0) == 0xe0 ? 3 : lead >= 0xf0 && lead < 0xf5 ? 4 : 0;
  if (length == 0 || text.size() < length) return {};
  char32_t code = lead & (0x7fU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return {};
    code = code << 6 | (byte(i) & 0x3fU);
  }
  constexpr char32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
  if (code < smallest[length] || code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) return {};
  return {code, length};
}

// What stands for a byte that is no UTF-8.
std::string surrogate(char byte) { return fmt::format("\\udc{:02x}", static_cast<unsigned>(static_cast<unsigned char>(byte))); }

// What repr() escapes beyond ASCII: controls, separators, marks that turn the line around.
bool is_unprintable(char32_t code) {
  return (code >= 0x7f && code <= 0xa0) || code == 0xad || (code >= 0x2000 && code <= 0x200f) ||
         (code >= 0x2028 && code <= 0x202f) || (code >= 0x205f && code <= 0x206f) || code == 0x3000 || code == 0xfeff ||
         (code >= 0xe000 && code <= 0xf8ff) || code >= 0xe0000;
}

std::string escape(char32_t code) {
  if (code < 0x100) return fmt::format("\\x{:02x}", static_cast<unsigned>(code));
  if (code < 0x10000) return fmt::format("\\u{:04x}", static_cast<unsigned>(code));
  return fmt::format("\\U{:08x}", static_cast<unsigned>(code));
}

std::string join_reprs(const List& items) {
  std::string out;
  for (const Value& item : items) {
    if (!out.empty()) out += ", ";
    out += repr(item);
  }
  return out;
}

std::string repr_float(double value) {
  if (std::isnan(value)) return "nan";
  if (std::isinf(value)) return value < 0 ? "-inf" : "inf";
  std::string out = fmt::format("{}", value);
  if (out.find_first_of(".e") == out.npos) out += ".0";
  return out;
}

[[noreturn]] void wrong_type(const Value& value, std::string_view wanted) {
  throw TypeError(fmt::format("expected {}, not {} ({})", wanted, value.type_name(), repr(value)));
}

bool is_number(const Value& v) { return v.get_if<bool>() || v.get_if<std::int64_t>() || v.get_if<double>(); }
double as_double(const Value& v) {
  if (const auto* d = v.get_if<double>()) return *d;
  return static_cast<double>(v.integer());
}

}  // namespace

bool Value::truthy() const {
  if (const auto* v = get_if<bool>()) return *v;
  if (const auto* v = get_if<std::int64_t>()) return *v != 0;
  if (const auto* v = get_if<double>()) return *v != 0;
  if (const auto* v = get_if<std::string>()) return !v->empty();
  if (const auto* v = get_if<List>()) return !v->empty();
  if (const auto* v = get_if<Tuple>()) return !v->items.empty();
  if (const auto* v = get_if<Set>()) return !v->items.empty();
  if (const auto* v = get_if<Dict>()) return !v->empty();
  return !is_none();
}

std::string_view Value::type_name() const {
  constexpr std::string_view names[] = {"NoneType", "bool", "int", "float", "str", "list", "tuple", "set", "dict", "PosixPath", "object"};
  return names[v_.index()];
}

const std::string& Value::str() const {
  if (const auto* v = get_if<std::string>()) return *v;
  if (const auto* v = get_if<Path>()) return v->path;
  wrong_type(*this, "a str");
}

std::int64_t Value::integer() const {
  if (const auto* v = get_if<std::int64_t>()) return *v;
  if (const auto* v = get_if<bool>()) return *v ? 1 : 0;
  wrong_type(*this, "an int");
}

const List& Value::items() const {
  if (const auto* v = get_if<List>()) return *v;
  if (const auto* v = get_if<Tuple>()) return v->items;
  if (const auto* v = get_if<Set>()) return v->items;
  wrong_type(*this, "a list");
}

std::vector<std::string> Value::strings() const {
  std::vector<std::string> out;
  for (const Value& item : items()) out.push_back(item.str());
  return out;
}

const Value* Value::find(std::string_view key) const {
  const auto* dict = get_if<Dict>();
  if (!dict) wrong_type(*this, "a dict");
  for (const auto& [name, value] : *dict)
    if (name == key) return &value;
  return nullptr;
}

bool operator==(const Value& a, const Value& b) {
  if (is_number(a) && is_number(b)) return as_double(a) == as_double(b);
  if (a.v_.index() != b.v_.index()) return false;
  if (const auto* v = a.get_if<std::string>()) return *v == *b.get_if<std::string>();
  if (const auto* v = a.get_if<Path>()) return v->path == b.get_if<Path>()->path;
  if (const auto* v = a.get_if<Opaque>()) return v->repr == b.get_if<Opaque>()->repr;
  if (const auto* v = a.get_if<Dict>()) {
    const Dict& other = *b.get_if<Dict>();
    return v->size() == other.size() && std::all_of(v->begin(), v->end(), [&](const auto& entry) {
      const Value* found = b.find(entry.first);
      return found && entry.second == *found;
    });
  }
  if (a.get_if<Set>())
    return a.items().size() == b.items().size() && std::is_permutation(a.items().begin(), a.items().end(), b.items().begin());
  return a.is_none() || a.items() == b.items();
}

std::string repr(std::string_view text) {
  const char quote = text.find('\'') != text.npos && text.find('"') == text.npos ? '"' : '\'';
  std::string out(1, quote);
  while (!text.empty()) {
    const Decoded c = decode_one(text);
    if (c.length == 0) {
      // Python shows an undecodable byte of argv or a path as the lone surrogate it stands for.
      out += surrogate(text[0]);
      text.remove_prefix(1);
      continue;
    }
    if (c.code == '\n') out += "\\n";
    else if (c.code == '\r') out += "\\r";
    else if (c.code == '\t') out += "\\t";
    else if (c.code == '\\') out += "\\\\";
    else if (c.code == static_cast<char32_t>(quote)) (out += '\\') += quote;
    else if (c.code < 0x20 || is_unprintable(c.code)) out += escape(c.code);
    else out += text.substr(0, c.length);
    text.remove_prefix(c.length);
  }
  return out += quote;
}

std::string repr(const Value& value) {
  if (value.is_none()) return "None";
  if (const auto* v = value.get_if<bool>()) return *v ? "True" : "False";
  if (const auto* v = value.get_if<std::int64_t>()) return std::to_string(*v);
  if (const auto* v = value.get_if<double>()) return repr_float(*v);
  if (const auto* v = value.get_if<std::string>()) return repr(std::string_view(*v));
  if (const auto* v = value.get_if<List>()) return "[" + join_reprs(*v) + "]";
  if (const auto* v = value.get_if<Tuple>()) return "(" + join_reprs(v->items) + (v->items.size() == 1 ? ",)" : ")");
  if (const auto* v = value.get_if<Set>()) return v->items.empty() ? "set()" : "{" + join_reprs(v->items) + "}";
  if (const auto* v = value.get_if<Path>()) return "PosixPath(" + repr(std::string_view(v->path)) + ")";
  if (const auto* v = value.get_if<Opaque>()) return v->repr;
  std::string out = "{";
  for (const auto& [key, item] : *value.get_if<Dict>()) {
    if (out.size() > 1) out += ", ";
    out += repr(std::string_view(key)) + ": " + repr(item);
  }
  return out + "}";
}

std::string str(const Value& value) {
  if (const auto* v = value.get_if<std::string>()) return *v;
  if (const auto* v = value.get_if<Path>()) return v->path;
  return repr(value);
}

void repr_to(tracepoints::Repr& out, const Value& value) noexcept {
  using tracepoints::repr_to;
  const auto put_items = [&](const List& items, std::string_view open, std::string_view close) {
    out.put(open);
    for (std::size_t i = 0; i < items.size() && !out.full(); ++i) {
      if (i > 0) out.put(", ");
      repr_to(out, items[i]);
    }
    out.put(close);
  };
  if (value.is_none()) out.put("None");
  else if (const auto* b = value.get_if<bool>()) repr_to(out, *b);
  else if (const auto* i = value.get_if<std::int64_t>()) repr_to(out, *i);
  else if (const auto* d = value.get_if<double>()) repr_to(out, *d);
  else if (const auto* s = value.get_if<std::string>()) repr_to(out, std::string_view(*s));
  else if (const auto* l = value.get_if<List>()) put_items(*l, "[", "]");
  else if (const auto* t = value.get_if<Tuple>()) put_items(t->items, "(", t->items.size() == 1 ? ",)" : ")");
  else if (const auto* e = value.get_if<Set>()) put_items(e->items, e->items.empty() ? "set(" : "{", e->items.empty() ? ")" : "}");
  else if (const auto* p = value.get_if<Path>()) { out.put("PosixPath("); repr_to(out, std::string_view(p->path)); out.put(")"); }
  else if (const auto* o = value.get_if<Opaque>()) out.put(o->repr);
  else if (const auto* m = value.get_if<Dict>()) {
    out.put("{");
    bool first = true;
    for (const auto& [key, item] : *m) {
      if (out.full()) break;
      if (!first) out.put(", ");
      first = false;
      repr_to(out, std::string_view(key));
      out.put(": ");
      repr_to(out, item);
    }
    out.put("}");
  }
}

std::string decode_utf8_replace(std::string_view bytes) {
  std::string out;
  while (!bytes.empty()) {
    const Decoded c = decode_one(bytes);
    if (c.length > 0) {
      out += bytes.substr(0, c.length);
      bytes.remove_prefix(c.length);
      continue;
    }
    // One mark for the longest start of a character that could still have become valid, as Python does.
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
    const unsigned char lead = byte(0);
    const std::size_t wanted = lead >= 0xf0 && lead < 0xf5 ? 4 : lead >= 0xe0 && lead < 0xf0 ? 3 : 1;
    std::size_t used = 1;
    while (used < wanted && used < bytes.size() && (byte(used) & 0xc0) == 0x80) {
      if (used == 1 && ((lead == 0xe0 && byte(1) < 0xa0) || (lead == 0xed && byte(1) >= 0xa0) ||
                        (lead == 0xf0 && byte(1) < 0x90) || (lead == 0xf4 && byte(1) >= 0x90)))
        break;
      ++used;
    }
    out += replacement;
    bytes.remove_prefix(used);
  }
  return out;
}

bool is_utf8(std::string_view bytes) {
  while (!bytes.empty()) {
    const Decoded c = decode_one(bytes);
    if (c.length == 0) return false;
    bytes.remove_prefix(c.length);
  }
  return true;
}

std::string backslashreplace(std::string_view bytes) {
  std::string out;
  while (!bytes.empty()) {
    const std::size_t length = decode_one(bytes).length;
    if (length == 0) out += surrogate(bytes[0]);
    else out += bytes.substr(0, length);
    bytes.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return out;
}

bool is_identifier(std::string_view text) {
  if (text.empty()) return false;
  for (bool first = true; !text.empty(); first = false) {
    const Decoded c = decode_one(text);
    if (c.length == 0) return false;
    const bool letter = c.code == '_' || (c.code >= 'a' && c.code <= 'z') || (c.code >= 'A' && c.code <= 'Z') ||
                        c.code == 0xaa || c.code == 0xb5 || c.code == 0xba ||
                        (c.code >= 0xc0 && c.code != 0xd7 && c.code != 0xf7 && !is_unprintable(c.code) &&
                         !(c.code >= 0x2010 && c.code <= 0x2bff) && !(c.code >= 0x3001 && c.code <= 0x3004) &&
                         !(c.code >= 0x3008 && c.code <= 0x3020) && !(c.code >= 0xff00 && c.code <= 0xff20) &&
                         !(c.code >= 0x1f000 && c.code <= 0x1faff));
    const bool digit = c.code >= '0' && c.code <= '9';
    if (!letter && !(digit && !first)) return false;
    text.remove_prefix(c.length);
  }
  return true;
}

}  // namespace python
