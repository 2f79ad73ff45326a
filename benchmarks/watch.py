#!/usr/bin/env python3
"""What `manage watch` costs a request: a tiny view of a real Django, untraced and watched, side by side.

    watch.py MANAGE [--rounds=N] [--requests=N] [--python=PYTHON] [--json]

All servers run at the same time. In each round each of them gets its requests in turn, one after the other on one connection at a time; the
time of a round is that of its median request; what is printed is the median of the rounds, and its ratio to the untraced server's.

Without keep-alive a request is: connect, send, read the whole answer until the server closes. With keep-alive it is: send, read the answer;
the next one follows at once, so the time includes what the server's thread still does after the answer (its log line). The client switches
delayed acknowledgements off (TCP_QUICKACK): with them each keep-alive request to Django waits about 40 ms for the kernel, and any tracer
would look cheap. Standard error goes to a file: what a terminal would cost is not measured.
"""
import json
import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time

SETTINGS = """
SECRET_KEY = 'x'
DEBUG = True
ROOT_URLCONF = 'urls'
MIDDLEWARE = ['django.middleware.security.SecurityMiddleware', 'django.middleware.common.CommonMiddleware',
              'django.middleware.clickjacking.XFrameOptionsMiddleware']
INSTALLED_APPS = ['django.contrib.staticfiles']
STATIC_URL = '/static/'
"""
URLS = """
from django.http import HttpResponse
from django.urls import path
urlpatterns = [path('hello/', lambda request: HttpResponse('hello'))]
"""
SCRIPT = """
import os, sys
def main():
    os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'settings')
    from django.core.management import execute_from_command_line
    execute_from_command_line(sys.argv)
if __name__ == '__main__':
    main()
"""


def option(name, default):
    for argument in sys.argv[2:]:
        if argument.startswith("--%s=" % name):
            return type(default)(argument.split("=", 1)[1])
    return default


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Server:
    def __init__(self, name, start, python, folder):
        self.name, self.port = name, free_port()
        env = {**os.environ, "PYTHONPATH": "", "LANG": "C.UTF-8"}
        env.pop("DJANGO_SETTINGS_MODULE", None)
        self.errors = open(os.path.join(folder, "stderr.%d" % self.port), "wb")
        self.process = subprocess.Popen(start + [python, "manage.py", "runserver", "--noreload", str(self.port)], cwd=folder, env=env,
                                        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=self.errors, start_new_session=True)
        self.rounds = {False: [], True: []}

    def wait(self):
        limit = time.monotonic() + 60
        while True:
            try:
                return self.connect().close()
            except OSError:
                if time.monotonic() > limit or self.process.poll() is not None:
                    sys.exit("%s does not serve: see %s" % (self.name, self.errors.name))
                time.sleep(0.05)

    def connect(self):
        s = socket.create_connection(("127.0.0.1", self.port), timeout=60)
        s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return s

    def answer(self, s, until_closed):
        data = b""
        while True:
            s.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)   # the kernel takes it back after each segment
            part = s.recv(65536)
            data += part
            if not part or (not until_closed and data.endswith(b"\r\n\r\nhello")):
                break
        if not data.startswith(b"HTTP/1.1 200") or not data.endswith(b"hello"):
            sys.exit("%s: an unexpected answer: %r" % (self.name, data[:200]))

    def round(self, keep_alive, requests):
        line = b"GET /hello/ HTTP/1.1\r\nHost: localhost\r\n%s\r\n" % (b"" if keep_alive else b"Connection: close\r\n")
        s, times = self.connect() if keep_alive else None, []
        if keep_alive:
            s.sendall(line)
            self.answer(s, False)   # not counted: the thread of the connection starts
        for _ in range(requests):
            started = time.perf_counter()
            if not keep_alive:
                s = self.connect()
            s.sendall(line)
            self.answer(s, not keep_alive)
            if not keep_alive:
                s.close()
            times.append(time.perf_counter() - started)
        if keep_alive:
            s.close()
        self.rounds[keep_alive].append(statistics.median(times))

    def end(self):
        os.killpg(self.process.pid, signal.SIGINT)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.errors.close()


def main():
    manage, rounds, requests = os.path.abspath(sys.argv[1]), option("rounds", 15), option("requests", 100)
    python = option("python", "/usr/bin/python3")
    versions = subprocess.run([python, "-c", "import sys, django; print('%d.%d.%d' % sys.version_info[:3], django.get_version())"],
                              capture_output=True, text=True)
    if versions.returncode != 0:
        sys.exit("%s has no Django" % python)
    python_version, django_version = versions.stdout.split()
    monitoring = tuple(map(int, python_version.split("."))) >= (3, 12)
    target = 1.3 if monitoring else 2.5

    folder = tempfile.mkdtemp(prefix="tracewalk-bench-")
    for name, text in (("manage.py", SCRIPT), ("settings.py", SETTINGS), ("urls.py", URLS)):
        open(os.path.join(folder, name), "w").write(text)
    record = "--trace-file=" + os.path.join(folder, "run.json")
    servers = [Server("untraced", [], python, folder), Server("watch", [manage, "watch", "--"], python, folder),
               Server("watch --trace-file", [manage, "watch", record, "--"], python, folder)]
    try:
        for server in servers:
            server.wait()
        for keep_alive in (False, True):
            for server in servers:
                server.round(keep_alive, requests)     # warm up
                server.rounds[keep_alive].clear()
            for i in range(rounds):
                for server in servers[i % len(servers):] + servers[:i % len(servers)]:
                    server.round(keep_alive, requests)
    finally:
        for server in servers:
            server.end()
        if "--keep" not in sys.argv:
            shutil.rmtree(folder)

    result = {"python": python_version, "django": django_version, "by": "sys.monitoring" if monitoring else "sys.setprofile", "target": target,
              "rounds": rounds, "requests": requests, "servers": {}}
    for server in servers:
        row = {}
        for keep_alive, name in ((False, "new connections"), (True, "keep-alive")):
            value, base = statistics.median(server.rounds[keep_alive]), statistics.median(servers[0].rounds[keep_alive])
            row[name] = {"ms": round(value * 1e3, 3), "ratio": round(value / base, 2)}
        result["servers"][server.name] = row
    if "--json" in sys.argv:
        print(json.dumps(result, indent=1))
        return 0
    print("A request for a tiny view: Django %s on Python %s (%s), %d rounds of %d requests, medians" %
          (django_version, python_version, result["by"], rounds, requests))
    print("%-20s %24s %24s" % ("", "new connections", "keep-alive"))
    worst = 0
    for name, row in result["servers"].items():
        cells = ["%8.3f ms  x %5.2f" % (row[k]["ms"], row[k]["ratio"]) for k in ("new connections", "keep-alive")]
        print("%-20s %24s %24s" % (name, *cells))
        worst = max(worst, *(row[k]["ratio"] for k in row))
    print("target: x %.1f with %s; the worst here is x %.2f" % (target, result["by"], worst))
    return 0


if __name__ == "__main__":
    sys.exit(main())
