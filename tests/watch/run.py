#!/usr/bin/env python3
"""`manage watch` beside the same command without it: a real Django project must not notice that it is watched.

    run.py MANAGE [NAME...]      only the tests whose names hold one of these words

Uses the first interpreter that has Django: $WATCH_PYTHON, /usr/bin/python3, python3.
"""
import http.client
import json
import os
import pty
import re
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, ".."))
import netns

MANAGE = os.path.abspath(sys.argv[1]) if len(sys.argv) > 1 else None
LIMIT = 60      # seconds that anything may take; waiting is for events, this is for hanging

LEAN = """
INSTALLED_APPS = ['django.contrib.staticfiles', 'polls']
MIDDLEWARE = ['django.middleware.security.SecurityMiddleware', 'django.middleware.common.CommonMiddleware']
DATABASES = {}
TEMPLATES = []
"""
URLS = """
from django.http import HttpResponse
from django.urls import path

def hello(request):
    return HttpResponse('hello')

def broken(request):
    raise ValueError('boom')

urlpatterns = [path('hello/', hello), path('broken/', broken)]
"""
# Commands of the project's own: they print on both streams, read, fail, and end in every way that a process can.
COMMANDS = {
    "greet": """
    def add_arguments(self, parser):
        parser.add_argument('names', nargs='*')
    def handle(self, *args, **options):
        for name in options['names']:
            self.stdout.write('Hello, %s' % name)
            self.stderr.write('(greeted %s)' % name)
        print('plain print'); return 'done'
""",
    "fail": "    def handle(self, *args, **options): raise CommandError('it fails', returncode=7)\n",
    "crash": "    def handle(self, *args, **options): raise ValueError('boom')\n",
    "leave": "    def handle(self, *args, **options): os._exit(9)\n",
    "die": "    def handle(self, *args, **options): os.kill(os.getpid(), signal.SIGKILL)\n",
    "abort": "    def handle(self, *args, **options): resource.setrlimit(resource.RLIMIT_CORE, (0, 0)); os.abort()\n",
    "echo": "    def handle(self, *args, **options): self.stdout.write(sys.stdin.read().upper())\n",
    "surroundings": """
    def handle(self, *args, **options):
        import threading, gc
        hidden = [n for n in sys.modules if 'watch' in n or 'recorder' in n or n == 'sitecustomize']
        print(sorted(os.environ.items())); print(sys.path); print(hidden); print(sys.argv, sys.flags)
        print(os.getcwd(), [t.name for t in threading.enumerate()])
        print([(n, signal.getsignal(n)) for n in (signal.SIGINT, signal.SIGPIPE, signal.SIGTERM, signal.SIGCHLD, signal.SIGHUP)])
        print(signal.pthread_sigmask(signal.SIG_BLOCK, []), [os.get_inheritable(fd) for fd in (0, 1, 2)])
""",
}
HEADER = "import os, resource, signal, sys\nfrom django.core.management.base import BaseCommand, CommandError\n\nclass Command(BaseCommand):\n"

# The lines of the narration, and those of the tool itself.
NARRATION = re.compile(r"^(\s*\d+\.\d{3} |── |        |tracer: )")
LOG_TIME = re.compile(r"\b\d{2}/[A-Z][a-z]{2}/\d{4} \d{2}:\d{2}:\d{2}|[A-Z][a-z]+ \d{2}, \d{4} - \d{2}:\d{2}:\d{2}|0x[0-9a-f]{6,}")


class Failed(Exception):
    pass


def check(condition, message, *more):
    if not condition:
        raise Failed(message + "".join("\n    " + str(m).replace("\n", "\n    ") for m in more))


def find_python():
    for candidate in filter(None, (os.environ.get("WATCH_PYTHON"), "/usr/bin/python3", "python3")):
        found = subprocess.run([candidate, "-c", "import django"], capture_output=True)
        if found.returncode == 0:
            return candidate
    sys.exit("no python3 here has Django: script/setup --test installs it")


