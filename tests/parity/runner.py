"""Runs scenarios in private network namespaces, several at a time.

A side is {"program": PATH, "projects": FOLDER} for our program or {"python": INTERPRETER, "projects": FOLDER} for a real Django; with
"trace": true, each run is recorded, too (that of a real Django by "program", which watches it).
"""
import json
import os
import subprocess
import sys
import tempfile
import threading

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..")]
import netns


def load(name):
    with open(os.path.join(HERE, name), encoding="utf-8") as file:
        return json.load(file)


def decode(x):
    """{"raw": TEXT} is bytes; a long one is a list of texts and of {"repeat": TEXT, "times": N}, where %d counts."""
    if isinstance(x, dict):
        if set(x) != {"raw"}:
            return {k: decode(v) for k, v in x.items()}
        parts = x["raw"] if isinstance(x["raw"], list) else [x["raw"]]
        spelt = lambda p: p if isinstance(p, str) else "".join(p["repeat"].replace("%d", str(i)) for i in range(p["times"]))
        return "".join(map(spelt, parts)).encode("latin-1")
    return [decode(y) for y in x] if isinstance(x, list) else x


def scenarios(ours=True):
    """All scenarios: for our program with what is adapted to its projects; for Django as they were written, unless its projects have that
    "both", too."""
    adapted = {k: decode(v) for k, v in load("adapted.json").items() if k != "comment"}
    for scenario in load("scenarios.json") + load("own.json"):
        scenario = decode(scenario)
        change = adapted.get(scenario["name"], {})
        if ours or change.get("both"):
            scenario.update(change)
        yield scenario


def worker(side, body_start):
    """Inside its namespace: reads the name of a scenario from each line, and answers with one line of JSON. A side with "trace" gives the
    tree of the run as well."""
    import harness
    import tree
    harness.PROGRAM, harness.PYTHON, harness.PROJECTS = side.get("program"), side.get("python"), side["projects"]
    harness.BODY_START = body_start
    known = {scenario["name"]: scenario for scenario in scenarios(ours="python" not in side)}
    if side.get("trace"):
        harness.TRACE = harness.RUN + ".trace"
        harness.PATIENCE = 4 if harness.PYTHON else 1   # a debug page takes its time while every call is looked at
    for line in sys.stdin:
        if harness.TRACE and os.path.exists(harness.TRACE):
            os.remove(harness.TRACE)
        record = harness.normalised(harness.run(known[line.strip()]))
        if harness.TRACE:
            record["tree"] = tree.recorded(harness.TRACE) if os.path.exists(harness.TRACE) else []
        print(json.dumps(record), flush=True)


def feed(side, waiting, records, folder, body_start):
    """One worker and its thread here: it gets the next name when it has done one."""
    command = netns.command([sys.executable, os.path.abspath(__file__), json.dumps(side), str(body_start)])
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=dict(os.environ, RUN_DIR=folder)) as child:
        while waiting:
            name = waiting.pop(0)
            try:
                child.stdin.write(name + "\n")
                child.stdin.flush()
                answer = child.stdout.readline()
            except BrokenPipeError:
                answer = ""
            if not answer:
                print("a worker died in", name)
                return
            records[name] = json.loads(answer)


def alone(program, arguments, folder):
    """Runs a Python program in a namespace of its own; scenarios that it runs use `folder`. Gives its exit code."""
    environment = dict(os.environ, RUN_DIR=os.path.join(folder, "run"))
    return subprocess.run(netns.command([sys.executable, program] + arguments), env=environment).returncode


def run_all(work, body_start=400):
    """work: [(side, names, jobs)]. Gives, for each of them, name -> record; a name is missing when its worker died."""
    results, threads = [{} for _ in work], []
    with tempfile.TemporaryDirectory(prefix="tracewalk-parity-") as folder:
        for (side, names, jobs), records in zip(work, results):
            waiting = list(names)
            for _ in range(min(jobs, len(names))):
                path = os.path.join(folder, str(len(threads)), "run")
                threads.append(threading.Thread(target=feed, args=(side, waiting, records, path, body_start)))
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    return results


if __name__ == "__main__":
    worker(json.loads(sys.argv[1]), int(sys.argv[2]))
