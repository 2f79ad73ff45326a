#include "python/http/parser.h"

#include <llhttp.h>

#include <algorithm>
#include <array>

static_assert(LLHTTP_STRICT_MODE == 1, "llhttp must be built strict: lenient, it lets requests be smuggled");

namespace python::http::parser {
namespace {

bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
  });
}

// Only these mean something to llhttp; it refuses the methods it does not know, which WSGI passes on to the application.
std::string_view method_for_llhttp(std::string_view method) {
  constexpr std::array<std::string_view, 4> telling = {"GET", "HEAD", "POST", "CONNECT"};
  return std::find(telling.begin(), telling.end(), method) != telling.end() ? method : "POST";
}

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

}  // namespace

struct RequestParser::Impl {
  llhttp_t parser{};
  client::HTTPMessage headers;
  std::string field, value;
  std::string* body = nullptr;
  std::size_t overhead = 0;
  bool headers_complete = false, message_complete = false;
  bool chunked = false, connection_close = false;  // llhttp forgets its own flags when the message ends
  std::string reason;

  static Impl& of(llhttp_t* parser) { return *static_cast<Impl*>(parser->data); }

  static const llhttp_settings_t& settings() {
    static const llhttp_settings_t the_settings = [] {
      llhttp_settings_t s;
      llhttp_settings_init(&s);
      s.on_header_field = [](llhttp_t* p, const char* at, std::size_t size) {
        // Trailers come through the same callbacks, and are dropped: they must never pass for headers.
        if (of(p).headers_complete) return of(p).add_overhead(size);
        of(p).field.append(at, size);
        return 0;
      };
      s.on_header_value = [](llhttp_t* p, const char* at, std::size_t size) {
        if (of(p).headers_complete) return of(p).add_overhead(size);
        of(p).value.append(at, size);
        return 0;
      };
      s.on_header_value_complete = [](llhttp_t* p) { return of(p).headers_complete ? 0 : of(p).end_of_header(); };
      s.on_headers_complete = [](llhttp_t* p) {
        of(p).headers_complete = true;
        of(p).chunked = (p->flags & F_CHUNKED) != 0;
        of(p).connection_close = (p->flags & F_CONNECTION_CLOSE) != 0;
        return 0;
      };
      s.on_body = [](llhttp_t* p, const char* at, std::size_t size) {
        if (of(p).body != nullptr) of(p).body->append(at, size);
        return 0;
      };
      s.on_chunk_extension_name = [](llhttp_t* p, const char*, std::size_t size) { return of(p).add_overhead(size); };
      s.on_chunk_extension_value = [](llhttp_t* p, const char*, std::size_t size) { return of(p).add_overhead(size); };
      s.on_message_complete = [](llhttp_t* p) -> int {
        of(p).message_complete = true;
        return HPE_PAUSED;  // what follows is the next request's
      };
      return s;
    }();
    return the_settings;
  }

  int add_overhead(std::size_t size) {
    overhead += size;
    if (overhead <= max_chunk_overhead_bytes) return 0;
    reason = "Too much around the chunks";
    return HPE_USER;
  }

  int end_of_header() {
    const std::string_view text = trimmed(value);
    if (field.empty()) reason = "Header without a name";
    if (client::same_name(field, "Transfer-Encoding") && text.empty()) reason = "Empty Transfer-Encoding";
    if (!reason.empty()) return HPE_USER;
    headers.add(std::move(field), std::string(text));
    field.clear();
    value.clear();
    return 0;
  }

  std::size_t execute(std::string_view bytes) {
    const llhttp_errno_t error = llhttp_execute(&parser, bytes.data(), bytes.size());
    if (error == HPE_OK) return bytes.size();
    // An upgrade that nobody accepts is an ordinary request (RFC 9110, 7.8).
    if (error != HPE_PAUSED && error != HPE_PAUSED_UPGRADE && reason.empty()) {
      const char* words = llhttp_get_error_reason(&parser);
      reason = words != nullptr && *words != '\0' ? words : llhttp_errno_name(error);
    }
    return static_cast<std::size_t>(llhttp_get_error_pos(&parser) - bytes.data());
  }

  void refuse(std::string_view why) { reason = why; }
};

RequestParser::RequestParser() : impl_(std::make_unique<Impl>()) {}
RequestParser::~RequestParser() = default;

bool RequestParser::request_line(std::string_view method, std::string_view target, std::string_view version) {
  Impl& self = *impl_;
  llhttp_init(&self.parser, HTTP_REQUEST, &Impl::settings());
  self.parser.data = &self;
  self.headers.clear();
  self.field.clear();
  self.value.clear();
  self.overhead = 0;
  self.headers_complete = self.message_complete = self.chunked = self.connection_close = false;
  self.reason.clear();
  if (!is_token(method)) {
    self.refuse("Invalid method");
    return false;
  }
  std::string line(method_for_llhttp(method));
  line += ' ';
  line += target;
  // Browsers percent-encode, but curl does not: Python takes raw UTF-8 in a target, llhttp in strict mode does not.
  std::replace_if(line.begin(), line.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80; }, '~');
  line += ' ';
  line += version;
  line += "\r\n";
  self.execute(line);
  return !refused();
}

bool RequestParser::header_line(std::string_view line) {
  Impl& self = *impl_;
  if (line.starts_with(' ') || line.starts_with('\t')) {
    self.refuse("Folded header line");
    return false;
  }
  // llhttp takes no space after a length, where RFC 9112 allows it.
  const std::size_t end = line.find_last_not_of("\r\n");
  const std::size_t text_end = end == std::string_view::npos ? 0 : line.find_last_not_of(" \t", end) + 1;
  self.execute(line.substr(0, text_end));
  if (!refused()) self.execute(end == std::string_view::npos ? line : line.substr(end + 1));
  return !refused();
}

std::size_t RequestParser::body(std::string_view bytes, std::string& body) {
  Impl& self = *impl_;
  self.body = &body;
  const std::size_t used = self.execute(bytes);
  self.body = nullptr;
  return used;
}

bool RequestParser::headers_complete() const { return impl_->headers_complete; }
bool RequestParser::message_complete() const { return impl_->message_complete; }
bool RequestParser::refused() const { return !impl_->reason.empty(); }
std::string_view RequestParser::reason() const { return impl_->reason; }
bool RequestParser::chunked() const { return impl_->chunked; }
bool RequestParser::connection_close() const { return impl_->connection_close; }
client::HTTPMessage& RequestParser::headers() { return impl_->headers; }

}  // namespace python::http::parser
