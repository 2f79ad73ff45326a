#!/usr/bin/env python3
"""Does the program do what Django 5.2 was recorded to do? Exit code, stdout, stderr, answers, files: scenario by scenario.

    run.py MANAGE PROJECTS [--jobs N] [--approve] [--write] [NAME...]

MANAGE is the program, PROJECTS the folder with the built projects `plain` and `site`. What differs on purpose is declared, exactly, in
declared-5.2.json (--approve writes what is found there: read the diff, and give each new difference its reason). A difference that is not
declared fails, and so does a declared one that does not occur. The figures stand in docs/parity.md (--write puts them there).
Needs Linux with network namespaces (root, or user namespaces).
"""
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
import compare
import page
import runner


def options(arguments):
    """--jobs N, --approve and --write, in any place, and the rest."""
    jobs = os.cpu_count() or 1
    if "--jobs" in arguments:
        at = arguments.index("--jobs")
        jobs = int(arguments[at + 1])
        del arguments[at:at + 2]
    flags = {a for a in arguments if a in ("--approve", "--write")}
    return jobs, flags, [a for a in arguments if a not in flags]


def judge_all(declarations, names, django, ours, again):
    """name -> (verdict, what differs). What fails is run again by again(names), one at a time: scenarios send signals and edit files at
    moments that a busy machine may miss."""
    def judge(name, theirs, mine):
        return declarations.judge(name, theirs[name], mine[name]) if name in theirs and name in mine else None

    out = {name: judge(name, django, ours) for name in names}
    late = [name for name, result in out.items() if result is None or result[0].fails()]
    if late and again:
        theirs, mine = again(late)
        out.update({name: judge(name, theirs, mine) for name in late})
    return out


def report(declarations, results, complete):
    """Prints what fails. Gives the number of failures."""
    failed = []
    for name, result in results.items():
        if result is None:
            failed.append("%s: did not finish" % name)
            continue
        for edit in result[0].undeclared:
            compare.show(name, edit)
        if result[0].undeclared:
            failed.append("%s: differs, and it is not declared" % name)
        for edit in result[0].gone:
            failed.append("%s: declared to differ, but does not: %s" % (name, edit))
    if complete:
        failed += declarations.mistakes(results.keys() | declarations.not_run.keys())
        needed = {i for r in results.values() if r for i in r[0].needed}
        failed += ["a rule that nothing needs: %s" % (rule.get("find") or rule["wrap"]) for i, rule in enumerate(declarations.rules) if i not in needed]
    for line in failed:
        print("FAILED " + line)
    return len(failed)


def main():
    jobs, flags, arguments = options(sys.argv[1:])
    side, only = {"program": os.path.abspath(arguments[0]), "projects": os.path.abspath(arguments[1])}, arguments[2:]
    recorded, declarations = runner.load("recorded-5.2.json"), compare.Declarations(os.path.join(HERE, "declared-5.2.json"))
    groups = {s["name"]: s["group"] for s in runner.scenarios() if s["name"] in recorded}
    names = [n for n in groups if n not in declarations.not_run and (not only or n in only)]
    ours, = runner.run_all([(side, names, jobs)])
    again = None if "--approve" in flags else lambda late: (recorded, runner.run_all([(side, late, 1)])[0])
    results = judge_all(declarations, names, recorded, ours, again)
    if "--approve" in flags:
        for name, result in results.items():
            declarations.approve(name, result[1])
        declarations.save(list(groups))
    failed = report(declarations, results, not only)
    text = page.scenarios_section(declarations, groups, {n: r[0].kinds for n, r in results.items() if r})
    if not only:
        failed += page.settle("recorded", text, "--write" in flags)
    print(page.total(declarations, groups, results, failed))
    return 1 if failed or (not only and len(names) < 150) else 0


if __name__ == "__main__":
    sys.exit(main())
