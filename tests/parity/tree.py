"""Trees of calls: read from a recording (the JSON of --trace-file) or from a stored text (trees/README.md), and compared.

A tree is one thread's: a list of nodes (depth, id, end), where end is "" for a call that returned, "!" for one that an exception left and
"..." for one that had not ended. A run is a list of (title, tree), processes and threads in the order in which they began.
"""
import difflib
import json
import os
import re

HERE = os.path.dirname(os.path.abspath(__file__))
# Turns of a loop that found nothing to do: how many there are is a matter of time.
IDLE = {"selectors._PollLikeSelector.select", "socketserver.BaseServer.service_actions", "autoreload.StatReloader.tick"}


def stored(version, name):
    run = []
    with open(os.path.join(HERE, "trees", version, name + ".txt"), encoding="utf-8") as file:
        for line in file:
            if line.startswith("== "):
                run.append((line[3:].strip(), []))
            else:
                words = line.split()
                run[-1][1].append(((len(line) - len(line.lstrip())) // 2, words[0], words[1] if len(words) > 1 else ""))
    return run


def as_text(run):
    return "".join("== %s\n%s" % (title, "".join("%s%s%s\n" % ("  " * d, i, end and " " + end) for d, i, end in tree)) for title, tree in run)


def ending(arguments):
    """How a call ended. Calls that the end of their process cut off are closed in the recording, with a word of its own."""
    return "..." if arguments.get("error") == "process ended" else "!" if "error" in arguments else ""


def recorded(path):
    """The run in a recording. Lines that are no whole event are passed over: a process may have been killed."""
    events, names = [], {}
    with open(path, encoding="utf-8") as file:
        for line in file:
            try:
                event = json.loads(line.strip().rstrip(",").strip("[]") or "null")
            except ValueError:
                continue
            if not event:
                continue
            if event["ph"] == "M" and event["name"] == "thread_name":
                names[event["pid"], event["tid"]] = event["args"]["name"]
            if event["ph"] in "BE":
                events.append(event)
    events.sort(key=lambda e: float(e["ts"]))   # stable: the events of one thread stand in their order
    threads, stacks, processes = {}, {}, []
    for event in events:
        key, id_ = (event["pid"], event["tid"]), event["args"]["id"]
        if event["pid"] not in processes:
            processes.append(event["pid"])
        tree, stack = threads.setdefault(key, []), stacks.setdefault(key, [])
        if event["ph"] == "B":
            tree.append([len(stack), id_, "..."])
            stack.append(tree[-1])
        elif stack:
            stack.pop()[2] = ending(event["args"])
    return [("process %d, %s" % (processes.index(pid) + 1, names.get((pid, tid), "MainThread")), [tuple(n) for n in tree])
            for (pid, tid), tree in threads.items()]


def comparable(tree, skipped=frozenset()):
    """The tree less idle turns, and less system calls and the nodes of `skipped`, whose calls move up."""
    out, path = [], []   # path: (depth, what became of it)
    for depth, id_, end in tree:
        while path and path[-1][0] >= depth:
            path.pop()
        if path and path[-1][1] == "gone" or id_ in IDLE:
            path.append((depth, "gone"))
            continue
        fate = "skipped" if id_ in skipped or id_.startswith("syscall.") else "kept"
        if fate == "kept":
            out.append((sum(1 for _, f in path if f == "kept"), id_, end))
        path.append((depth, fate))
    return out


def lines(tree):
    return ["%s%s%s" % ("  " * d, i, end and " " + end) for d, i, end in tree]


def nodes(text_lines):
    """The other way round."""
    return [((len(t) - len(t.lstrip())) // 2, t.split()[0], "".join(t.split()[1:])) for t in text_lines]


def matched(want, got):
    """The nodes of `want` that `got` has, too, at the same depth and in the same order."""
    out = []
    for block in difflib.SequenceMatcher(None, want, got, autojunk=False).get_matching_blocks():
        out += want[block.a:block.a + block.size]
    return out
