"""docs/parity.md: an introduction by hand, and sections whose figures each test computes. A section that is not what the run found fails."""
import os
import re

PAGE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "docs", "parity.md")
SECTIONS = ("recorded", "live", "trees", "live trees")
TEXT = """# How do I know that this is Django?

Tracewalk is written in C++, and its story is about Django, which is written in Python. So every sentence that it tells could be wrong. This
page says how that is checked, and what the last check found. `script/parity` makes it: the figures are those of a run, and the tests fail
when they are no longer true.

Three things are compared.

- **What one sees**: exit code, standard output, standard error, and for HTTP the status line, the headers in their order, and the body; for
  commands that write files, which. A scenario is one run: a command line, what is done to the processes (signals, edited files), and the
  requests that are sent, byte by byte.
- **What is called**: the tree of stages, thread by thread, of both processes when the auto-reloader is on. Each call must stand at the same
  depth and in the same order, and must end in the same way: it returned, an exception left it, or the process ended first.
- **With whom**: with Django 5.2.10, the version that Tracewalk is made after, from recordings (`tests/parity/recorded-5.2.json`,
  `tests/parity/trees/5.2/`); and with a real Django that runs beside it while you look: Debian's 3.2, whose calls
  `manage watch` records.

No difference is waved through. Each one is declared in a file with both sides of it, line by line, and with its reason
(`tests/parity/declared-*.json`): what differs and is not declared fails, and so does what is declared and no longer differs. The reasons are
of these kinds:

- *name*: the two say who they are. It is not counted as a difference below.
- *version*: Django itself has changed between 3.2 and 5.2. That is checked, too: what is put down to the version must be as in recorded 5.2.
- *nature*: on purpose ([departures.md](departures.md)), mostly since a request that two servers could read in two ways is refused here.
- *orm*, *python*: what needs Django's ORM or the Python interpreter itself, neither of which is here.
- *recording*: how the recording was made.

Left out of both sides before they are compared: times, process ids, addresses and ports that the system chose; the frames of a Python
traceback (the exception at its end stays); the text of pages for people, such as the debug pages (their title, status and headers stay); in
the trees, turns of a loop that found nothing to do, system calls, and the functions that import modules, which Python's own library calls
in its own way (one line below counts them all the same).

## What one sees: Django 5.2.10, recorded

{recorded}
## What one sees: Django 3.2, live

{live}
## What is called: Django 5.2.10, recorded

"First stages" are those that a learner should see first; the rest are details.

{trees}
## What is called: Django 3.2, live

Django's side is taken as 5.2 would call it, where a reason of the kind *version* says how that differs.

{live trees}"""


def settle(name, text, write):
    """Compares the section with what stands in the page, or writes it there. Gives the number of failures."""
    old = ""
    if os.path.exists(PAGE):
        with open(PAGE, encoding="utf-8") as file:
            old = file.read()
    new = TEXT
    for section in SECTIONS:
        found = re.search(r"(?s)<!-- %s -->\n(.*?)<!-- end -->\n" % section, old)
        inner = text if section == name else found.group(1) if found else ""
        new = new.replace("{%s}" % section, "<!-- %s -->\n%s<!-- end -->\n" % (section, inner))
    if new == old:
        return 0
    if write:
        with open(PAGE, "w", encoding="utf-8") as file:
            file.write(new)
        return 0
    print("FAILED docs/parity.md is stale (%s): script/parity --write" % name)
    return 1


def column(kinds):
    """Where a scenario is counted: who is speaking makes no difference; the rest in the order of what it tells."""
    return next((k for k in ("nature", "orm", "python", "version") if k in kinds), "equal")


COLUMNS = ("equal", "version", "nature", "orm", "python")


def table(groups, columns, not_run):
    rows, sums = [], [0] * (len(COLUMNS) + 2)
    for group in dict.fromkeys(groups.values()):
        names = [n for n in groups if groups[n] == group]
        row = [len(names)] + [sum(1 for n in names if columns.get(n) == c) for c in COLUMNS] + [sum(1 for n in names if n in not_run)]
        sums = [a + b for a, b in zip(sums, row)]
        rows.append((group, row))
    rows.append(("**all**", sums))
    out = ["| group | scenarios | the same | other version | our nature | the ORM | Python itself | not run |", "| --- |" + " ---: |" * 7]
    out += ["| %s | %s |" % (name, " | ".join(map(str, row))) for name, row in rows]
    return "\n".join(out) + "\n"


def scenarios_section(declarations, groups, kinds):
    out = [table(groups, {n: column(k) for n, k in kinds.items()}, declarations.not_run)]
    return "\n".join(out + reasons(declarations, groups)) + "\n"


def reasons(declarations, groups):
    out = []
    if declarations.rules:
        out.append("Declared wherever it occurs:\n")
        out += list(dict.fromkeys("- %s (%s)" % (rule["reason"], rule["kind"]) for rule in declarations.rules)) + [""]
    out.append("Declared one by one:\n")
    for key, reason in declarations.reasons.items():
        names = [n for n in groups if any(g["reason"] == key for g in declarations.scenarios.get(n, []))]
        names += [n for n, reason in declarations.not_run.items() if reason == key]
        out.append("- %s (%s): %s" % (reason["text"], reason["kind"], ", ".join("`%s`" % n for n in names)))
    return out


def total(declarations, groups, results, failed):
    columns = [column(r[0].kinds) for r in results.values() if r]
    counts = ", ".join("%d %s" % (columns.count(c), c) for c in COLUMNS if c in columns)
    return "%d scenarios: %s, %d not run, %d failed" % (len(results) + len(declarations.not_run), counts, len(declarations.not_run), failed)


def tree_table(counts):
    rows = [("first stages, on a start, a page, a static file, Ctrl-C and a reload", counts["happy"], 1),
            ("first stages, on all runs", counts["all"], 1), ("all stages, on all runs", counts["all"], None),
            ("the same, with the requests that ours answers otherwise", counts["whole"], None)]
    if "imports" in counts:
        rows.append(("and with each call of the import functions", counts["imports"], None))
    out = ["| calls of | Django's | ours, too | share |", "| --- | ---: | ---: | ---: |"]
    for text, count, tier in rows:
        pick = lambda counted: counted[tier] if tier else sum(counted.values())
        out.append("| %s | %d | %d | %.1f %% |" % (text, pick(count.nodes), pick(count.ours), share_down(count.share(tier))))
    return "\n".join(out) + "\n"


def share_down(share):
    """Rounded down: what is not all must not read 100.0."""
    return int(share * 10) / 10


def trees_section(declarations, groups, results, counts):
    left_out = {key.split(": ")[0] for key in declarations.not_run}
    same = sum(1 for name, r in results.items() if r and not r[1] and name not in left_out)
    out = ["%d runs; in %d of them every call is the same.\n" % (len(results), same), tree_table(counts)]
    return "\n".join(out + reasons(declarations, groups)) + "\n"


def tree_total(results, counts, failed):
    return "%d runs, %d nodes, %.2f %% of them ours, too (%.2f %% of those a learner should see first); %d failed" % (
        len(results), sum(counts["all"].nodes.values()), counts["all"].share(), counts["all"].share(1), failed)
