"""Trees read back from the narrator's lines at zoom 3: the bars in front of an id are its depth."""
import glob
import os
import re

HERE = os.path.dirname(os.path.abspath(__file__))
LINE = re.compile(r"^\s*\d+\.\d{3} (?:(?P<lane>(?:parent|child)|main|django-main-thread|request \d+|Thread-\d+ \(\w+\)) )?(?P<tree>[│├└ ]*)(?P<id>[A-Za-z_][\w.]*\.[\w.]+)(?= |$)")
OPTIONS = ["--trace-zoom=3", "--trace-tell=brief", "--trace-lang=en"]


def catalogue_ids():
    out = set()
    for header in glob.glob(os.path.join(HERE, "..", "..", "tracepoints", "catalogue", "*.h")):
        out.update(re.findall(r'[{ ]\.id = "([^":]+)"', open(header, encoding="utf-8").read()))
    return out


def told(text, ids):
    """lane -> [(depth, id, "")], the lanes in the order in which they began."""
    lanes = {}
    for line in text.split("\n"):
        found = LINE.match(line)
        if not found or found.group("id") not in ids:
            continue
        lane = re.sub(r"Thread-(\d+) \(process_request_thread\)", r"request \1", found.group("lane") or "")
        lanes.setdefault(lane, []).append((sum(found.group("tree").count(c) for c in "│├└"), found.group("id"), ""))
    return lanes


def run(name, scenarios, trace=None):
    """Runs a scenario with the narrator on, in this namespace. Gives what it wrote."""
    import harness
    scenario = next(s for s in scenarios if s["name"] == name)
    scenario["argv"] = list(scenario["argv"]) + OPTIONS
    scenario["env"] = dict(scenario.get("env", {}), COLUMNS="2000")
    harness.TRACE = trace
    record = harness.run(scenario)
    return record["stderr"] + record["stdout"] if scenario.get("pty") else record["stderr"]
