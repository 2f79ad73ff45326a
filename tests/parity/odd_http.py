"""What clients send, and what nobody should: the requests that odd.py sends to a live Django and to ours.

SERVERS: name -> (settings over mysite.settings, options of runserver, [(label, bytes or [bytes, ...]), ...]). Each request has a connection of its own, which the
server or, after a moment, the client closes. A list of bytes is sent piece by piece.
"""
CLOSE = b"Connection: close\r\n"
HOST = b"Host: 127.0.0.1:8200\r\n"


def get(target, *headers, method=b"GET", version=b"HTTP/1.1", host=HOST, close=CLOSE, body=b""):
    if isinstance(target, str):
        target = target.encode("latin-1")
    length = b"Content-Length: %d\r\n" % len(body) if body else b""
    return method + b" " + target + b" " + version + b"\r\n" + host + close + b"".join(h.encode("latin-1") + b"\r\n" if isinstance(h, str) else h + b"\r\n" for h in headers) + length + b"\r\n" + body


def keep(target, *headers, **more):
    return get(target, *headers, close=b"", **more)


def methods():
    for method in "GET HEAD POST PUT DELETE PATCH OPTIONS TRACE PROPFIND FOO get Get GETT G M-SEARCH GE%54 _ 1".split():
        for target in ("/hello/", "/static/polls/hello.txt", "/nosuch/", "/moved/", "/empty/", "/hello"):
            yield "%s %s" % (method, target), get(target, method=method.encode())
    yield "CONNECT", get("127.0.0.1:80", method=b"CONNECT")
    yield "OPTIONS *", get("*", method=b"OPTIONS")
    yield "HEAD of an error", get("/boom/", method=b"HEAD")
    yield "HEAD of a stream", get("/stream/", method=b"HEAD")
    yield "HEAD of no host", get("/hello/", method=b"HEAD", host=b"Host: evil\r\n")
    yield "a method of 300 letters", get("/hello/", method=b"X" * 300)


def versions():
    for version in "HTTP/1.0 HTTP/1.1 HTTP/1.2 HTTP/1.9 HTTP/2 HTTP/2.0 HTTP/3 HTTP/0.9 http/1.1 HTTP/1 HTTP/ HTTP/.1 HTTP/1. HTTP/1.1.1 HTTP/-1.1 HTTP/11 HTTP/1.1x XTTP/1.1 HTTP HTTPS/1.1".split():
        yield "version %s" % version, get("/hello/", version=version.encode())
    for version in (b"HTTP/1.0", b"HTTP/1.1"):
        for connection in ("", "close", "Close", "CLOSE", "keep-alive", "Keep-Alive", "upgrade", "close, keep-alive", "TE, close", "x", " close"):
            yield "%s, Connection: %s" % (version.decode(), connection), get("/hello/", *(["Connection: " + connection] if connection else []), version=version, close=b"")
            yield "%s, Connection: %s, twice" % (version.decode(), connection), get("/hello/", *(["Connection: " + connection] if connection else []), version=version, close=b"") + get("/hello/?name=2", version=version)
    yield "blanks after the version", get("/hello/", version=b"HTTP/1.1  ")
    yield "two blanks before the version", get("/hello/", version=b" HTTP/1.1")
    yield "tab before the version", b"GET /hello/\tHTTP/1.1\r\n" + HOST + CLOSE + b"\r\n"
    yield "CR alone", b"GET /hello/ HTTP/1.1\r" + HOST + CLOSE + b"\r\n\r\n"
    yield "LF alone", b"GET /hello/ HTTP/1.1\nHost: 127.0.0.1:8200\nConnection: close\n\n"
    yield "blank before the method", b" GET /hello/ HTTP/1.1\r\n" + HOST + CLOSE + b"\r\n"