class Scratch:
    """A real project, made by the Django that is there."""

    def __init__(self):
        self.python, self.groups = find_python(), []
        self.folder = tempfile.mkdtemp(prefix="tracewalk-test-watch-")
        self.tmp = os.path.join(self.folder, "tmp")
        os.mkdir(self.tmp)
        self.project = os.path.join(self.folder, "site")
        os.mkdir(self.project)
        self.env = {"PATH": os.environ["PATH"], "HOME": self.folder, "LANG": "C.UTF-8", "TERM": "dumb", "TMPDIR": self.tmp,
                    "PYTHONDONTWRITEBYTECODE": "1", "PYTHONHASHSEED": "0"}   # the checks of 3.2 stand in a set
        if "ASAN_OPTIONS" in os.environ:
            self.env["ASAN_OPTIONS"] = os.environ["ASAN_OPTIONS"]
        subprocess.run([self.python, "-m", "django", "startproject", "mysite", self.project], check=True, env=self.env)
        self.write("mysite/settings.py", self.read("mysite/settings.py") + LEAN)
        self.write("mysite/urls.py", URLS)
        self.write("polls/__init__.py", "")
        self.write("polls/static/polls/site.css", "body {}\n")
        for name, body in COMMANDS.items():
            self.write("polls/management/commands/%s.py" % name, HEADER + body)

    def read(self, path):
        return open(os.path.join(self.project, path), encoding="utf-8").read()

    def write(self, path, text):
        path = os.path.join(self.project, path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)

    def left_over(self):
        """The private folders that are still there."""
        return [name for name in os.listdir(self.tmp) if name.startswith("tracewalk-watch.")]

    def close(self):
        for group in self.groups:
            try:
                os.killpg(group, signal.SIGKILL)
            except ProcessLookupError:
                pass
        wait_until(lambda: not any(members(group) for group in self.groups), "all processes of the test end")
        shutil.rmtree(self.folder)


class Run:
    """A program with its streams in files, its own process group, and no more time than it needs."""

    def __init__(self, scratch, argv, env=None, stdin=subprocess.DEVNULL, stderr=None, cwd=None):
        self.out, self.err = tempfile.TemporaryFile(), tempfile.TemporaryFile()
        self.argv = argv
        self.process = subprocess.Popen(argv, cwd=cwd or scratch.project, env={**scratch.env, **(env or {})}, stdin=stdin, stdout=self.out,
                                        stderr=stderr if stderr is not None else self.err, start_new_session=True)
        self.pid = self.process.pid
        scratch.groups.append(self.pid)

    @staticmethod
    def text_of(file):
        return os.pread(file.fileno(), 1 << 26, 0).decode("utf-8", "surrogateescape")

    @property
    def stdout(self):
        return self.text_of(self.out)

    @property
    def stderr(self):
        return self.text_of(self.err)

    def wait_for(self, pattern, count=1, where=None):
        limit = time.monotonic() + LIMIT
        while True:
            text = where() if where else self.stdout + self.stderr
            if len(re.findall(pattern, text)) >= count:
                return
            if self.process.poll() is not None or time.monotonic() > limit:
                text = where() if where else self.stdout + self.stderr
                check(len(re.findall(pattern, text)) >= count, "%s never printed %r x%d" % (self.argv, pattern, count), text)
            time.sleep(0.02)

    def wait_until_it_serves(self):
        """The banner comes before the bind: the answer of the loop is what counts."""
        limit = time.monotonic() + LIMIT
        while answers("/hello/") is None:
            check(self.process.poll() is None and time.monotonic() < limit, "%s does not serve" % self.argv, self.stdout, self.stderr)
            time.sleep(0.02)

    def signal_group(self, signum):
        os.killpg(self.pid, signum)

    def end(self):
        try:
            return self.process.wait(LIMIT)
        except subprocess.TimeoutExpired:
            os.killpg(self.pid, signal.SIGKILL)
            raise Failed("%s does not end" % self.argv, self.stdout, self.stderr)


def watch(*options):
    return [MANAGE, "watch", *options, "--"]


def get(path, port=8000):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=LIMIT)
    connection.request("GET", path, headers={"Connection": "close"})
    response = connection.getresponse()
    body = response.read()
    connection.close()
    return response.status, body


def only_narration_between(plain, narrated):
    """Whether the lines of `plain` stand in `narrated`, whole and in their order, and nothing but narration between them."""
    rest = normal(plain).splitlines()
    for line in normal(narrated).splitlines():
        if rest and line == rest[0]:
            rest.pop(0)
        elif not NARRATION.match(line):
            return False
    return not rest


