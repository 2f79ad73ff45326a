#!/usr/bin/env python3
"""Does the recorder tell what a real Django does, and does the project not notice it?

    recorder_test.py [TEST...]

Runs Debian's Django 3.2 (and any other Python of this machine that can run it) with the recorder and the listener of listener.py.
Needs Linux with network namespaces, and /usr/bin/python3 with Debian's python3-django.
"""
import ast
import glob
import importlib.util
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.join(HERE, "..", "..")
sys.path[:0] = [HERE, os.path.join(HERE, ".."), os.path.join(HERE, "..", "parity")]
import compare
import django_projects
import harness
import listener
import netns
import runner
import tree

PYTHON = "/usr/bin/python3"
# The recordings of Django 3.2 in tests/parity/trees/3.2 that are compared with what the recorder tells of this machine's.
TREES = ["help", "unknown_near", "rs_plain", "rs_site", "addr_in_use", "sig_ctrl_c_tty", "reload_basic", "reload_touch"]
# Runs whose output, exit code, files and HTTP answers must be the same with the recorder and without.
SAME = ["help", "help_runserver", "version", "unknown_near", "check", "greet", "fail", "crash", "rs_site", "rs_checkerror", "addr_in_use", "addr_port_big",
        "rs_nothreading", "http_expect", "http_disconnect", "sig_ctrl_c_tty", "sig_term_noreload", "sig_term_parent_reload",
        "sig_int_parent_reload", "settings_missingapp_reload", "reload_touch", "comp_run",
        "nosettings_runserver", "settings_nosuch_runserver_reload", "settings_broken_runserver"]
CLEAN = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": tempfile.gettempdir(), "LANG": "C.UTF-8"}


def check(condition, text):
    if not condition:
        raise AssertionError(text)


def same(want, got, text):
    if want != got:
        a, b = str(want), str(got)
        at = max(0, len(os.path.commonprefix([a, b])) - 100)
        raise AssertionError("%s:\n  without: ...%s\n  with:    ...%s" % (text, a[at:at + 1500], b[at:at + 1500]))


def load_recorder():
    spec = importlib.util.spec_from_file_location("recorder", listener.RECORDER)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def other_pythons():
    """Interpreters that can run Debian's Django 3.2: [(version, path)]"""
    found = {}
    candidates = glob.glob(os.path.expanduser("~/.pyenv/versions/*/bin/python")) + [shutil.which("python3.%d" % n) for n in range(8, 15)]
    for path in filter(None, candidates):
        ask = subprocess.run([path, "-c", "import sys, zoneinfo, cgi; print('%d.%d' % sys.version_info[:2])"], capture_output=True, text=True, env=CLEAN)
        if ask.returncode == 0 and ask.stdout.strip() not in found:
            found[ask.stdout.strip()] = path
    return sorted(found.items())


class Site:
    """The folder with the two projects, made once; and, for other interpreters, one with Debian's Django alone."""
    folder = None

    @classmethod
    def make(cls):
        cls.folder = tempfile.mkdtemp(prefix="tracewalk-recorder-")
        django_projects.make(PYTHON, os.path.join(cls.folder, "projects"))
        harness.PROJECTS = os.path.join(cls.folder, "projects")
        harness.PYTHON = PYTHON
        packages = os.path.join(cls.folder, "packages")
        os.mkdir(packages)
        for name in ("django", "asgiref", "sqlparse", "pytz"):
            os.symlink("/usr/lib/python3/dist-packages/" + name, os.path.join(packages, name))
        cls.packages = packages
        cls.site = os.path.join(cls.folder, "projects", "site")


def scenario(name):
    return next(dict(s) for s in runner.scenarios(ours=False) if s["name"] == name)


def run_scenario(name, heard=None, environment=None, python=PYTHON):
    """The record of a scenario, with the recorder when there is a listener for it."""
    harness.PYTHON = python
    one = scenario(name)
    env = dict(one.get("env", {}), **(environment or {}))
    if heard is not None:
        whole = heard.environment({k: v for k, v in dict(harness.base_env(), **env).items() if v is not None})
        env.update({k: whole[k] for k in ("PYTHONPATH", "TRACEWALK_WATCH", "TRACEWALK_WATCH_PYTHONPATH", "TRACEWALK_WATCH_DEBUG") if k in whole})
        env["TRACEWALK_WATCH_DEBUG"] = "1"
    one["env"] = env
    return harness.normalised(harness.run(one))


