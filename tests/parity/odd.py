#!/usr/bin/env python3
"""Does the program do with odd command lines what a live Django does with them?

    odd.py MANAGE PROJECTS [--python COMMAND] [--fixtures FOLDER] [--jobs N] [--http only|no] [--slow] [--keep FILE] [--approve] [PATTERN...]

Tries the command lines of odd_cases.py, the requests of odd_http.py and the runs of odd_runs.py on Debian's Django 3.2 and on ours, and compares exit code, standard output and error, and the files that came to be.
What differs on purpose is declared in odd_declared.json with its reason; what is not declared fails, and so does what is and no longer differs.
"""
import fcntl
import fnmatch
import hashlib
import json
import os
import pty
import re
import select
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import termios
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..")]
import netns
import odd_cases
import harness
import odd_http
import odd_runs
import odd_serve
from compare import strip_tracebacks

LIMIT = 12          # seconds
LONGEST = 200_000   # bytes of output that are kept
# Python looks at these when it starts, so a fork of a running one would not notice.
PYTHON_READS = {"LANG", "LC_ALL", "LC_CTYPE", "PYTHONIOENCODING", "PYTHONUNBUFFERED", "PYTHONPATH", "PYTHONWARNINGS", "TZ", "HOME", "PATH"}


def environment(home, more):
    env = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": home, "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "TZ": "UTC", "COLUMNS": "80", "TERM": "xterm",
           "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUNBUFFERED": "1", "PYTHON_COLORS": "0"}   # text is written at once, tracebacks are plain
    for name, value in more.items():
        if value is None:
            env.pop(name, None)
        else:
            env[name] = value
    return env


def files_below(folder):
    found = {}
    for where, folders, names in os.walk(folder):
        folders[:] = [f for f in folders if f != "__pycache__"]
        for name in names:
            path = os.path.join(where, name)
            kind = "link" if os.path.islink(path) else "file"
            found[os.path.relpath(path, folder)] = (kind, open(path, "rb").read() if os.path.isfile(path) else b"")
        for name in folders:
            if not os.listdir(os.path.join(where, name)):
                found[os.path.relpath(os.path.join(where, name), folder) + "/"] = ("folder", b"")
    return found


def added(before, after):
    out = [k for k in after if k not in before] + [k + " (changed)" for k in after if k in before and before[k] != after[k]] + [k + " (gone)" for k in before if k not in after]
    return sorted(out)