def normal(text):
    return LOG_TIME.sub("WHEN", text)


def processes(field, value):
    """Living processes whose field of /proc/PID/stat has that value."""
    out = []
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                stat = open("/proc/%s/stat" % name).read()
            except OSError:
                continue
            fields = stat[stat.rindex(")") + 2:].split()
            if int(fields[field]) == value and fields[0] != "Z":
                out.append(int(name))
    return out


def children_of(pid):
    return processes(1, pid)


def members(group):
    return processes(2, group)


def wait_until(condition, what):
    limit = time.monotonic() + LIMIT
    while not condition():
        check(time.monotonic() < limit, "never: " + what)
        time.sleep(0.02)


def nested(path):
    """Reads a recording as any JSON reader would, and checks that frames nest in each thread. Gives the ids of each process, by name."""
    events = json.load(open(path, encoding="utf-8"))
    stacks, processes, ids = {}, {}, {}
    for event in events:
        if event["ph"] == "M" and event["name"] == "process_name":
            processes[event["pid"]] = event["args"]["name"]
        thread = (event["pid"], event["tid"])
        if event["ph"] == "B":
            stacks.setdefault(thread, []).append(event["args"]["id"])
            ids.setdefault(event["pid"], []).append(event["args"]["id"])
        if event["ph"] == "E":
            check(stacks.get(thread) and stacks[thread].pop() == event["args"]["id"], "%s: not nested at %s" % (path, event))
    check(not any(stacks.values()), "%s: frames that never end: %s" % (path, {k: v for k, v in stacks.items() if v}))
    return {processes.get(pid, ""): found for pid, found in ids.items()}, events


# ---------------------------------------------------------------- the tests

def test_same_words(s):
    """stdout, stderr and exit code of commands that end by themselves: silent, and narrated."""
    lines = [["manage.py", "check"], ["manage.py", "version"], ["manage.py", "help"], ["manage.py", "help", "greet"], ["manage.py"],
             ["manage.py", "greet", "Ada", "Grace"], ["manage.py", "greet", "--nosuch"], ["manage.py", "nosuch"], ["manage.py", "fail"],
             ["manage.py", "crash"], ["manage.py", "leave"], ["manage.py", "die"], ["manage.py", "abort"], ["manage.py", "surroundings"],
             ["manage.py", "runserver", "--noreload", "notaport"], ["manage.py", "runserver", "--noreload", "192.0.2.1:8000"],
             ["manage.py", "diffsettings", "--settings=nosuch"], ["-m", "django", "version"], ["-m", "django", "check", "--settings=mysite.settings"],
             ["-c", "import sys; print('hi'); sys.exit('bye')"], ["-X", "utf8", "-B", "manage.py", "surroundings"], ["nosuch.py"]]
    for line in lines:
        plain = Run(s, [s.python] + line)
        code = plain.end()
        record = os.path.join(s.folder, "record.json")
        silent = Run(s, watch("--trace-file=" + record) + [s.python] + line)
        silent_code = silent.end()
        narrated = Run(s, watch("--trace-zoom=2") + [s.python] + line)
        narrated_code = narrated.end()
        check((code, code) == (silent_code, narrated_code), "%s: exit code %s, watched %s and %s" % (line, code, silent_code, narrated_code),
              narrated.stderr)
        check(normal(plain.stdout) == normal(silent.stdout) == normal(narrated.stdout), "%s: another stdout" % line, plain.stdout, silent.stdout)
        quiet = re.sub(r"^tracer: nothing was watched: .*\n", "", silent.stderr, flags=re.M)
        check(normal(plain.stderr) == normal(quiet), "%s: another stderr" % line, plain.stderr, quiet)
        check(only_narration_between(plain.stderr, narrated.stderr), "%s: another stderr beside the narration" % line, plain.stderr, narrated.stderr)
        json.load(open(record))
    check(s.left_over() == [], "private folders are left over", s.left_over())


