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
TREES = ["help", "unknown_near", "rs_plain", "rs_site", "addr_in_use", "sig_ctrl_c_tty", "reload_basic", "reload_touch", "http_static"]
# Runs whose output, exit code, files and HTTP answers must be the same with the recorder and without.
SAME = ["help", "help_runserver", "version", "unknown_near", "check", "greet", "fail", "crash", "rs_site", "rs_checkerror", "addr_in_use", "addr_port_big",
        "rs_nothreading", "http_views", "http_disconnect", "sig_ctrl_c_tty", "sig_term_noreload", "sig_term_parent_reload",
        "sig_int_parent_reload", "settings_missingapp_reload", "reload_touch", "comp_run"]
# C functions have no frame: sys.setprofile saw these two, and so does the recorder.
CLEAN = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "DJANGO_SETTINGS_MODULE")}


def check(condition, text):
    if not condition:
        raise AssertionError(text)


def same(want, got, text):
    if want != got:
        raise AssertionError("%s:\n  without: %s\n  with:    %s" % (text, str(want)[:3000], str(got)[:3000]))


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
