// Python's values, where C++ must hold one without knowing its type: a setting, a parsed option, a TOML entry.
#pragma once

#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "tracepoints/repr.h"

namespace python {

class Value;
using List = std::vector<Value>;
struct Tuple { List items; };
struct Set { List items; };
/// Insertion order, as Python keeps it; keys are strings here.
using Dict = std::vector<std::pair<std::string, Value>>;
/// pathlib.PosixPath
struct Path { std::string path; };
/// Something that has no literal: prints as its text, e.g. datetime.date(2024, 1, 2).
struct Opaque { std::string repr; };

class Value {
 public:
  Value() = default;  // None
  Value(std::nullptr_t) {}
  Value(bool v) : v_(v) {}
  Value(int v) : v_(std::int64_t{v}) {}
  Value(std::int64_t v) : v_(v) {}
  Value(double v) : v_(v) {}
  Value(const char* v) : v_(std::string(v)) {}
  Value(std::string_view v) : v_(std::string(v)) {}
  Value(std::string v) : v_(std::move(v)) {}
  Value(List v) : v_(std::move(v)) {}
  Value(const std::vector<std::string>& v) : v_(List(v.begin(), v.end())) {}
  Value(Tuple v) : v_(std::move(v)) {}
  Value(Set v) : v_(std::move(v)) {}
  Value(Dict v) : v_(std::move(v)) {}
  Value(Path v) : v_(std::move(v)) {}
  Value(Opaque v) : v_(std::move(v)) {}
  template <class T>
  Value(const std::optional<T>& v) { if (v) *this = Value(*v); }

  bool is_none() const { return std::holds_alternative<std::monostate>(v_); }
  template <class T> const T* get_if() const { return std::get_if<T>(&v_); }
  bool is_str() const { return get_if<std::string>() != nullptr; }
  /// bool(value)
  bool truthy() const;
  /// type(value).__name__: "str", "NoneType", "list"
  std::string_view type_name() const;
  /// The text of a str or a path; TypeError for anything else.
  const std::string& str() const;
  /// int(value) of a bool or an int; TypeError for anything else.
  std::int64_t integer() const;
  /// The items of a list, tuple or set; TypeError for anything else.
  const List& items() const;
  /// The same, each item a str.
  std::vector<std::string> strings() const;
  /// The entry of a dict; nullptr when there is none. TypeError when this is no dict.
  const Value* find(std::string_view key) const;
  /// As Python compares: 1 == 1.0 == True, list and tuple differ, dicts whatever their order.
  friend bool operator==(const Value& a, const Value& b);

 private:
  std::variant<std::monostate, bool, std::int64_t, double, std::string, List, Tuple, Set, Dict, Path, Opaque> v_;
};

/// repr(x), of any length.
std::string repr(const Value& value);
std::string repr(std::string_view text);
inline std::string repr(const std::string& text) { return repr(std::string_view(text)); }
inline std::string repr(const char* text) { return repr(std::string_view(text)); }
/// str(x): a str as it is, else repr.
std::string str(const Value& value);

void repr_to(tracepoints::Repr& out, const Value& value) noexcept;

/// A request may hold any bytes. Gives UTF-8: broken bytes become U+FFFD, as bytes.decode('utf-8', 'replace') does.
std::string decode_utf8_replace(std::string_view bytes);
/// Whether the bytes are UTF-8.
bool is_utf8(std::string_view bytes);
/// The text with each byte that is no UTF-8 written as "\udcff", the surrogate that Python holds for it.
std::string backslashreplace(std::string_view bytes);
/// str.isidentifier() of UTF-8 text.
bool is_identifier(std::string_view text);

}  // namespace python