class Side:
    """One of the two: how it is started, and where its projects are."""

    def __init__(self, name, projects, folder):
        self.name, self.projects, self.folder = name, projects, folder
        os.makedirs(os.path.join(folder, "home"), exist_ok=True)
        self.fresh = {}

    def project(self, case):
        """A copy of the project for the case; cases that write get one of their own."""
        own = case.get("files") or case.get("pre") or case.get("settings") or case.get("cwd") == "removed"
        place = os.path.join(self.folder, "p")
        if own or self.fresh.get("project") != case.get("project", "site"):
            shutil.rmtree(place, ignore_errors=True)
            subprocess.check_call(["cp", "-a", os.path.join(self.projects, case.get("project", "site")), place])
            self.fresh["project"] = None if own else case.get("project", "site")
        for op in case.get("pre", []):
            if op[0] == "mkdir":
                os.makedirs(os.path.join(place, op[1]), exist_ok=True)
            else:
                with open(os.path.join(place, op[1]), "w") as file:
                    file.write(op[2])
        for key, value in case.get("settings", {}).items():
            self.set(place, key, value)
        return place

    def run(self, argv, case):
        place = self.project(case)
        before = files_below(place) if case.get("files") else {}
        cwd = os.path.join(place, case.get("cwd", "")) if case.get("cwd") != "removed" else os.path.join(place, "gone")
        if case.get("cwd") == "removed":
            os.makedirs(cwd)
        env = environment(os.path.join(self.folder, "home"), case.get("env", {}))
        master, ends, reads = None, [], {}
        if case.get("pty"):
            master, slave = pty.openpty()
            fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, case["pty"], 0, 0))
            streams = [slave, slave, slave]
            reads[master] = bytearray()
            ends = [slave]
            out, err = master, None
        else:
            given = case.get("stdin", b"")
            r0, w0 = os.pipe()
            if given == "closed":
                given = b""
            os.write(w0, given)
            os.close(w0)
            (r1, w1), (r2, w2) = os.pipe(), os.pipe()
            streams = [r0, w1, w2]
            ends = [r0, w1, w2]
            reads = {r1: bytearray(), r2: bytearray()}
            out, err = r1, r2
        for name, number in (("stdout", 1), ("stderr", 2)):
            if case.get("full") == name:
                streams[number] = os.open("/dev/full", os.O_WRONLY)
                ends.append(streams[number])
        status, killed = self.start(argv, env, cwd, streams, case, reads, ends, place)
        record = {"exit": status if not killed else "still running"}
        record["stdout"] = bytes(reads[out]).decode("utf-8", "backslashreplace")
        if err is not None:
            record["stderr"] = bytes(reads[err]).decode("utf-8", "backslashreplace")
        for fd in reads:
            os.close(fd)
        if case.get("files"):
            record["files"] = added(before, files_below(place))
        return self.normalised(record)

    def pump(self, reads, done, ends):
        """Reads until the process has ended and the streams are dry."""
        for fd in set(ends):
            os.close(fd)
        end, opened, finished = time.time() + LIMIT, set(reads), None
        while True:
            if finished is None and done():
                finished = time.time()
            ready = select.select(list(opened), [], [], 0.02 if finished is None else 0)[0] if opened else []
            for fd in ready:
                try:
                    data = os.read(fd, 65536)
                except OSError:
                    data = b""
                if data:
                    reads[fd] += data[:LONGEST - len(reads[fd])]
                else:
                    opened.discard(fd)
            if finished is not None and (not ready or not opened):
                return False
            if not opened and finished is None:
                time.sleep(0.002)
            if time.time() > end:
                return True

    def normalised(self, record):
        for field in ("stdout", "stderr"):
            if field in record:
                text = record[field].replace("\r\n", "\n").replace(os.path.join(self.folder, "p"), "<PROJ>").replace(self.folder, "<RUN>")
                text = re.sub(r"\b[A-Z][a-z]+ \d{2}, \d{4} - \d{2}:\d{2}:\d{2}", "<NOW>", text)
                # Django lists a folder in the order in which the file system has it.
                text = re.sub(r"(?:^(?:Pretending to )?(?:copy|link|delet|Copy|Link|Delet).*\r?\n)+", lambda found: "".join(sorted(found.group().splitlines(True))), text, flags=re.M)
                text = strip_tracebacks(text)
                if record["exit"] == 2:   # help shows how a usage is laid out; here it says no more than that there was an error
                    text = re.sub(r"^usage: .*\n(?:[ ]+.*\n)*", "<usage>\n", text, flags=re.M)
                record[field] = text
        return record


def closing(case):
    """What a shell does for `2>&-`: the descriptors are closed before the program begins."""
    closed = []
    if case.get("stdin") == "closed":
        closed.append("0<&-")
    if case.get("closed") in ("stdout", "both"):
        closed.append(">&-")
    if case.get("closed") in ("stderr", "both"):
        closed.append("2>&-")
    return ["/bin/sh", "-c", 'exec "$@" ' + " ".join(closed), "sh"] if closed else []


