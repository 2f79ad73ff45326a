"""docs/parity.md: an introduction by hand, and sections whose figures each test computes. A section that is not what the run found fails."""
import os
import re

PAGE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "docs", "parity.md")


def settle(name, text, write):
    """Compares the section with what stands in the page, or writes it there. Gives the number of failures."""
    with open(PAGE, encoding="utf-8") as file:
        whole = file.read()
    found = re.search(r"(?s)(<!-- %s: figures of the run -->\n)(.*?)(<!-- end -->)" % name, whole)
    if found.group(2) == text:
        return 0
    if write:
        with open(PAGE, "w", encoding="utf-8") as file:
            file.write(whole[:found.start(2)] + text + whole[found.end(2):])
        return 0
    print("FAILED docs/parity.md is stale (section %s): script/parity --write" % name)
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
    if declarations.rules:
        out.append("Said differently wherever it is said:\n")
        out += ["- %s (%s)" % (rule["reason"], rule["kind"]) for rule in declarations.rules]
        out.append("")
    return "\n".join(out + reasons(declarations, groups)) + "\n"


def reasons(declarations, groups):
    out = ["Declared one by one:\n"]
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
            ("the same, with the requests that ours refuses and what is left to chance", counts["whole"], None),
            ("and with each call of Python's import functions", counts["imports"], None)]
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
