#!/usr/bin/env python3
"""Is the story still true? Re-runs every command that the walkthrough shows, and compares what it prints.

    run.py BUILD [--write] [FILE...]

BUILD is a build folder. The program is installed from it to /opt/tracewalk, in a mount namespace of the test's own, so that the paths it
prints are the same everywhere.

A fence opened with  ```console run="manage ARGS"  holds the command and its output. Attributes behind it: get="/a/ /b/" starts a server,
asks for these paths and ends it with Ctrl-C; env="NAME=value"; exit="1" when it must end so; only="TEXT" keeps the lines with that text.
A fence opened with  ```cpp from="src/file.cpp:function"  holds that function, body and all.
Times, ports of clients, process ids and folders are normalised before comparing; --write puts the new output in.
"""
import http.client
import os
import re
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import netns

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
FENCE = re.compile(r'^```(console|cpp) ((?:[a-z]+="[^"]*" ?)+)\n(.*?)^```$', re.M | re.S)
ATTRIBUTE = re.compile(r'([a-z]+)="([^"]*)"')
NORMALISE = [
    (re.compile(r"\b\d+\.\d{3}(?=\s|$)", re.M), "T.TTT"),
    (re.compile(r"\b\d+(\.\d+)? (ns|µs|us|ms|s)\b"), "N ms"),
    (re.compile(r"\b\d{2}/[A-Z][a-z]{2}/\d{4} \d{2}:\d{2}:\d{2}"), "LOGTIME"),
    (re.compile(r"\b[A-Z][a-z]+ \d{2}, \d{4} - \d{2}:\d{2}:\d{2}"), "NOW"),
    (re.compile(r"'127\.0\.0\.1', (?!8000\b)[\d…]+\)?"), "'127.0.0.1', CPORT"),
    (re.compile(r"\bprocess \d+"), "process PID"),
    (re.compile(r"\bDjango 3\.2\.\d+(\D+)3\.\d+\.\d+"), r"Django 3.2.N\g<1>3.N.N"),   # the real ones that are installed
    (re.compile(r"mtime=[\d.]+"), "mtime=MTIME"),
    (re.compile(r"\bfd=\d+|→ \d+$", re.M), "FD"),
    (re.compile(r"^.*⋯.*\n", re.M), ""),          # idle turns: as many as there was time for
    (re.compile(r"^.*└ [\w.]+ +N ms\n", re.M), ""),  # the end of a call without a result: shown when it took a while
    (re.compile(r"\S*…"), "…"),                    # where a value is cut depends on how wide the numbers beside it are
    (re.compile(r"[ \t]+$", re.M), ""),
]


def normalise(text):
    for pattern, replacement in NORMALISE:
        text = pattern.sub(replacement, text)
    return re.sub(r"[ ]{2,}", "  ", text).strip("\n")


def comparable(text, threads):
    """Threads race: the lines of one have an order, the lines of two have none."""
    lines = normalise(text).split("\n")
    return sorted(lines) if threads else lines