def test_streams(s):
    """Standard input goes to the command; closed streams stay closed."""
    read_end, write_end = os.pipe()
    os.write(write_end, b"some words\n")
    os.close(write_end)
    run = Run(s, watch() + [s.python, "manage.py", "echo"], stdin=read_end)
    check(run.end() == 0 and run.stdout == "SOME WORDS\n", "stdin is not the command's", run.stdout, run.stderr)
    for closed in ("<&-", ">&-", "2>&-"):
        probe = "import os\nfor fd in (0, 1, 2):\n try: os.fstat(fd)\n except OSError: open('%s', 'a').write('%%d\\n' %% fd)" % (s.folder + "/closed")
        Run(s, ["sh", "-c", 'exec "$@" ' + closed, "sh"] + watch() + [s.python, "-c", probe]).end()
    check(open(s.folder + "/closed").read() == "0\n1\n2\n", "closed streams were opened for the command")


def test_inherited_signals(s):
    """What is ignored stays ignored, and what is not is not: SIGPIPE too."""
    probe = "import signal; print([(int(n), signal.getsignal(n)) for n in (1, 2, 13, 17)], signal.pthread_sigmask(signal.SIG_BLOCK, []))"
    for prepare in ("", "trap '' HUP; ", "trap '' INT; ", "trap '' PIPE; ", "trap '' CHLD; "):
        lines = [Run(s, ["sh", "-c", prepare + 'exec "$@"', "sh"] + start + [s.python, "-c", probe]) for start in ([], watch())]
        codes = [line.end() for line in lines]
        check(codes == [0, 0] and lines[0].stdout == lines[1].stdout, "%r: other signals" % prepare, lines[0].stdout, lines[1].stdout, lines[1].stderr)


def test_not_found(s):
    """127 and 126, as a shell has it, and nothing is left over."""
    for argv, code, word in ((["nosuch"], 127, "command not found"), (["./nosuch"], 127, "No such file"), (["./manage.py2"], 126, "Permission denied"),
                             (["."], 126, "denied"), (["manage.py"], 127, "python manage.py"), (["./bad"], 126, "interpreter")):
        s.write("manage.py2", "")
        s.write("bad", "#!/no/such/interpreter\n")
        os.chmod(os.path.join(s.project, "bad"), 0o755)
        run = Run(s, watch() + argv)
        check(run.end() == code and word in run.stderr and run.stderr.startswith("CommandError: "), "%s: not %d" % (argv, code), run.stderr)
        check(run.stderr.count("\n") == 1, "%s: more than one line" % argv, run.stderr)
    check(s.left_over() == [], "private folders are left over", s.left_over())


def test_nothing_watched(s):
    """One line says that nothing was watched, and why it may be so."""
    for argv, word in ((["true"], "true"), ([s.python, "-I", "manage.py", "check"], "-I"), ([s.python, "-c", "1"], "Django"),
                       ([MANAGE, "version"], "Tracewalk itself")):
        run = Run(s, watch() + argv)
        run.end()
        lines = [line for line in run.stderr.splitlines() if line.startswith("tracer: nothing was watched")]
        check(len(lines) == 1 and word in lines[0], "%s: nothing says why" % argv, run.stderr)


def test_options(s):
    """A wrong trace option, and a file that cannot be recorded into, end it before the command starts."""
    for option in ("--trace-zoom=9", "--trace=nosuch", "--trace-file=" + s.folder, "--trace-file=/no/such/folder/x.json"):
        run = Run(s, watch(option) + ["touch", "started"])
        check(run.end() == 2 and run.stderr.startswith("tracer: ") and run.stderr.count("\n") == 1, "%s is taken" % option, run.stderr)
        check(not os.path.exists(os.path.join(s.project, "started")), "the command has run", option)
    check(s.left_over() == [], "private folders are left over", s.left_over())


def test_anywhere(s):
    """`manage watch` and its help need no settings of ours."""
    for settings in (None, "", "mysite.settings", "no.such.module", "a b"):
        env = {} if settings is None else {"DJANGO_SETTINGS_MODULE": settings}
        for argv in (["help", "watch"], ["watch", "--help"]):
            run = Run(s, [MANAGE] + argv, env=env)
            check(run.end() == 0 and "COMMAND" in run.stdout, "%s with %r" % (argv, settings), run.stdout, run.stderr)
        run = Run(s, watch() + ["sh", "-c", 'echo "${DJANGO_SETTINGS_MODULE-unset}"'], env=env)
        run.end()
        check(run.stdout == ("unset" if settings is None else settings) + "\n", "the environment was touched", run.stdout)
    run = Run(s, [MANAGE, "watch", s.python, "manage.py", "check", "--settings=mysite.settings"])  # without --
    check(run.end() == 0 and "System check identified no issues" in run.stdout, "without --", run.stdout, run.stderr)


