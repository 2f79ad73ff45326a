#include "django/http/request.h"

#include <algorithm>

#include <fmt/format.h>

#include "django/conf/__init__.h"
#include "django/http/multipartparser.h"
#include "django/utils/encoding.h"
#include "django/utils/http.h"
#include "python/builtins.h"
#include "python/codecs.h"
#include "python/os.h"
#include "python/re.h"

using django::conf::settings;
using django::core::exceptions::BadRequest;
using django::core::exceptions::DisallowedHost;
using django::core::exceptions::ImproperlyConfigured;
using django::core::exceptions::RequestDataTooBig;
using django::core::exceptions::TooManyFieldsSent;
using django::utils::encoding::decode_latin1;
using django::utils::encoding::escape_uri_path;
using django::utils::encoding::iri_to_uri;
using django::utils::http::is_same_domain;
using python::urllib::parse::parse_qsl;
using python::urllib::parse::urljoin;
using python::urllib::parse::urlsplit;

namespace django::http {
namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return out;
}

// int(text or 0)
std::int64_t to_int(std::string_view text) {
  std::string_view digits = text;
  while (!digits.empty() && (digits.front() == ' ' || digits.front() == '\t')) digits.remove_prefix(1);
  while (!digits.empty() && (digits.back() == ' ' || digits.back() == '\t')) digits.remove_suffix(1);
  if (text.empty()) return 0;
  const bool negative = digits.starts_with('-');
  if (negative || digits.starts_with('+')) digits.remove_prefix(1);
  if (digits.empty() || digits.find_first_not_of("0123456789") != std::string_view::npos)
    throw python::ValueError("invalid literal for int() with base 10: " + python::repr(decode_latin1(text)));
  std::int64_t number = 0;
  for (const char c : digits) number = std::min<std::int64_t>(number, INT64_MAX / 10 - 1) * 10 + (c - '0');
  return negative ? -number : number;
}

}  // namespace

// django/http/request.py, QueryDict.__init__()
QueryDict::QueryDict(std::string_view query_string) {
  const python::Value& max_num_fields = settings.__getattr__("DATA_UPLOAD_MAX_NUMBER_FIELDS");
  // Bytes that are no UTF-8 and not percent-encoded either: then all of it is taken for Latin-1.
  const std::string decoded = python::is_utf8(query_string) ? std::string(query_string) : decode_latin1(query_string);
  python::urllib::parse::Pairs fields;
  try {
    fields = parse_qsl(decoded, /*keep_blank_values=*/true,
                       max_num_fields.is_none() ? std::nullopt : std::optional(max_num_fields.integer()));
  } catch (const python::ValueError&) {
    std::throw_with_nested(
        TooManyFieldsSent("The number of GET/POST parameters exceeded settings.DATA_UPLOAD_MAX_NUMBER_FIELDS."));
  }
  for (auto& [key, value] : fields) appendlist(key, std::move(value));
}

void QueryDict::appendlist(const std::string& key, std::string value) {
  const auto found = std::find_if(lists_.begin(), lists_.end(), [&key](const auto& entry) { return entry.first == key; });
  if (found == lists_.end()) lists_.push_back({key, {std::move(value)}});
  else found->second.push_back(std::move(value));
}

bool QueryDict::contains(std::string_view key) const {
  return std::any_of(lists_.begin(), lists_.end(), [key](const auto& entry) { return entry.first == key; });
}

const std::string& QueryDict::operator[](std::string_view key) const {
  for (const auto& [name, values] : lists_)
    if (name == key) return values.back();
  throw python::KeyError(key);
}

std::string QueryDict::get(std::string_view key, std::string_view default_) const {
  return contains(key) ? (*this)[key] : std::string(default_);
}

std::vector<std::string> QueryDict::getlist(std::string_view key) const {
  for (const auto& [name, values] : lists_)
    if (name == key) return values;
  return {};
}

python::urllib::parse::Pairs QueryDict::items() const {
  python::urllib::parse::Pairs out;
  for (const auto& [name, values] : lists_) out.emplace_back(name, values.back());
  return out;
}

std::string QueryDict::urlencode() const {
  python::urllib::parse::Pairs all;
  for (const auto& [name, values] : lists_)
    for (const std::string& value : values) all.emplace_back(name, value);
  return python::urllib::parse::urlencode(all);
}

// django/http/request.py, HttpHeaders.__getitem__()
std::optional<std::string> HttpHeaders::get(std::string_view header) const {
  std::string key;
  for (const char c : header) key += c == '-' ? '_' : c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  if (key != "CONTENT_TYPE" && key != "CONTENT_LENGTH") key = "HTTP_" + key;
  const auto found = META_.find(key);
  if (found == META_.end()) return std::nullopt;
  return found->second;
}

