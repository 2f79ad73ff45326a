"""Two records of one scenario, side by side: what differs, and whether each difference is declared.

A declaration file (declared-5.2.json, declared-3.2.json) holds
- "rules": texts that the two say differently wherever they say them. A rule changes Django's record into ours, so that the old text of ours,
  should it come back, is a difference. Each must be needed somewhere. In trees, "wrap": INNER, "in": OUTER puts a call around a call.
- "reasons": why the two differ, and the kind of the reason: "name" (who is speaking), "version" (that Django against 5.2), "nature" (the
  departures), "orm", "python", "recording" (how it was made).
- "scenarios": the differences that remain, exactly: [where, line, Django's lines, our lines], each list under its reason.
- "not_run": scenarios that have no counterpart here, each with its reason ("SCENARIO: THREAD" is one thread's tree).
A difference that is not declared fails, and so does a declared one that does not occur.
"""
import difflib
import json
import re

KINDS = ("name", "version", "nature", "orm", "python", "recording")
# Pages that both sides make byte for byte the same; other pages are our own text under Django's title.
SAME_PAGES = ("Error response", "Not Found", "Bad Request (400)", "403 Forbidden", "Server Error (500)")


def strip_tracebacks(text):
    """A Python traceback is Python's: what stays is its last line, the exception, and what it was raised from on purpose."""
    context = re.compile(r"\n?During handling of the above exception, another exception occurred:\n\n")
    text = re.sub(r"Traceback \(most recent call last\):\r?\n(?:[ \t].*\n|\r?\n(?= ))*", "", text)
    while True:
        found = context.search(text)
        if not found:
            return text
        # The exception that was being handled is one block of lines before the sentence: drop it.
        head = text[:found.start()].rstrip("\n")
        text = head[:head.rfind("\n") + 1] + text[found.end():]


def is_page(response):
    """A page for people, made of text: the welcome page, the debug pages."""
    body = response.get("body_start", "")
    title = re.search(r"(?s)<title>(.*?)</title>", body)   # a body without a head before it has no title of its own in the record
    title = response.get("title") or (title and title.group(1))
    return title not in SAME_PAGES if title else bool(re.match(r"\w+ at /\S*\n", body))


def is_head_of_page(exchange, response):
    """The length of a page that HEAD asked for: no other HTML here is that long."""
    headers = dict(response.get("headers") or [])
    length = headers.get("Content-Length", "")
    return exchange.get("request", "").startswith("HEAD ") and "html" in headers.get("Content-Type", "") and length.isdigit() and int(length) > 2000


def without_pages(record):
    """The record less what holds everywhere: a page's text is our own, its title, status and headers are not; a traceback is Python's."""
    record = json.loads(json.dumps(record))
    for exchange in record["http"]:
        exchange.pop("marks", None)   # counts of bytes: the Server header is longer
        for response in exchange.get("responses", []):
            page = is_page(response)
            if page or is_head_of_page(exchange, response):
                for header in response.get("headers") or []:
                    if header[0] == "Content-Length":
                        header[1] = "<PAGE>"
            if page:
                response.update(body_start="<PAGE>", body_len="<PAGE>")
    for field in ("stdout", "stderr"):
        text = strip_tracebacks(record[field])
        record[field] = re.sub(r'(HTTP/[\d.]+" \d{3} )\d{4,}', r"\1<PAGE>", text)
    return record


def flat(record):
    """where -> its lines, in the order of the record"""
    as_text = lambda x: json.dumps(x, ensure_ascii=False)
    out = {"exit": ["%s=%s" % (k, v) for k, v in record["exit"].items()], "stdout": record["stdout"].splitlines(keepends=True),
           "stderr": record["stderr"].splitlines(keepends=True), "events": [as_text(e) for e in record["events"]]}
    if "new_files" in record:
        out["new_files"] = list(record["new_files"])
    for exchange in record["http"]:
        where = "http " + exchange["label"]
        out[where] = ["%s=%s" % (k, as_text(v)) for k, v in exchange.items() if k != "responses"]
        for i, response in enumerate(exchange.get("responses", [])):
            at = "%s/%d" % (where, i + 1)
            out[at + " status"] = [response["status_line"] or ""]
            out[at + " headers"] = ["%s: %s" % (k, v) for k, v in response.get("headers") or []]
            out[at + " body"] = ["%s=%s" % (k, as_text(response[k])) for k in ("body_len", "title", "body_start", "truncated") if k in response]
    return out


def edits(django, ours):
    """[where, line, Django's lines, our lines]: what turns one flat record into the other."""
    out = []
    for where in list(django) + [w for w in ours if w not in django]:
        a, b = django.get(where, []), ours.get(where, [])
        for tag, i, j, k, l in difflib.SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
            if tag != "equal":
                out.append([where, i, a[i:j], b[k:l]])
    return out


