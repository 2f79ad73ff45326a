#!/usr/bin/env python3
"""Does `manage tracediff` compare recordings as it says: exit codes, trouble in one line, languages, JSON, VizTracer, torn files?

    run.py MANAGE
"""
import ast
import json
import os
import random
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
VIZTRACER = os.path.join(HERE, "viztracer.json")
failures = []


def check(what, is_so, seen=""):
    if not is_so:
        failures.append(what)
        print("FAILED: %s\n%s" % (what, seen))


class Tool:
    def __init__(self, program, folder):
        self.program, self.folder = program, folder

    def run(self, *arguments, stdin=None, **environment):
        env = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", **environment}
        done = subprocess.run([self.program, *arguments], cwd=self.folder, env=env, input=stdin, capture_output=True, timeout=120,
                              text=True, encoding="utf-8")
        return done.returncode, done.stdout, done.stderr

    def diff(self, *arguments, **more):
        return self.run("tracediff", *arguments, **more)

    def path(self, name):
        return os.path.join(self.folder, name)


def record(tool):
    for name, arguments in {"one.json": ["check"], "two.json": ["check"], "tag.json": ["check", "--tag", "urls"], "version.json": ["version"]}.items():
        code, _, stderr = tool.run(*arguments, "--trace-file=" + name)
        check("recording %s" % name, code == 0 and os.path.getsize(tool.path(name)) > 1000, stderr)


def trouble(tool):
    with open(tool.path("notes.txt"), "w") as file:
        file.write("hello\n")
    open(tool.path("empty.json"), "w").close()
    with open(tool.path("foreign.json"), "w") as file:
        file.write('[{"ph":"X","name":"f (x.py:1)","ts":1,"dur":1,"pid":1,"tid":1}]')
    for arguments, wanted in {
        ("missing.json", "one.json"): "CommandError: missing.json: there is no such file\n",
        ("one.json", "missing.json"): "CommandError: missing.json: there is no such file\n",
        (".", "one.json"): "CommandError: .: is a directory, not a recording\n",
        ("notes.txt", "one.json"): "CommandError: notes.txt: is not a recording: it holds no list of trace events\n",
        ("empty.json", "one.json"): "CommandError: empty.json: is empty, not a recording\n",
        ("foreign.json", "one.json"): "CommandError: foreign.json: none of its 1 calls is a stage of the chain; was it recorded while manage.py ran?\n",
        ("one.json", "two.json", "--only=basehtp.run"): "CommandError: --only: no stage matches 'basehtp.run'; the nearest is 'basehttp.run'\n",
        ("-", "-"): "CommandError: standard input can be only one of the two recordings\n",
    }.items():
        code, stdout, stderr = tool.diff(*arguments)
        check("%s is trouble, in one line" % (arguments,), (code, stdout, stderr) == (2, "", wanted), (code, stdout, stderr))
    for arguments in ([], ["one.json"], ["one.json", "two.json", "three.json"], ["one.json", "two.json", "--zoom=9"], ["one.json", "two.json", "--nonsense"],
                      ["one.json", "two.json", "--width=wide"]):
        code, stdout, stderr = tool.diff(*arguments)
        check("%s is a usage error" % (arguments,), code == 2 and not stdout and stderr.startswith("usage:"), (code, stdout, stderr))


def exit_codes(tool):
    code, stdout, stderr = tool.diff("one.json", "two.json")
    check("two runs of one command are the same", code == 0 and "no differences" in stdout and not stderr, stdout + stderr)
    code, stdout, stderr = tool.diff("one.json", "tag.json")
    check("other arguments are a difference", code == 1 and "with other values" in stdout and not stderr, stdout + stderr)
    check("and it shows which", "'--tag'" in stdout, stdout)
    code, brief, _ = tool.diff("one.json", "tag.json", "--brief")
    check("--brief is a few lines", code == 1 and len(brief.splitlines()) <= 5 and brief.splitlines()[-1] in stdout, brief)
    code, stdout, _ = tool.diff("one.json", "tag.json", "--only=conf.*")
    check("--only leaves the rest out", code == 0, stdout)
    code, stdout, _ = tool.diff("one.json", "version.json", "--no-values")
    check("--no-values compares the stages still", code == 1 and "other values" not in stdout, stdout)
    with open(tool.path("one.json")) as file:
        code, stdout, stderr = tool.diff("-", "two.json", stdin=file.read())
    check("standard input is a recording", code == 0, stdout + stderr)


