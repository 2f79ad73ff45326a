// The names of a tracepoint's values, made at compile time out of the source text of the call.
// C++ spelling becomes Python's: this->port is self.port, options["addr"] and options.get("addr") are options.addr, request.path() is request.path.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace tracepoints {

inline constexpr std::size_t max_fields = 4;

namespace detail {

struct Names {
  char bytes[max_fields][40] = {};
  std::uint8_t size[max_fields] = {};
  constexpr std::string_view str(std::size_t i) const noexcept { return {bytes[i], size[i]}; }
};

// "addr, f(a, b)" -> addr | f(a, b)
constexpr std::string_view next_name(std::string_view& names) {
  int depth = 0;
  std::size_t i = 0;
  for (; i < names.size(); ++i) {
    const char c = names[i];
    if (c == '(' || c == '{' || c == '[') ++depth;
    if (c == ')' || c == '}' || c == ']') --depth;
    if (c == ',' && depth == 0) break;
  }
  const std::string_view name = names.substr(0, i);
  names.remove_prefix(i < names.size() ? i + 1 : i);
  while (!names.empty() && names.front() == ' ') names.remove_prefix(1);
  return name;
}

// A value dressed for printing keeps the name of what is inside: Raw{repr(argv)} is argv.
constexpr std::string_view undressed(std::string_view text) {
  constexpr std::string_view dresses[] = {"::tracepoints::", "tracepoints::", "python::", "Raw{",    "Object{",       "Bytes{",
                                          "repr(",           "std::string(",  "str(",     "std::string_view(", "std::string_view{", "*"};
  for (bool again = true; again;) {
    again = false;
    for (const std::string_view dress : dresses) {
      if (!text.starts_with(dress)) continue;
      const bool closes = dress.ends_with('{') || dress.ends_with('(');
      if (closes && !text.ends_with(dress.ends_with('{') ? '}' : ')')) continue;
      text.remove_prefix(dress.size());
      if (closes) text.remove_suffix(1);
      again = true;
    }
  }
  return text;
}

constexpr Names names_of(std::string_view source_text) {
  Names names;
  for (std::size_t i = 0; i < max_fields && !source_text.empty(); ++i) {
    std::string_view text = undressed(next_name(source_text));
    const auto put = [&](std::string_view part) {
      for (const char c : part)
        if (names.size[i] < sizeof names.bytes[i]) names.bytes[i][names.size[i]++] = c;
    };
    const bool counts = text.ends_with(".size()");  // data.size() is len(data)
    if (counts) text.remove_suffix(7), put("len(");
    if (text.starts_with("this->")) text.remove_prefix(6), put("self.");
    while (!text.empty()) {
      if (text.starts_with("->")) text.remove_prefix(2), put(".");
      else if (text.starts_with("::")) text.remove_prefix(2), put(".");
      else if (text.starts_with("[\"")) text.remove_prefix(2), put(".");
      else if (text.starts_with(".get(\"")) text.remove_prefix(6), put(".");
      else if (text == "\")") break;  // the end of options.get("addr")
      else if (text.starts_with("\"]") || text.starts_with("()")) text.remove_prefix(2);
      else if (text == "_") break;  // default_ is Python's default
      else put(text.substr(0, 1)), text.remove_prefix(1);
    }
    if (counts) put(")");
  }
  return names;
}

}  // namespace detail
}  // namespace tracepoints