class Spawned(Side):
    def start(self, argv, env, cwd, streams, case, reads, ends, place):
        def before():
            os.setsid()
            if case.get("pty"):
                fcntl.ioctl(0, termios.TIOCSCTTY, 0)
            if case.get("cwd") == "removed":
                os.rmdir(cwd)
        command = [os.fsencode(a) for a in closing(case) + self.command(place) + argv]
        process = subprocess.Popen(command, env={os.fsencode(k): os.fsencode(v) for k, v in env.items()}, cwd=cwd,
                                   stdin=streams[0], stdout=streams[1], stderr=streams[2], preexec_fn=before)
        late = self.pump(reads, lambda: process.poll() is not None, ends)
        if late:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        return process.returncode, late


class Ours(Spawned):
    def __init__(self, program, projects, folder):
        super().__init__("Tracewalk", projects, folder)
        os.makedirs(os.path.join(folder, "bin"), exist_ok=True)
        self.program = program
        self.path = os.path.join(folder, "bin", "manage.py")
        if not os.path.lexists(self.path):
            os.symlink(program, self.path)

    def command(self, place):
        return [self.path]

    @staticmethod
    def set(place, key, value):
        path = os.path.join(place, "mysite", "settings.toml")
        text = open(path, encoding="utf-8").read()
        if key == "STATIC_ROOT":
            value = "{BASE_DIR}/" + value
        with open(path, "w", encoding="utf-8") as file:
            file.write("%s = %s\n" % (key, json.dumps(value)) + text)


class Django(Spawned):
    def __init__(self, python, projects, folder, slow):
        super().__init__("Django", projects, folder)
        self.python, self.slow, self.zygote = python, slow, None

    def command(self, place):
        return self.python + [os.path.join(place, "manage.py")]

    @staticmethod
    def set(place, key, value):
        with open(os.path.join(place, "mysite", "settings.py"), "a", encoding="utf-8") as file:
            file.write("%s = %s\n" % (key, "str(BASE_DIR / %r)" % value if key == "STATIC_ROOT" else repr(value)))

    def start(self, argv, env, cwd, streams, case, reads, ends, place):
        if self.slow or closing(case) or case.get("cwd") == "removed" or PYTHON_READS & set(case.get("env", {})) or any("\udc80" <= c <= "\udcff" for a in argv for c in a) or case.get("project") == "none":
            return super().start(argv, env, cwd, streams, case, reads, ends, place)
        if self.zygote is None:
            self.socket = os.path.join(self.folder, "zygote")
            self.zygote = subprocess.Popen(self.python + [os.path.join(HERE, "zygote.py"), self.socket], env=environment(os.path.join(self.folder, "home"), {}))
            while not os.path.exists(self.socket):
                time.sleep(0.01)
            time.sleep(0.05)
        connection = socket.socket(socket.AF_UNIX)
        connection.connect(self.socket)
        request = {"argv": argv, "env": env, "cwd": cwd, "script": os.path.join(place, "manage.py")}
        socket.send_fds(connection, [json.dumps(request).encode() + b"\n"], streams)
        answer = connection.makefile("rb")
        pid = int(answer.readline())
        status = []

        def done():
            if not status and select.select([connection], [], [], 0)[0]:
                status.append(int(answer.readline()))
            return bool(status)
        late = self.pump(reads, done, ends)
        if late:
            os.killpg(pid, signal.SIGKILL)
            status.append(int(answer.readline()))
        connection.close()
        return os.waitstatus_to_exitcode(status[0]), late

    def stop(self):
        if self.zygote:
            self.zygote.kill()
            self.zygote.wait()


def python_value(value):
    return repr(tuple(value)) if isinstance(value, list) and len(value) == 2 and str(value[0]).startswith("HTTP_") else repr(value)