def looks(tool):
    for width in (40, 71, 72, 80, 120, 200):
        _, stdout, _ = tool.diff("one.json", "tag.json", COLUMNS=str(width))
        check("no line is wider than %d columns" % width, all(len(line) <= width for line in stdout.splitlines()), stdout)
    _, stdout, _ = tool.diff("one.json", "tag.json", "--width=100", COLUMNS="80")
    check("--width decides", max(map(len, stdout.splitlines())) in range(81, 101), stdout)
    check("no colour where there is no terminal", "\x1b" not in stdout, stdout)
    check("--force-color colours", "\x1b[" in tool.diff("one.json", "tag.json", "--force-color")[1])
    check("--no-color does not", "\x1b" not in tool.diff("one.json", "tag.json", "--no-color")[1])
    for arguments, environment in ((["--trace-lang=zh"], {}), ([], {"LC_ALL": "zh_CN.UTF-8"})):
        code, stdout, stderr = tool.diff("one.json", "tag.json", *arguments, **environment)
        check("Chinese by %s%s, without narrating" % (arguments, environment), code == 1 and "步相同" in stdout and not stderr, stdout + stderr)
    _, stdout, _ = tool.diff("one.json", "tag.json", LANG="C")
    check("ASCII where the locale knows no more", stdout.isascii(), stdout)


def as_json(tool):
    code, stdout, stderr = tool.diff("one.json", "version.json", "--json")
    check("--json exits the same", code == 1 and not stderr, stderr)
    whole = json.loads(stdout)
    check("the keys of the JSON", list(whole) == ["format", "left", "right", "compared", "only_left_holds", "only_right_holds", "counts", "differences"], list(whole))
    check("its format has a name and a number", whole["format"] == "tracewalk tracediff 1", whole["format"])
    check("it says what was compared", (whole["left"]["file"], whole["left"]["producer"], whole["left"]["django"]) == ("one.json", "tracewalk", "5.2.10"), whole["left"])
    for kind in ("only_left", "only_right", "moved", "values"):
        check("as many %s as it counts" % kind, whole["counts"][kind] == sum(d["kind"] == kind for d in whole["differences"]), whole["counts"])
    for difference in whole["differences"]:
        check("the keys of a difference", list(difference) == ["kind", "process", "process_number", "thread", "thread_number", "id", "left", "right", "changes",
                                                              "explained", "notes"], difference)
        check("its sides", (difference["left"] is None) == (difference["kind"] == "only_right") and (difference["right"] is None) == (difference["kind"] == "only_left"), difference)
    argv = [d for d in whole["differences"] if d["id"] == "management.execute_from_command_line"]
    check("a value that differs", len(argv) == 1 and argv[0]["right"]["path"] == ["manage.main"] and argv[0]["changes"][0]["name"] == "argv"
          and "'check'" in argv[0]["changes"][0]["left"] and "'version'" in argv[0]["changes"][0]["right"], argv)
    whole = json.loads(tool.diff("one.json", "two.json", "--json")[1])
    check("no differences", whole["differences"] == [] and whole["counts"]["same"] > 50, whole)


def viztracer(tool):
    code, stdout, stderr = tool.diff(VIZTRACER, "one.json")
    check("VizTracer's recording is read", code == 1 and "recorded by viztracer 1.0.4" in stdout and not stderr, stdout + stderr)
    check("its version of Django is told from its lines", "Django 5.2, " in stdout, stdout)
    check("what it cannot hold is not compared", "not compared, as only one recording holds them: moments, decisions, system calls" in " ".join(stdout.split()), stdout)
    whole = json.loads(tool.diff(VIZTRACER, "one.json", "--json")[1])
    check("only calls are compared", whole["compared"] == ["frame"], whole["compared"])
    check("most of its stages are ours", whole["counts"]["same"] >= 40, whole["counts"])
    check("it is the same as itself", tool.diff(VIZTRACER, VIZTRACER)[0] == 0)


def left_out(tool):
    """What the recorder of a real Django leaves out is no difference: the two lists are one."""
    sources = os.path.join(HERE, "..", "..", "src", "tracewalk")
    recorder = open(os.path.join(sources, "watch", "recorder.py"), encoding="utf-8").read()
    listed = re.search(r"^LEFT_OUT = (\{.*?^\})", recorder, re.DOTALL | re.MULTILINE).group(1)
    ours = re.search(r"not_by_watch\[\] = \{(.*?)\}", open(os.path.join(sources, "tracediff", "diff.cpp"), encoding="utf-8").read(), re.DOTALL).group(1)
    check("diff.cpp lists what recorder.py leaves out", set(re.findall(r'"([\w.]+:\w+)"', ours)) == set(ast.literal_eval(listed)), listed)


def torn(tool):
    with open(tool.path("one.json"), "rb") as file:
        whole = file.read()
    rand = random.Random(1)
    for _ in range(40):
        data = bytearray(whole[:rand.randrange(600, len(whole))])
        if rand.random() < 0.5:
            at = rand.randrange(len(data))
            data[at:at + rand.randrange(60)] = bytes(rand.randrange(256) for _ in range(rand.randrange(60)))
        with open(tool.path("torn.json"), "wb") as file:
            file.write(data)
        code, stdout, stderr = tool.diff("torn.json", "two.json")
        check("a torn recording is compared as far as it goes", code in (0, 1) and "note: " in stdout or code == 2 and stderr.count("\n") == 1, (code, stdout, stderr))


def main():
    with tempfile.TemporaryDirectory() as folder:
        tool = Tool(os.path.abspath(sys.argv[1]), folder)
        record(tool)
        for part in (trouble, exit_codes, looks, as_json, viztracer, left_out, torn):
            part(tool)
    print("%d failures" % len(failures))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