def told_tree(heard):
    """As in parity/tree.py: [(title, [(depth, id, end)])]"""
    out = []
    for number, process in enumerate(heard.processes, 1):
        check(not process.wrong, "process %d: %s" % (number, process.wrong[:3]))
        for (tid, name), nodes in heard.tree(process).items():
            out.append(("process %d, %s" % (number, name),
                        [(depth, id_, {"E": "", "X": "!", "?": "..."}[letter]) for depth, id_, letter, _, _ in nodes if letter in "EX?"]))
    return out


# ------------------------------------------------------------------ what is told

def tree_of(name, python=PYTHON, environment=None):
    heard = listener.Listener()
    run_scenario(name, heard, environment, python)
    heard.finish()
    return told_tree(heard), heard


# Names of threads have a function in them since Python 3.10.
def lines_of(run, skipped=frozenset()):
    out = []
    for title, nodes in run:
        kept = tree.comparable(nodes, skipped)
        if kept:
            out += ["== " + re.sub(r" \(process_request_thread\)", "", title)] + tree.lines(kept)
    return out


# The order of the checks is that of a set of functions, and what they import first differs with it.
IMPORTS = frozenset(["importlib.import_module", "module_loading.import_string"])


def compare_tree(name, python=PYTHON, environment=None):
    want = lines_of(tree.stored("3.2", name), IMPORTS)
    for attempt in (1, 2):     # a signal or an edit may come late on a busy machine: once more
        told, heard = tree_of(name, python, environment)
        got = lines_of(told, IMPORTS)
        if want == got:
            break
    if want != got:
        import difflib
        raise AssertionError("%s under %s:\n%s" % (name, python, "\n".join(list(difflib.unified_diff(want, got, "recorded", "told", lineterm="", n=2))[:60])))
    return len(got), heard


def test_the_trees_of_django_3_2():
    total = 0
    for name in TREES:
        total += compare_tree(name)[0]
    check(total > 600, "only %d nodes" % total)
    return "%d runs, %d nodes" % (len(TREES), total)


def test_the_trees_under_other_pythons():
    names = []
    for version, path in other_pythons():
        for name in ("rs_site", "reload_basic"):
            _, heard = compare_tree(name, path, {"PYTHONPATH": Site.packages, "PYTHONWARNINGS": "ignore"})
            mode = [line for line in heard.processes[0].lines if line[0] == "M"][0][1]
            same("monitoring" if tuple(map(int, version.split("."))) >= (3, 12) else "setprofile", mode, "mode of Python " + version)
        names.append(version)
    return ", ".join(names) or "none found"


def test_imports_are_told():
    told, _ = tree_of("rs_plain")
    recorded = [sorted(n[1] for n in nodes if n[1] in IMPORTS) for _, nodes in tree.stored("3.2", "rs_plain")]
    got = [sorted(n[1] for n in nodes if n[1] in IMPORTS) for _, nodes in told]
    check(abs(len(recorded[0]) - len(got[0])) <= 2, "%d imports were recorded, %d are told" % (len(recorded[0]), len(got[0])))


