#!/usr/bin/env python3
"""Recordings: whole after every way to end, on every disk, whoever meddles with the file.

    run.py MANAGE PROJECTS [NAME...]     PROJECTS: the built tests/projects; NAME: only these tests

Runs in a namespace of its own, with its own loopback and a small disk.
"""
import calendar
import fcntl
import http.client
import json
import os
import random
import re
import resource
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..")]
import netns
import recordings
from recordings import Broken, check

PROGRAM = PROJECTS = FOLDER = DISK = None
TESTS = []


def test(function):
    TESTS.append(function)
    return function


# ------------------------------------------------------------------ runs
def environment(**more):
    return {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "DJANGO_SETTINGS_MODULE": "mysite.settings", **more}


def run(*argv, cwd=None, env=None, **options):
    return subprocess.run([PROGRAM, *argv], cwd=cwd or FOLDER, env=env or environment(), capture_output=True, text=True, timeout=60, **options)


class Server:
    """A server that records; its own output goes to a file."""
    next_port = 8100

    def __init__(self, file, *options, project="faults", reload=False, cwd=None, **popen):
        Server.next_port += 1
        self.port, self.file = Server.next_port, file
        self.output = tempfile.TemporaryFile()
        argv = [PROGRAM, "runserver", str(self.port), "--trace-file=" + file, *([] if reload else ["--noreload"]), *options]
        self.process = subprocess.Popen(argv, cwd=cwd or os.path.join(PROJECTS, project), stdout=self.output, stderr=self.output,
                                        env=environment(), start_new_session=True, **popen)
        self.pid = self.process.pid

    def text(self):
        return os.pread(self.output.fileno(), 1 << 26, 0).decode(errors="replace")

    def warnings(self):
        return [line for line in self.text().split("\n") if line.startswith("tracer:")]

    def ready(self):
        wait_for(lambda: self.answers() or self.process.poll() is not None)
        check(self.process.poll() is None, "the server ended: %s", self.text())
        return self

    def answers(self):
        try:
            socket.create_connection(("127.0.0.1", self.port), 1).close()
            return True
        except OSError:
            return False

    def get(self, path="/hello/", headers={}):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request("GET", path, headers=headers)
            return connection.getresponse().read().decode()
        finally:
            connection.close()

    def try_get(self, path):
        try:
            return self.get(path)
        except (OSError, http.client.HTTPException):
            return None  # it died meanwhile

    def end(self, signum=signal.SIGINT):
        self.process.send_signal(signum)
        return self.process.wait(30)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        try:
            os.killpg(self.pid, signal.SIGKILL)
        except OSError:
            pass
        self.process.wait()
        self.output.close()


class Load:
    """Clients that never stop asking, or only for a moment."""
    def __init__(self, server, clients=2, path="/hello/", pause=0):
        self.stopped, self.answers, self.pause = False, 0, pause
        self.threads = [threading.Thread(target=self.ask, args=(server.port, path), daemon=True) for _ in range(clients)]
        for thread in self.threads:
            thread.start()

    def ask(self, port, path):
        while not self.stopped:
            try:
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
                while not self.stopped:
                    connection.request("GET", path)
                    connection.getresponse().read()
                    self.answers += 1
                    time.sleep(self.pause)
            except (OSError, http.client.HTTPException):
                time.sleep(0.005)

    def stop(self):
        self.stopped = True
        for thread in self.threads:
            thread.join()


def wait_for(condition, seconds=20):
    limit = time.monotonic() + seconds
    while not condition():
        check(time.monotonic() < limit, "waited %d s in vain", seconds)
        time.sleep(0.01)


def fresh(name):
    return os.path.join(FOLDER, name)


def wall(event, events):
    """When an event happened, in seconds since 1970."""
    text = events[0]["args"]["wall_clock"]
    whole = time.strptime(text[:19], "%Y-%m-%dT%H:%M:%S")
    return calendar.timegm(whole) + float("0" + text[19:-1]) + event["ts"] / 1e6


