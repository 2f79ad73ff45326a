#!/usr/bin/env python3
"""Checks the line numbers of the catalogue against an installed Django 3.2.

    check_lines.py [DJANGO_FOLDER]

DJANGO_FOLDER is the folder of the package `django`; without it, /usr/bin/python3 is asked for its own.
Each entry that names Python code must stand in the named file, under its qualname, on the line that the
catalogue gives for version 3.2; what has line 0 must be absent there. The standard library's lines are those
of Python 3.11.2, so entries below Lib/ are checked only when /usr/bin/python3 is that.
Exit code 0: all agree. 1: something differs, or too little could be checked.
"""

import ast
import json
import os
import re
import subprocess
import sys

VERSION = "3.2"
AT_LEAST = 120
LIB_VERSION = (3, 11, 2)
# What had another name or file in 3.2. The catalogue names one place only, that of 5.2.
MOVED = {
    "connection.BaseConnectionHandler.close_all": ("django/db/utils.py", "ConnectionHandler.close_all"),
}
# Still defined in 3.2, but no longer a stage of the chain: its line is 0 for that reason.
LEFT_THE_CHAIN = {"conf.LazySettings.configure"}
ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")

ENTRY = re.compile(
    r'\{\.id = "(?P<id>[^"]+)",\s*\.qualname = "(?P<qualname>[^"]+)",\s*\.path = "(?P<path>[^"]*)",'
    r"\s*\.lines = \{\{(?P<lines>.*?)\}\}",
    re.S,
)


def entries():
    folder = os.path.join(ROOT, "tracepoints", "catalogue")
    for name in sorted(os.listdir(folder)):
        if not name.endswith(".h"):
            continue
        with open(os.path.join(folder, name), encoding="utf-8") as file:
            text = file.read()
        found = list(ENTRY.finditer(text))
        if len(found) != len(re.findall(r'[{ ]\.id = "', text)):
            raise SystemExit(f"{name}: an entry is not written in the form that this check reads")
        for match in found:
            lines = dict(re.findall(r'\{"([^"]+)", (\d+)', match["lines"]))
            yield match["id"], match["qualname"], match["path"], int(lines[VERSION])


def definitions(path):
    """Every function of a file, by dotted name inside the module, with the line of its `def` or `lambda`."""
    with open(path, encoding="utf-8") as file:
        tree = ast.parse(file.read(), path)
    found = {}

    def walk(node, prefix):
        for child in ast.iter_child_nodes(node):
            if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef)):
                found.setdefault(prefix + child.name, []).append(child.lineno)
                walk(child, prefix + child.name + ".<locals>.")
            elif isinstance(child, ast.Lambda):
                found.setdefault(prefix + "<lambda>", []).append(child.lineno)
                walk(child, prefix + "<lambda>.<locals>.")
            elif isinstance(child, ast.ClassDef):
                walk(child, prefix + child.name + ".")
            else:
                walk(child, prefix)

    walk(tree, "")
    return found


def module_of(path):
    """django/core/management/__init__.py is the module django.core.management."""
    name = path[len("Lib/") :] if path.startswith("Lib/") else path
    return name[: -len(".py")].replace("/", ".").removesuffix(".__init__")


def ask(python, code):
    return json.loads(subprocess.run([python, "-c", code], check=True, capture_output=True, text=True).stdout)


def main():
    python = "/usr/bin/python3"
    if len(sys.argv) > 1:
        django = sys.argv[1]
    else:
        django = ask(python, "import django, json; print(json.dumps(django.__path__[0]))")
    with open(os.path.join(django, "__init__.py"), encoding="utf-8") as file:
        version = re.search(r"VERSION = \((\d+), (\d+)", file.read())
    if f"{version[1]}.{version[2]}" != VERSION:
        raise SystemExit(f"{django}: this is Django {version[1]}.{version[2]}, and {VERSION} is needed")
    lib, lib_version = ask(
        python, "import json, sys, sysconfig; print(json.dumps([sysconfig.get_paths()['stdlib'], sys.version_info[:3]]))"
    )
    has_lib = tuple(lib_version) == LIB_VERSION

    wrong, checked, absent, skipped, cache = [], 0, 0, 0, {}
    for id_, qualname, path, line in entries():
        if not path:  # a C function or a system call
            skipped += 1
            continue
        if path.startswith("Lib/"):
            if not has_lib:
                skipped += 1
                continue
            file = os.path.join(lib, path[len("Lib/") :])
        else:
            file = os.path.join(django, path[len("django/") :])

        stage = id_.partition(":")[0]
        if stage in MOVED:
            path, name = MOVED[stage]
            file = os.path.join(django, path[len("django/") :])
        elif path.endswith("-tpl"):  # a template of startproject: Python only once it is rendered
            with open(file, encoding="utf-8") as template:
                first = [n for n, text in enumerate(template, 1) if text.startswith("def main(")]
            checked += 1
            if first != [line]:
                wrong.append(f"{id_}: {path} has def main() on line {first}, the catalogue says {line}")
            continue
        else:
            module = module_of(path)
            if not qualname.startswith(module + "."):
                wrong.append(f"{id_}: {qualname} is not in {path}")
                continue
            name = qualname[len(module) + 1 :]

        if not os.path.exists(file):
            if line:
                wrong.append(f"{id_}: there is no {path}")
            else:
                absent += 1
            continue
        if file not in cache:
            cache[file] = definitions(file)
        found = cache[file].get(name, [])
        if line:
            checked += 1
            if line not in found:
                wrong.append(f"{id_}: {path} has {name} on line {found or 'none'}, the catalogue says {line}")
        else:
            absent += 1
            if found and stage not in LEFT_THE_CHAIN:
                wrong.append(f"{id_}: {path} has {name} on line {found}, the catalogue says that it is absent")

    for text in wrong:
        print(text)
    print(f"Django {VERSION}: {checked} lines checked, {absent} absences checked, {skipped} entries skipped, {len(wrong)} wrong")
    if checked < AT_LEAST:
        print(f"fewer than {AT_LEAST} lines could be checked")
        return 1
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
