#!/usr/bin/env python3
"""Does a real browser get the pages? Headless Chromium opens them, keep-alive and parallel connections included.

    run.py MANAGE
"""
import os
import re
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import netns

PAGES = {   # path -> what the page's title or text must hold
    "/": r"<h1>[^<]*You asked",
    "/hello/?name=Ada": r"hello Ada",
    "/static/polls/site.css": r"color: #333",
    "/nosuch": r"<title>Page not found at /nosuch</title>",
    "/boom/": r"<title>ValueError at /boom/</title>",
}
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]


def main():
    program = os.path.abspath(sys.argv[1])
    netns.enter()
    failed = 0
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryFile() as output:
        server = subprocess.Popen([program, "runserver", "--noreload", "--trace"], cwd=folder, stdout=output, stderr=output,
                                  env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8"}, start_new_session=True)

        def log():
            return os.pread(output.fileno(), 1 << 24, 0).decode()

        limit = time.monotonic() + 60
        while "Quit the server" not in log():
            assert server.poll() is None and time.monotonic() < limit, log()
            time.sleep(0.05)
        for path, wanted in PAGES.items():
            page = subprocess.run(["chromium", *FLAGS, "--user-data-dir=" + os.path.join(folder, "profile"), "--dump-dom",
                                   "http://127.0.0.1:8000" + path], capture_output=True, text=True, timeout=120).stdout
            if not re.search(wanted, page):
                failed += 1
                print("%s: the browser shows %r" % (path, page[:300]))
        os.killpg(server.pid, signal.SIGINT)
        code = server.wait(30)
        story = log()
        for said in ('"GET / HTTP/1.1" 200', "socketserver.BaseServer.serve_forever", "request 1"):
            if said not in story:
                failed += 1
                print("the terminal never said %r" % said)
        if code != 0:
            failed += 1
            print("exit code %d" % code)
    print("%d pages, %d failures" % (len(PAGES), failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