def test_narration(s):
    """A request and Ctrl-C: chapters, values, lanes, the end."""
    run = Run(s, watch() + [s.python, "-u", "manage.py", "runserver", "--noreload"])
    run.wait_until_it_serves()
    status, body = get("/hello/")
    check((status, body) == (200, b"hello"), "another answer", status, body)
    run.wait_for(r'"GET /hello/', 2)
    run.signal_group(signal.SIGINT)
    check(run.end() == 0, "exit code", run.stderr)
    text = run.stderr
    for line in (r"^tracer: watching Django \d+\.\d+(\.\d+)? on Python \d+\.\d+\.\d+", r"^── 1\. The command line arrives", r"^── .*The socket opens",
                 r"management\.execute_from_command_line argv=\['manage\.py', 'runserver'", r"^ +\d\.\d{3} request 1 ", r"KeyboardInterrupt",
                 r"^── end of the run"):
        check(re.search(line, text, re.M), "the narration lacks %r" % line, text)
    check("caught inside base.BaseCommand.run_from_argv" not in text, "an exception that passes through a finally is not caught there", text)
    check(s.left_over() == [], "private folders are left over", s.left_over())


def test_reloader(s):
    """Parent and child; an edit makes a new child, which is told as well; Ctrl-C ends all."""
    record = os.path.join(s.folder, "reload.json")
    run = Run(s, watch("--trace", "--trace-file=" + record) + [s.python, "-u", "manage.py", "runserver"])
    run.wait_until_it_serves()
    time.sleep(1.2)   # the reloader looks once a second, and must have seen the file as it was
    s.write("mysite/urls.py", URLS.replace("'hello')", "'changed')"))
    wait_until(lambda: answers("/hello/") == (200, b"changed"), "a reload")
    run.signal_group(signal.SIGINT)
    check(run.end() == 0, "exit code", run.stderr)
    check(len(re.findall(r"^── parent: process \d+ starts", run.stderr, re.M)) == 1, "one parent", run.stderr)
    check(len(re.findall(r"^── child: process \d+ starts", run.stderr, re.M)) == 2, "two children", run.stderr)
    check(len(re.findall(r"end of the run", run.stderr)) == 3, "three ends", run.stderr)
    trees, events = nested(record)
    check("autoreload.restart_with_reloader" in trees["parent"], "the parent's calls", trees)
    check("runserver.Command.inner_run" in trees["child"], "the child's calls", trees)
    s.write("mysite/urls.py", URLS)


def test_recording(s):
    """--trace-file alone is silent; the file says who was watched, and nests."""
    record = os.path.join(s.folder, "run.json")
    run = Run(s, watch("--trace-file=" + record) + [s.python, "-u", "manage.py", "runserver", "--noreload"])
    run.wait_until_it_serves()
    get("/static/polls/site.css")
    run.wait_for(r'"GET /static')
    run.signal_group(signal.SIGINT)
    check(run.end() == 0, "exit code", run.stderr)
    check(NARRATION.search(run.stderr) is None, "it narrates", run.stderr)
    trees, events = nested(record)
    known = [e["args"] for e in events if e["ph"] == "M" and e["name"] == "tracewalk" and e["args"]["django"]]
    check(known and known[0]["producer"] == "tracewalk watch" and re.match(r"3\.\d+\.\d+", known[0]["python"]), "who was watched", events[:4])
    for wanted in ("manage.main", "django.setup", "handlers.base.BaseHandler.get_response", "staticfiles.views.serve"):
        check(any(wanted in ids for ids in trees.values()), "the recording lacks %s" % wanted, trees)
    check({e["args"].get("request") for e in events if e["ph"] == "B"} >= {1, 2}, "connections are numbered")


