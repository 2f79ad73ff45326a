#include "django/views/debug_page.h"

#include <fmt/format.h>

#include "django/utils/html.h"

using django::utils::html::escape_visibly;

namespace django::views::debug {
namespace {

constexpr std::string_view style = R"css(
:root { color-scheme: light dark; --paper: #f6f7f4; --card: #fff; --ink: #1d2622; --soft: #5d6b65; --line: #dbe2dc; --code: #eef2ee; }
@media (prefers-color-scheme: dark) {
  :root { --paper: #101513; --card: #18201d; --ink: #e4ebe6; --soft: #9aa9a2; --line: #2b3732; --code: #202b27; }
}
.good { --tone: #17784f; --wash: #17784f1c; } .missing { --tone: #9a6400; --wash: #9a64001c; } .bad { --tone: #b3284d; --wash: #b3284d1a; }
@media (prefers-color-scheme: dark) {
  .good { --tone: #5cc99a; --wash: #5cc99a1f; } .missing { --tone: #e5b04e; --wash: #e5b04e1f; } .bad { --tone: #ff8aa5; --wash: #ff8aa51f; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.6 system-ui, "Segoe UI", Roboto, "Noto Sans", "Noto Sans CJK SC", sans-serif; }
main { max-width: 62rem; margin: 0 auto; padding: 3rem 1.25rem 5rem; }
.badge { display: inline-block; padding: .15rem .8rem; border-radius: 99px; background: var(--wash); color: var(--tone); font-weight: 650; font-size: .85rem; letter-spacing: .04em; }
h1 { margin: .7rem 0 .4rem; font-size: clamp(1.6rem, 4.5vw, 2.5rem); line-height: 1.15; letter-spacing: -.02em; overflow-wrap: anywhere; }
h2 { margin: 2.6rem 0 .6rem; font-size: 1.15rem; }
p { margin: .6rem 0; max-width: 46rem; } a { color: var(--tone); text-underline-offset: .18em; } .soft { color: var(--soft); }
.lead { font-size: 1.15rem; overflow-wrap: anywhere; white-space: pre-wrap; }
section, details { background: var(--card); border: 1px solid var(--line); border-radius: 14px; padding: .4rem 1.2rem 1rem; margin: 1.2rem 0; }
details { padding-bottom: .4rem; } details[open] { padding-bottom: 1rem; } summary { cursor: pointer; padding: .5rem 0; font-weight: 600; } section h2 { margin-top: .8rem; }
code, pre, td { font-family: ui-monospace, "SF Mono", "Cascadia Code", "DejaVu Sans Mono", Menlo, monospace; font-size: .89em; }
code { background: var(--code); border-radius: 6px; padding: .1em .38em; overflow-wrap: anywhere; }
pre { background: var(--code); border-radius: 10px; padding: .9rem 1.1rem; overflow-x: auto; line-height: 1.5; } pre code { background: none; padding: 0; }
table { border-collapse: collapse; width: 100%; table-layout: fixed; }
th, td { text-align: left; vertical-align: top; padding: .38rem .6rem .38rem 0; border-top: 1px solid var(--line); overflow-wrap: anywhere; }
th { width: 34%; font-weight: 500; color: var(--soft); font-size: .92em; } tr:first-child th, tr:first-child td { border-top: 0; }
ol { padding-left: 1.6rem; } li { margin: .28rem 0; } .last code { outline: 2px solid var(--tone); }
@media (max-width: 34rem) { main { padding-top: 1.6rem; } th { width: 42%; } }
)css";

}  // namespace

std::string page(std::string_view title, std::string_view tone, std::string_view body) {
  std::string out = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n";
  out += "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"robots\" content=\"NONE,NOARCHIVE\">\n";
  out += fmt::format("<title>{}</title>\n<style>{}</style>\n</head>\n<body class=\"{}\">\n<main>\n", escape_visibly(title), style, tone);
  out += body;
  out += "\n</main>\n</body>\n</html>\n";
  return out;
}

std::string table(const Rows& rows) {
  if (rows.empty()) return "";
  std::string out = "<table>\n";
  for (const auto& [name, value] : rows)
    out += fmt::format("<tr><th scope=\"row\">{}</th><td>{}</td></tr>\n", escape_visibly(name), escape_visibly(value));
  return out + "</table>\n";
}

std::string folded_table(std::string_view heading, const Rows& rows, bool open) {
  return fmt::format("<details{}><summary>{} <span class=\"soft\">({})</span></summary>\n{}</details>\n", open ? " open" : "",
                     escape_visibly(heading), rows.size(), table(rows));
}

}  // namespace django::views::debug