HttpRequest::HttpRequest(python::wsgiref::Environ& environ) : environ(environ), META(environ.variables) {}

// The two references need an environ that exists before them: an own one, made first.
HttpRequest::HttpRequest() : HttpRequest(*new python::wsgiref::Environ) { own_environ_.reset(&environ); }

const QueryDict& HttpRequest::GET() {
  if (!_get) _get.emplace(environ.get("QUERY_STRING"));
  return *_get;
}

const QueryDict& HttpRequest::POST() {
  if (!_post) _load_post_and_files();
  return *_post;
}

const Cookies& HttpRequest::COOKIES() {
  if (!_cookies) _cookies = parse_cookie(python::decode_utf8_replace(environ.get("HTTP_COOKIE")));
  return *_cookies;
}

std::string HttpRequest::cookie(std::string_view name, std::string_view default_) {
  for (const auto& [key, value] : COOKIES())
    if (key == name) return value;
  return std::string(default_);
}

// django/http/request.py, HttpRequest.accepts()
bool HttpRequest::accepts(std::string_view media_type) const {
  const std::string accept = lower(environ.get("HTTP_ACCEPT", "*/*"));
  const std::size_t slash = media_type.find('/');
  for (std::size_t begin = 0; begin <= accept.size();) {
    const std::size_t end = std::min(accept.find(',', begin), accept.size());
    std::string one = accept.substr(begin, end - begin);
    begin = end + 1;
    one = one.substr(0, one.find(';'));
    std::erase_if(one, [](char c) { return c == ' ' || c == '\t'; });
    if (one == "*/*" || one == "*" || one == media_type) return true;
    if (one.size() > 2 && one.ends_with("/*") && media_type.substr(0, slash) == std::string_view(one).substr(0, one.size() - 2)) return true;
  }
  return false;
}

// django/http/request.py, HttpRequest._set_content_type_params()
void HttpRequest::_set_content_type_params() {
  std::tie(content_type, content_params) = multipartparser::parse_header_parameters(environ.get("CONTENT_TYPE"));
}

// django/http/request.py, HttpRequest._get_raw_host()
std::string HttpRequest::_get_raw_host() const {
  // The proxy's word first, if it may be believed; then the client's; then what PEP 3333 can tell.
  if (settings.flag("USE_X_FORWARDED_HOST") && environ.contains("HTTP_X_FORWARDED_HOST")) return META.find("HTTP_X_FORWARDED_HOST")->second;
  if (environ.contains("HTTP_HOST")) return META.find("HTTP_HOST")->second;
  std::string host(environ.get("SERVER_NAME"));
  const std::string server_port = get_port();
  if (server_port != (is_secure() ? "443" : "80")) host += ":" + server_port;
  return host;
}

// django/http/request.py, HttpRequest.get_host()
std::string HttpRequest::get_host() {
  const std::string host = decode_latin1(_get_raw_host());

  // Allow variants of localhost if ALLOWED_HOSTS is empty and DEBUG=True.
  std::vector<std::string> allowed_hosts = settings.ALLOWED_HOSTS();
  if (settings.DEBUG() && allowed_hosts.empty()) allowed_hosts = {".localhost", "127.0.0.1", "[::1]"};

  const auto [domain, port] = split_domain_port(host);
  if (!domain.empty() && validate_host(domain, allowed_hosts)) return host;
  std::string msg = fmt::format("Invalid HTTP_HOST header: {}.", python::repr(host));
  if (!domain.empty()) msg += fmt::format(" You may need to add {} to ALLOWED_HOSTS.", python::repr(domain));
  else msg += " The domain name provided is not valid according to RFC 1034/1035.";
  throw DisallowedHost(msg);
}

// django/http/request.py, HttpRequest.get_port()
std::string HttpRequest::get_port() const {
  if (settings.flag("USE_X_FORWARDED_PORT") && environ.contains("HTTP_X_FORWARDED_PORT")) return META.find("HTTP_X_FORWARDED_PORT")->second;
  return std::string(environ.get("SERVER_PORT"));
}

// django/http/request.py, HttpRequest._get_full_path()
std::string HttpRequest::get_full_path(bool force_append_slash) const {
  const std::string_view query = environ.get("QUERY_STRING");
  return escape_uri_path(path) + (force_append_slash && !path.ends_with("/") ? "/" : "") +
         (query.empty() ? "" : "?" + iri_to_uri(query));
}

std::string HttpRequest::_current_scheme_host() { return fmt::format("{}://{}", scheme(), get_host()); }

