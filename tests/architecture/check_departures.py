#!/usr/bin/env python3
"""docs/departures.md lists exactly the `// Departs:` and `// Left out:` comments of the source. --write makes it so.

    check_departures.py [--write] [REPOSITORY]
"""
import os
import re
import sys

arguments = [a for a in sys.argv[1:] if a != "--write"]
ROOT = os.path.abspath(arguments[0] if arguments else os.path.join(os.path.dirname(__file__), "..", ".."))
PAGE = os.path.join(ROOT, "docs", "departures.md")
HEAD = """# Where Tracewalk departs from Django

Behaviour is Django 5.2's, to the letter, but for the places below. Each stands in the source as a comment, `// Departs:` where we behave
or are shaped differently, `// Left out:` where a branch is not mirrored. This page is made from those comments by
`tests/architecture/check_departures.py --write`; a test compares them.
"""


def comments(path):
    """(tag, text) of each tagged comment: it goes on over the comment lines that follow."""
    lines = open(path, encoding="utf-8").read().split("\n")
    i = 0
    while i < len(lines):
        found = re.search(r"//[/<]? ?(Departs|Left out): ?(.*)", lines[i])
        if not found:
            i += 1
            continue
        tag, words = found.group(1), [found.group(2).strip()]
        i += 1
        while i < len(lines) and re.match(r"\s*//", lines[i]) and not re.search(r"(Departs|Left out|Python):", lines[i]) \
                and not words[-1].endswith((".", "!", "?")):
            words.append(re.sub(r"^\s*//[/<]? ?", "", lines[i]).strip())
            i += 1
        yield tag, " ".join(words)


def page():
    found = {"Departs": {}, "Left out": {}}
    for folder, folders, names in os.walk(os.path.join(ROOT, "src")):
        folders.sort()
        for name in sorted(names):
            if name.endswith((".h", ".cpp")):
                path = os.path.join(folder, name)
                for tag, text in comments(path):
                    found[tag].setdefault(os.path.relpath(path, ROOT), []).append(text)
    out = [HEAD]
    for tag, title in (("Departs", "Departs"), ("Left out", "Left out")):
        out.append("## %s\n" % title)
        for path in sorted(found[tag]):
            out.append("`%s`\n" % path)
            out += ["- %s" % text for text in found[tag][path]]
            out.append("")
    return "\n".join(out).rstrip() + "\n", sum(len(v) for tag in found.values() for v in tag.values())


def main():
    text, count = page()
    if "--write" in sys.argv:
        open(PAGE, "w", encoding="utf-8").write(text)
        return 0
    old = open(PAGE, encoding="utf-8").read() if os.path.exists(PAGE) else ""
    if old == text and count > 0:
        print("docs/departures.md lists all %d" % count)
        return 0
    import difflib
    sys.stdout.writelines(difflib.unified_diff(old.splitlines(True), text.splitlines(True), "docs/departures.md", "the source"))
    print("docs/departures.md is stale: run tests/architecture/check_departures.py --write")
    return 1


if __name__ == "__main__":
    sys.exit(main())
