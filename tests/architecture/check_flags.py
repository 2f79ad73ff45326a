#!/usr/bin/env python3
"""Every --trace option that a page names is one that --trace-help lists, and README or the walkthrough name them all.

    check_flags.py MANAGE
"""
import os
import re
import subprocess
import sys

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
PAGES = ["README.md", "CONTRIBUTING.md", "walkthrough.md", "docs/walkthrough.zh.md", "docs/reading-order.md"]
FLAG = re.compile(r"--trace(?!back)[a-z-]*")


def main():
    help_text = subprocess.run([sys.argv[1], "--trace-help"], capture_output=True, text=True, check=True).stdout
    known, errors, used = set(FLAG.findall(help_text)), [], set()
    for page in PAGES:
        flags = set(FLAG.findall(open(os.path.join(ROOT, page), encoding="utf-8").read().replace("--trace\n--trace", "--trace --trace")))
        used |= flags
        errors += ["%s names %s, which --trace-help does not" % (page, flag) for flag in sorted(flags - known)]
    errors += ["no page names %s" % flag for flag in sorted(known - used)]
    for error in errors:
        print(error)
    print("%d options, %d errors" % (len(known), len(errors)))
    return 1 if errors or len(known) < 6 else 0


if __name__ == "__main__":
    sys.exit(main())
