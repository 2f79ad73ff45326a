#!/usr/bin/env python3
"""Does every stage of the catalogue happen in some run? And does each frame that is opened close, also when an exception passes?

    coverage.py MANAGE PROJECTS

Runs scenarios with the narrator at zoom 3 and collects the ids that it tells. Only stages that Django 5.2 lacks may be missing.
"""
import glob
import os
import re
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, ".."), os.path.join(HERE, "..", "architecture")]
import check_call_sites
import narration
import netns
import runner

RUNS = ["rs_site", "rs_plain", "reload_touch", "sig_term_parent_reload", "http_views", "http_static", "http_expect", "http_disconnect",
        "http_request_line", "rs_nothreading", "addr_in_use", "help", "help_runserver", "unknown_near", "fail", "settings_nosuch_help",
        "comp_run", "override_order"]


def told(text, frames, moments):
    """The ids that these lines tell. A moment's line names its own word: "? threading = True", "• bound server_address=..."."""
    out = set()
    for line in text.split("\n"):
        found = narration.LINE.match(line)
        if found and found.group("id") in frames:
            out.add(found.group("id"))
        # A frame that only an exception leaves may be told by its end alone.
        found = re.search(r"[?•] (?:[\w.]+:)?(\w+)(?= |$)", line)
        if found:
            sign = "decision" if "?" in line[:found.end()] else "point"
            out.update(i for i, kind in moments.items() if kind == sign and i.endswith(":" + found.group(1)))
    return out


def main():
    program, projects = sys.argv[1:3]
    netns.enter(RUN_DIR=os.path.join(tempfile.mkdtemp(prefix="tracewalk-coverage-"), "run"))
    entries = check_call_sites.catalogue()
    wanted = {i for i, (_, line) in entries.items() if line > 0 or i.startswith(("syscall.", "socket."))}
    moments = {}
    for header in glob.glob(os.path.join(HERE, "..", "..", "tracepoints", "catalogue", "*.h")):
        text = open(header, encoding="utf-8").read()
        for entry in re.split(r"(?=[{ ]\.id = \")", text)[1:]:
            kind = re.search(r"\.kind = Kind::(\w+)", entry)
            if kind:
                moments[re.search(r'\.id = "([^"]+)"', entry).group(1)] = kind.group(1)
    frames, seen = wanted - set(moments), set()
    import harness
    harness.PROGRAM, harness.PROJECTS = os.path.abspath(program), os.path.abspath(projects)
    for name in RUNS:
        seen |= told(narration.run(name, list(runner.scenarios())), frames, moments)
    missing = sorted(wanted - seen)
    for id_ in missing:
        print("never told: " + id_)
    print("%d ids, %d told in %d runs" % (len(wanted), len(wanted & seen), len(RUNS)))
    return 1 if missing or len(wanted) < 180 else 0


if __name__ == "__main__":
    sys.exit(main())
