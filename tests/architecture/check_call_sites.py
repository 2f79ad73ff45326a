#!/usr/bin/env python3
"""Every stage of Django 5.2 in the catalogue has its call site, in the file that mirrors the stage's; no other stage has one.

    check_call_sites.py
"""
import glob
import os
import re
import sys

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
# Stages whose code stands elsewhere than the path rule says, and why.
ELSEWHERE = {
    "manage.main": "src/main.cpp",                       # the project's own manage.py
    "socket.bind": "src/python/socket.cpp",              # C functions of Python have no path
    "socket.listen": "src/python/socket.cpp",
}


def catalogue():
    """id -> (path, line in 5.2)"""
    out = {}
    for header in sorted(glob.glob(os.path.join(ROOT, "tracepoints", "catalogue", "*.h"))):
        text = open(header, encoding="utf-8").read()
        for entry in re.split(r"(?=[{ ]\.id = \")", text)[1:]:
            id_ = re.search(r'\.id = "([^"]+)"', entry).group(1)
            path = re.search(r'\.path = "([^"]*)"', entry).group(1)
            line = re.search(r'\{"5\.2", (\d+)\}', entry)
            out[id_] = (path, int(line.group(1)) if line else 0)
    return out


def call_sites():
    """id -> the files that trace it"""
    out = {}
    for folder, _, names in os.walk(os.path.join(ROOT, "src")):
        for name in names:
            if not name.endswith((".h", ".cpp")):
                continue
            path = os.path.join(folder, name)
            text = open(path, encoding="utf-8").read()
            for id_ in re.findall(r'TRACE_(?:FRAME|POINT|DECISION)\(\s*"([^"]+)"', text):
                out.setdefault(id_, set()).add(os.path.relpath(path, ROOT))
    return out


def mirror_of(id_, path):
    base = id_.split(":")[0]
    if base in ELSEWHERE:
        return ELSEWHERE[base]
    if path.startswith("Lib/"):
        return "src/python/" + path[4:-3]
    return "src/" + path[:-3] if path else None


def main():
    entries, sites, errors = catalogue(), call_sites(), []
    for id_, (path, line) in entries.items():
        in_5_2 = line > 0 or id_.startswith(("syscall.", "socket."))
        if in_5_2 and id_ not in sites:
            errors.append("%s: no call site" % id_)
        if not in_5_2 and id_ in sites:
            errors.append("%s: Django 5.2 has no such stage, but %s traces it" % (id_, ", ".join(sites[id_])))
        mirror = mirror_of(id_, path)
        for site in sites.get(id_, ()):
            if mirror and os.path.splitext(site)[0] != os.path.splitext(mirror)[0]:
                errors.append("%s: traced in %s, but it belongs in %s" % (id_, site, mirror))
    errors += ["%s: traced in %s, but not in the catalogue" % (i, ", ".join(f)) for i, f in sites.items() if i not in entries]
    for error in sorted(errors):
        print(error)
    print("%d entries, %d traced ids, %d errors" % (len(entries), len(sites), len(errors)))
    return 1 if errors or len(entries) < 150 else 0


if __name__ == "__main__":
    sys.exit(main())