# ------------------------------------------------------------------ the file
@test
def a_run_is_recorded_silently_and_whole():
    file = fresh("check.json")
    plain, recorded = run("check"), run("check", "--trace-file=check.json")
    check((plain.stdout, plain.stderr, plain.returncode) == (recorded.stdout, recorded.stderr, recorded.returncode),
          "a recorded run prints something else: %r %r", recorded.stdout, recorded.stderr)
    events = recordings.read(file)
    check(stat.S_IMODE(os.stat(file).st_mode) == 0o600, "mode %o", os.stat(file).st_mode)
    args = events[0]["args"]
    check(args["producer"] == "tracewalk" and args["django"].startswith("5.2") and args["argv"][1:] == ["check"], "%r", args)
    check(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", args["wall_clock"]), "%r", args["wall_clock"])
    check(args["records"] == ["frame", "point", "decision", "syscall"], "%r", args["records"])
    check(abs(wall(events[-1], events) - time.time()) < 5, "the wall clock is wrong")
    check(not recordings.open_frames(events), "frames are open: %r", recordings.open_frames(events))
    check(stages(events)[0] == "manage.main" and "conf.Settings.__init__" in stages(events), "stages are missing")
    check(any("syscall" in s or "registry" in s for s in stages(events)), "deep stages are missing")
    check(os.listdir(FOLDER) == ["check.json"], "left behind: %r", os.listdir(FOLDER))


stages = recordings.stages


@test
def narration_is_the_same_with_and_without_a_recording():
    def told(*argv):
        text = run(*argv).stderr
        text = re.sub(r"(?m)^ *\d+\.\d{3}", "<at>", text)
        return re.sub(r"─+$|\d+(\.\d+)? (us|ms|s)\b|(?<=历时 )[\d.]+", "", text, flags=re.M)
    for argv in (["check"], ["help", "runserver"], ["runservr"], ["runserver", "--noreload", "192.0.2.1:80"]):
        for options in (["--trace"], ["--trace-zoom=0"], ["--trace-zoom=2"], ["--trace-zoom=3"], ["--trace=apps.*", "--trace-lang=zh"]):
            alone, both = told(*argv, *options), told(*argv, *options, "--trace-file=both.json")
            check(alone and alone == both, "%r %r: the narration differs:\n%s\n---\n%s", argv, options, alone, both)
            events = recordings.read(fresh("both.json"))
            patterns = options[0].startswith("--trace=")
            check(patterns == all(s.startswith("apps.") for s in stages(events)), "%r: --trace=PATTERN limits the recording, a zoom does not", options)


@test
def a_file_that_cannot_be_recorded_into_ends_the_run_before_it_begins():
    os.mkdir(fresh("folder"))
    os.mkfifo(fresh("fifo"))
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(fresh("socket"))
    os.symlink("loop", fresh("loop"))
    os.symlink("nowhere/x.json", fresh("dangling"))
    open(fresh("plain"), "w").write("kept")
    cases = ["folder", "folder/", "fifo", "socket", "loop", "dangling", "/dev/full", "/dev/null", "/dev/stdin", "/dev/stdout", "/dev/stderr", "", "none/x.json",
             "plain/x.json", "new/", "a\nb", "x" * 300, "/proc/x.json", "/proc/version"]
    before = sorted(os.listdir(FOLDER))
    for case in cases:
        done = run("check", "--trace-file=" + case, stdin=subprocess.DEVNULL)
        check(done.returncode == 2 and done.stdout == "" and re.fullmatch(r"tracer: --trace-file.*: .+\n", done.stderr),
              "%r: code %d, %r, %r", case, done.returncode, done.stdout, done.stderr)
        check(sorted(os.listdir(FOLDER)) == before, "%r: left behind %r", case, os.listdir(FOLDER))
    done = run("check", "--trace-file")
    check(done.returncode == 2 and "needs its value" in done.stderr, "%r", done.stderr)
    output = fresh("output.txt")
    with open(output, "w") as to:
        done = subprocess.run([PROGRAM, "check", "--trace-file=output.txt"], cwd=FOLDER, stdout=to, stderr=subprocess.PIPE, env=environment(), text=True)
    check(done.returncode == 2 and "standard output" in done.stderr, "%r", done.stderr)
    if os.geteuid() == 0:
        with open("/proc/self/uid_map") as maps:
            everybody = int(maps.read().split()[2]) > 65534
        if everybody:  # root may write everywhere: become nobody
            open(fresh("old.json"), "w").write("kept")
            os.chmod(FOLDER, 0o777)
            nobody = {"preexec_fn": lambda: os.setuid(65534)}
            for mode, folder_mode, said in ((0o444, 0o777, "cannot be written"), (0o666, 0o755, "no file can be made")):
                os.chmod(fresh("old.json"), mode)
                os.chmod(FOLDER, folder_mode)
                done = run("check", "--trace-file=old.json", **nobody)
                check(done.returncode == 2 and said in done.stderr, "mode %o: %d %r", mode, done.returncode, done.stderr)
                check(open(fresh("old.json")).read() == "kept", "the old file is gone")
            os.chmod(FOLDER, 0o755)


@test
def a_file_that_is_there_is_replaced_and_nothing_else():
    old = fresh("old.json")
    open(old, "w").write("an older recording")
    os.chmod(old, 0o644)
    os.link(old, fresh("second name"))
    for options in (["--trace-zoom=9"], ["--trace-help"], ["--trace-version"], ["--trace=nosuchstage"]):
        run("check", "--trace-file=old.json", *options)
        check(open(old).read() == "an older recording", "%r: the old file is gone", options)
    run("check", "--trace-file=old.json")
    recordings.read(old)
    check(stat.S_IMODE(os.stat(old).st_mode) == 0o600, "mode %o", os.stat(old).st_mode)
    check(open(fresh("second name")).read() == "an older recording", "another name of the old file changed")
    os.mkdir(fresh("elsewhere"))
    os.symlink("elsewhere/real.json", fresh("link.json"))
    for _ in range(2):  # what it names is not there, and is there
        run("check", "--trace-file=link.json")
        check(os.path.islink(fresh("link.json")), "the link is gone")
        recordings.read(fresh("elsewhere/real.json"))
    check(sorted(os.listdir(FOLDER)) == ["elsewhere", "link.json", "old.json", "second name"], "left behind: %r", os.listdir(FOLDER))
    check(os.listdir(fresh("elsewhere")) == ["real.json"], "left behind: %r", os.listdir(fresh("elsewhere")))


@test
def a_full_disk_at_the_start_leaves_the_old_file():
    with small_disk() as disk:
        file = os.path.join(disk, "old.json")
        open(file, "w").write("kept")
        fill(disk)
        done = run("check", "--trace-file=" + file)
        check(done.returncode == 2 and "No space left" in done.stderr, "%d %r", done.returncode, done.stderr)
        check(open(file).read() == "kept" and sorted(os.listdir(disk)) == ["filler", "old.json"], "%r", os.listdir(disk))


# ------------------------------------------------------------------ ways to end
@test
def a_killed_server_leaves_valid_json_that_reaches_to_the_last_moments():
    kills, valid, gaps = 0, 0, []
    chance = random.Random(31)
    # A kill that hits the very write tears the tail. At 100 kills one torn file is within the promise, and two are not; but they may be bad
    # luck: then 200 more tell.
    while kills < 100 or valid < 0.99 * kills and kills < 300:
        kills += 1
        file = fresh("killed.json")
        with Server(file) as server:
            server.ready()
            load = Load(server, pause=0.002)
            wait_for(lambda: load.answers > 0)
            time.sleep(chance.random() * 0.1)
            server.process.kill()
            at = time.time()
            server.process.wait()
            load.stop()
            try:
                events = json.load(open(file)) if kills % 20 else recordings.read(file)
                valid += 1
                gaps.append(at - max([wall(event, events) for event in events if event["ph"] != "M"], default=0))
            except (ValueError, Broken) as error:
                print("    torn:", error)
    gaps.sort()
    print("    %d of %d valid at once; the last event is %.1f ms old (median), %.1f ms (90 of 100)" %
          (valid, kills, gaps[len(gaps) // 2] * 1e3, gaps[len(gaps) * 9 // 10] * 1e3))
    check(valid >= 0.99 * kills, "only %d of %d are valid JSON", valid, kills)
    check(gaps[len(gaps) // 2] < 0.05, "too much is missing")


@test
def a_file_that_grows_is_valid_at_every_moment():
    with Server(fresh("grows.json")) as server:
        server.ready()
        load, sizes, torn = Load(server, pause=0.01), [], 0
        for _ in range(60):
            os.kill(server.pid, signal.SIGSTOP)  # a moment, held
            data = open(server.file, "rb").read()
            os.kill(server.pid, signal.SIGCONT)
            json.loads(data)
            sizes.append(len(data))
            try:
                json.loads(open(server.file, "rb").read())  # on the run: a read may be overtaken by a write, but rarely
            except ValueError:
                torn += 1
            time.sleep(0.01)
        load.stop()
        check(server.end() == 0, "code %d", server.process.returncode)
        check(sizes[0] < sizes[20] < sizes[-1], "it does not grow: %r", sizes)
        check(torn <= 3, "%d of 60 reads on the run were torn", torn)
        recordings.read(server.file)


def end_of(way):
    """The recording of a server that a view ended, its exit code, and what it printed."""
    with Server(fresh("end.json")) as server:
        server.ready()
        server.try_get("/end/?way=" + way)
        code = server.process.wait(20)
        return recordings.read(server.file), code, server.text()


@test
def a_crash_is_recorded_to_its_last_event_and_stays_the_crash_it_was():
    ways = {"segfault": -signal.SIGSEGV, "overflow": -signal.SIGSEGV, "abort": -signal.SIGABRT, "terminate": -signal.SIGABRT,
            "noexcept": -signal.SIGABRT, "kill": -signal.SIGTERM, "exit": 7, "os_exit": 5}
    for way, wanted in ways.items():
        events, code, text = end_of(way)
        check(code == wanted, "%s: code %d instead of %d", way, code, wanted)
        points = [event for event in events if event["ph"] == "i" and event["args"].get("values") == {"word": "'before %s'" % way}]
        check(len(points) == 1, "%s: the last event is missing", way)
        ended = [event for event in events if event["ph"] == "E" and event["args"].get("error") == "process ended"]
        check(not recordings.open_frames(events) and len(ended) > 8, "%s: frames stay open: %r", way, recordings.open_frames(events))
        check(events[-1]["args"].get("id") == "manage.main" or ended, "%s: %r", way, events[-1])
        signals = [event["args"]["signal"] for event in events if event["name"].startswith("killed by")]
        check(signals == ([signal.Signals(-wanted).name] if wanted < 0 else []), "%s: %r", way, signals)
        last = max(e["ts"] for e in events if e["ph"] != "M")
        check(last - points[0]["ts"] < 1e6, "%s: dying took %d us", way, last - points[0]["ts"])
        check(not any(line.startswith("tracer:") for line in text.split("\n")), "%s: %s", way, text)


@test
def the_child_of_a_fork_writes_nothing():
    with Server(fresh("fork.json")) as server:
        server.ready()
        begun = time.monotonic()
        for _ in range(3):
            check(server.get("/end/?way=fork") == "still here\n", "no answer")
        check(time.monotonic() - begun < 4, "the child waits for a writer thread that it does not have")
        check(server.end() == 0 and not server.warnings(), "code %d, %r", server.process.returncode, server.warnings())
        events = recordings.read(server.file)
        check({event["pid"] for event in events} == {server.pid}, "another process wrote: %r", {event["pid"] for event in events})
        check(not any("forked" in json.dumps(event) for event in events), "the child's events are there")


@test
def signals_that_end_a_server_close_its_frames():
    for signum, wanted in ((signal.SIGTERM, -15), (signal.SIGHUP, -1), (signal.SIGQUIT, -3), (signal.SIGINT, 0)):
        with Server(fresh("signal.json"), preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CORE, (0, 0))) as server:
            server.ready().get()
            check(server.end(signum) == wanted, "%s: code %d", signum, server.process.returncode)
            events = recordings.read(server.file)
            check(not recordings.open_frames(events), "%s: %r", signum, recordings.open_frames(events))
            check("handlers.wsgi.WSGIHandler.__call__" in stages(events), "%s: the request is missing", signum)


@test
def a_process_that_ends_by_os_exit_closes_its_frames():
    with Server(fresh("first.json")) as server:
        server.ready()
        second = run("runserver", str(server.port), "--noreload", "--trace-file=second.json", cwd=os.path.join(PROJECTS, "faults"))
        check(second.returncode == 1 and second.stderr == "Error: That port is already in use.\n", "%d %r", second.returncode, second.stderr)
        file = os.path.join(PROJECTS, "faults", "second.json")
        events = recordings.read(file)
        os.unlink(file)
        errors = [event["args"]["error"] for event in events if event["ph"] == "E" and "error" in event["args"]]
        check(errors and errors[-1] == "process ended" and any(e.startswith("OSError(98") for e in errors), "%r", errors)
        check(not recordings.open_frames(events), "%r", recordings.open_frames(events))


# ------------------------------------------------------------------ several processes
@test
def parent_and_children_of_the_reloader_share_one_file():
    project = fresh("project")
    shutil.copytree(os.path.join(PROJECTS, "faults"), project)
    with Server("shared.json", reload=True, cwd=project) as server:
        server.ready().get()
        first = server.get()
        check(first == "hello\n", "%r", first)
        settings = os.path.join(project, "mysite", "settings.toml")
        time.sleep(1.1)
        library = os.path.join(project, "mysite", "urls.so")
        for path in (settings, library):
            os.utime(path)
        wait_for(lambda: server.text().count("Starting development server") == 2, 30)
        server.ready().get("/end/?way=unknown")
        os.killpg(server.pid, signal.SIGINT)
        check(server.process.wait(30) == 0, "code %d: %s", server.process.returncode, server.text())
        check(not server.warnings(), "%r", server.warnings())
        events = recordings.read(os.path.join(project, "shared.json"))
    names = {event["pid"]: event["args"]["name"] for event in events if event["name"] == "process_name"}
    check(sorted(names.values()) == ["child", "child", "parent"] and names[server.pid] == "parent", "%r", names)
    check(len(recordings.metadata(events)) == 3, "%d metadata lines", len(recordings.metadata(events)))
    check(len({event["args"]["wall_clock"] for event in recordings.metadata(events)}) == 1, "zeros differ")
    check(not recordings.open_frames(events), "%r", recordings.open_frames(events))
    threads = {event["args"]["name"] for event in events if event["name"] == "thread_name"}
    check("django-main-thread" in threads and any(re.fullmatch(r"Thread-\d+ \(process_request_thread\)", t) for t in threads), "%r", threads)
    starts = [event["ts"] for event in events if event["ph"] == "B" and event["args"]["id"] == "manage.main"]
    check(starts == sorted(starts) and starts[2] > 1e6, "the zero is not the first process's: %r", starts)
    requests = {event["args"]["request"] for event in events if event["ph"] == "B" and "request" in event["args"]}
    check(len(requests) >= 2, "%r", requests)


@test
def a_child_joins_the_file_of_its_own_run_only():
    run("check", "--trace-file=other.json")
    before = open(fresh("other.json"), "rb").read()
    env = environment(RUN_MAIN="true", TRACEWALK_TRACE="--trace-file=%s\nticket=1@2020-01-01T00:00:00.000000Z" % fresh("other.json"))
    done = run("check", env=env)
    check(open(fresh("other.json"), "rb").read() == before, "another run's recording was added to")
    check(done.returncode == 0 and re.fullmatch(r"tracer: .*this process is not recorded\n", done.stderr), "%d %r", done.returncode, done.stderr)
    env["TRACEWALK_TRACE"] = "--trace-file=%s\nticket=1@x" % fresh("none.json")
    done = run("check", env=env)
    check(done.returncode == 0 and "No such file" in done.stderr and not os.path.exists(fresh("none.json")), "%r", done.stderr)


@test
def two_runs_at_once_have_a_file_each():
    with Server(fresh("one.json")) as one, Server(fresh("two.json")) as two:
        loads = [Load(one.ready(), pause=0.005), Load(two.ready(), pause=0.005)]
        time.sleep(0.5)
        for load in loads:
            load.stop()
        for server in (one, two):
            check(server.end() == 0 and not server.warnings(), "%r", server.warnings())
            check({event["pid"] for event in recordings.read(server.file)} == {server.pid}, "mixed up")


@test
def a_run_that_takes_the_file_of_another_is_told_about():
    with Server(fresh("taken.json")) as first:
        first.ready().get()
        with Server(fresh("taken.json")) as second:
            second.ready().get()
            first.get()
            wait_for(lambda: first.warnings())
            check(len(first.warnings()) == 1 and "deleted or replaced" in first.warnings()[0], "%r", first.warnings())
            check(first.get() == "hello\n" and first.end() == 0 and second.end() == 0 and not second.warnings(), "%r", second.warnings())
            check({event["pid"] for event in recordings.read(second.file)} == {second.pid}, "mixed up")


# ------------------------------------------------------------------ trouble with the file
class small_disk:
    """A disk of its own: 4 MiB in memory."""
    def __enter__(self):
        os.makedirs(DISK, exist_ok=True)
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "none", DISK], check=True)
        return DISK

    def __exit__(self, *_):
        subprocess.run(["umount", "-l", DISK], check=True)


def fill(disk):
    with open(os.path.join(disk, "filler"), "wb", buffering=0) as filler:
        try:
            while True:
                filler.write(bytes(4096))
        except OSError:
            pass


@test
def a_full_disk_is_said_once_and_survived():
    with small_disk() as disk, Server(os.path.join(disk, "full.json")) as server:
        server.ready().get()
        fill(disk)
        wait_for(lambda: server.get() and server.warnings())
        before = os.path.getsize(server.file)
        for _ in range(20):
            check(server.get() == "hello\n", "no answer on a full disk")
            json.loads(open(server.file, "rb").read())
        for _ in range(8):
            check(server.get("/flood/?events=100000") == "told\n", "no answer on a full disk")  # more than the memory holds
        recordings.read(server.file)
        check(os.path.getsize(server.file) < before + 65536, "the disk is not full")
        os.unlink(os.path.join(disk, "filler"))
        subprocess.run(["mount", "-o", "remount,size=400m", disk], check=True)
        wait_for(lambda: os.path.getsize(server.file) > before + 65536)
        check(server.get("/end/?way=afterwards") == "still here\n", "no answer")
        wait_for(lambda: b"before afterwards" in open(server.file, "rb").read())
        check(server.end() == 0, "code %d", server.process.returncode)
        events, warnings = json.load(open(server.file)), server.warnings()
        check(len(warnings) == 2 and "No space left" in warnings[0], "%r", warnings)
        said = int(re.search(r"(\d+) events are missing", warnings[1]).group(1))
        check(said == recordings.lost(events) > 0, "%d are said to be missing, %d in the file", said, recordings.lost(events))
        floods = sum(event["ph"] == "i" and "i" in event["args"].get("values", {}) for event in events)
        check(floods + said >= 800000, "%d recorded, %d lost of 800000", floods, said)


@test
def a_disk_that_stays_full_keeps_a_place_for_the_count():
    with small_disk() as disk, Server(os.path.join(disk, "full.json")) as server:
        server.ready().get()
        fill(disk)
        wait_for(lambda: server.get() and server.warnings())
        server.get("/flood/?events=5000")
        check(server.end() == 0, "code %d", server.process.returncode)
        events, warnings = recordings.read(server.file), server.warnings()
        said = int(re.search(r"(\d+) events are missing", warnings[-1]).group(1))
        check(len(warnings) == 2 and said == recordings.lost(events) >= 5000, "%r; %d in the file", warnings, recordings.lost(events))


@test
def a_limit_on_file_size_is_an_error_and_no_signal():
    with Server(fresh("limit.json"), preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (300000, 300000))) as server:
        server.ready()
        wait_for(lambda: server.get() and server.warnings())
        check(server.get() == "hello\n", "no answer")
        check(server.end() == 0, "code %d", server.process.returncode)
        check("File too large" in server.warnings()[0] and len(server.warnings()) == 2, "%r", server.warnings())
        check(os.path.getsize(server.file) <= 300000, "larger than it may be")
        check(recordings.lost(recordings.read(server.file)) > 0, "the count is not in the file")


def meddled(meddle):
    """A server whose recording somebody changed; the server, still running."""
    server = Server(fresh("meddled.json")).ready()
    server.get()
    wait_for(lambda: os.path.getsize(server.file) > 30000)
    meddle(server.file)
    wait_for(lambda: server.get() == "hello\n" and (server.warnings() or os.path.exists(server.file) and b"hello" in open(server.file, "rb").read()))
    time.sleep(0.05)
    return server


@test
def whoever_meddles_with_the_file_does_not_hurt_the_server():
    def cut(to):
        def act(path):
            with open(path, "r+b") as file:
                fcntl.lockf(file, fcntl.LOCK_EX)   # not in the middle of a write
                file.truncate(to if to >= 0 else os.path.getsize(path) + to)
        return act

    def write(text, mode="wb"):
        def act(path):
            with open(path, mode) as file:
                fcntl.lockf(file, fcntl.LOCK_EX)
                file.write(text)
        return act

    def overwritten(path):
        with open(path, "r+b") as file:
            fcntl.lockf(file, fcntl.LOCK_EX)   # in one go: the recorder writes under this lock
            file.truncate(0)
            file.write(b"somebody else's text\n")
            file.flush()

    for name, meddle in (("emptied", cut(0)), ("cut", cut(20000)), ("cut in the first line", cut(50)), ("the bracket cut off", cut(-3)),
                         ("a torn line", write(b',\n{"name":"x","args":{"a":{}', "ab"))):
        server = meddled(meddle)
        with server:
            server.get("/end/?way=afterwards")
            check(server.end() == 0 and not server.warnings(), "%s: %r", name, server.warnings())
            text = open(server.file, "rb").read()
            events = json.loads(text)
            check(b"before afterwards" in text and events[0]["name"] == "tracewalk", "%s: it does not go on", name)
    for name, meddle in (("deleted", os.unlink), ("replaced", lambda path: os.replace(copy_of_us(), path)),
                         ("overwritten", overwritten)):
        server = meddled(meddle)
        with server:
            text = open(server.file, "rb").read() if os.path.exists(server.file) else b""
            check(server.get() == "hello\n" and server.end() == 0, "%s", name)
            check(len(server.warnings()) == 1 and "not recorded" in server.warnings()[0], "%s: %r", name, server.warnings())
            check((open(server.file, "rb").read() if os.path.exists(server.file) else b"") == text, "%s: it was written to", name)


def copy_of_us():
    return shutil.copy(__file__, fresh("somebody else's"))


# ------------------------------------------------------------------ what is in it
@test
def secrets_are_masked_and_nothing_in_a_request_breaks_the_file():
    with Server(fresh("odd.json")) as server:
        server.ready()
        server.get("/hello/?a=%00%1b%5b31m", {"Cookie": "session=TheCookie", "Authorization": "Basic TheAuthorization"})
        for target in (b"/a\x1b[2J", b"/\xff\xfe\xc3", "/\u202eabc\u2066\u2028\u2029\ufeff\u200b".encode(), b"/%e2%80%ae%ff%00%0a", b"/" + b"\\\"</script>]]>" * 9, b"/\xed\xa0\x80", b"/" + b"\x01" * 200):
            for version in (b"HTTP/1.1", b"HTTP/9\xff"):
                with socket.create_connection(("127.0.0.1", server.port), 5) as connection:
                    connection.sendall(b"GET " + target + b" " + version + b"\r\nHost: x\x07\xff\r\nConnection: close\r\n\r\n")
                    connection.settimeout(5)
                    while connection.recv(65536):
                        pass
        check(server.end() == 0, "code %d", server.process.returncode)
        recordings.read(server.file)
        text = open(server.file, "rb").read()
        for secret in (b"TheCookie", b"TheAuthorization", b"the-key-that-no-recording-may-show"):
            check(secret not in text, "%r is shown", secret)


@test
def thousands_of_request_threads_take_no_more_memory():
    def memory(pid):
        return int(re.search(r"VmRSS:\s+(\d+)", open("/proc/%d/status" % pid).read()).group(1))
    with Server(fresh("threads.json")) as server:
        server.ready()
        for _ in range(300):
            server.get()
        before = memory(server.pid)
        for _ in range(2500):
            server.get()  # a connection, and so a thread, each
        after = memory(server.pid)
        check(server.end() == 0 and not server.warnings(), "%r", server.warnings())
        events = recordings.read(server.file)
        threads = {event["tid"] for event in events if event["ph"] == "B" and event["args"]["id"] == "threading.Thread.run"}
        check(len(threads) >= 2800, "%d threads", len(threads))
        print("    %d threads, %d events, %d KiB before, %d KiB after" % (len(threads), len(events), before, after))
        check(after - before < 4096, "memory grew from %d to %d KiB", before, after)


@test
def more_threads_than_can_be_recorded_are_counted():
    resource.setrlimit(resource.RLIMIT_NOFILE, (8192, 8192))
    with Server(fresh("many.json")) as server:
        server.ready()
        connections = []
        for number in range(2300):
            connections.append(socket.create_connection(("127.0.0.1", server.port)))
            wait_for(lambda: threads_of(server.pid) > number)
        for connection in connections:
            connection.close()
        wait_for(lambda: threads_of(server.pid) < 10)
        check(server.get() == "hello\n", "no answer")
        check(server.end() == 0, "code %d", server.process.returncode)
        events = recordings.read(server.file)
        said = int(re.search(r"(\d+) events are missing", server.warnings()[0]).group(1))
        check(said == recordings.lost(events) > 0, "%d are said to be missing, %d in the file", said, recordings.lost(events))


def threads_of(pid):
    return len(os.listdir("/proc/%d/task" % pid))


def main():
    global PROGRAM, PROJECTS, FOLDER, DISK
    PROGRAM, PROJECTS = map(os.path.abspath, sys.argv[1:3])
    if os.environ.get(netns.MARK) != "1":
        whole = netns.command([sys.executable, os.path.abspath(__file__), PROGRAM, PROJECTS] + sys.argv[3:], mounts=True)
        os.execvpe(whole[0], whole, {**os.environ, netns.MARK: "1"})
    failed = 0
    wanted = [t for t in TESTS if not sys.argv[3:] or t.__name__ in sys.argv[3:]]
    with tempfile.TemporaryDirectory(prefix="tracewalk-recording-") as top:
        DISK = os.path.join(top, "disk")
        for number, act in enumerate(wanted):
            FOLDER = os.path.join(top, str(number))
            os.mkdir(FOLDER)
            os.chmod(top, 0o755)
            begun = time.monotonic()
            try:
                act()
                print("%-75s %5.1f s" % (act.__name__.replace("_", " "), time.monotonic() - begun), flush=True)
            except Exception as error:
                failed += 1
                print("FAILED: %s: %s: %s" % (act.__name__, type(error).__name__, error), flush=True)
                if not isinstance(error, Broken):
                    import traceback
                    traceback.print_exc(file=sys.stdout)
    print("%d tests, %d failures" % (len(wanted), failed))
    return 1 if failed or not wanted else 0


if __name__ == "__main__":
    sys.exit(main())