def test_every_stage_has_the_names_of_our_call_sites():
    recorder = load_recorder()
    ours = {}
    for folder, _, names in os.walk(os.path.join(ROOT, "src")):
        for name in names:
            if name.endswith((".h", ".cpp")):
                for kind, id_, rest in calls(open(os.path.join(folder, name), encoding="utf-8").read()):
                    values = [name_of(text) for text in arguments(rest)][1 if kind == "DECISION" else 0:]
                    if (id_, values) != ("syscall.poll", ["fd", "timeout_ms"]):     # ours polls in two places; a real one, in selectors only
                        ours.setdefault(id_, set()).add(" ".join(values))
    wrong = []
    for id_, names in ours.items():
        if id_ in recorder.LEFT_OUT:
            check(id_ not in recorder.STAGES, "%s is left out, and yet told" % id_)
            continue
        told = {" ".join(word.partition("=")[0] for word in part.split()) for part in recorder.STAGES.get(id_, "-").partition("->")[0].split("|")}
        # A decision with fewer values on one branch sends only those: the first of its names.
        if not all(any(name == t or t.startswith(name + " ") or name == "" for t in told) for name in names) or (names != {""} and told == {""}):
            wrong.append("%s: ours are %s, the recorder's %s" % (id_, sorted(names), sorted(told)))
    wrong += ["%s: we have no such stage" % id_ for id_ in recorder.STAGES if id_ not in ours]
    check(not wrong, "\n".join(wrong))
    results = {m for folder, _, names in os.walk(os.path.join(ROOT, "src")) for name in names if name.endswith((".h", ".cpp"))
               for m in ids_with_result(open(os.path.join(folder, name), encoding="utf-8").read())}
    told = {id_ for id_, text in recorder.STAGES.items() if "->" in text}
    same(sorted(results), sorted(told), "stages that show their result, ours and the recorder's")
    return "%d stages" % len(recorder.STAGES)


def calls(text):
    """(FRAME, POINT or DECISION, id, the rest of the arguments) of each TRACE_ line"""
    for found in re.finditer(r'TRACE_(FRAME|POINT|DECISION)\(\s*"([^"]+)"', text):
        depth, end = 1, found.end()
        while depth:
            depth += {"(": 1, ")": -1}.get(text[end], 0)
            end += 1
        yield found.group(1), found.group(2), text[found.end():end - 1].lstrip(" ,")


def arguments(text):
    out, depth, one = [], 0, ""
    for c in text:
        depth += {"(": 1, "{": 1, "[": 1, ")": -1, "}": -1, "]": -1}.get(c, 0)
        if c == "," and depth == 0:
            out.append(one.strip())
            one = ""
        else:
            one += c
    return out + [one.strip()] if one.strip() else out


def name_of(text):
    """tracepoints/names.h, once more: options["addr"] is options.addr, this->port is self.port."""
    for again in range(4):
        text = re.sub(r"^(?:::)?(?:tracepoints::|python::)", "", text)
        text = re.sub(r"^(?:Raw|Object|Bytes)\{(.*)\}$", r"\1", text)
        text = re.sub(r"^(?:repr|std::string|str|std::string_view)[({](.*)[)}]$", r"\1", text)
        text = text.lstrip("*")
    counts = text.endswith(".size()")
    text = text[:-7] if counts else text
    text = re.sub(r"^this->", "self.", text)
    text = re.sub(r'\.get\("(\w+)"\)', r".\1", text)
    text = text.replace("->", ".").replace("::", ".").replace('["', ".").replace('"]', "").replace("()", "")
    text = text[:-1] if text.endswith("_") and not text.endswith("__") else text
    return "len(%s)" % text if counts else text


def ids_with_result(text):
    """The TRACE_FRAMEs whose `traced` has a result asked of it before the next one."""
    places = [(m.start(), m.group(1)) for m in re.finditer(r'TRACE_FRAME\(\s*"([^"]+)"', text)]
    for i, (start, id_) in enumerate(places):
        end = places[i + 1][0] if i + 1 < len(places) else len(text)
        if "traced.result(" in text[start:end]:
            yield id_
        elif id_ == "selectors._PollLikeSelector.select":
            yield id_       # its result stands behind the block of the system call


