#!/usr/bin/env python3
"""Is every include arrow legal? STYLE's table of rooms, as a program. Exit 1 with a list when one is not.

    check_includes.py [REPOSITORY]
"""
import os
import re
import sys

ROOT = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else os.path.join(os.path.dirname(__file__), "..", ".."))

# room -> the rooms it may include besides itself. "tracepoints" below means trace.h and what it needs, unless stated otherwise.
MAY = {
    "tracepoints": set(),
    "sinks": {"tracepoints"},
    "python": {"tracepoints"},
    "django": {"python", "tracepoints"},
    "tracewalk": {"django", "python", "sinks", "tracepoints"},
    "demo": {"django", "python"},
    "top": {"django", "python", "sinks", "tracepoints", "tracewalk", "demo"},
}
# Only the sinks, the tools and main look into the catalogue; a call site needs trace.h alone.
CALL_SITE_HEADERS = {"tracepoints/trace.h", "tracepoints/repr.h", "tracepoints/ids.h"}
# Third-party headers, and the room (or the very file) that may include them.
THIRD_PARTY = {
    "asio": "python", "CLI": "python", "spdlog": "python", "llhttp": "python", "toml++": "python", "fmt": None,
    "nlohmann": ("sinks", "tracewalk"), "catch2": "tests",
}
# Each of these in one .cpp of its room only, so that a library can be changed in one place. Asio has its two halves.
ONE_FILE = {
    "CLI": {"src/python/argparse.cpp"}, "spdlog": None, "llhttp": None, "toml++": {"src/python/tomllib.cpp"}, "nlohmann": {"tracepoints/sinks/recording_reader.cpp", "src/tracewalk/watch/wire.cpp"},
}
SYSTEM_NETWORK = re.compile(r"^(sys/socket|netinet/|arpa/|netdb|poll|sys/epoll|sys/select|unistd)")


def room_of(path):
    if path.startswith("tracepoints/sinks/"):
        return "sinks"
    if path.startswith("tracepoints/"):
        return "tracepoints"
    for room in ("python", "django", "tracewalk"):
        if path.startswith("src/%s/" % room):
            return room
    if path.startswith(("src/mysite/", "src/polls/")):
        return "demo"
    if path.startswith("src/"):
        return "top"
    return None


def sources():
    for top in ("tracepoints", "src"):
        for folder, _, names in os.walk(os.path.join(ROOT, top)):
            if "_template" in folder:
                continue
            for name in names:
                if name.endswith((".h", ".cpp")):
                    yield os.path.relpath(os.path.join(folder, name), ROOT)


def includes(path):
    for number, line in enumerate(open(os.path.join(ROOT, path), encoding="utf-8"), 1):
        found = re.match(r'\s*#\s*include\s*([<"])([^">]+)[">]', line)
        if found:
            yield number, found.group(1) == '"', found.group(2)


def target_of(name):
    for candidate in (name, "src/" + name):
        if os.path.exists(os.path.join(ROOT, candidate)):
            return candidate
    return name if name.startswith("tracepoints/") else None


def main():
    errors, graph, third_party_files, checked = [], {}, {}, 0
    for path in sorted(sources()):
        room = room_of(path)
        graph[path] = []
        for number, quoted, name in includes(path):
            checked += 1
            where = "%s:%d" % (path, number)
            library = name.split("/")[0].split(".")[0]
            if quoted:
                target = target_of(name)
                if target is None:
                    errors.append('%s: "%s" is not in the repository' % (where, name))
                    continue
                graph[path].append(target)
                other = room_of(target)
                if other != room and other not in MAY[room]:
                    errors.append('%s: %s may not include %s ("%s")' % (where, room, other, name))
                if other == "tracepoints" and room in ("python", "django", "demo") and target not in CALL_SITE_HEADERS:
                    errors.append('%s: a call site includes tracepoints/trace.h only, not "%s"' % (where, name))
            elif library in THIRD_PARTY:
                allowed = THIRD_PARTY[library]
                if allowed and room != allowed and room not in allowed:
                    errors.append("%s: <%s> belongs to the room %s" % (where, name, allowed))
                if allowed and path.endswith(".h"):
                    errors.append("%s: <%s> is included by a .cpp only" % (where, name))
                third_party_files.setdefault(library, set()).add(path)
            elif room in ("django", "demo") and SYSTEM_NETWORK.match(name):
                errors.append("%s: %s knows no file descriptors (<%s>)" % (where, room, name))
    for library, only in ONE_FILE.items():
        files = third_party_files.get(library, set())
        if (len(files) > 1 and not only) or (only and files - only):
            errors.append("<%s> is included by %s; one file is enough" % (library, ", ".join(sorted(files))))
    errors += ["include cycle: " + " -> ".join(cycle) for cycle in cycles(graph)]
    for error in errors:
        print(error)
    if checked < 100:
        errors.append("too few")
        print("only %d includes seen: is this the repository?" % checked)
    print("%d includes checked, %d errors" % (checked, len(errors)))
    return 1 if errors else 0


def cycles(graph):
    """Every cycle once, found by walking depth first."""
    state, stack, found = {}, [], []

    def visit(node):
        state[node] = "open"
        stack.append(node)
        for target in graph.get(node, ()):
            if state.get(target) == "open":
                found.append(stack[stack.index(target):] + [target])
            elif target not in state:
                visit(target)
        stack.pop()
        state[node] = "done"

    for node in sorted(graph):
        if node not in state:
            visit(node)
    return found


if __name__ == "__main__":
    sys.exit(main())
