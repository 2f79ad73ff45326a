#!/usr/bin/env python3
"""Does the program do what Django 5.2 was recorded to do? Exit code, stdout, stderr, answers, files: scenario by scenario.

    run.py MANAGE PROJECTS [--jobs N] [--show] [NAME...]

MANAGE is the program, PROJECTS the folder with the built projects `plain` and `site`. What differs on purpose is declared in
declared.json with its reason; a difference that is not declared fails, and so does a declared one that no longer occurs.
Needs Linux with network namespaces (root, or user namespaces).
"""
import base64
import json
import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
FIELDS = ("exit", "stdout", "stderr", "http", "files_after")


def load(name):
    return json.load(open(os.path.join(HERE, name), encoding="utf-8"))


def decode(x):
    if isinstance(x, dict):
        return base64.b64decode(x["b64"]) if set(x) == {"b64"} else {k: decode(v) for k, v in x.items()}
    return [decode(y) for y in x] if isinstance(x, list) else x


def strip_tracebacks(text):
    """A Python traceback is Python's: what stays is its last line, the exception, and what it was raised from on purpose."""
    out, context = [], re.compile(r"\n?During handling of the above exception, another exception occurred:\n\n")
    text = re.sub(r"Traceback \(most recent call last\):\n(?:[ \t].*\n|\n(?= ))*", "", text)
    while True:
        found = context.search(text)
        if not found:
            return "".join(out) + text
        # The exception that was being handled is one block of lines before the sentence: drop it.
        head = text[:found.start()].rstrip("\n")
        text = head[:head.rfind("\n") + 1] + text[found.end():]


def expected_of(record, rules):
    """The recorded behaviour after the differences that hold everywhere."""
    record = json.loads(json.dumps(record))
    for field in ("stdout", "stderr"):
        text = strip_tracebacks(record[field])
        for rule in rules["everywhere"]:
            text = re.sub(rule["find"], rule["replace"], text, flags=re.M)
        record[field] = text
    for rule in rules["everywhere"]:
        for exchange in record["http"]:
            for response in exchange.get("responses", []):
                for header in response.get("headers") or []:
                    header[1] = re.sub(rule["find"], rule["replace"], header[1])
    return record


def differences(want, got):
    return {f: (want[f], got.get(f)) for f in FIELDS if f in want and want[f] != got.get(f)}


def scenarios():
    adapted = {k: decode(v) for k, v in load("adapted.json").items() if k != "comment"}
    for scenario in load("scenarios.json"):
        scenario = decode(scenario)
        scenario.update(adapted.get(scenario["name"], {}))
        yield scenario


def worker(arguments):
    """Inside its namespace: runs its share and writes one line of JSON a scenario."""
    import harness
    harness.PROGRAM, harness.PROJECTS = os.path.abspath(arguments[0]), os.path.abspath(arguments[1])
    names = set(arguments[2:])
    for scenario in scenarios():
        if scenario["name"] in names:
            record = harness.run(scenario)
            print(json.dumps({"name": scenario["name"], "record": harness.normalised(record)}), flush=True)
    return 0


def run_all(program, projects, names, jobs):
    unshare = ["unshare", "-n"] if os.geteuid() == 0 else ["unshare", "-rn"]
    children = []
    for i in range(jobs):
        share = names[i::jobs]
        if not share:
            continue
        folder = tempfile.mkdtemp(prefix="tracewalk-parity-")
        command = unshare + ["sh", "-c", 'ip link set lo up && exec "$@"', "sh", sys.executable, os.path.abspath(__file__),
                             "--worker", program, projects] + share
        children.append((subprocess.Popen(command, stdout=subprocess.PIPE, env=dict(os.environ, RUN_DIR=os.path.join(folder, "run")))))
    results = {}
    for child in children:
        for line in child.communicate()[0].decode().splitlines():
            result = json.loads(line)
            results[result["name"]] = result["record"]
        if child.returncode:
            print("a worker ended with", child.returncode)
    return results


def show(name, field, want, got):
    import difflib
    print("--- %s: %s" % (name, field))
    as_lines = lambda x: (x if isinstance(x, str) else json.dumps(x, indent=1, ensure_ascii=False)).splitlines()
    for line in difflib.unified_diff(as_lines(want), as_lines(got), "Django 5.2", "Tracewalk", lineterm="", n=2):
        print("    " + line)


def main():
    arguments = sys.argv[1:]
    if arguments and arguments[0] == "--worker":
        return worker(arguments[1:])
    jobs = os.cpu_count() or 1
    if "--jobs" in arguments:
        at = arguments.index("--jobs")
        jobs = int(arguments[at + 1])
        del arguments[at:at + 2]
    verbose = "--show" in arguments
    arguments = [a for a in arguments if a != "--show"]
    program, projects, only = arguments[0], arguments[1], set(arguments[2:])
    recorded, rules = load("recorded-5.2.json"), load("declared.json")
    names = [s["name"] for s in scenarios() if not only or s["name"] in only]
    run_names = [n for n in names if "not_run" not in rules["scenarios"].get(n, {})]
    results = run_all(program, projects, run_names, jobs)
    same = declared = 0
    failed = []
    for name in run_names:
        if name not in results:
            failed.append("%s: did not finish" % name)
            continue
        want, rule = expected_of(recorded[name], rules), rules["scenarios"].get(name, {})
        got = expected_of(results[name], {"everywhere": []})
        wrong = differences(want, got)
        for field in list(wrong):
            if field in rule.get("fields", {}):
                allowed = rule["fields"][field]
                if allowed == "any" or got.get(field) == allowed:
                    del wrong[field]
        for field, allowed in rule.get("fields", {}).items():
            if got.get(field) == want.get(field):
                failed.append("%s: declared to differ in %s, but does not: %s" % (name, field, rule["reason"]))
        for field, (w, g) in wrong.items():
            show(name, field, w, g)
        if wrong:
            failed.append("%s: differs in %s" % (name, ", ".join(wrong)))
        elif rule:
            declared += 1
        else:
            same += 1
    for line in failed:
        print("FAILED " + line)
    not_run = len(names) - len(run_names)
    print("%d scenarios: %d as Django 5.2, %d with a declared difference, %d declared and not run, %d failed"
          % (len(names), same, declared, not_run, len(failed)))
    return 1 if failed or (not only and same < 60) else 0


if __name__ == "__main__":
    sys.exit(main())
