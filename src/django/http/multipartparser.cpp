#include "django/http/multipartparser.h"

#include <fmt/format.h>

#include "django/conf/__init__.h"
#include "python/builtins.h"

using django::conf::settings;
using django::core::exceptions::TooManyFieldsSent;

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

// The headers of one part. Gives: its field's name and whether it is a file; nullopt when it is no form field.
struct PartHead {
  std::optional<std::string> name;
  bool is_file = false;
};

PartHead parse_head(std::string_view head) {
  PartHead out;
  while (!head.empty()) {
    const std::size_t end = std::min(head.find("\r\n"), head.size());
    const std::string_view line = head.substr(0, end);
    head.remove_prefix(std::min(end + 2, head.size()));
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || lower(line.substr(0, colon)) != "content-disposition") continue;
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
  const auto found = parameters.find("boundary");
  if (found == parameters.end() || found->second.empty() || found->second.size() > 200)
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
    const std::size_t next = body.find("\r\n" + boundary, head_begin);
    if (head_end == std::string_view::npos || next == std::string_view::npos || head_end > next) break;
    const PartHead head = parse_head(body.substr(head_begin + 2, head_end - head_begin - 2));
    at = next + 2;
    if (!head.name || head.is_file) continue;
    if (!limit.is_none() && ++fields > limit.integer())
      throw TooManyFieldsSent("The number of GET/POST parameters exceeded settings.DATA_UPLOAD_MAX_NUMBER_FIELDS.");
    post.appendlist(python::decode_utf8_replace(*head.name), python::decode_utf8_replace(body.substr(head_end + 4, next - head_end - 4)));
  }
  return post;
}

}  // namespace django::http::multipartparser
