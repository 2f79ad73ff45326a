#!/usr/bin/env python3
"""Every file that docs/ and README name is there, and docs/reading-order.md names every file that the catalogue's stages stand in."""
import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import check_call_sites as sites

ROOT = sites.ROOT


def main():
    errors = []
    pages = ["README.md", "CONTRIBUTING.md", "walkthrough.md", "docs/walkthrough.zh.md", "docs/reading-order.md"]
    named = {}
    for page in pages:
        text = open(os.path.join(ROOT, page), encoding="utf-8").read()
        named[page] = set(re.findall(r"`((?:src|tracepoints|tests|docs|script)/[\w./-]+)`", text))
        for path in sorted(named[page]):
            if not os.path.exists(os.path.join(ROOT, path)):
                errors.append("%s: %s is not there" % (page, path))
    traced = {path for files in sites.call_sites().values() for path in files if path.endswith(".cpp")}
    # Stages whose files a reader meets on the way, and small neighbours of the files that are listed.
    neighbours = {"src/django/contrib/staticfiles/apps.cpp", "src/django/core/wsgi.cpp", "src/django/db/migrations/executor.cpp",
                  "src/django/utils/_os.cpp", "src/django/utils/connection.cpp", "src/django/utils/module_loading.cpp",
                  "src/python/logging/__init__.cpp"}
    for path in sorted(traced - neighbours - named["docs/reading-order.md"]):
        errors.append("docs/reading-order.md does not lead to %s" % path)
    for error in errors:
        print(error)
    print("%d files named, %d traced, %d errors" % (sum(map(len, named.values())), len(traced), len(errors)))
    return 1 if errors or len(traced) < 20 else 0


if __name__ == "__main__":
    sys.exit(main())
