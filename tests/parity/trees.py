#!/usr/bin/env python3
"""Is the tree of stages that a recording of our run holds the tree of calls that real Django makes?

    trees.py MANAGE PROJECTS [--live] [--jobs N] [--approve] [--write] [NAME...]

Runs every scenario of trees/5.2 with --trace-file and compares, thread by thread: each call at its depth, in its order, and how it ended.
Left out on both sides: idle turns of a loop, system calls, and the import functions, whose inner calls are Python's own way. What else
differs is declared, exactly, in declared-trees-5.2.json. Recording must not change what the program does: each run is also compared as
run.py does. And the narrator must tell the tree that the recording holds.

--live compares with the real Django of this machine instead, which `manage watch` records in the same scenarios: declared-trees-3.2.json.
"""
import json
import os
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
import compare
import django_projects
import live
import narration
import page
import run
import runner
import tree

IMPORTS = {"importlib.import_module", "module_loading.import_string"}
# A start, a page, a static file, Ctrl-C, a reload: every stage that a learner should see first must be there.
HAPPY = ("rs_plain", "rs_site", "rs_nostatic", "sig_ctrl_c_tty", "reload_basic", "reload_touch")
NARRATED = ("rs_site", "rs_nothreading", "reload_basic", "http_expect")


def tier_1():
    with open(os.path.join(HERE, "tier1.txt"), encoding="utf-8") as file:
        return {line.strip() for line in file if not line.startswith("#")}


class Count:
    """Nodes of Django's, and how many of them we have, by tier; with_imports counts the import functions, too."""

    def __init__(self):
        self.nodes, self.ours = {1: 0, 2: 0}, {1: 0, 2: 0}

    def add(self, want, got, first):
        for wanted, into in ((want, self.nodes), (tree.matched(want, got), self.ours)):
            for _, id_, _ in wanted:
                into[1 if id_ in first else 2] += 1

    def share(self, tier=None):
        pick = lambda counts: counts[tier] if tier else sum(counts.values())
        return 100.0 * pick(self.ours) / max(1, pick(self.nodes))


def comparable(run_, skipped=frozenset()):
    """title -> its tree, less what is not compared; two threads of one name (a worker's and its successor's) are numbered."""
    out = {}
    for title, nodes in run_:
        title = next(t for t in [title] + ["%s, %d" % (title, n) for n in range(2, 1000)] if t not in out)
        kept = tree.comparable([tuple(node) for node in nodes], skipped)
        if kept:
            out[title] = kept
    return out


def as_lines(trees):
    return {title: tree.lines(nodes) for title, nodes in trees.items()}


def narrated(program, projects):
    """Does the narrator tell, at zoom 3, the tree that the recording of the same run holds? Gives the number of failures."""
    import harness
    harness.PROGRAM, harness.PROJECTS = program, projects
    failed, ids = 0, narration.catalogue_ids()
    for name in NARRATED:
        file = harness.RUN + ".trace"
        lanes = narration.told(narration.run(name, list(runner.scenarios()), trace=file), ids)
        in_file = comparable(tree.recorded(file))
        in_lines = comparable([(lane, nodes) for lane, nodes in lanes.items()])
        unended = lambda nodes: [(depth, id_, "") for depth, id_, _ in nodes]
        if [unended(n) for n in in_file.values()] != list(in_lines.values()):
            print("FAILED %s: the narrator tells another tree than the recording holds" % name)
            for (title, a), b in zip(in_file.items(), in_lines.values()):
                for edit in compare.edits({title: tree.lines(unended(a))}, {title: tree.lines(b)}):
                    compare.show(name, edit)
            failed += 1
    return failed


class Comparison:
    """Runs of one Django and of ours, by the names of scenarios."""

    def __init__(self, declarations, theirs, ours):
        self.declarations, self.theirs, self.ours, self.first = declarations, theirs, ours, tier_1()
        # `python -m django` has no manage.py, and so no manage.main; our program is the same under both names.
        self.bare = {s["name"] for s in runner.scenarios() if s["argv"][0] == "-m"}

    def take(self, theirs=(), ours=()):
        """Later runs take the place of earlier ones."""
        self.theirs.update(theirs)
        self.ours.update(ours)

    def trees(self, name, skipped):
        skipped = skipped | {"manage.main"} if name in self.bare else skipped
        return comparable(self.theirs[name]["tree"], skipped), comparable(self.ours[name]["tree"], skipped)

    def left_out(self, name, title):
        return "%s: %s" % (name, title) in self.declarations.not_run

    def judge(self, name):
        if name not in self.theirs or name not in self.ours:
            return None
        want, got = ({t: n for t, n in run_.items() if not self.left_out(name, t)} for run_ in self.trees(name, IMPORTS))
        return self.declarations.judge_flat(name, as_lines(want), as_lines(got))

    def of_our_version(self, name, want, with_imports):
        """Django's trees as lines, after the rules and less what is declared to be its version's."""
        out = compare.applied(as_lines(want), self.declarations.rules)[0]
        if not with_imports:
            for group in self.declarations.scenarios.get(name, []):
                if self.declarations.reasons.get(group["reason"], {}).get("kind") == "version":
                    for where, line, theirs, ours in reversed(group["edits"]):   # the later ones first: their lines are still where they were
                        out[where] = out[where][:line] + ours + out[where][line + len(theirs):]
        return out

    def counts(self):
        """all: what is compared, less requests that ours answers otherwise by its nature; happy: its happy runs; whole: those requests,
        too; imports: the same with the import functions."""
        counts = {key: Count() for key in ("happy", "all", "whole", "imports")}
        for name in self.theirs:
            if name not in self.ours:
                continue
            nature = {e[0] for g in self.declarations.scenarios.get(name, []) for e in g["edits"]
                      if self.declarations.reasons.get(g["reason"], {}).get("kind") == "nature"}
            for key in counts:
                want, got = self.trees(name, frozenset() if key == "imports" else IMPORTS)
                for title, lines in self.of_our_version(name, want, key == "imports").items():
                    nodes = tree.nodes(lines)
                    if self.left_out(name, title):
                        continue
                    if key in ("whole", "imports") or title not in nature and (key == "all" or name in HAPPY):
                        counts[key].add(nodes, got.get(title, []), self.first)
        return counts