def targets():
    for query in ("?", "??", "?a", "?a=", "?=b", "?name=x&name=y", "?name", "?name=%", "?name=%4", "?name=%zz", "?name=%41", "?name=%ff", "?name=%c3%a9", "?name=%e4%bd%a0", "?name=a+b", "?name=a%2bb", "?name=a;b", "?name=a%00b", "?name=\xe9", "?name=\xc3\xa9",
                  "?name=<b>", "?name='\"", "?name=a#b", "?&&&name=z&&", "?name=" + "y" * 3000, "?" + "&".join("a%d=1" % i for i in range(900)), "?name[]=1", "?NAME=up", "?name==x", "?name=x=y", "?%6eame=enc", "?name=%0d%0aX-Evil:%201", "?name=%F0%9F%98%80", "?name=\x7f", "?name=a|b", "?name=a\\b", "?name={x}", "?name=%2525"):
        yield "query %s" % ascii(query[:60]), get("/hello/" + query)
    for path in ("///hello/", "/hello//", "/./hello/", "/hello/.", "/hello/..", "/hello/../hello/", "/../hello/", "/%68ello/", "/hell%6F/", "/hello%2f", "/hello%2F%2F", "/hello/%20", "/hello%00/", "/item/a%20b/", "/item/%C3%A9/", "/item/%ff/", "/item/\xff/", "/item/\xc3\xa9/", "/item/a;b/", "/item/a,b/", "/item/a+b/", "/item/%2541/",
                 "/item/%/", "/item/%4/", "/item/%zz/", "/item/a%2Fb/", "/item/a?b/", "/item/<x>/", "/item/'/", '/item/"/', "/item/a%0Ab/", "/item/%F0%9F%98%80/", "/item/%ed%a0%80/", "/item/" + "z" * 3000 + "/", "/item/\x01/", "/item/\x7f/", "/item/a|b/", "/item/{a}/", "/item/[a]/", "/item/~a/", "/item/a^b/", "/item/`/", "/item/%7E/", "/HELLO/", "/Hello/",
                 "hello/", "?a=b", "#x", "/hello/#x", "/hello/?a#x", "http://127.0.0.1:8200/hello/", "http://evil/hello/", "HTTP://127.0.0.1:8200/hello/", "https://127.0.0.1/hello/", "http://127.0.0.1:8200", "http:///hello/", "http:/hello/", "ftp://x/hello/", "//evil/hello/", "/http://x/", "/:80/", "/hello:/"):
        yield "path %s" % ascii(path[:60]), get(path)
    for path in ("/hello", "/hello?x=1", "/hello?next=http://evil/", "//hello", "/moved", "/item/a", "/item/a b", "/nosuch", "/hello%2f", "/hello%3Fx", "/hello.", "/item/%C3%A9", "/item/%ff", "/item/a%0d%0aX:1", "//evil.com/%2e%2e", "/item/%2F%2Fevil.com", "/hello;x"):
        for method in (b"GET", b"HEAD", b"POST", b"PUT", b"PATCH", b"DELETE", b"OPTIONS"):
            if method in (b"GET", b"POST") or path in ("/hello", "/nosuch"):
                yield "slash %s %s" % (method.decode(), ascii(path)), get(path, method=method)


def headers():
    for name in ("host", "HOST", "hOsT"):
        yield "spelled %s" % name, b"GET /meta/ HTTP/1.1\r\n" + name.encode() + b": 127.0.0.1:8200\r\nconnection: close\r\n\r\n"
    for header in ("Content-Type: text/plain", "content-type: a/b; c=d", "Content-Length: 0", "content-length: 0", "Cookie: a=b", "cookie: a=b; c=d", "Accept: */*", "Accept: text/html", "Accept:", "X-A: 1", "x-a: 1", "X_A: 1", "X-A-B_C: 1", "X.A: 1", "X-A: \t1\t ", "X-A: a, b", "X-\xe9: 1", "X-A: \xe9", "X-A: \xc3\xa9",
                   "User-Agent: " + "u" * 2000, "Referer: http://x/", "Authorization: Basic x", "Range: bytes=0-1", "If-Modified-Since: x", "Upgrade: h2c", "Expect: x", "TE: trailers", "Transfer-Encoding: identity", "X-Forwarded-Proto: https", "X-Forwarded-Host: evil", "X-Forwarded-For: 1.2.3.4", "X-Forwarded-Port: 1", "Forwarded: for=1", "Proxy: http://evil",
                   "Script-Name: /x", "Path-Info: /x", "X-A: " + "v" * 60000, "A: 1", "1: 1", "-: 1", "X-A: a\tb", "X-A: =?utf-8?q?x?=", "Content-Encoding: gzip", "Via: 1.1 x", "Date: x", "Server: x", "Origin: null", "Sec-Fetch-Site: cross-site", "X-A: \"", "X-A: 'x", "X-A: \\"):
        yield "header %s" % ascii(header[:50]), get("/meta/", header)
    for pair in (("X-A: 1", "X-A: 2"), ("X-A: 1", "x-a: 2"), ("X-A: 1", "X_A: 2"), ("Cookie: a=1", "Cookie: b=2"), ("Accept: a", "Accept: b"), ("Content-Type: a/b", "Content-Type: c/d"), ("Host: 127.0.0.1:8200",), ("Host: evil",)):
        yield "headers %s" % (pair,), get("/meta/", *pair)
    yield "100 headers", get("/hello/", *["X-%d: %d" % (i, i) for i in range(98)])
    yield "101 headers", get("/hello/", *["X-%d: %d" % (i, i) for i in range(99)])
    yield "no header at all", b"GET /hello/ HTTP/1.0\r\n\r\n"


