#!/usr/bin/env python3
"""Does the program do what the real Django of this machine does, here and now? Debian's Django 3.2 and ours, side by side.

    live.py MANAGE PROJECTS [--jobs N] [--approve] [--write] [NAME...]

Both run every scenario of scenarios.json and own.json on the same project, theirs in Python (django_projects.py), ours in C++. Differences
of version and of nature are declared, exactly, in declared-3.2.json, as in run.py.
Needs Linux with network namespaces, and /usr/bin/python3 with Debian's python3-django.
"""
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
import compare
import django_projects
import page
import run
import runner

PYTHON = "/usr/bin/python3"
VERSION = "3.2"
BODY = 20000   # how much of each body is compared


def django_version():
    ask = subprocess.run([PYTHON, "-c", "import django; print(django.__version__)"], capture_output=True, text=True)
    return ask.stdout.strip()


def contradictions(live, recorded, names):
    """What is put down to the version must be the same in recorded 5.2, and what is put down to us must differ there, too."""
    out = []
    for name in names:
        for group in live.scenarios.get(name, []):
            kind = live.reasons.get(group["reason"], {}).get("kind")
            for where, _, django, ours in group["edits"]:
                there = [e for e in recorded.declared(name) if e[0] == where and (set(e[3]) & set(ours) or not e[3] and not ours)]
                if kind == "version" and there:
                    out.append("%s: %s is put down to the version, and 5.2 differs there, too" % (name, where))
                if kind != "version" and not there:
                    out.append("%s: %s is put down to us, and 5.2 does not differ there" % (name, where))
    return out


def main():
    jobs, flags, arguments = run.options(sys.argv[1:])
    program, projects, only = os.path.abspath(arguments[0]), os.path.abspath(arguments[1]), arguments[2:]
    version = django_version()
    if not version.startswith(VERSION + "."):
        print("%s has Django %s, and %s is wanted: script/setup --test" % (PYTHON, version or "not at all", VERSION))
        return 1
    with tempfile.TemporaryDirectory(prefix="tracewalk-live-") as folder:
        django_projects.make(PYTHON, folder)
        django, ours = {"python": PYTHON, "projects": folder}, {"program": program, "projects": projects}
        declarations = compare.Declarations(os.path.join(HERE, "declared-3.2.json"))
        groups = {s["name"]: s["group"] for s in runner.scenarios()}
        names = [n for n in groups if n not in declarations.not_run and (not only or n in only)]

        def both(some, each):
            # An interpreter takes five times as long to start: it gets more of the workers.
            theirs, mine = runner.run_all([(django, some, max(1, each * 2 // 3)), (ours, some, max(1, each // 3))], BODY)
            return theirs, mine

        theirs, mine = both(names, jobs * 6)
        results = run.judge_all(declarations, names, theirs, mine, None if "--approve" in flags else lambda late: both(late, 1))
    if "--approve" in flags:
        for name, result in results.items():
            declarations.approve(name, result[1])
        declarations.save(list(groups))
    failed = run.report(declarations, results, not only)
    recorded = compare.Declarations(os.path.join(HERE, "declared-5.2.json"))
    for line in contradictions(declarations, recorded, set(names) & set(runner.load("recorded-5.2.json"))):
        print("FAILED " + line)
        failed += 1
    text = page.scenarios_section(declarations, groups, {n: r[0].kinds for n, r in results.items() if r})
    if not only:
        failed += page.settle("live", text, "--write" in flags)
    print(page.total(declarations, groups, results, failed))
    return 1 if failed or (not only and len(names) < 150) else 0


if __name__ == "__main__":
    sys.exit(main())
