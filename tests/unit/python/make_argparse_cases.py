#!/usr/bin/env python3
"""Writes argparse_cases.h: what the argparse of the Python that runs this script (3.13.0 made the file) does with odd command lines.

    COLUMNS=80 python3.13 make_argparse_cases.py > argparse_cases.h
"""
import argparse
import contextlib
import io
import json
import random

WORDS = ["Ada", "8000", "3", "x", "", "a b", "-", "--", "-1", "-1.5", "-a b", "-x", "-y", "-xy", "-xyz", "-xq", "-x=1", "-z",
         "-zfoo", "-z=foo", "-long", "-lo", "-long=3", "-v", "-v2", "-v=2", "-v9", "-vx", "--verb", "--verbosity=1", "--ver",
         "--no", "--no-c", "--no-color=1", "--two", "--two=1", "--many", "--any", "--tag", "-t", "-tfoo", "--tag=", "--level",
         "low", "--level=no", "--const", "1_0", "0x10", "{}", "[a,b]", "--=", "--unknown", "--unknown=1", "-q", "-h", "--help"]


def parser():
    p = argparse.ArgumentParser(prog="odd", description="Odd options.")
    p.add_argument("first")
    p.add_argument("rest", nargs="*", type=int, default=[7])
    p.add_argument("last", nargs="?", default="8", type=int)
    p.add_argument("-x", action="store_true")
    p.add_argument("-y", action="store_false")
    p.add_argument("-z", nargs="?", const="c", default="d")
    p.add_argument("-long", help="50%% of %(prog)s, default %(default)s")
    p.add_argument("-v", "--verbosity", type=int, choices=[0, 1, 2, 3], default=1)
    p.add_argument("--version", action="version", version="%(prog)s 1.0")
    p.add_argument("--no-color", action="store_true")
    p.add_argument("--no-cache", action="store_true", help=argparse.SUPPRESS)
    p.add_argument("--two", nargs=2, type=int)
    p.add_argument("--many", nargs="+")
    p.add_argument("--any", nargs="*")
    p.add_argument("--tag", "-t", action="append", dest="tags", default=["py"])
    p.add_argument("--level", choices=["low", "high"], metavar="LEVEL")
    p.add_argument("--const", action="store_const", const=5, default=argparse.SUPPRESS)
    return p


def outcome(args):
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            namespace, rest = parser().parse_known_args(args)
        except SystemExit as e:
            return "exit %d: %s" % (e.code, (err.getvalue() or out.getvalue()).splitlines()[-1])
    text = " ".join("%s=%r" % item for item in vars(namespace).items())
    return text + (" rest=%r" % rest if rest else "")


def lines():
    yield []
    for word in WORDS:
        yield [word]
        yield ["Ada", word]
        yield [word, "3"]
        yield ["Ada", word, "3", "4"]
    random.seed(5)
    for _ in range(200):
        yield random.choices(WORDS, k=random.randint(3, 7))


def literal(text):
    return json.dumps(text)


print("// Made by make_argparse_cases.py with CPython 3.13.0: command lines, and what argparse makes of them.")
print("#pragma once\n\n#include <string_view>\n#include <vector>\n")
print("struct ArgparseCase {\n  std::vector<const char*> args;\n  std::string_view outcome;\n};\n")
print("inline const ArgparseCase argparse_cases[] = {")
for args in lines():
    print("    {{%s},\n     %s}," % (", ".join(map(literal, args)), literal(outcome(args))))
print("};")
