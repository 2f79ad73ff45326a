"""Runs scenarios in private network namespaces, several at a time.

A side is {"program": PATH, "projects": FOLDER} for our program or {"python": INTERPRETER, "projects": FOLDER} for a real Django.
"""
import json
import os
import subprocess
import sys
import tempfile

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
    """All scenarios, for our program with what is adapted to its projects, for Django as they were written."""
    adapted = {k: decode(v) for k, v in load("adapted.json").items() if k != "comment"}
    for scenario in load("scenarios.json"):
        scenario = decode(scenario)
        if ours:
            scenario.update(adapted.get(scenario["name"], {}))
        yield scenario


def worker(side, body_start, names):
    """Inside its namespace: runs its share and writes one line of JSON a scenario."""
    import harness
    harness.PROGRAM, harness.PYTHON, harness.PROJECTS = side.get("program"), side.get("python"), side["projects"]
    harness.BODY_START = body_start
    for scenario in scenarios(ours="program" in side):
        if scenario["name"] in names:
            print(json.dumps({"name": scenario["name"], "record": harness.normalised(harness.run(scenario))}), flush=True)


def run_all(work, jobs, body_start=400):
    """work: [(side, names)]. Gives, for each of them, name -> record; a name is missing when its worker died."""
    shares = []   # (number of the side, names)
    for i, (_, names) in enumerate(work):
        each = max(1, round(jobs / len(work)))
        shares += [(i, names[k::each]) for k in range(each) if names[k::each]]
    children = []
    with tempfile.TemporaryDirectory(prefix="tracewalk-parity-") as folder:
        for number, (i, names) in enumerate(shares):
            command = netns.command([sys.executable, os.path.abspath(__file__), json.dumps(work[i][0]), str(body_start)] + names)
            environment = dict(os.environ, RUN_DIR=os.path.join(folder, str(number), "run"))
            children.append((i, subprocess.Popen(command, stdout=subprocess.PIPE, env=environment)))
        results = [{} for _ in work]
        for i, child in children:
            for line in child.communicate()[0].decode().splitlines():
                result = json.loads(line)
                results[i][result["name"]] = result["record"]
            if child.returncode:
                print("a worker ended with", child.returncode)
    return results


if __name__ == "__main__":
    worker(json.loads(sys.argv[1]), int(sys.argv[2]), set(sys.argv[3:]))
