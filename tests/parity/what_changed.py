#!/usr/bin/env python3
"""Fills docs/what-changed.md and docs/what-changed.zh.md with what the recorded trees and the catalogue's notes say.

    what_changed.py [--write]

The prose is written by hand; between `<!-- made: ... -->` and `<!-- end -->` stands what this program makes:
  stages LEG           the stages of a leg that changed: who calls them, and how often, in each version
  notes LEG            the notes of tracepoints/catalogue/changes.h on them
  diff RUN OLD NEW DEPTH ID [ID]  the tree below the first call of ID in a recorded run, in two versions, so many levels of it
  newest               how far the trees of 5.2 and of 6.1 differ
  sizes                how many calls the recorded runs hold
Without --write, a page that is not what it would write fails. Checked too: both pages have the same sections and blocks, and each leg
with a note has a section.
"""
import difflib
import functools
import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.join(HERE, "..", "..")
sys.path[:0] = [HERE, os.path.join(HERE, "..", "catalogue")]
import recorded
from check_changes import changes

PAGES = {"en": "docs/what-changed.md", "zh": "docs/what-changed.zh.md"}
BLOCK = re.compile(r"(<!-- made: (.*?) -->\n).*?(<!-- end -->)", re.S)
SECTION = re.compile(r'<a id="([^"]+)"></a>')
TOLD = {
    "en": {"appeared": "new", "left": "gone", "moved": "called from elsewhere", "more": "called more often", "fewer": "called less often", "renamed": "another name", "values": "other values"},
    "zh": {"appeared": "新增", "left": "不再有", "moved": "改由别处调用", "more": "调用增多", "fewer": "调用减少", "renamed": "换了名字", "values": "值不同"},
}
WORDS = {
    "en": {"stage": "Stage", "never": "–", "thread": "its thread", "same": "In the {} runs that were recorded of both, 5.2 and 6.1 make the same calls in the same order, imports aside: {} calls, no difference.",
           "run": "Recorded run", "stop": ".", "open": " (", "close": ")", "colon": ": ", "semi": "; "},
    "zh": {"stage": "阶段", "never": "–", "thread": "自己的线程", "same": "两个版本都录过的 {} 次运行里，除了导入，5.2 与 6.1 的调用和顺序完全相同：共 {} 次调用，没有一处不同。",
           "run": "录下的运行", "stop": "。", "open": "（", "close": "）", "colon": "：", "semi": "；"},
}


@functools.cache
def legs():
    """stage -> leg, in story order; a point or a decision belongs to its frame's leg."""
    found = {}
    folder = os.path.join(ROOT, "tracepoints", "catalogue")
    for name in sorted(os.listdir(folder)):
        with open(os.path.join(folder, name), encoding="utf-8") as file:
            for id_, leg in re.findall(r'[{ ]\.id = "([^"]+)".*?\.leg = "([^"]+)"', file.read(), re.S):
                found[id_] = leg
    return found


def two_words(stage):
    words = stage.split(".")
    with_class = len(words) > 1 and (words[-2][:1].isupper() or words[-2] in ("wrapper", "manage", "django", "basehttp") or words[-1] in ("lambda", "inner", "wrapper", "main"))
    return ".".join(words[-2:] if with_class else words[-1:])


def short(stage):
    """socketserver.TCPServer.server_bind is TCPServer.server_bind in a table; what would be taken for another stage keeps one word more."""
    name = two_words(stage)
    alike = sum(1 for other in legs() if ":" not in other and two_words(other) == name)
    return name if alike < 2 else ".".join(stage.split(".")[-len(name.split(".")) - 1:])


def callers_cell(version, run, stage, words):
    """Who calls the stage in that run: `Command.inner_run` 3×"""
    found = sorted(((caller, n) for (caller, id_), n in recorded.callers(version, run).items() if id_ == stage), key=lambda pair: (-pair[1], pair[0]))
    cells = ["%s%s" % ("`%s`" % short(caller) if caller else words["thread"], " %d×" % n if n > 1 else "") for caller, n in found]
    return ", ".join(cells) or words["never"]


def block_stages(leg, language):
    words, story = WORDS[language], legs()
    shown = {}
    for note in changes():
        if story[note["stage"]] == leg and "unproved" not in note and note["stage"] not in recorded.TURNS:
            shown.setdefault(note["stage"], note["seen_in"])
    if not shown:
        return ""
    lines = ["| %s | 1.10 | 3.2 | 5.2, 6.1 |" % words["stage"], "| --- | --- | --- | --- |"]
    for stage, run in shown.items():
        lines.append("| `%s` | %s |" % (short(stage), " | ".join(callers_cell(version, run, stage, words) for version in ("1.10", "3.2", "5.2"))))
    return "\n".join(lines) + "\n"