def test_signals_to_watch(s):
    """A signal for watch alone is passed on, and watch ends as the command does."""
    for signum in (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGINT, signal.SIGUSR1):
        run = Run(s, watch() + [s.python, "-u", "manage.py", "runserver", "--noreload"])
        run.wait_until_it_serves()
        os.kill(run.pid, signum)
        code = run.end()
        check(code == (0 if signum == signal.SIGINT else -signum), "%s: exit code %d" % (signum, code), run.stderr)
        check("end of the run" in run.stderr, "%s: the end is not told" % signum, run.stderr)
    check(s.left_over() == [], "private folders are left over", s.left_over())


def test_project_killed(s):
    """SIGKILL of the project: the narration goes to the last event, the recording is closed."""
    record = os.path.join(s.folder, "killed.json")
    run = Run(s, watch("--trace", "--trace-file=" + record) + [s.python, "-u", "manage.py", "runserver", "--noreload"])
    run.wait_until_it_serves()
    (child,) = children_of(run.pid)
    os.kill(child, signal.SIGKILL)
    check(run.end() == -signal.SIGKILL, "exit code", run.stderr)
    check(re.search(r"still open when the process ended: \S+\s+and \d+ frames around it", run.stderr), "what was cut off", run.stderr)
    check("end of the run" in run.stderr, "the end", run.stderr)
    nested(record)


def test_watch_killed(s):
    """SIGKILL of watch leaves the project serving, reloader and all; the next run clears its folder away."""
    for options in (["--noreload"], []):
        run = Run(s, watch() + [s.python, "-u", "manage.py", "runserver"] + options)
        run.wait_until_it_serves()
        os.kill(run.pid, signal.SIGKILL)
        run.end()
        for _ in range(3):
            check(get("/hello/")[0] == 200, "the project serves no longer")
        if not options:
            time.sleep(1.2)
            s.write("mysite/urls.py", URLS.replace("'hello')", "'changed')"))
            wait_until(lambda: answers("/hello/") == (200, b"changed"), "a reload after the watcher is gone")
            s.write("mysite/urls.py", URLS)
        check("Traceback" not in run.stderr, "the project complains", run.stderr)
        run.signal_group(signal.SIGINT)
        wait_until(lambda: not answers("/hello/"), "the project ends")
    check(len(s.left_over()) > 0, "nothing was left over: what is to be cleared away?")
    Run(s, watch() + ["true"]).end()
    check(s.left_over() == [], "private folders of the dead are left over", s.left_over())


def answers(path):
    try:
        return get(path)
    except OSError:
        return None


def test_blocked_terminal(s):
    """Nobody reads standard error: the project answers all the same, and what is not told is counted."""
    read_end, write_end = os.pipe()
    s.write("mysite/quiet.py", "from mysite.settings import *\nLOGGING = {'version': 1, 'loggers': {'django.server': {'level': 'CRITICAL'}}}\n")
    run = Run(s, watch("--trace-zoom=2") + [s.python, "-u", "manage.py", "runserver", "--noreload", "--settings=mysite.quiet"], stderr=write_end)
    os.close(write_end)
    run.wait_until_it_serves()
    for _ in range(400):
        check(get("/hello/")[0] == 200, "no answer")
    text = b""
    run.signal_group(signal.SIGINT)
    while True:
        part = os.read(read_end, 1 << 16)
        if not part:
            break
        text += part
    os.close(read_end)
    check(run.end() == 0, "exit code")
    text = text.decode()
    found = re.search(r"^tracer: (\d+) events are not told here", text, re.M)
    check(found and int(found.group(1)) > 100, "what was dropped is not counted", text[-2000:])
    check("end of the run" in text, "the end", text[-2000:])


def test_reader_leaves(s):
    """`2>&1 >/dev/null | head`: the narration ends, the project does not."""
    read_end, write_end = os.pipe()
    run = Run(s, watch("--trace-zoom=2") + [s.python, "-u", "manage.py", "runserver", "--noreload"], stderr=write_end)
    os.close(write_end)
    os.read(read_end, 100)
    os.close(read_end)
    run.wait_until_it_serves()
    run.signal_group(signal.SIGINT)
    check(run.end() == 0, "exit code")