def enforce(counts):
    """What the shares must be. Gives the number of failures."""
    failed = 0
    for key, tier, least in (("happy", 1, 100.0), ("all", 1, 98.0), ("all", None, 95.0)):
        share = counts[key].share(tier)
        if share < least:
            print("FAILED %.2f %% of the %s nodes of %s runs, and %.0f are wanted" % (share, "tier-1" if tier else "all", key, least))
            failed += 1
    return failed


def against_recorded(side, names, jobs):
    """What Django 5.2 was recorded to call, our runs, and how to run one again."""
    again = lambda late, comparison: comparison.take(ours=runner.run_all([(side, late, 1)])[0])
    ours, = runner.run_all([(side, names, jobs)])
    return {n: {"tree": tree.stored("5.2", n)} for n in names}, ours, again


def against_live(side, names, jobs, folder):
    """The same with the Django of this machine."""
    django_projects.make(live.PYTHON, folder)
    django = dict(side, python=live.PYTHON, projects=folder)

    def both(some, each):
        return runner.run_all([(django, some, each), (side, some, each)])

    return *both(names, jobs), lambda late, comparison: comparison.take(*both(late, 1))


def unchanged(runs):
    """Recording must not change what the program does. Gives the number of failures."""
    behaviour, recorded = compare.Declarations(os.path.join(HERE, "declared-5.2.json")), runner.load("recorded-5.2.json")
    changed = [name for name in runs if behaviour.judge(name, recorded[name], runs[name])[0].fails()]
    for name in changed:
        print("FAILED %s: with --trace-file the program does something else" % name)
    return len(changed)


def main():
    jobs, flags, arguments = run.options(sys.argv[1:])
    is_live = "--live" in arguments
    arguments = [a for a in arguments if a != "--live"]
    side, only = {"program": os.path.abspath(arguments[0]), "projects": os.path.abspath(arguments[1]), "trace": True}, arguments[2:]
    declarations = compare.Declarations(os.path.join(HERE, "declared-trees-%s.json" % ("3.2" if is_live else "5.2")))
    groups = {s["name"]: s["group"] for s in runner.scenarios() if os.path.exists(os.path.join(HERE, "trees", "5.2", s["name"] + ".txt"))}
    names = [n for n in groups if not only or n in only]
    with tempfile.TemporaryDirectory(prefix="tracewalk-trees-") as folder:
        theirs, ours, again = against_live(side, names, 2 * jobs, folder) if is_live else against_recorded(side, names, jobs)
        comparison = Comparison(declarations, theirs, ours)
        results = {name: comparison.judge(name) for name in names}
        late = [n for n, r in results.items() if r is None or r[0].fails()]
        if late and "--approve" not in flags:   # a signal or an edit may come late on a busy machine
            again(late, comparison)
            results.update({name: comparison.judge(name) for name in late})
        failed = 0 if is_live else runner.alone(os.path.abspath(__file__), ["--narrated", side["program"], side["projects"]], folder)
    if "--approve" in flags:
        for name, result in results.items():
            if result:
                declarations.approve(name, result[1])
        declarations.save(list(groups))
    counts = comparison.counts()
    if is_live:
        del counts["imports"]   # how often Python's own modules are imported depends on the moment
    failed += run.report(declarations, results, not only) + (0 if is_live else unchanged(ours))
    if not only:
        failed += enforce(counts)
        text = page.trees_section(declarations, groups, results, counts)
        failed += page.settle("live trees" if is_live else "trees", text, "--write" in flags)
    print(page.tree_total(results, counts, failed))
    return 1 if failed or (not only and len(names) < 30) else 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["--narrated"]:
        sys.exit(narrated(*sys.argv[2:]))
    sys.exit(main())