def block_notes(leg, language):
    words, story = WORDS[language], legs()
    lines = []
    for note in changes():
        if story[note["stage"]] != leg:
            continue
        ticket = words["open"] + "[%s](https://code.djangoproject.com/ticket/%s)" % (note["ticket"], note["ticket"][1:]) + words["close"] if note.get("ticket") else ""
        lines.append("- **%s**%s%s`%s`%s%s%s%s%s" % (note["version"], ticket, words["colon"], short(note["stage"]), ", " if language == "en" else "，",
                                                    TOLD[language][note["how"]], words["colon"], note[language].replace("`on_bind`", "it" if language == "en" else "它"), words["stop"]))
    return "\n".join(lines) + "\n"


def below(version, run, stage, levels):
    """The lines of the tree below the first call of the stage, its own line first."""
    for _, calls in recorded.threads(version, run):
        lines, base = [], None
        for call in recorded.without_imports(calls):
            if base is None and call.id == stage:
                base = call.depth
            elif base is not None and call.depth <= base:
                break
            if base is not None:
                lines.append((call.depth - base, call.id))
        if lines:
            return ["  " * depth + short(id_) for depth, id_ in lines if id_ not in recorded.TURNS and depth <= levels]
    return []


def block_diff(run, old, new, levels, old_stage, new_stage):
    lines = list(difflib.unified_diff(below(old, run, old_stage, int(levels)), below(new, run, new_stage, int(levels)), lineterm="", n=30))[2:]
    if not lines:
        raise SystemExit("no difference below %s in %s" % (old_stage, run))
    return "```diff\n" + "\n".join(line for line in lines if not line.startswith("@@")) + "\n```\n"


def block_newest(language):
    total, different = 0, []
    names = [name for name in recorded.scenarios("6.1") if name in recorded.scenarios("5.2")]
    for name in names:
        old, new = ([(call.depth, call.id) for _, calls in recorded.threads(version, name) for call in recorded.without_imports(calls) if call.id not in recorded.TURNS] for version in ("5.2", "6.1"))
        total += len(new)
        if old != new:
            different.append(name)
    if different:
        return "".join("- `%s`\n" % name for name in different)
    return WORDS[language]["same"].format(len(names), total) + "\n"


def block_sizes(language):
    words = WORDS[language]
    lines = ["| %s | 1.10 | 3.2 | 5.2 | 6.1 |" % words["run"], "| --- | --- | --- | --- | --- |"]
    for name in recorded.common_scenarios():
        counts = [sum(1 for _, calls in recorded.threads(version, name) for call in recorded.without_imports(calls) if call.id not in recorded.TURNS) for version in recorded.VERSIONS]
        lines.append("| `%s` | %s |" % (name, " | ".join(str(count) for count in counts)))
    return "\n".join(lines) + "\n"


def made(what, language):
    words = what.split()
    if words[0] == "stages":
        return block_stages(words[1], language)
    if words[0] == "notes":
        return block_notes(words[1], language)
    if words[0] == "diff":
        return block_diff(words[1], words[2], words[3], words[4], words[5], words[-1])
    return {"newest": block_newest, "sizes": block_sizes}[words[0]](language)


def main():
    failed, shapes = [], {}
    for language, name in PAGES.items():
        path = os.path.join(ROOT, name)
        with open(path, encoding="utf-8") as file:
            text = file.read()
        fresh = BLOCK.sub(lambda found: found.group(1) + made(found.group(2), language) + found.group(3), text)
        shapes[language] = (SECTION.findall(text), [what for _, what, _ in BLOCK.findall(text)])
        if "--write" in sys.argv[1:]:
            with open(path, "w", encoding="utf-8") as file:
                file.write(fresh)
        elif fresh != text:
            failed.append("%s is not what the recordings say: run what_changed.py --write" % name)
            failed += list(difflib.unified_diff(text.splitlines(), fresh.splitlines(), "the page", "made now", lineterm="", n=1))[:40]
    if shapes["en"] != shapes["zh"]:
        failed.append("the two pages have different sections or blocks")
    story = legs()
    for leg in dict.fromkeys(story[note["stage"]] for note in changes()):
        for language, (sections, blocks) in shapes.items():
            if leg not in sections or "notes " + leg not in blocks:
                failed.append("%s: no section on %s, which has notes" % (PAGES[language], leg))
    for line in failed:
        print(line)
    print("%d sections, %d blocks, %d errors" % (len(shapes["en"][0]), len(shapes["en"][1]), len(failed)))
    return 1 if failed or len(shapes["en"][1]) < 20 else 0


if __name__ == "__main__":
    sys.exit(main())