def cookies():
    for cookie in ("flavour=oat", "flavour=oat; size=1", "flavour=oat;size=1", "flavour", "=x", "flavour=", "flavour=a=b", 'flavour="quoted"', 'flavour="a\\"b"', 'flavour="a\\054b"', "flavour= oat ", "Flavour=x", "flavour=%20", "flavour=a b", "flavour=\xc3\xa9", "flavour=\xe9", "a=1; flavour=x; flavour=y", ";;flavour=x;;", "flavour=x, b=y", "flavour=" + "z" * 4000, "$Version=1; flavour=x", "flavour=<b>", "[=1; flavour=x", "flavour='x'", "flavour=a\tb"):
        yield "cookie %s" % ascii(cookie[:50]), get("/cookie/", "Cookie: " + cookie)


def hosts():
    for host in ("127.0.0.1:8200", "127.0.0.1", "localhost", "localhost:1", "LOCALHOST", "localhost.", "LocalHost.:80", "a.localhost", "a.b.localhost:80", ".localhost", "evil", "evil.com:80", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:99999", "127.0.0.1:-1", "127.0.0.1:80:80", "[::1]", "[::1]:80", "::1", "[::1", "[::2]", "[::1]x", "0.0.0.0", "127.0.0.2", "", " ", "a b", "a_b", "a,b",
                 "localhost,evil", "localhost evil", "user@localhost", "localhost/x", "localhost?x", "localhost#x", "loc\xe4lhost", "*", "%6cocalhost", "localhost\t", "127.1", "2130706433", "0x7f.1", "-", ".", "..", "localhost..", "a" * 300 + ".localhost", "[localhost]", "'localhost'", "localhost:080", "localhost: 80", "LOCALHOST:8200", "xn--l", "[fe80::1%25lo]"):
        yield "host %s" % ascii(host[:50]), get("/hello/", host=b"Host: " + host.encode("latin-1") + b"\r\n")
        yield "host %s, redirected" % ascii(host[:50]), get("/hello", host=b"Host: " + host.encode("latin-1") + b"\r\n")
    yield "host without a blank", get("/hello/", host=b"Host:localhost\r\n")
    yield "no host", get("/hello/", host=b"")
    yield "no host, redirected", get("/hello", host=b"")
    yield "no host in 1.0", get("/hello", host=b"", version=b"HTTP/1.0")
    yield "two hosts", get("/hello/", "Host: localhost")
    yield "forwarded host", get("/hello", "X-Forwarded-Host: evil.com")
    yield "forwarded good host", get("/hello", "X-Forwarded-Host: localhost")
    yield "forwarded hosts", get("/hello", "X-Forwarded-Host: localhost, evil.com")
    yield "forwarded port", get("/hello", "X-Forwarded-Port: 99")
    yield "forwarded proto", get("/hello", "X-Forwarded-Proto: https")
    yield "forwarded protos", get("/hello", "X-Forwarded-Proto: https, http")
    yield "forwarded proto with blanks", get("/hello", "X-Forwarded-Proto:  https ")
    yield "forwarded proto http", get("/hello", "X-Forwarded-Proto: http")


def few_hosts():
    """Of the hosts, each third: for more settings that decide about them."""
    return list(hosts())[::3]


STAMP = "Tue, 02 Jan 2024 03:04:05 GMT"


def static():
    for name in ("polls/hello.txt", "polls/site.css", "polls/empty.txt", "extra.txt", "polls/", "polls", "", "polls/nosuch", "polls/HELLO.TXT", "polls/hello.txt/", "polls//hello.txt", "./polls/hello.txt", "polls/./hello.txt", "polls/../polls/hello.txt", "polls/hello%2etxt", "polls%2fhello.txt", "polls/hello.txt?x=1", "polls/hello.txt%00", "polls/hello.txt%20", "polls/ hello.txt",
                 "..%2fmysite/settings.py", "%2e%2e/%2e%2e/etc/passwd", "..\\..\\x", "/etc/passwd", "//etc/passwd", "polls/hello.txt;x", "polls/hello.txt#x", "\xe9", "%c3%a9.txt", "%ff", "odd.html", "odd.js", "odd.mjs", "odd.json", "odd.svg", "odd.png", "odd.jpg", "odd.gif", "odd.ico", "odd.webp", "odd.woff2", "odd.woff", "odd.ttf", "odd.wasm", "odd.map", "odd.txt.gz", "odd.tar.gz", "odd.gz", "odd.zip",
                 "odd.pdf", "odd.xml", "odd.csv", "odd.md", "odd.mp4", "odd.webm", "odd.mp3", "odd.HTML", "odd", ".odd", "odd.", "odd.tar.bz2", "odd.css.br", "odd.xhtml", "odd.unknown", "odd name.txt", "odd%20name.txt", "odd'quote.txt", "odd%22quote.txt", "odd%C3%A9.txt", "odd;semi.txt", "odd,comma.txt", "sub/odd.txt", "sub/", "sub", "link.txt", "link/odd.txt", "outside.txt", "odd.py", "odd.toml", "odd.c", "odd.log", "odd.bmp", "odd.tif", "odd.avif", "odd.eot", "odd.otf", "odd.swf", "odd.rtf", "odd.doc", "odd.xls", "odd.sh", "odd.exe", "odd.so", "odd.htm", "odd.jpeg", "odd.svgz", "odd.Z", "odd.xz", "odd.7z", "odd.ics", "odd.vtt", "odd.weba", "odd.yaml", "odd.manifest", "odd.webmanifest", "odd.appcache"):
        yield "static %s" % ascii(name), get("/static/" + name)
    for since in (STAMP, "Tue, 02 Jan 2024 03:04:04 GMT", "Tue, 02 Jan 2024 03:04:06 GMT", "Tuesday, 02-Jan-24 03:04:05 GMT", "Tue Jan  2 03:04:05 2024", "", "x", "0", "1704164645", STAMP + "; length=12", STAMP + "; length=1", STAMP.lower(), STAMP.replace("GMT", "UTC"), STAMP.replace("GMT", "+0000"), STAMP.replace("Tue", "Mon"), " " + STAMP, "Tue, 2 Jan 2024 03:04:05 GMT", "Tue, 02 Jan 2024 03:04:05", "Tue, 32 Jan 2024 03:04:05 GMT", "Sun, 06 Nov 1994 08:49:37 GMT",
                  "Fri, 31 Dec 9999 23:59:59 GMT", "Thu, 01 Jan 1970 00:00:00 GMT", "Tue, 02 Jan 99 03:04:05 GMT", "Tuesday, 02-Jan-70 03:04:05 GMT", '"etag"', "Tue, 02 Jan 20244 03:04:05 GMT", "Tue, 29 Feb 2023 00:00:00 GMT"):
        for method in (b"GET", b"HEAD"):
            yield "%s since %s" % (method.decode(), since), get("/static/polls/hello.txt", "If-Modified-Since: " + since, method=method)
    yield "two dates", get("/static/polls/hello.txt", "If-Modified-Since: " + STAMP, "If-Modified-Since: x")
    yield "POST since", get("/static/polls/hello.txt", "If-Modified-Since: " + STAMP, method=b"POST")
    yield "If-None-Match", get("/static/polls/hello.txt", 'If-None-Match: "x"')
    yield "If-Unmodified-Since", get("/static/polls/hello.txt", "If-Unmodified-Since: Thu, 01 Jan 1970 00:00:00 GMT")
    for ranges in ("bytes=0-3", "bytes=-3", "bytes=3-", "bytes=99-", "x", "bytes=0-1,3-4"):
        yield "Range %s" % ranges, get("/static/polls/hello.txt", "Range: " + ranges)
    yield "static, evil host", get("/static/polls/hello.txt", host=b"Host: evil\r\n")
    yield "static, absolute-form", get("http://127.0.0.1:8200/static/polls/hello.txt")
    yield "STATIC", get("/STATIC/polls/hello.txt")
    yield "static without slash", get("/static")
    yield "staticx", get("/staticx/polls/hello.txt")
    yield "%73tatic", get("/%73tatic/polls/hello.txt")
    yield "static%2f", get("/static%2fpolls/hello.txt")
    yield "//static", get("//static/polls/hello.txt")
    yield "/./static", get("/./static/polls/hello.txt")
    yield "favicon", get("/favicon.ico")
    yield "robots", get("/robots.txt")


def bodies():
    for number, (kind, body) in enumerate((("application/x-www-form-urlencoded", b"a=1&b=2"), ("application/x-www-form-urlencoded; charset=utf-8", b"a=%C3%A9"), ("application/x-www-form-urlencoded; charset=latin-1", b"a=%E9"), ("application/x-www-form-urlencoded; charset=nosuch", b"a=1"), ("application/x-www-form-urlencoded", b"a=%E9"), ("application/x-www-form-urlencoded", b"a=\xe9"), ("application/x-www-form-urlencoded", b"a&b&&=c&d=e=f;g=h"),
                       ("application/x-www-form-urlencoded", b"&".join(b"a%d=1" % i for i in range(1001))), ("application/x-www-form-urlencoded", b"&".join(b"a%d=1" % i for i in range(1000))), ("application/x-www-form-urlencoded", b"a=" + b"x" * 2621440), ("application/x-www-form-urlencoded", b"a=" + b"x" * 26000), ("APPLICATION/X-WWW-FORM-URLENCODED", b"a=1"), ("application/x-www-form-urlencoded,text/plain", b"a=1"), ("application/json", b'{"a": 1}'), ("text/plain", b"a=1"), ("", b"a=1"),
                       ("multipart/form-data; boundary=B", b"--B\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--B--\r\n"), ("multipart/form-data; boundary=\"B\"", b"--B\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--B--\r\n"), ("multipart/form-data", b"--B\r\n\r\n"), ("multipart/form-data; boundary=", b"x"), ("multipart/form-data; boundary=\xe9", b"x"), ("multipart/form-data; boundary=B", b"--B\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1"), ("multipart/form-data; boundary=B", b"--X\r\n\r\n"), ("multipart/form-data; boundary=B", b""),
                       ("multipart/form-data; boundary=B", b"--B\r\nContent-Disposition: form-data; name=\"a\"; filename=\"f.txt\"\r\n\r\n1\r\n--B--\r\n"), ("multipart/form-data; boundary=B", b"--B\r\nContent-Disposition: form-data; name=\"a\"\r\nContent-Type: text/plain; charset=latin-1\r\n\r\n\xe9\r\n--B--\r\n"), ("multipart/form-data; boundary=B", b"--B\r\nContent-Disposition: form-data; name=\"a\"\r\nContent-Transfer-Encoding: base64\r\n\r\nMQ==\r\n--B--\r\n"))):
        for method in (b"POST", b"PUT", b"GET"):
            if method == b"POST" or len(body) < 100:
                yield "%d %s %s %s" % (number, method.decode(), ascii(kind), ascii(body[:40])), get("/echo/", "Content-Type: " + kind, method=method, body=body)
    for length in ("0", "00", "3", "03", "+3", "-1", "3 ", "0x3", "3.0", "3,3", "", "x", "2", "99999999999999999999", "3\t", "\xb2", "1_0"):
        yield "Content-Length: %s" % ascii(length), [get("/echo/", "Content-Length: " + length, method=b"POST") + b"a=1"]
        yield "Content-Length: %s, kept" % ascii(length), [keep("/echo/", "Content-Length: " + length, method=b"POST") + b"a=1" + get("/hello/")]
    yield "no length", get("/echo/", method=b"POST")
    yield "no length, kept", keep("/echo/", method=b"POST") + get("/hello/")
    yield "body of a GET, kept", keep("/hello/", "Content-Length: 5") + b"12345" + get("/hello/?name=2")
    yield "body not read, kept", keep("/lazybody/", "Content-Length: 5", method=b"POST") + b"12345" + get("/hello/?name=2")
    yield "body in pieces", [get("/echo/", "Content-Length: 10", method=b"POST"), b"12345", b"67890"]
    yield "headers in pieces", [b"GET /hel", b"lo/ HTTP/1.1\r", b"\nHost: localhost\r\nConn", b"ection: close\r\n", b"\r\n"]
    yield "CSRF is not asked", get("/form/", method=b"POST", body=b"a=1")
    yield "form", get("/form/")


def sequences():
    pages = {"page": "/hello/", "404": "/nosuch/", "500": "/boom/", "204": "/empty/", "302": "/moved/", "301": "/hello", "static": "/static/polls/hello.txt", "empty file": "/static/polls/empty.txt", "stream": "/stream/", "static 404": "/static/nosuch", "403": "/forbidden/", "close": "/close/", "none": "/none/"}
    for first in pages:
        for second in ("page", "static", "404"):
            yield "%s, then %s" % (first, second), keep(pages[first]) + get(pages[second])
        yield "HEAD %s, then page" % first, keep(pages[first], method=b"HEAD") + get("/hello/")
        yield "%s in 1.0, then page" % first, keep(pages[first], "Connection: keep-alive", version=b"HTTP/1.0") + get("/hello/")
    yield "304, then page", keep("/static/polls/hello.txt", "If-Modified-Since: " + STAMP) + get("/hello/")
    yield "ten pages", b"".join(keep("/hello/?name=%d" % i) for i in range(9)) + get("/hello/?name=last")
    yield "page, then garbage", keep("/hello/") + b"garbage\r\n\r\n"
    yield "page, then blank lines, then page", keep("/hello/") + b"\r\n\r\n" + get("/hello/")
    yield "page, blank line, page", keep("/hello/") + b"\r\n" + get("/hello/")
    yield "bad host, then page", keep("/hello/", host=b"Host: evil\r\n") + get("/hello/")
    yield "bad request, then page", b"GET /hello/ HTTP/9.9\r\n" + HOST + b"\r\n" + get("/hello/")
    yield "400, then page", b"GET / x HTTP/1.1\r\n" + HOST + b"\r\n" + get("/hello/")


def some():
    for label, data in (("page", get("/hello/")), ("page without slash", get("/hello")), ("POST without slash", get("/hello", method=b"POST")), ("nosuch without slash", get("/nosuch")), ("404", get("/nosuch/")), ("500", get("/boom/")), ("403", get("/forbidden/")), ("400", get("/hello/", host=b"Host: evil\r\n")), ("none", get("/none/")), ("static", get("/static/polls/hello.txt")),
                        ("static 404", get("/static/nosuch")), ("HEAD", get("/hello/", method=b"HEAD")), ("HEAD 404", get("/nosuch/", method=b"HEAD")), ("HEAD 500", get("/boom/", method=b"HEAD")), ("redirect", get("/moved/")), ("stream", get("/stream/")), ("204", get("/empty/")), ("https, as a proxy says", get("/hello/", "X-Forwarded-Proto: https")), ("https, without slash", get("/hello", "X-Forwarded-Proto: https")), ("forwarded host", get("/hello", "X-Forwarded-Host: localhost:99")),
                        ("evil forwarded host", get("/hello", "X-Forwarded-Host: evil")), ("forwarded port", get("/hello", "X-Forwarded-Port: 99")), ("agent", get("/hello/", "User-Agent: BadBot/1.0")), ("agent in the middle", get("/hello/", "User-Agent: Mozilla badbot")), ("no agent", get("/hello/")), ("www", get("/hello/", host=b"Host: www.localhost\r\n")), ("localhost", get("/hello/", host=b"Host: localhost\r\n")), ("localhost without slash", get("/hello", host=b"Host: localhost\r\n")),
                        ("127.0.0.1 no port", get("/hello/", host=b"Host: 127.0.0.1\r\n")), ("meta", get("/meta/")), ("cookie", get("/cookie/", "Cookie: flavour=x")), ("404 for a browser", get("/nosuch/", "Accept: text/html")), ("404 with a referer", get("/nosuch/", "Referer: http://127.0.0.1:8200/hello/")), ("500 for text", get("/boom/", "Accept: text/plain")), ("400 for text", get("/hello/", "Accept: text/plain", host=b"Host: evil\r\n")), ("query", get("/hello?a=b")), ("favicon", get("/favicon.ico")),
                        ("exempt", get("/meta/exempt")), ("echo", get("/echo/", "Content-Type: application/x-www-form-urlencoded", method=b"POST", body=b"a=1")), ("big echo", get("/echo/", "Content-Type: application/x-www-form-urlencoded", method=b"POST", body=b"a=" + b"x" * 300)), ("two fields", get("/echo/", "Content-Type: application/x-www-form-urlencoded", method=b"POST", body=b"a=1&b=2&c=3"))):
        yield label, data


PROD = {"DEBUG": False, "ALLOWED_HOSTS": ["127.0.0.1", ".localhost"]}
SERVERS = {
    "methods": ({}, [], methods), "versions": ({}, [], versions), "targets": ({}, [], targets), "headers": ({}, [], headers), "cookies": ({}, [], cookies), "hosts": ({}, [], hosts), "static": ({}, [], static), "bodies": ({}, [], bodies), "sequences": ({}, [], sequences),
    "one thread": ({}, ["--nothreading"], sequences), "no static": ({}, ["--nostatic"], some), "production": (PROD, [], some), "production with static": (PROD, ["--insecure"], some), "production hosts": (PROD, [], few_hosts),
    "any host": (dict(PROD, ALLOWED_HOSTS=["*"]), [], few_hosts), "forwarded hosts": ({"USE_X_FORWARDED_HOST": True, "USE_X_FORWARDED_PORT": True}, [], few_hosts), "no slashes": ({"APPEND_SLASH": False}, [], some), "www": ({"PREPEND_WWW": True, "ALLOWED_HOSTS": ["*"]}, [], some), "www, no slashes": ({"PREPEND_WWW": True, "APPEND_SLASH": False}, [], some),
    "agents": ({"DISALLOWED_USER_AGENTS": ["^BadBot", "badbot$"]}, [], some), "script name": ({"FORCE_SCRIPT_NAME": "/app"}, [], some), "script name with a slash": ({"FORCE_SCRIPT_NAME": "/app/"}, [], some), "https only": ({"SECURE_SSL_REDIRECT": True}, [], some), "https host": ({"SECURE_SSL_REDIRECT": True, "SECURE_SSL_HOST": "secure.example", "SECURE_REDIRECT_EXEMPT": ["^meta/", "exempt$"]}, [], some),
    "hsts": ({"SECURE_HSTS_SECONDS": 3600, "SECURE_HSTS_INCLUDE_SUBDOMAINS": True, "SECURE_HSTS_PRELOAD": True, "SECURE_PROXY_SSL_HEADER": ["HTTP_X_FORWARDED_PROTO", "https"]}, [], some), "no sniff": ({"SECURE_CONTENT_TYPE_NOSNIFF": False, "SECURE_REFERRER_POLICY": "no-referrer, origin", "SECURE_CROSS_ORIGIN_OPENER_POLICY": "unsafe-none"}, [], some),
    "referrers": ({"SECURE_REFERRER_POLICY": ["same-origin", "origin"], "X_FRAME_OPTIONS": "sameorigin"}, [], some), "static elsewhere": ({"STATIC_URL": "/assets/"}, [], some), "static relative": ({"STATIC_URL": "x/y/"}, [], some), "no middleware": ({"MIDDLEWARE": []}, [], some), "no middleware, production": (dict(PROD, MIDDLEWARE=[]), [], some),
    "small bodies": ({"DATA_UPLOAD_MAX_MEMORY_SIZE": 100, "DATA_UPLOAD_MAX_NUMBER_FIELDS": 2}, [], some), "latin-1": ({"DEFAULT_CHARSET": "latin-1"}, [], some), "no apps": ({"INSTALLED_APPS": []}, [], some),
}
