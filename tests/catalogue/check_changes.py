#!/usr/bin/env python3
"""Proves the notes on what changed between versions, tracepoints/catalogue/changes.h, on the recorded trees of real Djangos.

    check_changes.py

Each note must show in the trees between whose versions it stands, or say why it cannot. And the other way round: a stage that has other
callers, or is called more or less often, in one version than in the next needs a note.
Exit code 0: both hold. 1: one does not, or too little could be checked.
"""
import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.join(HERE, "..", "..")
sys.path.insert(0, os.path.join(HERE, "..", "parity"))
import recorded

AT_LEAST = 50
FIELD = re.compile(r"\.(stage|how|version|before|after|ticket|from|to|seen_in|unproved|en|zh) = (?:How::(\w+)|((?:\"(?:[^\"\\]|\\.)*\"\s*)+))")
HOWS = {"appeared", "left", "moved", "more", "fewer", "renamed", "values"}


def changes():
    with open(os.path.join(ROOT, "tracepoints", "catalogue", "changes.h"), encoding="utf-8") as file:
        text = file.read()
    for entry in re.split(r"\{(?=\.stage = )", text)[1:]:
        found = {"seen_in": "rs_plain"}
        for name, how, strings in FIELD.findall(entry):
            found[name] = how or "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', strings)).replace('\\"', '"')
        yield found


def numbers(version):
    return tuple(int(n) for n in re.findall(r"\d+", version))


def total(count, stage):
    return sum(n for (_, id_), n in count.items() if id_ == stage)


def why_not(change):
    """Why the trees do not show what the note says; None when they do."""
    stage, how = change["stage"], change["how"]
    if change["after"] not in recorded.VERSIONS or change["before"] not in recorded.VERSIONS:
        return "there are no trees of %s and %s" % (change["before"], change["after"])
    version = change.get("version", "")
    if not version.startswith("Python ") and not numbers(change["before"]) < numbers(version) <= numbers(change["after"]):
        return "%s does not lie between %s and %s" % (version, change["before"], change["after"])
    if change.get("ticket") and not re.fullmatch(r"#\d{5}", change["ticket"]):
        return "%s is no ticket" % change["ticket"]
    if "unproved" in change:
        return None
    before, after = (recorded.callers(change[side], change["seen_in"]) for side in ("before", "after"))
    if how in ("appeared", "left"):
        # In no scenario may the side without it have it, whatever the one that is named shows.
        side, lacking = ("after", "before") if how == "appeared" else ("before", "after")
        if any(total(recorded.callers(change[lacking], name), stage) for name in recorded.scenarios(change[lacking])):
            return "%s has it" % change[lacking]
        return None if total(after if side == "after" else before, stage) else "%s does not have it" % change[side]
    lost, gained = change.get("from"), change.get("to")
    if how == "moved":
        if not gained:
            return "it does not say where to"
        lost = lost or ""
    if lost is not None and not before[lost, stage] > after[lost, stage]:
        return "%r calls it %d times before and %d after" % (lost, before[lost, stage], after[lost, stage])
    if gained is not None and not (before[gained, stage] == 0 < after[gained, stage]):
        return "%r calls it %d times before and %d after" % (gained, before[gained, stage], after[gained, stage])
    if how in ("more", "fewer") and not lost and not gained:
        b, a = total(before, stage), total(after, stage)
        if not (a > b if how == "more" else a < b):
            return "it is called %d times before and %d after" % (b, a)
    return None


def differences():
    """(before, after) -> the stages that have other callers, or other counts, in some scenario: what notes are for."""
    found = {}
    for before, after in zip(recorded.VERSIONS, recorded.VERSIONS[1:]):
        stages = found.setdefault((before, after), {})
        for name in recorded.common_scenarios():
            old, new = recorded.callers(before, name), recorded.callers(after, name)
            for caller, stage in old.keys() | new.keys():
                if old[caller, stage] != new[caller, stage] and not (stage in recorded.TURNS and old[caller, stage] and new[caller, stage]):
                    stages.setdefault(stage, (name, caller))
    return found


def main():
    notes = list(changes())
    failed, unproved = [], 0
    for note in notes:
        if set(note) < {"stage", "how", "version", "before", "after", "en", "zh"} or note["how"] not in HOWS:
            failed.append("%s: the note is not written in the form that this check reads" % note.get("stage"))
            continue
        unproved += "unproved" in note
        reason = why_not(note)
        if reason:
            failed.append("%s (%s, %s): %s" % (note["stage"], note["how"], note["version"], reason))
    noted = {(note["stage"], note["before"], note["after"]) for note in notes}
    met = 0
    for (before, after), stages in differences().items():
        for stage, (name, caller) in sorted(stages.items()):
            met += 1
            if (stage, before, after) not in noted:
                failed.append("%s differs between %s and %s (%s, called by %r), and no note says so" % (stage, before, after, name, caller))
    for line in failed:
        print(line)
    print("%d notes, %d of them not provable; %d differences of the trees have a note; %d wrong" % (len(notes), unproved, met, len(failed)))
    return 1 if failed or len(notes) - unproved < AT_LEAST or met < AT_LEAST else 0


if __name__ == "__main__":
    sys.exit(main())
