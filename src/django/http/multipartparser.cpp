#include "django/http/multipartparser.h"

#include <algorithm>
#include <cstdint>
#include <optional>

#include <fmt/format.h>

#include "django/conf/__init__.h"
#include "django/utils/encoding.h"
#include "python/builtins.h"

using django::conf::settings;
using django::core::exceptions::TooManyFieldsSent;
using django::utils::encoding::decode_latin1;

namespace django::http::multipartparser {
namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return out;
}

std::string_view strip(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

// The headers of one part. `name` is nullopt when it is no form field.
struct PartHead {
  std::optional<std::string> name;
  bool is_file = false;
  bool is_base64 = false;
};

// base64.b64decode(): what belongs to no alphabet is passed over. Gives nullopt where Python raises binascii.Error.
std::optional<std::string> b64decode(std::string_view text) {
  constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  std::uint32_t bits = 0;
  std::size_t count = 0, pads = 0;
  for (const char c : text) {
    if (c == '=' && count % 4 >= 2 && ++pads + count % 4 == 4) return out;
    const std::size_t value = alphabet.find(c);
    if (c == '=' || value == std::string_view::npos) continue;
    pads = 0;
    bits = bits << 6 | static_cast<std::uint32_t>(value);
    if (++count % 4 != 1) out += static_cast<char>(static_cast<unsigned char>(bits >> (6 - 2 * ((count - 1) % 4))));
  }
  return count % 4 == 0 ? std::optional(out) : std::nullopt;
}

// boundary_re: [ -~]{0,200}[!-~]
bool is_boundary(std::string_view text) {
  return !text.empty() && text.size() <= 201 && text.back() != ' ' &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

PartHead parse_head(std::string_view head) {
  PartHead out;
  while (!head.empty()) {
    const std::size_t end = std::min(head.find("\r\n"), head.size());
    const std::string_view line = head.substr(0, end);
    head.remove_prefix(std::min(end + 2, head.size()));
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    const std::string header = lower(line.substr(0, colon));
    if (header == "content-transfer-encoding") out.is_base64 = strip(line.substr(colon + 1)) == "base64";
    if (header != "content-disposition") continue;
    const auto [disposition, parameters] = parse_header_parameters(strip(line.substr(colon + 1)));
    if (disposition != "form-data" || !parameters.contains("name")) continue;
    out.name = parameters.at("name");
    out.is_file = parameters.contains("filename");
  }
  return out;
}

}  // namespace

// django/utils/http.py, parse_header_parameters()
std::pair<std::string, std::map<std::string, std::string>> parse_header_parameters(std::string_view line) {
  std::vector<std::string> parts(1);
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (quoted && c == '\\' && i + 1 < line.size()) {
      parts.back() += c;
      parts.back() += line[++i];
      continue;
    }
    if (c == '"') quoted = !quoted;
    if (c == ';' && !quoted) parts.emplace_back();
    else parts.back() += c;
  }
  std::pair<std::string, std::map<std::string, std::string>> out{lower(strip(parts.front())), {}};
  for (std::size_t i = 1; i < parts.size(); ++i) {
    const std::size_t equals = parts[i].find('=');
    if (equals == std::string::npos) continue;
    const std::string_view raw = strip(std::string_view(parts[i]).substr(equals + 1));
    std::string value(raw);
    if (raw.size() >= 2 && raw.front() == '"' && raw.back() == '"') {
      value.clear();
      for (std::size_t k = 1; k + 1 < raw.size(); ++k) {
        if (raw[k] == '\\' && k + 2 < raw.size()) ++k;
        value += raw[k];
      }
    }
    out.second[lower(strip(std::string_view(parts[i]).substr(0, equals)))] = value;
  }
  return out;
}

// django/http/multipartparser.py, MultiPartParser.parse()
QueryDict parse(std::string_view content_type, std::string_view body) {
  const auto [type, parameters] = parse_header_parameters(content_type);
  if (!type.starts_with("multipart/")) throw MultiPartParserError("Invalid Content-Type: " + std::string(content_type));
  if (std::any_of(content_type.begin(), content_type.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80; }))
    throw MultiPartParserError("Invalid non-ASCII Content-Type in multipart: " + decode_latin1(content_type));
  const auto found = parameters.find("boundary");
  if (found == parameters.end() || !is_boundary(found->second))
    throw MultiPartParserError(
        fmt::format("Invalid boundary in multipart: {}", found == parameters.end() ? "None" : found->second));
  const std::string boundary = "--" + found->second;
  const python::Value& limit = settings.__getattr__("DATA_UPLOAD_MAX_NUMBER_FIELDS");
  std::int64_t fields = 0;

  QueryDict post;
  std::size_t at = body.find(boundary);
  while (at != std::string_view::npos) {
    at += boundary.size();
    if (body.substr(at, 2) == "--") break;  // the last one
    const std::size_t head_begin = body.find("\r\n", at);
    if (head_begin == std::string_view::npos) break;
    const std::size_t head_end = body.find("\r\n\r\n", head_begin);
    // A last part without its boundary goes to the end of the body.
    const std::size_t next = std::min(body.find("\r\n" + boundary, head_begin), body.size());
    if (head_end == std::string_view::npos || head_end > next) break;
    const PartHead head = parse_head(body.substr(head_begin + 2, head_end - head_begin - 2));
    at = next == body.size() ? std::string_view::npos : next + 2;
    if (!head.name || head.is_file) continue;
    if (!limit.is_none() && ++fields > limit.integer())
      throw TooManyFieldsSent("The number of GET/POST parameters exceeded settings.DATA_UPLOAD_MAX_NUMBER_FIELDS.");
    const std::string_view value = body.substr(head_end + 4, next - head_end - 4);
    const auto decoded = head.is_base64 ? b64decode(value) : std::nullopt;
    post.appendlist(python::decode_utf8_replace(*head.name), python::decode_utf8_replace(decoded ? std::string_view(*decoded) : value));
  }
  return post;
}

}  // namespace django::http::multipartparser