def test_showing_a_value_runs_no_code_of_its_class():
    recorder = load_recorder()
    ran = []

    class Meta(type):
        def __getattribute__(cls, name):
            ran.append("Meta." + name)
            return type.__getattribute__(cls, name)

        def __instancecheck__(cls, other):
            ran.append("instancecheck")
            return True

    def trap(name):
        def method(self, *args):
            ran.append(name)
            return {"__bool__": True, "__len__": 1, "__hash__": 1}.get(name, "x")
        return method

    names = ["__repr__", "__str__", "__bool__", "__len__", "__eq__", "__getattribute__", "__getattr__", "__iter__", "__hash__", "__format__", "__class__"]
    body = {name: trap(name) for name in names if name != "__class__"}
    body["__class__"] = property(trap("__class__"))
    body["label"] = property(trap("label"))
    Trap = Meta("Trap", (), body)
    Text = type("Text", (str,), {name: trap(name) for name in ("__repr__", "__str__", "__getitem__", "__len__")})
    Number = type("Number", (int,), {"__repr__": trap("__repr__"), "bit_length": trap("bit_length")})
    Error = type("Error", (Exception,), {"__repr__": trap("__repr__"), "__str__": trap("__str__")})
    value, error = Trap(), Error("broken", 3)
    ran.clear()
    same("<Trap>", recorder.show(value), "an object")
    same("[<Trap>, (<Trap>,)]", recorder.show([value, (value,)]), "a list")
    same("''", recorder.show(recorder.attribute(value, "nothing")) or "''", "no attribute")
    same("", recorder.show(recorder.attribute(value, "label")), "a property")
    same("'text'", recorder.show(Text("text")), "a kind of str")
    same("7", recorder.show(Number(7)), "a kind of int")
    same("Error('broken', 3)", recorder.show(error), "an exception")
    same("{'a': 1, 'SECRET_KEY': '********************'}", recorder.show({"a": 1, "SECRET_KEY": "x"}), "a secret")
    check(not ran, "code of the class was run: %s" % ran)
    same("'" + "a" * 116 + "...", recorder.show("a" * 500), "a long text")
    check(len(recorder.show("\u4e2d" * 500).encode()) <= 120, "bytes are counted")
    same(r"'\t\n\x1b\u202e'", recorder.show("\t\n\x1b\u202e"), "control characters")


def test_the_file_is_python_3_8():
    with open(listener.RECORDER, encoding="utf-8") as file:
        ast.parse(file.read(), feature_version=(3, 8))


# ------------------------------------------------------------------ what the project notices

def test_the_project_prints_and_does_the_same():
    for name in SAME:
        for attempt in (1, 2):      # signals and edits may come late on a busy machine
            without = compare.flat(run_scenario(name))
            heard = listener.Listener(wanted=lambda stage: stage["zoom"] <= attempt)
            with_ = compare.flat(run_scenario(name, heard))
            heard.finish()
            if without == with_:
                break
        same(compare.edits(without, without), compare.edits(without, with_), name)
        check(heard.processes and not any(p.wrong for p in heard.processes), "%s: %s" % (name, [p.wrong[:3] for p in heard.processes]))
    return "%d runs" % len(SAME)


ABOUT = """
import sys, os
about = {
    "argv": sys.argv, "path": sys.path, "environ": dict(os.environ), "modules": sorted(sys.modules), "importers": sorted(sys.path_importer_cache),
    "limit": sys.getrecursionlimit(), "warn": sys.warnoptions, "flags": repr(sys.flags), "next descriptor": os.dup(1), "hooks": repr(sys.meta_path),
    "excepthook": sys.excepthook is sys.__excepthook__, "trace": sys.gettrace(), "dont_write": sys.dont_write_bytecode,
}
import signal
about["signals"] = [str(signal.getsignal(n)) for n in (2, 13, 15)]
import threading, json
about["threads"] = [t.name for t in threading.enumerate()]
def main():
    for word in sys.argv[2:]:
        exec(word)
    import json
    print(json.dumps(about))
    # execute_from_command_line: names this main as Django's
    if 0: execute_from_command_line(sys.argv)
if __name__ == "__main__":
    main()
"""


def about(flags, env, words=(), cwd=None):
    """What a program sees of its interpreter, without the recorder and with it."""
    out = []
    path = os.path.join(Site.folder, "about.py")
    with open(path, "w") as file:
        file.write(ABOUT)
    heard = listener.Listener()
    for environment in (env, heard.environment(env)):
        done = subprocess.run([PYTHON] + flags + [path, "x"] + list(words), env=environment, capture_output=True, text=True, cwd=cwd or Site.folder)
        text = done.stdout + done.stderr
        out.append((done.returncode, re.sub(r"0x[0-9a-f]+", "0x", text).replace(heard.folder, "<FOLDER>")))
    heard.finish()
    return out, heard


