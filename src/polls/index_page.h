// The demo's front page: one HTML text that needs nothing else.
#pragma once

#include <string_view>

namespace polls {

inline constexpr std::string_view index_page = R"html(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Tracewalk: the demo project</title>
<link rel="icon" href="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Cpath d='M2 3h5v4h4v4h3' fill='none' stroke='%2317784f' stroke-width='2'/%3E%3C/svg%3E">
<style>
:root { color-scheme: light dark; --paper: #f6f7f4; --card: #fff; --ink: #1d2622; --soft: #5d6b65; --line: #dbe2dc; --tone: #17784f; --wash: #17784f14; --code: #eef2ee; }
@media (prefers-color-scheme: dark) {
  :root { --paper: #101513; --card: #18201d; --ink: #e4ebe6; --soft: #9aa9a2; --line: #2b3732; --tone: #5cc99a; --wash: #5cc99a14; --code: #202b27; }
}
* { box-sizing: border-box; }
body { margin: 0; background: radial-gradient(60rem 30rem at 85% -10%, var(--wash), transparent), var(--paper); color: var(--ink); font: 16px/1.6 system-ui, "Segoe UI", Roboto, "Noto Sans", "Noto Sans CJK SC", sans-serif; }
main { max-width: 66rem; margin: 0 auto; padding: 4rem 1.25rem 5rem; }
h1 { font-size: clamp(2rem, 6vw, 3.2rem); line-height: 1.1; letter-spacing: -.03em; margin: 0 0 1rem; max-width: 18ch; }
h2 { font-size: 1.2rem; margin: 3rem 0 .9rem; } p { max-width: 44rem; margin: .6rem 0; } .soft { color: var(--soft); }
.lead { font-size: 1.15rem; } a { color: var(--tone); text-underline-offset: .18em; }
code, pre { font-family: ui-monospace, "SF Mono", "Cascadia Code", "DejaVu Sans Mono", Menlo, monospace; font-size: .88em; }
code { background: var(--code); border-radius: 6px; padding: .1em .4em; }
pre { background: var(--card); border: 1px solid var(--line); border-left: 3px solid var(--tone); border-radius: 12px; padding: 1rem 1.2rem; overflow-x: auto; } pre code { background: none; padding: 0; }
ul { list-style: none; padding: 0; margin: 0; display: grid; gap: .8rem; grid-template-columns: repeat(auto-fill, minmax(min(19rem, 100%), 1fr)); }
li { background: var(--card); border: 1px solid var(--line); border-radius: 14px; padding: .85rem 1.1rem 1rem; position: relative; transition: border-color .15s, transform .15s; }
li:hover { border-color: var(--tone); transform: translateY(-1px); }
li a { display: block; font: 600 1rem/1.5 ui-monospace, "DejaVu Sans Mono", Menlo, monospace; text-decoration: none; overflow-wrap: anywhere; }
li a::after { content: ""; position: absolute; inset: 0; border-radius: 14px; } li a:focus-visible::after { outline: 2px solid var(--tone); outline-offset: 2px; } li a:focus-visible { outline: none; }
li span { color: var(--soft); font-size: .93rem; }
@media (prefers-reduced-motion: reduce) { li { transition: none; } li:hover { transform: none; } }
</style>
</head>
<body>
<main>
<h1>You asked, and a whole chain answered.</h1>
<p class="lead">Between your key press and this page lie a socket, a loop that waits, a thread, an onion of middleware, a list of
patterns and one small function. Each link below sends a request through the same chain, and each leaves it another way.</p>

<h2>Answers</h2>
<ul>
<li><a href="/hello/">/hello/</a><span>The plainest view there is. It is the one to trace first.</span></li>
<li><a href="/hello/?name=Ada">/hello/?name=Ada</a><span>The query is read when the view asks for it, not before.</span></li>
<li><a href="/item/42/">/item/42/</a><span>A piece of the path becomes an argument of the view.</span></li>
<li><a href="/stream/">/stream/</a><span>Three blocks, made one after the other and sent as they come.</span></li>
<li><a href="/slow/">/slow/</a><span>Sleeps 0.6 seconds. Open it twice: there are two threads.</span></li>
<li><a href="/cookie/">/cookie/</a><span>Sets two cookies; the second visit brings one back.</span></li>
<li><a href="/meta/">/meta/</a><span>What the server told the application: the WSGI environ.</span></li>
<li><a href="/static/polls/hello.txt">/static/polls/hello.txt</a><span>A file. No middleware and no view sees this request.</span></li>
</ul>

<h2>Detours and dead ends</h2>
<ul>
<li><a href="/hello">/hello</a><span>The slash is missing: 404 inside, 301 outside.</span></li>
<li><a href="/moved/">/moved/</a><span>A redirect that the view itself gives.</span></li>
<li><a href="/nowhere/">/nowhere/</a><span>No pattern fits. The page lists what was tried.</span></li>
<li><a href="/boom/">/boom/</a><span>A view raises. See which layer of the onion catches it.</span></li>
<li><a href="/none/">/none/</a><span>A view returns nothing, the classic slip.</span></li>
<li><a href="/forbidden/">/forbidden/</a><span>PermissionDenied becomes a 403.</span></li>
</ul>

<h2>Watch it happen</h2>
<p>Stop the server with Ctrl-C and start it with one more word. The story is told on standard error, next to the log lines.</p>
<pre><code>manage runserver --trace                     <span class="soft"># the stages, with what and why</span>
manage runserver --trace --trace-zoom=2      <span class="soft"># every mirrored call with its values</span>
manage runserver --trace --trace-zoom=3      <span class="soft"># the system calls too: there is the socket</span>
manage runserver --trace='urls.*,handlers.*' <span class="soft"># only what concerns you</span></code></pre>
<p>In a second terminal:</p>
<pre><code>curl -i http://127.0.0.1:8000/hello/
curl -i -d 'x=1&amp;y=2' http://127.0.0.1:8000/echo/
curl -i -X POST http://127.0.0.1:8000/hello  <span class="soft"># a body, and no slash: what shall Django do?</span></code></pre>
<p class="soft">These views are <code>src/polls/views.cpp</code>, and the list of their paths is <code>src/mysite/urls.cpp</code>.</p>
</main>
</body>
</html>
)html";

}  // namespace polls
