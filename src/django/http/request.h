// django.http.request: what arrived, as a view sees it. Cheap to make: query, form, cookies and body are read when asked for.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "django/core/exceptions.h"
#include "django/http/cookie.h"
#include "python/urllib/parse.h"
#include "python/wsgiref/types.h"
#include "tracepoints/repr.h"

namespace django::urls::resolvers { struct ResolverMatch; }

namespace django::http {

/// The client went away, or did worse, while its body was read.
class UnreadablePostError : public python::OSError {
 public:
  explicit UnreadablePostError(const python::OSError& cause)
      : OSError("django.http.request.UnreadablePostError", cause.errno_, cause.strerror, cause.filename) {}
};

/// The body was asked for after somebody had read from the stream.
class RawPostDataException : public python::Exception {
 public:
  explicit RawPostDataException(std::string message) : Exception("django.http.request.RawPostDataException", std::move(message)) {}
};

/// The fields of a query or a form: a name may come more than once.
/// Source: django/http/request.py, class QueryDict
class QueryDict {
 public:
  QueryDict() = default;
  /// Raises: TooManyFieldsSent beyond DATA_UPLOAD_MAX_NUMBER_FIELDS.
  explicit QueryDict(std::string_view query_string);
  void appendlist(const std::string& key, std::string value);
  bool contains(std::string_view key) const;
  /// The last value of that name. Raises: KeyError.
  const std::string& operator[](std::string_view key) const;
  std::string get(std::string_view key, std::string_view default_ = {}) const;
  std::vector<std::string> getlist(std::string_view key) const;
  /// Each name once, with its last value, in order of first appearance.
  python::urllib::parse::Pairs items() const;
  std::string urlencode() const;
  bool empty() const { return lists_.empty(); }

 private:
  std::vector<std::pair<std::string, std::vector<std::string>>> lists_;
};

/// The headers as a client sent them: request.headers().get("User-Agent").
/// Source: django/http/request.py, class HttpHeaders
class HttpHeaders {
 public:
  explicit HttpHeaders(const std::map<std::string, std::string, std::less<>>& META) : META_(META) {}
  std::optional<std::string> get(std::string_view header) const;

 private:
  const std::map<std::string, std::string, std::less<>>& META_;
};

/// Source: django/http/request.py, class HttpRequest
class HttpRequest {
 public:
  /// An empty request, for tests: fill META and the paths.
  HttpRequest();
  virtual ~HttpRequest() = default;
  HttpRequest(const HttpRequest&) = delete;
  HttpRequest& operator=(const HttpRequest&) = delete;

  std::string path, path_info, method;
  std::string content_type;
  std::map<std::string, std::string> content_params;

  /// environ, entries that are no strings included. Lives as long as the server handles this request.
  python::wsgiref::Environ& environ;
  /// Its strings. Values are the bytes that came; PATH_INFO and SCRIPT_NAME are UTF-8.
  std::map<std::string, std::string, std::less<>>& META;

  // Read at the first call, and kept. Each Raises what reading the body raises.
  const QueryDict& GET();
  const QueryDict& POST();
  const Cookies& COOKIES();
  /// The value of a cookie.
  std::string cookie(std::string_view name, std::string_view default_ = {});
  HttpHeaders headers() const { return HttpHeaders(META); }

  /// The whole body. Raises: RequestDataTooBig beyond DATA_UPLOAD_MAX_MEMORY_SIZE, UnreadablePostError, RawPostDataException,
  /// ValueError for a Content-Length that is no number.
  const std::string& body();
  /// Reads on from the body, past body(). Raises: UnreadablePostError.
  std::string read(std::ptrdiff_t size = -1);

  /// Host and port as the client named them. Raises: DisallowedHost.
  std::string get_host();
  std::string get_port() const;
  /// The host unchecked: to be shown, never to be used.
  std::string _get_raw_host() const;
  std::string get_full_path(bool force_append_slash = false) const;
  /// With scheme and host; `location` nullopt is this request's own.
  std::string build_absolute_uri(std::optional<std::string> location = std::nullopt);
  /// "http" or "https"; SECURE_PROXY_SSL_HEADER may decide. Raises: ImproperlyConfigured.
  std::string scheme() const;
  bool is_secure() const { return scheme() == "https"; }
  /// Whether the client's Accept header would take that media type.
  bool accepts(std::string_view media_type) const;

  /// After an error in the form: it must not be parsed a second time, when the error is reported.
  void _mark_post_parse_error();
  /// Lets go of what the request holds. The response's close() calls it.
  void close() {}

  /// Set once the path is resolved.
  std::shared_ptr<const urls::resolvers::ResolverMatch> resolver_match;
  /// A middleware may set another URLconf for this request.
  std::optional<std::string> urlconf;

 protected:
  explicit HttpRequest(python::wsgiref::Environ& environ);
  void _set_content_type_params();
  std::shared_ptr<python::wsgiref::InputStream> _stream;
  bool _read_started = false;

 private:
  std::string _current_scheme_host();
  void _load_post_and_files();
  std::unique_ptr<python::wsgiref::Environ> own_environ_;
  std::optional<QueryDict> _get, _post;
  std::optional<Cookies> _cookies;
  std::optional<std::string> _body;
};

/// ("example.com", "8000") of "Example.com.:8000"; two empty texts when it is no host. IPv6 hosts keep their brackets.
std::pair<std::string, std::string> split_domain_port(std::string_view host);
/// Whether a pattern of ALLOWED_HOSTS covers the host. "*" covers all, ".example.com" also its subdomains.
bool validate_host(std::string_view host, const std::vector<std::string>& allowed_hosts);

void repr_to(tracepoints::Repr& out, const HttpRequest& request) noexcept;

}  // namespace django::http
