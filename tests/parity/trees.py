#!/usr/bin/env python3
"""Is the tree of stages that the narration draws the tree of calls that real Django 5.2 was recorded to make?

    trees.py MANAGE PROJECTS [NAME...]

Runs scenarios with the narrator at zoom 3, reads the trees back from its lines, and compares them, thread by thread, with trees/NAME.txt.
Left out on both sides: idle turns of a loop, system calls, and the import functions, whose calls are Python's own way. What else differs
is declared below with its reason; a declared difference that no longer occurs fails.
"""
import difflib
import os
import re
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..")]
import netns

SKIP = {"importlib.import_module", "module_loading.import_string"}
IDLE = {"selectors._PollLikeSelector.select", "socketserver.BaseServer.service_actions", "autoreload.StatReloader.tick"}
# (parent, id, why): subtrees of Django's that we do not have.
DJANGO_ONLY = [
    ("checks.registry.CheckRegistry.run_checks", "management.load_command_class",
     "the check of the commands loads makemigrations and migrate, which need the ORM"),
    ("checks.registry.CheckRegistry.run_checks", "deprecation.MiddlewareMixin.__init__",
     "decorators of the default error views make CSRF middleware, which is not mirrored"),
]
SCENARIOS = ["rs_site", "rs_plain", "rs_nostatic", "rs_prod", "addr_in_use", "addr_port_big", "check", "comp_run", "fail", "greet", "help",
             "help_runserver", "unknown_near", "reload_basic", "sig_term_noreload", "http_expect", "sig_int_parent_reload",
             "settings_missingapp_reload", "rs_nothreading"]


def recorded_tree(name):
    """thread -> [(depth, id)]"""
    threads, current = {}, None
    for line in open(os.path.join(HERE, "trees", "5.2", name + ".txt"), encoding="utf-8"):
        if line.startswith("== "):
            current = threads.setdefault(line[3:].strip(), [])
        else:
            text = line.rstrip("\n")
            current.append(((len(text) - len(text.lstrip())) // 2, text.split()[0]))
    return threads


LINE = re.compile(r"^\s*\d+\.\d{3} (?:(?P<lane>(?:parent|child)|main|django-main-thread|request \d+|Thread-\d+ \(\w+\)) )?(?P<tree>[│├└ ]*)(?P<id>[A-Za-z_][\w.]*\.[\w.]+)(?= |$)")


def narrated_tree(text, ids):
    """lane -> [(depth, id)], from the narrator's lines: the bars in front of an id are its depth."""
    lanes = {}
    for line in text.split("\n"):
        found = LINE.match(line)
        if not found or found.group("id") not in ids:
            continue
        lane = found.group("lane") or ""
        lane = re.sub(r"Thread-(\d+) \(process_request_thread\)", r"request \1", lane)
        depth = sum(found.group("tree").count(c) for c in "│├└")
        lanes.setdefault(lane, []).append((depth, found.group("id")))
    return lanes


def without(tree, unwanted):
    """The tree less the nodes that `unwanted(parent, id)` names with their subtrees, or alone when it gives "node"."""
    out, path = [], []   # path: (depth as recorded, id, shift); a dropped subtree has shift None
    for depth, id_ in tree:
        while path and path[-1][0] >= depth:
            path.pop()
        parent = next((i for _, i, s in reversed(path) if s is not None and s >= 0 and i not in SKIP), None)
        if path and path[-1][2] is None:
            path.append((depth, id_, None))
            continue
        shift = sum(1 for _, i, _ in path if i in SKIP)
        verdict = unwanted(parent, id_)
        path.append((depth, id_, None if verdict == "subtree" else shift))
        if not verdict:
            out.append((depth - shift, id_))
    return out


def comparable(tree, declared):
    def unwanted(parent, id_):
        if id_ in SKIP:
            return "node"
        for p, i, _ in declared:
            if (p, i) == (parent, id_):
                used.add((p, i))
                return "subtree"
        return "subtree" if id_ in IDLE or id_.startswith("syscall.") else None

    used = set()
    out = without(tree, unwanted)
    base = min((d for d, _ in out), default=0)
    return [(d - base, i) for d, i in out], used


def catalogue_ids():
    import glob
    out = set()
    for header in glob.glob(os.path.join(HERE, "..", "..", "tracepoints", "catalogue", "*.h")):
        out.update(re.findall(r'[{ ]\.id = "([^":]+)"', open(header, encoding="utf-8").read()))
    return out


def run(program, projects, name):
    import harness
    import runner as parity
    harness.PROGRAM, harness.PROJECTS = os.path.abspath(program), os.path.abspath(projects)
    scenario = next(s for s in parity.scenarios() if s["name"] == name)
    scenario["argv"] = list(scenario["argv"]) + ["--trace-zoom=3", "--trace-tell=brief", "--trace-lang=en"]
    scenario["env"] = dict(scenario.get("env", {}), COLUMNS="2000")
    record = harness.run(scenario)
    return record["stderr"] + record["stdout"] if scenario.get("pty") else record["stderr"]


def compare(program, projects, name, ids):
    """How many nodes were compared, the threads that differ as (title, diff), and the declared differences that were met."""
    recorded, narrated = recorded_tree(name), narrated_tree(run(program, projects, name), ids)
    # Threads have names of their own on both sides: they are paired in the order in which they began, parent before child.
    want, got = list(recorded.values()), list(narrated.values())
    nodes, differing, ever_used = 0, [], set()
    for i in range(max(len(want), len(got))):
        w, used = comparable(want[i], DJANGO_ONLY) if i < len(want) else ([], set())
        g, _ = comparable(got[i], []) if i < len(got) else ([], set())
        ever_used |= used
        nodes += len(w)
        if w != g:
            title = "%s, thread %d (%s)" % (name, i + 1, list(recorded)[i] if i < len(want) else "not in Django")
            as_lines = lambda tree: ["  " * d + i for d, i in tree]
            differing.append((title, list(difflib.unified_diff(as_lines(w), as_lines(g), "Django 5.2", "Tracewalk", lineterm="", n=2))))
    return nodes, differing, ever_used


def main():
    arguments = sys.argv[1:]
    netns.enter(RUN_DIR=os.path.join(tempfile.mkdtemp(prefix="tracewalk-trees-"), "run"))
    program, projects, names = arguments[0], arguments[1], arguments[2:] or SCENARIOS
    ids, failed, nodes, ever_used = catalogue_ids(), [], 0, set()
    for name in names:
        compared, differing, used = compare(program, projects, name, ids)
        if differing:   # a signal or an edit may come late on a busy machine: once more
            compared, differing, used = compare(program, projects, name, ids)
        nodes += compared
        ever_used |= used
        for title, lines in differing:
            failed.append(title)
            print("--- " + title)
            for line in lines:
                print("    " + line)
    if not arguments[2:]:
        failed += ["declared and not seen: %s in %s" % (i, p) for p, i, _ in DJANGO_ONLY if (p, i) not in ever_used]
    for line in failed:
        print("FAILED " + line)
    print("%d runs, %d nodes compared, %d trees differ" % (len(names), nodes, len(failed)))
    return 1 if failed or (not arguments[2:] and nodes < 500) else 0


if __name__ == "__main__":
    sys.exit(main())
