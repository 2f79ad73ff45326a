#include "django/views/debug.h"

#include <algorithm>

#include <fmt/format.h>

#include "django/__init__.h"
#include "django/conf/__init__.h"
#include "django/urls/base.h"
#include "django/utils/html.h"
#include "django/views/debug_page.h"
#include "python/re.h"
#include "tracepoints/trace.h"

using django::conf::settings;
using django::http::Http404;
using django::http::HttpResponse;
using django::http::HttpResponseNotFound;
using django::urls::Resolver404;
using django::utils::html::escape_visibly;
using python::Value;

namespace django::views::debug {
namespace {

constexpr std::string_view cleansed_substitute = "********************";

// What was raised, outermost first; each entry is what the one before it was raised from.
struct Cause {
  std::string type, value;
};

std::vector<Cause> exception_chain(std::exception_ptr error) {
  std::vector<Cause> out;
  while (error) {
    std::exception_ptr cause;
    try {
      std::rethrow_exception(error);
    } catch (const std::exception& e) {
      const auto* known = dynamic_cast<const python::BaseException*>(&e);
      const std::string type = known ? known->type_name() : "RuntimeError";
      out.push_back({type.substr(type.rfind('.') + 1), known ? known->str() : e.what()});
      if (const auto* nested = dynamic_cast<const std::nested_exception*>(&e)) cause = nested->nested_ptr();
    } catch (...) {
      out.push_back({"Exception", "an exception of a foreign type"});
    }
    error = cause;
  }
  return out;
}

// django/views/debug.py, get_caller()
std::string get_caller(http::HttpRequest& request) {
  if (request.resolver_match) return request.resolver_match->_func_path();
  try {
    return urls::resolve(request.path)._func_path();
  } catch (const Http404&) {
    return "";
  }
}

// django/views/debug.py, ExceptionReporter._get_raw_insecure_uri()
std::string raw_insecure_uri(const http::HttpRequest& request) {
  return fmt::format("{}://{}{}", request.scheme(), request._get_raw_host(), request.get_full_path());
}

Rows as_rows(const python::urllib::parse::Pairs& pairs) {
  Rows rows;
  for (const auto& [name, value] : pairs) rows.emplace_back(name, python::repr(cleanse_setting(name, value)));
  return rows;
}

Rows meta_rows(const http::HttpRequest& request) {
  Rows rows;
  for (const auto& [name, value] : request.META) rows.emplace_back(name, python::repr(cleanse_setting(name, value)));
  return rows;
}

// django/views/debug.py, SafeExceptionReporterFilter.get_safe_settings()
Rows settings_rows() {
  Rows rows;
  for (const std::string& name : settings.__dir__()) {
    try {
      rows.emplace_back(name, python::repr(cleanse_setting(name, settings.__getattr__(name))));
    } catch (const std::exception& e) {
      rows.emplace_back(name, e.what());  // an empty SECRET_KEY, say: the page must come all the same
    }
  }
  return rows;
}

// Query and form, where they can be had: reading them may be what failed.
Rows get_rows(http::HttpRequest& request) {
  try {
    return as_rows(request.GET().items());
  } catch (const std::exception&) {
    return {};
  }
}

Rows post_rows(http::HttpRequest& request) {
  try {
    return as_rows(request.POST().items());
  } catch (const std::exception&) {
    return {};
  }
}

Rows cookie_rows(http::HttpRequest& request) {
  Rows rows;
  for (const auto& [name, value] : request.COOKIES()) {
    const bool session = name == settings.str("SESSION_COOKIE_NAME") || name == settings.str("CSRF_COOKIE_NAME");
    rows.emplace_back(name, session ? std::string(cleansed_substitute) : python::repr(cleanse_setting(name, value)));
  }
  return rows;
}

std::string why_this_page() {
  return "<p class=\"soft\">You see this page because <code>DEBUG = true</code> stands in your settings. With <code>false</code>, "
         "visitors get a short plain page, and nothing of what stands here.</p>\n";
}

// "'hello/' [name='hello']" for each pattern on the way.
std::string way_text(const std::vector<urls::URLEntry>& way) {
  std::string out;
  for (const urls::URLEntry& entry : way) {
    const auto& pattern = std::visit([](const auto& one) -> const urls::resolvers::Pattern& { return *one->pattern; }, entry);
    out += fmt::format("{}<code>{}</code>", out.empty() ? "" : " ", escape_visibly(pattern.__str__().empty() ? "(empty)" : pattern.__str__()));
    if (pattern.name) out += fmt::format(" <span class=\"soft\">name={}</span>", escape_visibly(*pattern.name));
  }
  return out;
}

}  // namespace

// django/views/debug.py, SafeExceptionReporterFilter.cleanse_setting()
Value cleanse_setting(std::string_view key, const Value& value) {
  static const python::re::Pattern hidden_settings =
      python::re::compile("API|AUTH|TOKEN|KEY|SECRET|PASS|SIGNATURE|HTTP_COOKIE", python::re::IGNORECASE);
  if (hidden_settings.search(key)) return Value(cleansed_substitute);
  if (const auto* dict = value.get_if<python::Dict>()) {
    python::Dict cleansed;
    for (const auto& [name, inner] : *dict) cleansed.emplace_back(name, cleanse_setting(name, inner));
    return cleansed;
  }
  if (const auto* list = value.get_if<python::List>()) {
    python::List cleansed;
    for (const Value& inner : *list) cleansed.push_back(cleanse_setting("", inner));
    return cleansed;
  }
  if (const auto* tuple = value.get_if<python::Tuple>()) {
    python::Tuple cleansed;
    for (const Value& inner : tuple->items) cleansed.items.push_back(cleanse_setting("", inner));
    return cleansed;
  }
  return value;
}

// django/views/debug.py, technical_404_response()
http::HttpResponsePtr technical_404_response(http::HttpRequest& request, const Http404& exception) {
  TRACE_FRAME("views.debug.technical_404_response", request.path);
  const auto* resolver404 = dynamic_cast<const Resolver404*>(&exception);
  const std::string error_url = resolver404 ? resolver404->path : request.path_info.substr(std::min<std::size_t>(1, request.path_info.size()));
  const bool resolved = !resolver404 || !resolver404->tried;
  const urls::Tried tried = !resolved ? *resolver404->tried : request.resolver_match ? request.resolver_match->tried : urls::Tried{};
  // Left out: the second way to the welcome page, a URLconf whose only pattern is the admin's; there is no admin.
  const bool welcome = !resolved && tried.empty();
  TRACE_DECISION("views.debug.technical_404_response:welcome", welcome, tried.size());
  if (welcome) return traced.result(default_urlconf(request));

  const std::string urlconf = request.urlconf ? *request.urlconf : settings.ROOT_URLCONF().value_or("");
  const std::string caller = get_caller(request);
  std::string body = "<span class=\"badge\">404 &middot; Not Found</span>\n";
  body += fmt::format("<h1>No page at {}</h1>\n", escape_visibly(request.path_info));
  if (resolved && !exception.str().empty() && !resolver404) body += fmt::format("<p class=\"lead\">{}</p>\n", escape_visibly(exception.str()));
  Rows facts = {{"Request method", request.method}, {"Request URL", raw_insecure_uri(request)}};
  if (!caller.empty()) facts.emplace_back("Raised by", caller);
  facts.emplace_back("URLconf", urlconf);
  body += "<section>\n" + table(facts) + "</section>\n";
  if (!tried.empty()) {
    body += fmt::format("<h2>The patterns of <code>{}</code>, in the order they were tried</h2>\n<ol>\n", escape_visibly(urlconf));
    for (const auto& way : tried)
      body += fmt::format("<li{}>{}</li>\n", resolved && &way == &tried.back() ? " class=\"last\"" : "", way_text(way));
    body += "</ol>\n";
    const std::string shown = error_url.empty() ? "The empty path" : fmt::format("The path <code>{}</code>", escape_visibly(error_url));
    body += resolved ? fmt::format("<p>{} fits the last one, and its view said that there is nothing.</p>\n", shown)
                     : fmt::format("<p>{} fits none of them. The first slash does not belong to it: patterns are matched behind it.</p>\n", shown);
  }
  body += why_this_page();
  return traced.result(std::make_shared<HttpResponseNotFound>(page("Page not found at " + request.path_info, "missing", body)));
}

// django/views/debug.py, default_urlconf()
http::HttpResponsePtr default_urlconf(http::HttpRequest&) {
  TRACE_FRAME("views.debug.default_urlconf");
  const std::string urlconf = settings.ROOT_URLCONF().value_or("");
  std::string body = "<span class=\"badge\">200 &middot; OK</span>\n<h1>It works: your project answers.</h1>\n";
  body += fmt::format(
      "<p class=\"lead\">Your browser asked, a thread took the request, and the URLconf <code>{}</code> was read. It is empty, so this "
      "page stands in.</p>\n",
      escape_visibly(urlconf));
  body += R"html(<section>
<h2>Give it a page of its own</h2>
<pre><code>module.set("urlpatterns", URLPatterns{
    path("", view&lt;views::index&gt;, {.name = "index"}),
});</code></pre>
<p>Save, and the development server starts anew. This page goes as soon as there is one pattern.</p>
</section>
<section>
<h2>Watch how you got here</h2>
<pre><code>manage runserver --trace
manage runserver --trace='urls.*,views.debug.*' --trace-zoom=2</code></pre>
<p>Look for <code>technical_404_response</code>: this page is what the handler of a 404 makes when no pattern was there to try, and
then it sends status 200.</p>
</section>
)html";
  body += why_this_page();
  return traced.result(std::make_shared<HttpResponse>(page("The install worked successfully! Congratulations!", "good", body)));
}