def run_command(program, attributes, language):
    words = attributes["run"].split(" ")
    assert words[0] == "manage", attributes["run"]
    env = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "TERM": "dumb", "COLUMNS": "100", "TZ": "UTC",
           "LANG": "zh_CN.UTF-8" if language == "zh" else "C.UTF-8"}
    if "ASAN_OPTIONS" in os.environ:
        env["ASAN_OPTIONS"] = os.environ["ASAN_OPTIONS"]
    for pair in filter(None, attributes.get("env", "").split(" ")):
        name, _, value = pair.partition("=")
        env[name] = value
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryFile() as output:
        process = subprocess.Popen(["manage"] + [w.strip("'") for w in words[1:]], executable=program, cwd=folder, env=env,
                                   stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True)

        def text():
            return os.pread(output.fileno(), 1 << 24, 0).decode("utf-8")

        def wait_for(pattern, count=1):
            limit = time.monotonic() + 60
            while len(re.findall(pattern, text())) < count and process.poll() is None:
                assert time.monotonic() < limit, "%s never printed %r:\n%s" % (attributes["run"], pattern, text())
                time.sleep(0.02)

        if "get" in attributes:
            wait_for("Quit the server with CONTROL-C")
            for i, path in enumerate(attributes["get"].split(" "), 1):
                connection = http.client.HTTPConnection("127.0.0.1", 8000, timeout=30)
                connection.request("GET", path, headers={"Connection": "close"})
                connection.getresponse().read()
                connection.close()
                wait_for(r'\] "GET ', i)
            time.sleep(0.3)   # the last lines of the request's thread
            os.killpg(process.pid, signal.SIGINT)
        code = process.wait(60)
        wanted = int(attributes.get("exit", "0"))
        assert code == wanted, "%s: exit code %d, not %d\n%s" % (attributes["run"], code, wanted, text())
        lines = text().split("\n")
    if "only" in attributes:
        lines = [line for line in lines if attributes["only"] in line]
    return "$ %s\n%s" % (attributes["run"], "\n".join(lines).strip("\n"))


def function_text(place):
    """The definition of that name in a file: from the line that opens it to the closing brace in the first column."""
    path, _, name = place.partition(":")
    lines = open(os.path.join(ROOT, path), encoding="utf-8").read().split("\n")
    for i, line in enumerate(lines):
        if re.match(r"[A-Za-z].*\b%s\(" % re.escape(name), line) and not line.rstrip().endswith(";"):
            end = next(j for j in range(i, len(lines)) if lines[j] == "}")
            return "\n".join(lines[i:end + 1])
    raise AssertionError("no function %s in %s" % (name, path))


def check(path, program, write):
    text = open(path, encoding="utf-8").read()
    language = "zh" if path.endswith(".zh.md") else "en"
    failures, count = [], 0

    def replace(match):
        nonlocal count
        count += 1
        kind, attributes, old = match.group(1), dict(ATTRIBUTE.findall(match.group(2))), match.group(3)
        new = run_command(program, attributes, language) if kind == "console" else function_text(attributes["from"])
        same = comparable(old, "get" in attributes) == comparable(new, "get" in attributes) if kind == "console" else old.rstrip("\n") == new
        if same:
            return match.group(0)
        if not write:
            import difflib
            failures.append(attributes.get("run") or attributes["from"])
            print("--- %s: %s" % (os.path.relpath(path, ROOT), failures[-1]))
            for line in difflib.unified_diff(normalise(old).split("\n"), normalise(new).split("\n"), "shown", "now", lineterm=""):
                print("    " + line)
        return "```%s %s\n%s\n```" % (kind, match.group(2), new)

    renewed = FENCE.sub(replace, text)
    if write and renewed != text:
        open(path, "w", encoding="utf-8").write(renewed)
    print("%s: %d blocks, %d stale" % (os.path.relpath(path, ROOT), count, len(failures)))
    return not failures and count >= 10


def main():
    arguments = [a for a in sys.argv[1:] if a != "--write"]
    if os.environ.get(netns.MARK) != "1":
        # Port 8000 must be free, as the text shows it: a network namespace of our own has it.
        with tempfile.TemporaryDirectory() as prefix:
            subprocess.run(["cmake", "--install", arguments[0], "--prefix", prefix], check=True, stdout=subprocess.DEVNULL)
            mount = "mount -t tmpfs none /opt && mkdir /opt/tracewalk && mount --bind %s /opt/tracewalk && " % prefix
            return subprocess.run(netns.command([sys.executable] + sys.argv, mount, mounts=True),
                                  env={**os.environ, netns.MARK: "1"}).returncode
    program = "/opt/tracewalk/bin/tracewalk"
    files = arguments[1:] or [os.path.join(ROOT, "walkthrough.md"), os.path.join(ROOT, "docs", "walkthrough.zh.md")]
    return 0 if all([check(f, program, "--write" in sys.argv) for f in files]) else 1


if __name__ == "__main__":
    sys.exit(main())
