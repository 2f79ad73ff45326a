"""What every recording must be: valid JSON of the Chrome Trace Event format, nested perfectly, one event per line."""
import json
import re

RAW = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff]")  # but the line feed
IDLE = ("selectors.", "syscall.poll", "syscall.epoll", "autoreload.StatReloader")


class Broken(Exception):
    pass


def check(condition, text, *values):
    if not condition:
        raise Broken(text % values)


def read(path):
    """The events of a recording, after everything that can be said about any recording has been checked."""
    data = open(path, "rb").read()
    return parse(data, path)


def parse(data, path="the recording"):
    text = data.decode("utf-8")  # strict
    events = json.loads(text, parse_constant=lambda word: check(False, "%s: %s is not JSON", path, word))
    check(not RAW.search(text), "%s: a control character stands in it: %r", path, RAW.search(text))
    lines = text.split("\n")
    check(lines[0] == "[" and lines[-2:] == ["]", ""], "%s: the brackets have no lines of their own: %r", path, lines[-3:])
    check(len(lines) == len(events) + 3, "%s: %d events on %d lines", path, len(events), len(lines) - 3)
    for number, line in enumerate(lines[1:-2], 2):
        check(line.endswith(",") == (number < len(lines) - 2), "%s:%d: the comma", path, number)
        check(len(line.encode()) < 4096, "%s:%d: %d bytes", path, number, len(line.encode()))
    check(events[0]["name"] == "tracewalk" and events[0]["ph"] == "M", "%s: the first event is no metadata", path)
    for event in events:
        shape(event, path)
    nesting(events, path)
    return events


def shape(event, path):
    """The fields that the format document asks for, and those that DESIGN promises."""
    keys, ph, args = set(event), event["ph"], event["args"]
    check(ph in "BEiM", "%s: ph %r", path, ph)
    check(type(event["pid"]) is int and type(event["tid"]) is int and type(event["name"]) is str, "%s: %r", path, event)
    check(type(event["ts"]) in (int, float) and event["ts"] >= 0, "%s: ts %r", path, event["ts"])
    if ph == "M":
        check(keys == {"name", "ph", "ts", "pid", "tid", "args"}, "%s: %r", path, event)
    elif event["cat"] == "tracer":
        check(keys == {"name", "cat", "ph", "s", "ts", "pid", "tid", "args"}, "%s: %r", path, event)
    else:
        check(keys == {"name", "cat", "ph", "ts", "pid", "tid", "args"} | ({"s"} if ph == "i" else set()), "%s: %r", path, event)
        check(args["id"].endswith(event["name"]), "%s: %r", path, event)
        wanted = {"B": {"id", "qualname", "values"}, "E": {"id"}, "i": {"id", "qualname", "values"}}[ph]
        may = {"B": {"request"}, "E": {"result", "error"}, "i": {"request", "taken", "alternatives"}}[ph] | {"passing"}
        check(wanted <= set(args) <= wanted | may, "%s: %r", path, event)
        check(not {"result", "error"} <= set(args), "%s: %r", path, event)


def nesting(events, path):
    """B and E of a thread nest perfectly, and time never goes back on a thread."""
    stacks, times = {}, {}
    for event in events:
        if event["ph"] == "M" or event["cat"] == "tracer":
            continue
        thread = event["pid"], event["tid"]
        check(event["ts"] >= times.get(thread, 0), "%s: time goes back: %r", path, event)
        times[thread] = event["ts"]
        stack = stacks.setdefault(thread, [])
        if event["ph"] == "B":
            stack.append(event["args"]["id"])
        elif event["ph"] == "E":
            check(stack and stack[-1] == event["args"]["id"], "%s: %r ends, but %r is open", path, event["args"]["id"], stack[-1:])
            stack.pop()
    return stacks


def open_frames(events):
    return {thread: stack for thread, stack in nesting(events, "").items() if stack}


def stages(events):
    return [event["args"]["id"] for event in events if event["ph"] in "Bi" and "id" in event["args"]]


def metadata(events):
    return [event for event in events if event["name"] == "tracewalk"]


def lost(events):
    return sum(event["args"]["lost"] for event in events if event["name"] == "lost events")