def test_venv(s):
    """The learner's own interpreter: a virtual environment, and programs that it has installed."""
    venv = os.path.join(s.folder, "venv")
    subprocess.run([s.python, "-m", "venv", "--system-site-packages", "--without-pip", venv], check=True)
    # What a real one may have: a sitecustomize of its own.
    site = subprocess.run([venv + "/bin/python", "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"], capture_output=True, text=True).stdout
    open(site.strip() + "/sitecustomize.py", "w").write("import os\nos.environ['FROM_SITECUSTOMIZE'] = 'yes'\n")
    for line in (["python", "manage.py", "check"], ["python", "manage.py", "surroundings"], ["python3", "-m", "django", "version"]):
        plain = Run(s, line, env={"PATH": venv + "/bin:" + s.env["PATH"], "VIRTUAL_ENV": venv})
        watched = Run(s, watch("--trace-zoom=2") + line, env={"PATH": venv + "/bin:" + s.env["PATH"], "VIRTUAL_ENV": venv})
        check(plain.end() == watched.end(), "%s: exit code" % line, watched.stderr)
        check(plain.stdout == watched.stdout, "%s: another stdout" % line, plain.stdout, watched.stdout)
        check("tracer: watching Django" in watched.stderr, "%s: not watched" % line, watched.stderr)
    admin = shutil.which("django-admin", path=os.path.dirname(s.python) + ":" + s.env["PATH"])
    if admin:
        watched = Run(s, watch() + [admin, "check"], env={"DJANGO_SETTINGS_MODULE": "mysite.settings", "PYTHONPATH": s.project})
        check(watched.end() == 0 and "tracer: watching Django" in watched.stderr, "django-admin is not watched", watched.stdout, watched.stderr)


def test_terminal(s):
    """Ctrl-C and Ctrl-Z in a terminal. Narration and the project's own lines stand in the order in which things happened."""
    pid, master = pty.fork()
    if pid == 0:
        os.chdir(s.project)
        os.execve("/bin/sh", ["sh", "-i", "-m"], {**s.env, "PS1": "prompt> "})
    text = b""

    def read_until(pattern, from_=0):
        nonlocal text
        limit = time.monotonic() + LIMIT
        while not re.search(pattern, text[from_:].decode("utf-8", "replace"), re.M):
            check(time.monotonic() < limit, "the terminal never showed %r" % pattern, text.decode("utf-8", "replace"))
            if select.select([master], [], [], 0.2)[0]:
                text += os.read(master, 1 << 16)

    try:
        read_until("prompt> ")
        os.write(master, (" ".join(watch("--trace-zoom=2", "--trace-tell=brief") + [s.python, "manage.py", "runserver", "--noreload"]) + "\n").encode())
        read_until("Quit the server")
        read_until(r"serve_forever")
        get("/hello/")
        read_until(r"shutdown_request")
        os.write(master, b"\x1a")    # Ctrl-Z: shell job control stops both
        at = len(text)
        read_until(r"[Ss]topped", at)
        at = len(text)
        os.write(master, b"fg\n")
        wait_until(lambda: answers("/hello/") is not None, "an answer after fg")
        os.write(master, b"\x03")
        read_until(r"end of the run", at)
        read_until(r"prompt> ", at)
        at = len(text)
        os.write(master, b"echo code=$?\n")
        read_until(r"code=\d+\r", at)
        shown = text.decode("utf-8", "replace")
        check("code=0\r" in shown, "exit code", shown)
        # What is told before the project prints stands before it.
        order = [r"inner_run", r"OutputWrapper\.write msg='Performing", r"Performing system checks", r"base\.BaseCommand\.check ", r"OutputWrapper\.write msg='System",
                 r"System check identified", r"Quit the server", r"basehttp\.run", r"serve_forever", r"\.get_response", r"WSGIRequestHandler\.log_message",
                 r'"GET /hello/', r"shutdown_request", r"KeyboardInterrupt", r"end of the run"]
        place = 0
        for pattern in order:
            found = re.compile(pattern).search(shown, place)
            check(found, "%r does not stand where it belongs" % pattern, shown)
            place = found.start()
    finally:
        for process in processes(3, pid):   # the whole session, stopped jobs too
            os.kill(process, signal.SIGKILL)
        os.close(master)
        os.waitpid(pid, 0)


