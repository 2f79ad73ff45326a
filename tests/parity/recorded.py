"""The trees of real Djangos in trees/VERSION/NAME.txt, read for other scripts: see trees/README.md."""
import collections
import os

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "trees")
VERSIONS = ("1.10", "3.2", "5.2", "6.1")
# Calls of the import functions depend on what else a version imports: they are Python's own way, and no stages of the story.
IMPORTS = {"importlib.import_module", "module_loading.import_string"}
# The turns of loops depend on how long a run took.
TURNS = {"selectors._PollLikeSelector.select", "SocketServer._eintr_retry", "socketserver.BaseServer.service_actions", "autoreload.StatReloader.tick"}

Call = collections.namedtuple("Call", "depth id end")   # end: "" for a return, "!" for an exception, "..." for none


def scenarios(version):
    return sorted(name[:-4] for name in os.listdir(os.path.join(FOLDER, version)))


def common_scenarios():
    """Those that every version was recorded in."""
    return [name for name in scenarios(VERSIONS[0]) if all(name in scenarios(version) for version in VERSIONS)]


def threads(version, name):
    """[(title, [Call, ...]), ...] in the order in which they began."""
    found = []
    with open(os.path.join(FOLDER, version, name + ".txt"), encoding="utf-8") as file:
        for line in file:
            if line.startswith("== "):
                found.append((line[3:].strip(), []))
            elif line.strip():
                words = line.split()
                found[-1][1].append(Call((len(line) - len(line.lstrip())) // 2, words[0], words[1] if words[1:] else ""))
    return found


def without_imports(calls):
    """The same tree less the import functions: what they call moves up to whoever called them."""
    kept, path = [], []
    for call in calls:
        del path[call.depth:]
        path.append(call.id)
        if call.id not in IMPORTS:
            kept.append(call._replace(depth=call.depth - sum(1 for id_ in path[:-1] if id_ in IMPORTS)))
    return kept


def callers(version, name):
    """(caller, stage) -> how often, over all threads; the caller of a thread's first call is ""."""
    count = collections.Counter()
    for _, calls in threads(version, name):
        path = []
        for call in without_imports(calls):
            del path[call.depth:]
            count[path[-1] if path else "", call.id] += 1
            path.append(call.id)
    return count
