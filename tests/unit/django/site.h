// A site for tests: settings, frozen modules, and a client that calls the application as a server does. Nothing of it
// outlives its Site.
#pragma once

#include <algorithm>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "django/apps/registry.h"
#include "django/conf/__init__.h"
#include "django/contrib/staticfiles/finders.h"
#include "django/urls/base.h"
#include "frozen.h"
#include "python/importlib/__init__.h"
#include "python/logging/__init__.h"
#include "python/wsgiref/types.h"
#include "tracepoints/catalogue.h"
#include "tracepoints/trace.h"

namespace site_ {

using python::Dict;
using python::List;

inline Dict defaults() {
  return {{"DEBUG", true},
          {"SECRET_KEY", "not-shown-to-anyone"},
          {"LOGGING_CONFIG", nullptr},
          {"ROOT_URLCONF", "mysite.urls"},
          {"STATIC_URL", "static/"},
          {"INSTALLED_APPS", List{"django.contrib.staticfiles", "polls"}},
          {"MIDDLEWARE", List{"django.middleware.security.SecurityMiddleware", "django.middleware.common.CommonMiddleware",
                              "django.middleware.clickjacking.XFrameOptionsMiddleware"}}};
}

/// Keeps what a logger says, one line a record: "WARNING Not Found: /x", with " [ValueError: boom]" for an exception.
class Lines : public python::logging::Handler {
 public:
  std::vector<std::string> lines;

 protected:
  void emit(python::logging::LogRecord& record) override {
    std::string line = python::logging::getLevelName(record.level) + " " + record.msg;
    if (record.exc_info) {
      const std::string text = python::format_exception(record.exc_info);
      line += " [" + text.substr(0, text.find('\n')) + "]";
    }
    lines.push_back(line);
  }
};

/// The settings, changed by `options`; undone at the end.
class Site {
 public:
  explicit Site(const Dict& options = {}) {
    frozen::install();
    reset();
    Dict all = defaults();
    for (const auto& [name, value] : options) {
      const auto found = std::find_if(all.begin(), all.end(), [&name = name](const auto& entry) { return entry.first == name; });
      if (found != all.end()) found->second = value;
      else all.emplace_back(name, value);
    }
    django::conf::settings.configure(all);
    for (const char* name : {"django.request", "django.security"}) {
      python::logging::getLogger(name).addHandler(log);
      python::logging::getLogger(name).propagate = false;
    }
  }
  ~Site() {
    for (const char* name : {"django.request", "django.security"}) {
      python::logging::getLogger(name).removeHandlers();
      python::logging::getLogger(name).propagate = true;
    }
    reset();
    frozen::install();
  }
  std::shared_ptr<Lines> log = std::make_shared<Lines>();

 private:
  static void reset() {
    django::conf::settings._reset();
    django::apps::apps._reset();
    django::urls::clear_url_caches();
    django::urls::set_urlconf(std::nullopt);
    django::urls::set_script_prefix("/");
    django::contrib::staticfiles::finders::clear_finders();
    python::importlib::clear_modules();
  }
};

/// A request's body.
class Body : public python::wsgiref::InputStream {
 public:
  explicit Body(std::string text) : text_(std::move(text)) {}
  std::string read(std::ptrdiff_t size = -1) override {
    const std::string out = text_.substr(0, size < 0 ? text_.npos : static_cast<std::size_t>(size));
    text_.erase(0, out.size());
    return out;
  }
  std::string readline(std::ptrdiff_t size = -1) override {
    const std::size_t end = text_.find('\n');
    std::size_t length = end == text_.npos ? text_.size() : end + 1;
    if (size >= 0) length = std::min(length, static_cast<std::size_t>(size));
    return read(static_cast<std::ptrdiff_t>(length));
  }

 private:
  std::string text_;
};

struct Answer {
  std::string status, body;
  python::wsgiref::Headers headers;
  std::string header(std::string_view name) const {
    for (const auto& [key, value] : headers)
      if (key == name) return value;
    return "(none)";
  }
  std::string names() const {
    std::string out;
    for (const auto& [key, value] : headers) out += (out.empty() ? "" : " ") + key;
    return out;
  }
};

/// environ as the server makes it for one request.
inline python::wsgiref::Environ make_environ(std::string method, std::string path, std::vector<std::pair<std::string, std::string>> more = {},
                                        std::string body = {}) {
  python::wsgiref::Environ out;
  const std::size_t mark = path.find('?');
  out.variables = {{"REQUEST_METHOD", std::move(method)}, {"PATH_INFO", path.substr(0, mark)},
                   {"QUERY_STRING", mark == path.npos ? "" : path.substr(mark + 1)}, {"SCRIPT_NAME", ""},
                   {"SERVER_NAME", "localhost"}, {"SERVER_PORT", "8200"}, {"HTTP_HOST", "127.0.0.1:8200"},
                   {"CONTENT_TYPE", "text/plain"}, {"CONTENT_LENGTH", body.empty() ? "" : std::to_string(body.size())}};
  for (auto& [key, value] : more) out.variables[key] = value;
  out.input = std::make_shared<Body>(std::move(body));
  return out;
}

inline Answer call(const python::wsgiref::Application& application, python::wsgiref::Environ env) {
  Answer answer;
  const auto result = application(env, [&answer](std::string_view status, python::wsgiref::Headers headers, std::exception_ptr) {
    answer.status = status;
    answer.headers = std::move(headers);
  });
  while (const auto block = result->next()) answer.body += *block;
  result->close();
  return answer;
}

inline Answer get(const python::wsgiref::Application& application, const std::string& path,
                  std::vector<std::pair<std::string, std::string>> more = {}) {
  return call(application, make_environ("GET", path, std::move(more)));
}

/// Writes down what is traced: "id" when a frame opens, "!id" when an exception leaves it, "id=taken" for a decision.
class Memory : public tracepoints::Sink {
 public:
  void event(const tracepoints::Event& event) noexcept override {
    using tracepoints::What;
    const std::string id(tracepoints::ids[event.index]);
    const std::scoped_lock guard(lock_);
    if (event.what == What::enter) ids.push_back(id);
    else if (event.what == What::decision) ids.push_back(id + "=" + std::string(event.outcome.str()));
    else if (event.what == What::leave && event.raised) ids.push_back("!" + id);
  }
  std::vector<std::string> ids;

 private:
  std::mutex lock_;
};

struct Trace {
  explicit Trace(std::string_view patterns) {
    tracepoints::add_sink(memory);
    tracepoints::enable(patterns);
  }
  ~Trace() {
    tracepoints::disable_all();
    tracepoints::remove_sinks();
  }
  std::shared_ptr<Memory> memory = std::make_shared<Memory>();
};

}  // namespace site_
