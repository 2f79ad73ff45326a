// Values as Python prints them, written into a buffer of fixed size: the tracing path never allocates.
// A type of another room joins in with its own `void repr_to(tracepoints::Repr&, const T&)`.
#pragma once

#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tracepoints {

/// A bounded text. What does not fit is dropped, and str() then ends in "..." .
class Repr {
 public:
  static constexpr std::size_t capacity = 120;  // bytes, the dots included

  void put(std::string_view text) noexcept;
  void put(char c) noexcept { put(std::string_view(&c, 1)); }
  std::string_view str() const noexcept { return {text_, size_}; }
  bool full() const noexcept { return full_; }
  void clear() noexcept { size_ = 0, full_ = false; }

  /// The fast way in, for who knows how much it will be at most: a place for that many bytes, of which grow() then keeps some.
  /// Gives: nullptr when there may be too little room; put() is the way then.
  char* room_for(std::size_t size) noexcept { return full_ || size_ + size > capacity - 3 ? nullptr : text_ + size_; }
  void grow(std::size_t size) noexcept { size_ = static_cast<std::uint8_t>(size_ + size); }

 private:
  char text_[capacity];
  std::uint8_t size_ = 0;
  bool full_ = false;
};

/// Prints as `<name>`: an instance, told by its class.
struct Object {
  std::string_view name;
};

/// Prints the text as it is: an expression that is Python already.
struct Raw {
  std::string_view text;
};

/// Prints as Python's bytes: b'...'.
struct Bytes {
  std::string_view bytes;
};

/// A string literal: quoted as Python quotes, control characters and broken UTF-8 escaped.
void repr_to(Repr& out, std::string_view text) noexcept;
inline void repr_to(Repr& out, const std::string& text) noexcept { repr_to(out, std::string_view(text)); }
inline void repr_to(Repr& out, const char* text) noexcept { repr_to(out, std::string_view(text)); }
void repr_to(Repr& out, bool value) noexcept;
void repr_to(Repr& out, std::int64_t value) noexcept;
void repr_to(Repr& out, std::uint64_t value) noexcept;
void repr_to(Repr& out, double value) noexcept;
void repr_to(Repr& out, Object value) noexcept;
void repr_to(Repr& out, Raw value) noexcept;
void repr_to(Repr& out, Bytes value) noexcept;
inline void repr_to(Repr& out, std::nullopt_t) noexcept { out.put("None"); }
inline void repr_to(Repr& out, std::nullptr_t) noexcept { out.put("None"); }

template <std::signed_integral T>
  requires(!std::same_as<T, std::int64_t> && !std::same_as<T, char>)
void repr_to(Repr& out, T value) noexcept {
  repr_to(out, static_cast<std::int64_t>(value));
}
template <std::unsigned_integral T>
  requires(!std::same_as<T, std::uint64_t> && !std::same_as<T, bool>)
void repr_to(Repr& out, T value) noexcept {
  repr_to(out, static_cast<std::uint64_t>(value));
}

template <class T>
void repr_to(Repr& out, const std::optional<T>& value) noexcept {
  if (value)
    repr_to(out, *value);
  else
    out.put("None");
}

/// A pair prints as a Python tuple: ('127.0.0.1', 8000).
template <class A, class B>
void repr_to(Repr& out, const std::pair<A, B>& value) noexcept {
  out.put('(');
  repr_to(out, value.first);
  out.put(", ");
  repr_to(out, value.second);
  out.put(')');
}

template <class T>
void repr_to(Repr& out, const std::vector<T>& values) noexcept {
  out.put('[');
  bool first = true;
  for (const auto& value : values) {
    if (out.full()) break;
    if (!first) out.put(", ");
    first = false;
    repr_to(out, value);
  }
  out.put(']');
}

}  // namespace tracepoints