def test_the_project_sees_the_same_interpreter():
    base = dict(CLEAN, PYTHONDONTWRITEBYTECODE="1")
    own = os.path.join(Site.folder, "own")
    os.makedirs(own, exist_ok=True)
    with open(os.path.join(own, "sitecustomize.py"), "w") as file:
        file.write("import builtins, sys\nbuiltins.seen = [__name__, __file__, list(sys.path)]\n")
    for flags in ([], ["-W", "error"], ["-X", "dev"], ["-O"], ["-u"], ["-b"]):
        for env in (base, dict(base, PYTHONPATH=own), dict(base, PYTHONPATH=own + ":"), dict(base, PYTHONPATH="")):
            (without, with_), heard = about(flags, env)
            same(without, with_, "flags %s, PYTHONPATH %r" % (flags, env.get("PYTHONPATH")))
            check(without[0] == 0, without)
            check(heard.processes, "nothing was told with %s" % flags)
    for flags in (["-E"], ["-I"], ["-S"]):
        (without, with_), heard = about(flags, base)
        check(not heard.processes, "%s: the recorder should not have been loaded" % flags)
    # The learner's own sitecustomize is there, and an error of its own is reported as ever.
    (without, with_), _ = about([], dict(base, PYTHONPATH=own), ["about['seen'] = seen"])
    same(without, with_, "own sitecustomize")
    check("sitecustomize" in with_[1], with_)
    with open(os.path.join(own, "sitecustomize.py"), "w") as file:
        file.write("raise ValueError('mine')\n")
    (without, with_), _ = about([], dict(base, PYTHONPATH=own))
    same(without, with_, "an own sitecustomize that fails")


def test_odd_ends_of_a_project():
    base = dict(CLEAN, PYTHONDONTWRITEBYTECODE="1")
    for words in (["os._exit(7)"], ["sys.exit('a message')"], ["raise ValueError('x')"], ["raise KeyboardInterrupt"], ["os.kill(os.getpid(), 9)"],
                  ["os.kill(os.getpid(), 15)"], ["os.close(1)"], ["sys.stdout.close()"], ["import signal; signal.signal(13, signal.SIG_DFL)"],
                  ["os.execv(sys.executable, [sys.executable, '-c', 'print(1)'])"],
                  ["pid = os.fork()", "os.waitpid(pid, 0) if pid else None"],
                  ["def f(): f()", "f()"],
                  ["t = threading.Thread(target=__import__('time').sleep, args=(9,), daemon=True)", "t.start()"],
                  ["sys.setprofile(lambda *a: None)"], ["sys.settrace(lambda *a: None)"], ["sys.setprofile(None)"],
                  ["import subprocess; print(subprocess.run(['env'], capture_output=True, text=True).stdout.count('TRACEWALK'))"]):
        (without, with_), _ = about([], base, words)
        numbered = lambda r: (r[0], re.sub(r"repeated \d+ more", "repeated N more", r[1]))
        same(numbered(without), numbered(with_), words)


def test_a_watch_that_is_gone_or_does_not_listen():
    base = dict(CLEAN, PYTHONDONTWRITEBYTECODE="1")
    argv = [PYTHON, "manage.py", "check"]
    plain = subprocess.run(argv, env=base, capture_output=True, cwd=Site.site)
    for way in ("gone", "deaf", "mute", "no folder", "killed"):
        heard = listener.Listener(reads=way != "deaf", answers=way == "killed")
        if way == "gone":
            heard.kill()
        env = heard.environment(base)
        if way == "no folder":
            shutil.rmtree(heard.folder)
        start = time.monotonic()
        with subprocess.Popen(argv, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=Site.site) as process:
            if way == "killed":
                while not heard.processes and process.poll() is None:
                    time.sleep(0.005)
                heard.kill()
            out, err = process.communicate(timeout=30)
        same((plain.returncode, plain.stdout, plain.stderr), (process.returncode, out, err), way)
        check(time.monotonic() - start < 20, "%s: took %.1f s" % (way, time.monotonic() - start))
        if way in ("deaf", "mute"):
            heard.finish(0.2)