PEER = r"""
import glob, json, os, socket, sys, time
folder = glob.glob(os.environ["TMPDIR"] + "/tracewalk-watch.%d.*" % os.getppid())[0]
stages = {s["id"]: s["i"] for s in json.load(open(folder + "/stages.json"))["stages"]}
def connect():
    s = socket.socket(socket.AF_UNIX)
    s.connect(folder + "/socket")
    return s
def hello(pid):
    return ("H\t1\t%d\t\t3.11.2\t[\"manage.py\",\"check\"]\nM\tsetprofile\nV\t3.2.19\nT\t%d\tMainThread\n" % (pid, pid)).encode()
"""


def test_hostile_peers(s):
    """Garbage on the socket: watch tells what is good, and ends when the command does."""
    peers = {
        "nothing": "connect()",
        "noise": "try: connect().sendall(os.urandom(1 << 20))\nexcept OSError: pass",
        "http": "connect().sendall(b'GET / HTTP/1.1\\r\\n\\r\\n')",
        "no end": "c = connect(); c.sendall(hello(71))\nfor i in range(2000): c.sendall(b'x' * 65536)",
        "noise behind a hello": "c = connect(); c.sendall(hello(71) + os.urandom(1 << 20))",
        "many": "cs = []\nfor i in range(300):\n  try:\n    c = connect(); c.sendall(hello(i + 1)); cs.append(c)\n  except OSError: pass",
        "other protocol": "connect().sendall(b'H\\t99\\twhat\\n')",
        "questions": "c = connect(); c.sendall(hello(71) + b''.join(b'S\\t%d\\n' % i for i in range(100000)))",
        "lost": "c = connect(); c.sendall(hello(71) + b'L\\t5\\n' * 100000)",
        "control characters": "i = stages['management.execute_from_command_line']; c = connect(); c.sendall(hello(71) + "
                              "b'N\\t%d\\t/a.py\\t1\\targ\\x1bv\\n' % i + b'B\\t%d\\t5\\t71\\t\\x1b[2J\\x07\\xff\\n' % i)",
        "deep": "i = stages['management.execute_from_command_line']; c = connect(); c.sendall(hello(71) + (b'B\\t%d\\t5\\t71\\n' % i) * 50000)",
    }
    for name, code in peers.items():
        record = os.path.join(s.folder, "hostile.json")
        run = Run(s, watch("--trace", "--trace-file=" + record) + [s.python, "-c", PEER + code + "\nprint('survived', flush=True)"])
        check(run.end() == 0 and "survived" in run.stdout, "%s: the command" % name, run.stdout, run.stderr[-3000:])
        check("\x1b" not in run.stderr and "\x07" not in run.stderr, "%s: control characters come through" % name, run.stderr)
        check(len(run.stderr) < 1 << 20, "%s: floods the terminal" % name, run.stderr[:3000])
        json.load(open(record, encoding="utf-8"))
    check(s.left_over() == [], "private folders are left over", s.left_over())


def test_outlived(s):
    """A process that outlives the command: watch ends as a shell would, and says who is no longer watched."""
    code = PEER + "c = connect(); c.sendall(hello(os.getpid()))\nif os.fork() == 0:\n  time.sleep(30)\n  os._exit(0)\n"
    run = Run(s, watch() + [s.python, "-c", code])
    started = time.monotonic()
    check(run.end() == 0, "exit code", run.stderr)
    check(time.monotonic() - started < 10, "it waits for the grandchild")
    check("still runs" in run.stderr, "who still runs", run.stderr)
    run.signal_group(signal.SIGKILL)


def main():
    netns.enter()
    words = sys.argv[2:]
    tests = [(name, call) for name, call in globals().items() if name.startswith("test_") and (not words or any(w in name for w in words))]
    failed = 0
    for name, call in tests:
        scratch = Scratch()
        started = time.monotonic()
        try:
            call(scratch)
            print("ok    %s  %.1f s" % (name, time.monotonic() - started), flush=True)
        except (Failed, OSError, ValueError) as error:
            failed += 1
            print("FAIL  %s: %s%s" % (name, "" if isinstance(error, Failed) else type(error).__name__ + " ", error), flush=True)
        finally:
            scratch.close()
    print("%d tests, %d failed" % (len(tests), failed))
    return 1 if failed or not tests else 0


if __name__ == "__main__":
    sys.exit(main())
