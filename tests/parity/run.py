#!/usr/bin/env python3
"""Does the program do what Django 5.2 was recorded to do? Exit code, stdout, stderr, answers, files: scenario by scenario.

    run.py MANAGE PROJECTS [--jobs N] [--approve] [NAME...]

MANAGE is the program, PROJECTS the folder with the built projects `plain` and `site`. What differs on purpose is declared in
declared.json with its reason, and what the program does instead stands in ours.json (--approve writes it: read the diff). A difference
that is not declared fails, and so does a declared one that no longer occurs or that became another.
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
sys.path[:0] = [HERE, os.path.join(HERE, "..")]
import netns

FIELDS = ("exit", "stdout", "stderr", "http", "files_after")


def load(name):
    return json.load(open(os.path.join(HERE, name), encoding="utf-8"))


def decode(x):
    if isinstance(x, dict):
        return base64.b64decode(x["b64"]) if set(x) == {"b64"} else {k: decode(v) for k, v in x.items()}
    return [decode(y) for y in x] if isinstance(x, list) else x


def strip_tracebacks(text):
    """A Python traceback is Python's: what stays is its last line, the exception, and what it was raised from on purpose."""
    context = re.compile(r"\n?During handling of the above exception, another exception occurred:\n\n")
    text = re.sub(r"Traceback \(most recent call last\):\r?\n(?:[ \t].*\n|\r?\n(?= ))*", "", text)
    while True:
        found = context.search(text)
        if not found:
            return text
        # The exception that was being handled is one block of lines before the sentence: drop it.
        head = text[:found.start()].rstrip("\n")
        text = head[:head.rfind("\n") + 1] + text[found.end():]


def expected_of(record, rules):
    """The recorded behaviour after the differences that hold everywhere: a page's text is our own, its title and status are not."""
    record = json.loads(json.dumps(record))
    for exchange in record["http"]:
        exchange.pop("marks", None)   # counts of bytes: the Server header is longer
        for response in exchange.get("responses", []):
            if response.get("title") or re.match(r"\s*<!doctype|\w+ at /\S*\n", response.get("body_start", ""), re.I):
                response.update(body_start="<PAGE>", body_len="<PAGE>")
                for header in response["headers"]:
                    if header[0] == "Content-Length":
                        header[1] = "<PAGE>"
    for field in ("stdout", "stderr"):
        text = strip_tracebacks(record[field])
        text = re.sub(r'(HTTP/[\d.]+" \d{3} )\d{4,}', r"\1<PAGE>", text)
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
    children = []
    for i in range(jobs):
        share = names[i::jobs]
        if not share:
            continue
        folder = tempfile.mkdtemp(prefix="tracewalk-parity-")
        command = netns.command([sys.executable, os.path.abspath(__file__), "--worker", program, projects] + share)
        children.append((subprocess.Popen(command, stdout=subprocess.PIPE, env=dict(os.environ, RUN_DIR=os.path.join(folder, "run")))))
    results = {}
    for child in children:
        for line in child.communicate()[0].decode().splitlines():
            result = json.loads(line)
            results[result["name"]] = result["record"]
        if child.returncode:
            print("a worker ended with", child.returncode)
    return results


def write_ours(ours):
    with open(os.path.join(HERE, "ours.json"), "w", encoding="utf-8") as out:
        out.write("{\n" + ",\n".join("%s: %s" % (json.dumps(k), json.dumps(v, ensure_ascii=False)) for k, v in ours.items()) + "\n}\n")


def show(name, field, want, got):
    import difflib
    print("--- %s: %s" % (name, field))
    as_lines = lambda x: (x if isinstance(x, str) else json.dumps(x, indent=1, ensure_ascii=False)).splitlines()
    for line in difflib.unified_diff(as_lines(want), as_lines(got), "Django 5.2", "Tracewalk", lineterm="", n=2):
        print("    " + line)


class Verdict:
    def __init__(self, differs, wrong):
        self.differs = differs   # field -> what we do where Django does another thing
        self.wrong = wrong       # field -> (expected, got): neither Django's nor what is declared


def judge(name, recorded, rules, ours, results):
    if name not in results:
        return Verdict({}, {"everything": ("a result", "none: the scenario did not finish")})
    want, got = expected_of(recorded[name], rules), expected_of(results[name], {"everywhere": []})
    wrong = differences(want, got)
    differs = {field: got.get(field) for field in wrong}
    if name in rules["scenarios"]:
        # What we do instead is written down, and must stay.
        allowed = ours.get(name, {})
        wrong = {f: (allowed.get(f, want[f]), got.get(f)) for f in FIELDS if f in want and allowed.get(f, want[f]) != got.get(f)}
    return Verdict(differs, wrong)


def main():
    arguments = sys.argv[1:]
    if arguments and arguments[0] == "--worker":
        return worker(arguments[1:])
    jobs = os.cpu_count() or 1
    if "--jobs" in arguments:
        at = arguments.index("--jobs")
        jobs = int(arguments[at + 1])
        del arguments[at:at + 2]
    approve = "--approve" in arguments
    arguments = [a for a in arguments if a != "--approve"]
    program, projects, only = arguments[0], arguments[1], set(arguments[2:])
    recorded, rules, ours = load("recorded-5.2.json"), load("declared.json"), load("ours.json")
    names = [s["name"] for s in scenarios() if not only or s["name"] in only]
    run_names = [n for n in names if "not_run" not in rules["scenarios"].get(n, {})]
    results = run_all(program, projects, run_names, jobs)
    judged = {name: judge(name, recorded, rules, ours, results) for name in run_names}
    late = [name for name, verdict in judged.items() if verdict.wrong]
    if late and not approve:
        # Scenarios send signals and edit files at moments that a busy machine may miss: what differs is run again, one at a time.
        again = run_all(program, projects, late, 1)
        judged.update({name: judge(name, recorded, rules, ours, again) for name in late})
    same = declared = 0
    failed = []
    for name, verdict in judged.items():
        rule = rules["scenarios"].get(name, {})
        if rule and approve:
            ours[name] = verdict.differs
        if rule and not verdict.differs and not verdict.wrong:
            failed.append("%s: declared to differ, but does not: %s" % (name, rule["reason"]))
        if verdict.wrong and not (rule and approve):
            for field, (w, g) in verdict.wrong.items():
                show(name, field, w, g)
            failed.append("%s: differs in %s" % (name, ", ".join(verdict.wrong)))
        elif rule:
            declared += 1
        else:
            same += 1
    for line in failed:
        print("FAILED " + line)
    if approve:
        write_ours({name: ours[name] for name in rules["scenarios"] if name in ours})
    not_run = len(names) - len(run_names)
    print("%d scenarios: %d as Django 5.2, %d with a declared difference, %d declared and not run, %d failed"
          % (len(names), same, declared, not_run, len(failed)))
    return 1 if failed or (not only and same < 60) else 0


if __name__ == "__main__":
    sys.exit(main())