def test_what_does_not_fit_is_counted():
    """A watch that does not read for a while: the project goes on, and the count of what was lost comes with the next event."""
    heard = listener.Listener(sync=False, reads=False)
    program = os.path.join(Site.folder, "many.py")
    with open(program, "w") as file:
        file.write("import os, sys, importlib, time\ndef main():\n    for n in range(30000): importlib.import_module('os')\n"
                   "    open(sys.argv[1], 'w').close()\n    time.sleep(1)\n    for n in range(3): importlib.import_module('os')\n"
                   "    if 0: execute_from_command_line()\nif __name__ == '__main__': main()\n")
    full = os.path.join(Site.folder, "full")
    with subprocess.Popen([PYTHON, program, full], env=heard.environment(CLEAN)) as process:
        while not os.path.exists(full):
            time.sleep(0.02)
        heard.reads = True
    heard.finish()
    told = heard.processes[0]
    check(not told.wrong, told.wrong[:3])
    lost = sum(int(line[1]) for line in told.lines if line[0] == "L")
    entered = sum(1 for line in told.lines if line[0] == "B")
    heard_of = lost + sum(1 for line in told.lines if line[0] == "B")
    check(lost > 1000, "only %d were lost" % lost)
    check(30003 <= heard_of <= 30010, "%d told and %d lost of 30003" % (entered, lost))


def test_ctrl_c_at_any_moment_shows_no_frame_of_ours():
    seen, tracebacks = 0, 0
    pythons = [(PYTHON, {})] + [(path, {"PYTHONPATH": Site.packages}) for version, path in other_pythons() if version in ("3.9", "3.12")]
    for python, more in pythons:
        for n in range(16):
            heard = listener.Listener()
            env = heard.environment(dict(CLEAN, PYTHONDONTWRITEBYTECODE="1", PYTHONWARNINGS="ignore", **more))
            with subprocess.Popen([python, "manage.py", "runserver", "8300", "--noreload"], env=env, cwd=Site.site, text=True,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
                while not heard.processes and process.poll() is None:      # Python has started: before, it dies of a Ctrl-C in its own way
                    time.sleep(0.002)
                time.sleep(0.04 * n)
                process.send_signal(signal.SIGINT)
                try:
                    out = process.communicate(timeout=5)[0]
                except subprocess.TimeoutExpired:
                    process.send_signal(signal.SIGINT)
                    out = process.communicate(timeout=20)[0]
                    # Python itself loses one that comes while it runs the callback of a weak reference, and says so.
                    check("Exception ignored in" in out, "a Ctrl-C was lost after %d ms:\n%s" % (40 * n, out[-1500:]))
            heard.finish(0.5)
            check(heard.folder not in out, "%s, after %d ms: a frame of the recorder:\n%s" % (python, 40 * n, out[-1500:]))
            check(process.returncode in (0, -2), "exit code %d\n%s" % (process.returncode, out[-500:]))
            tracebacks += "Traceback" in out
            seen += 1
    return "%d times, %d tracebacks" % (seen, tracebacks)


if __name__ == "__main__":
    netns.enter(RUN_DIR=os.path.join(tempfile.mkdtemp(prefix="tracewalk-recorder-run-"), "run"))
    wanted = sys.argv[1:]
    failed = 0
    Site.make()
    try:
        for name, function in list(globals().items()):
            if name.startswith("test_") and (not wanted or any(word in name for word in wanted)):
                start = time.monotonic()
                try:
                    note = function()
                except Exception as error:
                    failed += 1
                    print("FAILED %s: %s: %s" % (name, type(error).__name__, error), flush=True)
                else:
                    print("ok     %s (%.1f s)%s" % (name, time.monotonic() - start, ": " + note if note else ""), flush=True)
    finally:
        shutil.rmtree(Site.folder, ignore_errors=True)
    sys.exit(1 if failed else 0)
