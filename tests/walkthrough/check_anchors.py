#!/usr/bin/env python3
"""Do the catalogue's anchors and the walkthrough's sections match one to one, in both languages, with the same blocks?"""
import glob
import os
import re
import sys

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))


def anchors_of_catalogue():
    out = set()
    for header in glob.glob(os.path.join(ROOT, "tracepoints", "catalogue", "*.h")) + [os.path.join(ROOT, "tracepoints", "legs.h")]:
        out.update(re.findall(r'\.anchor = "([^"]+)"', open(header, encoding="utf-8").read()))
    return out


def zooms():
    """id -> zoom"""
    out = {}
    for header in glob.glob(os.path.join(ROOT, "tracepoints", "catalogue", "*.h")):
        for entry in re.split(r"(?=[{ ]\.id = \")", open(header, encoding="utf-8").read())[1:]:
            out[re.search(r'\.id = "([^"]+)"', entry).group(1)] = int(re.search(r"\.zoom = (\d)", entry).group(1))
    return out


def unseen(text, levels):
    """What a reader is told to look for, without a word of the zoom that it takes to see it."""
    for bullet in re.findall(r"^- \*\*(?:Look for|看什么)\*\*(.*?)(?=^- |^$)", text, re.M | re.S):
        for name in re.findall(r"`([\w.:<>]+)`", bullet):
            found = [z for i, z in levels.items() if i == name or i.endswith("." + name)]
            if found and min(found) > 1 and not re.search("zoom|缩放级别", bullet):
                yield name


def pages():
    """file -> its text, for the pages that link to each other."""
    return {name: open(os.path.join(ROOT, name), encoding="utf-8").read()
            for name in ("README.md", "walkthrough.md", "docs/walkthrough.zh.md", "docs/what-changed.md", "docs/what-changed.zh.md")}


def broken_links():
    """Links between the pages that lead to no section, notes on the blog post that lead to no page on what changed."""
    texts = pages()
    for name, text in texts.items():
        for target, anchor in re.findall(r"\]\(([\w./-]+\.md)(?:#([\w-]+))?\)", text):
            path = os.path.normpath(os.path.join(os.path.dirname(name), target))
            if not os.path.exists(os.path.join(ROOT, path)):
                yield "%s: there is no %s" % (name, path)
            elif anchor and path in texts and '<a id="%s"></a>' % anchor not in texts[path]:
                yield "%s: %s has no section %s" % (name, path, anchor)
    for name in ("walkthrough.md", "docs/walkthrough.zh.md"):
        notes = re.findall(r"(?m)^> \*\*(?:About the blog post\.|关于那篇博客)\*\*.*\n(?:> .*\n)*", texts[name])
        if len(notes) < 10:
            yield "%s: only %d notes on the blog post were found" % (name, len(notes))
        for note in notes:
            if not re.search(r"what-changed(\.zh)?\.md#", note):
                yield "%s: this note does not say where to read what changed since: %s" % (name, note[:60])


def main():
    wanted, errors, shape = anchors_of_catalogue(), [], {}
    for name in ("walkthrough.md", "docs/walkthrough.zh.md"):
        text = open(os.path.join(ROOT, name), encoding="utf-8").read()
        sections = re.findall(r'<a id="([^"]+)"></a>', text)
        shape[name] = (sections, re.findall(r"^```(?:console|cpp) .*$", text, re.M))
        errors += ["%s: no section for the anchor %s" % (name, a) for a in sorted(wanted - set(sections))]
        errors += ["%s: the section %s is nobody's anchor" % (name, a) for a in sorted(set(sections) - wanted)]
        errors += ["%s: the section %s stands twice" % (name, a) for a in sorted({a for a in sections if sections.count(a) > 1})]
        errors += ["%s: %s is not shown at zoom 1, and the text does not say which zoom it takes" % (name, i)
                   for i in unseen(text, zooms())]
        for target in re.findall(r"\]\(#([^)]+)\)", text):
            if target not in sections:
                errors.append("%s: a link to #%s leads nowhere" % (name, target))
    english, chinese = shape.values()
    if english[0] != chinese[0]:
        errors.append("the two walkthroughs have their sections in different order")
    if english[1] != chinese[1]:
        errors.append("the two walkthroughs have different blocks")
    errors += broken_links()
    for error in errors:
        print(error)
    print("%d anchors, %d errors" % (len(wanted), len(errors)))
    return 1 if errors or len(wanted) < 16 else 0


if __name__ == "__main__":
    sys.exit(main())