def serving(side, server, options):
    """What the side answers to the requests of one server."""
    settings, arguments, requests = odd_http.SERVERS[server]
    place = side.project({"files": True})
    odd_serve.prepare(place)
    if isinstance(side, Django):
        lines = ["from mysite.settings import *", "import re"]
        for key, value in settings.items():
            lines.append("%s = %s" % (key, "[re.compile(x) for x in %r]" % value if key == "DISALLOWED_USER_AGENTS" else python_value(value)))
        name = "settings_odd.py"
    else:
        lines = ['from = "mysite.settings"'] + ["%s = %s" % (key, json.dumps(value)) for key, value in settings.items()]
        name = "settings_odd.toml"
    with open(os.path.join(place, "mysite", name), "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
    os.utime(os.path.join(place, "mysite", name), (1704164645, 1704164645))
    wanted = [(label, data) for label, data in requests() if not options["labels"] or any(fnmatch.fnmatchcase(label, p) for p in options["labels"])]
    results = odd_serve.serve(side.command(place), place, environment(os.path.join(side.folder, "home"), {}), arguments, wanted)
    return odd_serve.normalised(results, side.folder)


def whole_run(side, name):
    """A run of odd_runs.py by harness.py: how it ended, what happened, what was said. Of standard output only how often the server came up:
    a banner is other words in other versions."""
    own = isinstance(side, Ours)
    ending = "toml" if own else "py"

    def spelt(x):
        return x.replace("SETTINGS", ending) if isinstance(x, str) else [spelt(y) for y in x] if isinstance(x, list) else x
    _, argv, steps, more = next(run for run in odd_runs.RUNS if run[0] == name)
    harness.PROJECTS = side.projects
    harness.PROGRAM, harness.PYTHON = (side.program, None) if own else (None, side.python[0])
    record = harness.normalised(harness.run(dict(more, name=name, group="odd", title=name, project="site", argv=argv, steps=spelt(steps), env={"PYTHONUNBUFFERED": "1", "PYTHON_COLORS": "0"})))
    told = record["stdout"] if more.get("pty") else record["stderr"]
    told = strip_tracebacks(told.replace("\r\n", "\n"))
    if more.get("pty"):
        told = told[told.rfind("CONTROL-C."):]
        told = re.sub(r"\n+(?:\x1b\[[\d;]*m)?(?:WARNING: This is a dev|For more information on prod).*", "", told)
    events = re.sub(r"(?<=\.)(?:toml|py)\b", "SETTINGS", json.dumps(record["events"]))
    return {"exit": json.dumps(record["exit"]), "events": events, "banners": record["stdout"].count("Quit the server"), "stderr": re.sub(r"(?<=settings)\.(?:toml|py)\b", ".SETTINGS", told),
            "http": [[answer["label"], [r["status_line"] for r in answer.get("responses", [])]] for answer in record["http"]]}


def load(name, default):
    path = os.path.join(HERE, name)
    return json.load(open(path, encoding="utf-8")) if os.path.exists(path) else default


def expected(record, rules):
    """What Django did, after the differences that hold everywhere; a rule is for a stream, the log, or a header."""
    record = json.loads(json.dumps(record))
    for rule in rules["everywhere"]:
        for field in ("stdout", "stderr", "log"):
            if field in record and rule.get("in", field) == field:
                record[field] = re.sub(rule["find"], rule["replace"], record[field], flags=re.M)
        for answer in record.get("responses", []):
            for header in answer["headers"]:
                if rule.get("in") == header[0] and answer["body"].startswith(rule.get("of", "")):
                    header[1] = re.sub(rule["find"], rule["replace"], header[1])
    return record


def worker(options, share):
    folder = tempfile.mkdtemp(prefix="tracewalk-odd-")
    # Two places of the same length, so that lines break at the same columns.
    ours = Ours(options["manage"], options["projects"], os.path.join(folder, "t"))
    django = Django(options["python"], options["fixtures"], os.path.join(folder, "d"), options["slow"])
    try:
        cases = {name: (argv, case) for name, argv, case in odd_cases.CASES}
        for name in share:
            if options["times"]:
                print("%.2f %s" % (time.time(), name[:100]), file=sys.stderr, flush=True)
            if name in odd_http.SERVERS:
                want, got = serving(django, name, options), serving(ours, name, options)
                for label in want:
                    print(json.dumps(["http %s: %s" % (name, label), want[label], got.get(label, {})]), flush=True)
                continue
            if name.startswith("run: "):
                print(json.dumps([name, whole_run(django, name), whole_run(ours, name)]), flush=True)
                continue
            argv, case = cases[name]
            try:
                print(json.dumps([name, django.run(argv, case), ours.run(argv, case)]), flush=True)
            except Exception as error:
                print(json.dumps([name, {"error": repr(error)}, {}]), flush=True)
                raise
    finally:
        django.stop()
        shutil.rmtree(folder, ignore_errors=True)
    return 0


def show(name, want, got):
    import difflib
    print("--- " + name)
    for field in want:
        if want[field] != got.get(field):
            w, g = (x if isinstance(x, str) else json.dumps(x, indent=0 if field == "responses" else None) for x in (want[field], got.get(field)))
            for line in difflib.unified_diff(w.splitlines(True), g.splitlines(True), "Django " + field, "Tracewalk " + field, n=1):
                print("    " + repr(line)[1:-1] if not line.endswith("\n") else "    " + line.rstrip("\n"))


def parse(arguments):
    options = {"python": ["/usr/bin/python3"], "fixtures": None, "jobs": 6, "approve": False, "slow": False, "patterns": [], "http": "", "labels": [], "keep": None, "again": False, "times": False}
    rest = []
    while arguments:
        word = arguments.pop(0)
        if word in ("--python", "--fixtures", "--jobs", "--keep"):
            options[word[2:]] = arguments.pop(0)
        elif word in ("--http", "--label"):
            if word == "--http":
                options["http"] = arguments.pop(0)
            else:
                options["labels"].append(arguments.pop(0))
        elif word in ("--approve", "--slow", "--times"):
            options[word[2:]] = True
        else:
            rest.append(word)
    if isinstance(options["python"], str):
        options["python"] = options["python"].split()
    options["jobs"] = int(options["jobs"])
    options["manage"], options["projects"] = map(os.path.abspath, rest[:2])
    options["patterns"] = rest[2:]
    return options


def main():
    if sys.argv[1:2] == ["--worker"]:
        return worker(json.loads(sys.argv[2]), json.loads(sys.argv[3]))
    options = parse(sys.argv[1:])
    chosen = [] if options["http"] == "only" else [case[0] for case in odd_runs.RUNS + odd_cases.CASES if matches(case[0], options["patterns"])]
    servers = [] if options["http"] == "no" else [name for name in odd_http.SERVERS if matches("http " + name, options["patterns"])]
    if options["fixtures"] is None:
        options["fixtures"] = tempfile.mkdtemp(prefix="tracewalk-django-")
        subprocess.check_call([sys.executable, os.path.join(HERE, "django_projects.py")] + options["python"] + [options["fixtures"]])
    results = run_all(servers + chosen, options)
    if options["keep"]:
        with open(options["keep"], "w", encoding="utf-8") as file:
            json.dump(results, file, indent=0)
    rules = {"everywhere": [], "newer_headers": {}, "reasons": {}, "cases": {}, **load("odd_declared.json", {})}
    verdicts = {name: judge(name, want, got, rules) for name, (want, got) in results.items()}
    late = [name for name, (verdict, _, _) in verdicts.items() if verdict == "differs"]
    if late and not options["approve"] and not options["again"]:
        # What a busy machine made late is tried once more, alone.
        options.update(jobs=1, again=True)
        results.update(run_all(chosen_of(late), options))
        verdicts = {name: judge(name, want, got, rules) for name, (want, got) in results.items()}
    if options["approve"]:
        approve(verdicts, rules)
    failed = []
    for name, (verdict, want, got) in verdicts.items():
        if verdict == "differs":
            failed.append(name)
            show(name, want, got)
        elif verdict == "gone":
            failed.append(name)
            print("--- %s: declared, and now as Django" % name)
    for name, (reason, _) in rules["cases"].items():
        if reason not in rules["reasons"]:
            failed.append(name)
            print("--- %s: declared without a reason" % name)
        if not options["patterns"] and not options["labels"] and not options["http"] and name not in results:
            failed.append(name)
            print("--- %s: declared, and there is no such case" % name)
    count = lambda which: sum(1 for verdict, _, _ in verdicts.values() if verdict == which)
    print("%d cases: %d the same, %d declared, %d wrong" % (len(results), count("same"), count("declared"), len(failed)))
    return 1 if failed or not results else 0


def run_all(work, options):
    """case -> (what Django does, what we do); each worker has a network of its own."""
    workers = []
    for i in range(options["jobs"]):
        share = work[i::options["jobs"]]
        if share:
            command = [sys.executable, os.path.abspath(__file__), "--worker", json.dumps(options), json.dumps(share)]
            place = os.path.join(tempfile.mkdtemp(prefix="tracewalk-odd-"), "run")
            workers.append(subprocess.Popen(netns.command(command), stdout=subprocess.PIPE, env=dict(os.environ, RUN_DIR=place)))
    results = {}

    def collect(process):   # each at once: a worker whose pipe is full waits
        for line in process.stdout:
            name, want, got = json.loads(line)
            results[name] = (want, got)
        if process.wait():
            print("a worker ended with", process.returncode)
    readers = [threading.Thread(target=collect, args=(process,)) for process in workers]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    return results


def digest(want, got):
    """Of what we do where Django does another thing."""
    own = {field: got.get(field) for field in want.keys() | got.keys() if want.get(field) != got.get(field)}
    return hashlib.sha256(json.dumps(own, sort_keys=True).encode()).hexdigest()[:10]


def judge(name, want, got, rules):
    want, got = expected(want, rules), without_newer_headers(want, json.loads(json.dumps(got)), rules)
    if want == got:
        return ("gone" if name in rules["cases"] else "same"), want, got
    return ("declared" if rules["cases"].get(name, ["", ""])[1] == digest(want, got) else "differs"), want, got


def without_newer_headers(want, got, rules):
    """Headers that the older Django does not know yet are left out where its own answer lacks them."""
    for theirs, answer in zip(want.get("responses", []), got.get("responses", [])):
        known = {name for name, _ in theirs["headers"]}
        answer["headers"] = [[name, value] for name, value in answer["headers"] if name in known or name not in rules.get("newer_headers", {})]
    return got


def approve(verdicts, rules):
    """Writes down what differs now; a new difference has no reason yet, and fails until somebody gives one."""
    cases = rules["cases"]
    for name, (verdict, want, got) in verdicts.items():
        if verdict in ("same", "gone"):
            cases.pop(name, None)
        else:
            cases[name] = [cases.get(name, ["?"])[0], digest(want, got)]
    save(rules)


def save(rules):
    with open(os.path.join(HERE, "odd_declared.json"), "w", encoding="utf-8") as out:
        parts = []
        parts.append(' "everywhere": [\n  ' + ",\n  ".join(json.dumps(rule) for rule in rules["everywhere"]) + "\n ]")
        for part in ("newer_headers", "reasons", "cases"):
            lines = ",\n  ".join("%s: %s" % (json.dumps(key), json.dumps(value)) for key, value in sorted(rules[part].items()))
            parts.append(' "%s": {\n  %s\n }' % (part, lines))
        out.write("{\n" + ",\n".join(parts) + "\n}\n")


def chosen_of(names):
    """The work that makes these results: whole servers for requests."""
    out = []
    for name in names:
        found = re.match(r"http ([^:]+): ", name)
        work = found.group(1) if found else name
        if work not in out:
            out.append(work)
    return out


def matches(name, patterns):
    return not patterns or any(fnmatch.fnmatchcase(name, p) for p in patterns)


if __name__ == "__main__":
    sys.exit(main())