def wrapped(text, inner, outer):
    """The text of a tree, each call of `inner` inside one of `outer`, which ends as it does."""
    out, depths = [], []   # depths: of the calls of `inner` that are open
    for line in text.split("\n"):
        depth = len(line) - len(line.lstrip())
        while depths and depths[-1] >= depth:
            depths.pop()
        if line.split()[:1] == [inner]:
            out.append("  " * len(depths) + line.replace(inner, outer))
            depths.append(depth)
        out.append("  " * len(depths) + line)
    return "\n".join(out)


def applied(record, rules):
    """Django's flat record as ours would say it, and the numbers of the rules that changed something."""
    out, used = {}, set()
    for where, lines in record.items():
        streams = where in ("stdout", "stderr")
        text = ("" if streams else "\n").join(lines)
        for i, rule in enumerate(rules):
            if re.match(rule.get("where", ""), where):
                changed = wrapped(text, rule["wrap"], rule["in"]) if "wrap" in rule else re.sub(rule["find"], rule["replace"], text, flags=re.M)
                if changed != text:
                    used.add(i)
                text = changed
        out[where] = text.splitlines(keepends=True) if streams else text.split("\n") if text else []
    return out, used


class Verdict:
    """What became of one scenario."""

    def __init__(self, undeclared, gone, needed, kinds):
        self.undeclared = undeclared   # edits that nothing declares
        self.gone = gone               # declared edits that did not occur
        self.needed = needed           # the rules without which there were other edits
        self.kinds = kinds             # the kinds of the reasons that apply

    def fails(self):
        return bool(self.undeclared or self.gone)


class Declarations:
    def __init__(self, path):
        self.path = path
        self.data = json.load(open(path, encoding="utf-8"))
        self.rules, self.reasons = self.data["rules"], self.data["reasons"]
        self.scenarios, self.not_run = self.data["scenarios"], self.data["not_run"]

    def declared(self, name):
        return [edit for group in self.scenarios.get(name, []) for edit in group["edits"]]

    def judge(self, name, django, ours):
        return self.judge_flat(name, flat(without_pages(django)), flat(without_pages(ours)))

    def judge_flat(self, name, want, got):
        as_ours, used = applied(want, self.rules)
        found = edits(as_ours, got)
        needed = {i for i in used if edits(applied(want, self.rules[:i] + self.rules[i + 1:])[0], got) != found}
        kinds = {self.rules[i]["kind"] for i in needed}
        declared = self.declared(name)
        kinds |= {self.reasons[g["reason"]]["kind"] for g in self.scenarios.get(name, []) if g["reason"] in self.reasons}
        return Verdict([e for e in found if e not in declared], [e for e in declared if e not in found], needed, kinds), found

    def approve(self, name, found):
        """Keeps what is declared and still found under its reason; what is new waits under "?" for one."""
        groups = []
        for group in self.scenarios.get(name, []):
            kept = [e for e in group["edits"] if e in found]
            if kept:
                groups.append({"reason": group["reason"], "edits": kept})
        new = [e for e in found if e not in self.declared(name)]
        if new:
            groups.append({"reason": "?", "edits": new})
        self.scenarios.pop(name, None)
        if groups:
            self.scenarios[name] = groups

    def mistakes(self, names):
        """What is wrong with the file itself."""
        out = []
        used = {group["reason"] for groups in self.scenarios.values() for group in groups} | {r for r in self.not_run.values()}
        out += ["%s: no such reason" % r for r in sorted(used - set(self.reasons))]
        out += ["%s: a reason that nothing has" % r for r in self.reasons if r not in used]
        out += ["%s: no such scenario" % n for n in list(self.scenarios) + list(self.not_run) if n.split(": ")[0] not in names]
        out += ["%s: no such kind" % r["kind"] for r in list(self.reasons.values()) + self.rules if r["kind"] not in KINDS]
        return out

    def save(self, order):
        as_text = lambda x: json.dumps(x, ensure_ascii=False)
        one_each = lambda items: ",\n".join("  " + as_text(x) for x in items)
        named = lambda items: ",\n".join("  %s: %s" % (as_text(k), as_text(v)) for k, v in items)
        scenarios = []
        for name in sorted(self.scenarios, key=order.index):
            groups = []
            for group in self.scenarios[name]:
                groups.append('   {"reason": %s, "edits": [\n%s]}' % (as_text(group["reason"]), ",\n".join("    " + as_text(e) for e in group["edits"])))
            scenarios.append("  %s: [\n%s]" % (as_text(name), ",\n".join(groups)))
        with open(self.path, "w", encoding="utf-8") as out:
            out.write('{\n "rules": [\n%s\n ],\n "reasons": {\n%s\n },\n "scenarios": {\n%s\n },\n "not_run": {\n%s\n }\n}\n' % (
                one_each(self.rules), named(self.reasons.items()), ",\n".join(scenarios), named(self.not_run.items())))


def show(name, edit):
    where, line, django, ours = edit
    print("--- %s: %s, line %d" % (name, where, line + 1))
    for text in django:
        print("    -" + text.rstrip("\n"))
    for text in ours:
        print("    +" + text.rstrip("\n"))