// django/http/request.py, HttpRequest.build_absolute_uri()
std::string HttpRequest::build_absolute_uri(std::optional<std::string> location_) {
  // "//" before a path of its own: a path may begin with two slashes, and must not be taken for a host then.
  std::string location = location_ ? *location_ : "//" + get_full_path();
  const auto bits = urlsplit(location);
  if (bits.scheme.empty() || bits.netloc.empty()) {
    if (bits.path.starts_with("/") && bits.scheme.empty() && bits.netloc.empty() && bits.path.find("/./") == std::string::npos &&
        bits.path.find("/../") == std::string::npos) {
      location = _current_scheme_host() + (location.starts_with("//") ? location.substr(2) : location);
    } else {
      location = urljoin(_current_scheme_host() + path, location);
    }
  }
  return iri_to_uri(location);
}

// django/http/request.py, HttpRequest.scheme
std::string HttpRequest::scheme() const {
  const python::Value& SECURE_PROXY_SSL_HEADER = settings.__getattr__("SECURE_PROXY_SSL_HEADER");
  if (SECURE_PROXY_SSL_HEADER.truthy()) {
    const std::vector<std::string> pair = SECURE_PROXY_SSL_HEADER.strings();
    if (pair.size() != 2)
      throw ImproperlyConfigured("The SECURE_PROXY_SSL_HEADER setting must be a tuple containing two values.");
    if (environ.contains(pair[0])) {
      // Several proxies append; the first value is the one nearest to the client.
      const std::string_view header_value = environ.get(pair[0]);
      std::string first(header_value.substr(0, header_value.find(',')));
      first.erase(0, std::min(first.find_first_not_of(" \t"), first.size()));
      first.erase(first.find_last_not_of(" \t") + 1);
      return first == pair[1] ? "https" : "http";
    }
  }
  return environ.url_scheme;
}

// django/http/request.py, HttpRequest.body
const std::string& HttpRequest::body() {
  if (_body) return *_body;
  if (_read_started) throw RawPostDataException("You cannot access body after reading from request's data stream");

  // Limit the maximum request data size that will be handled in-memory.
  const python::Value& DATA_UPLOAD_MAX_MEMORY_SIZE = settings.__getattr__("DATA_UPLOAD_MAX_MEMORY_SIZE");
  if (!DATA_UPLOAD_MAX_MEMORY_SIZE.is_none() && to_int(environ.get("CONTENT_LENGTH")) > DATA_UPLOAD_MAX_MEMORY_SIZE.integer())
    throw RequestDataTooBig("Request body exceeded settings.DATA_UPLOAD_MAX_MEMORY_SIZE.");
  _body = read();
  return *_body;
}

// django/http/request.py, HttpRequest.read()
std::string HttpRequest::read(std::ptrdiff_t size) {
  _read_started = true;
  if (!_stream) return "";
  try {
    return _stream->read(size);
  } catch (const python::OSError& e) {
    std::throw_with_nested(UnreadablePostError(e));
  }
}

void HttpRequest::_mark_post_parse_error() { _post.emplace(); }

// django/http/request.py, HttpRequest._load_post_and_files()
void HttpRequest::_load_post_and_files() {
  if (method != "POST") {
    _post.emplace();
    return;
  }
  if (_read_started && !_body) {
    _mark_post_parse_error();
    return;
  }
  if (content_type == "multipart/form-data") {
    try {
      _post = multipartparser::parse(environ.get("CONTENT_TYPE"), body());
    } catch (const python::Exception&) {
      _mark_post_parse_error();
      throw;
    }
  } else if (content_type == "application/x-www-form-urlencoded") {
    // An encoding that nobody knows counts for none.
    const auto charset = content_params.find("charset");
    if (charset != content_params.end() && python::codecs::has(charset->second) && lower(charset->second) != "utf-8")
      throw BadRequest("HTTP requests with the 'application/x-www-form-urlencoded' content type must be UTF-8 encoded.");
    _post.emplace(body());
  } else {
    _post.emplace();
  }
}

// django/http/request.py, split_domain_port()
std::pair<std::string, std::string> split_domain_port(std::string_view host) {
  static const python::re::Pattern host_validation_re =
      python::re::compile(R"(^([a-z0-9.-]+|\[[a-f0-9]*:[a-f0-9\.:]+\])(?::([0-9]+))?$)");
  const auto match = host_validation_re.fullmatch(lower(host));
  if (!match) return {};
  std::string domain = *match->group(1);
  if (domain.ends_with('.')) domain.pop_back();
  return {domain, match->group(2).value_or("")};
}

// django/http/request.py, validate_host()
bool validate_host(std::string_view host, const std::vector<std::string>& allowed_hosts) {
  return std::any_of(allowed_hosts.begin(), allowed_hosts.end(),
                     [host](const std::string& pattern) { return pattern == "*" || is_same_domain(host, pattern); });
}

void repr_to(tracepoints::Repr& out, const HttpRequest& request) noexcept {
  out.put("<WSGIRequest: ");
  out.put(request.method);
  out.put(' ');
  tracepoints::repr_to(out, request.path);
  out.put('>');
}

}  // namespace django::http