// django/views/debug.py, technical_500_response(), ExceptionReporter.get_traceback_html(), get_traceback_text()
http::HttpResponsePtr technical_500_response(http::HttpRequest& request, const std::exception_ptr& exc_value, int status_code) {
  const std::vector<Cause> chain = exception_chain(exc_value);
  const std::string exc_type = chain.empty() ? "Report" : chain.front().type;
  TRACE_FRAME("views.debug.technical_500_response", exc_type, status_code);
  const std::string value = chain.empty() ? "No exception message supplied" : chain.front().value;
  const std::string title = fmt::format("{} at {}", exc_type, request.path_info);
  const std::string caller = get_caller(request);
  Rows facts = {{"Request method", request.method},     {"Request URL", raw_insecure_uri(request)}, {"Django version", get_version()},
                {"Exception type", exc_type},           {"Exception value", value},
                {"Raised during", caller.empty() ? "no view: the request had not got that far" : caller}};

  if (!request.accepts("text/html")) {
    std::string text = title + "\n" + value + "\n\n";
    text += fmt::format("Request Method: {}\nRequest URL: {}\nDjango Version: {}\n", request.method, raw_insecure_uri(request), get_version());
    for (std::size_t i = 1; i < chain.size(); ++i) text += fmt::format("\nThe above exception was caused by:\n{}: {}\n", chain[i].type, chain[i].value);
    text += fmt::format("\nException Type: {}\nException Value: {}\nRaised during: {}\n", title, value, facts.back().second);
    const auto section = [&text](std::string_view heading, const Rows& rows) {
      text += fmt::format("\n{}:{}\n", heading, rows.empty() ? " No data" : "");
      for (const auto& [name, shown] : rows) text += fmt::format("{} = {}\n", name, shown);
    };
    section("GET", get_rows(request));
    section("POST", post_rows(request));
    section("COOKIES", cookie_rows(request));
    section("META", meta_rows(request));
    section("Settings", settings_rows());
    return traced.result(std::make_shared<HttpResponse>(
        text, http::ResponseInit{.content_type = "text/plain; charset=utf-8", .status = status_code}));
  }

  std::string body = fmt::format("<span class=\"badge\">{} &middot; {}</span>\n", status_code, http::responses(status_code));
  body += fmt::format("<h1>{} at {}</h1>\n<p class=\"lead\">{}</p>\n", escape_visibly(exc_type), escape_visibly(request.path_info), escape_visibly(value));
  body += "<section>\n" + table(facts) + "</section>\n";
  if (chain.size() > 1) {
    body += "<h2>What led to it</h2>\n<ol>\n";
    for (std::size_t i = 1; i < chain.size(); ++i)
      body += fmt::format("<li><code>{}</code> {}</li>\n", escape_visibly(chain[i].type), escape_visibly(chain[i].value));
    body += "</ol>\n";
  }
  body += "<p>To see the calls on the way here, start the server with <code>--trace --trace-zoom=2</code>: a frame that the exception "
          "leaves is marked with <code>✗</code>, and the one that catches it is <code>inner</code>, a layer of the middleware onion.</p>\n";
  body += folded_table("GET", get_rows(request));
  body += folded_table("POST", post_rows(request));
  body += folded_table("Cookies", cookie_rows(request));
  body += folded_table("META", meta_rows(request));
  body += folded_table("Settings", settings_rows());
  body += why_this_page();
  http::ResponseInit init;
  init.status = status_code;
  return traced.result(std::make_shared<HttpResponse>(page(title, "bad", body), std::move(init)));
}

}  // namespace django::views::debug
