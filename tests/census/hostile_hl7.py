"""Hostile HL7 v2: other separators and escapes, segments lost, doubled or in disorder, merges, frames, batches."""

from __future__ import annotations

import re
from dataclasses import replace
from random import Random

import hostile_bytes as on_bytes
from hostile_file import HostileFile, Mutation, Record, Sheet, made
from hostile_truth import TruePatient
from hostile_write import hl7_message, hl7_sheet, pid

People = tuple[TruePatient, ...]
_UPDATES = ("RDE", "RAS", "ORM", "ORU")


def sound(chance: Random, people: People) -> HostileFile:
    """Any line ends, MLLP frames, a batch, patients in any order; all of it is read."""
    sheet = hl7_sheet(people)
    end = chance.choice(["\r", "\n", "\r\n"])
    frame = chance.random() < 0.3
    records = []
    for record in sheet.records:
        text = record.text.replace("\r", end)
        records.append(replace(record, text=f"\x0b{text}\x1c\r" if frame else text))
    if not frame and chance.random() < 0.3:
        head = f"FHS|^~\\&|A{end}BHS|^~\\&|A{end}"
        sheet = replace(sheet, before=head, after=f"BTS|{len(records)}{end}FTS|1{end}")
    return made("hl7 sound", sheet.with_records(records), people, may_refuse=False)


def other_separators(chance: Random, people: People) -> HostileFile:
    """Every message with separators of its own, some of which no message can have."""
    records = []
    for record in hl7_sheet(people).records:
        marks = chance.sample("|^~\\&#$*!;:%@", 5)
        table = dict(zip("|^~\\&", marks, strict=True))
        broken = chance.random() < 0.15
        text = "".join(table.get(mark, mark) for mark in record.text.replace("^~\\&", "\0"))
        text = text.replace("\0", "".join(marks[1:]))
        if broken:
            bad = chance.choice(["", "^^^^", "ABCD", "^~\\&#$%", '^~"&', "^"])
            text = text.replace("".join(marks[1:]), bad, 1)
        records.append(replace(record, text=text, whole=not broken and not set(marks) & set("-'")))
    return made("hl7 other separators", hl7_sheet(people).with_records(records), people)


def escapes(chance: Random, people: People) -> HostileFile:
    """Separators within text, hexadecimal text, and escapes that mean nothing."""
    bodies = ("F", "S", "T", "R", "E", "X0D", "X0D5049447C", "X4", "Zx", ".br", "H", "C2842", "X", "", "X00")
    hooks = [*(f"\\{body}\\" for body in bodies), "\\", "\\" * 4]
    records = []
    for record in hl7_sheet(people).records:
        lines = record.text.split("\r")
        for at, line in enumerate(lines):
            if line[:3] in ("RXE", "DG1", "AL1", "OBX", "PV1") and chance.random() < 0.3:
                lines[at] = line + "|" * chance.randint(1, 20) + chance.choice(hooks) + "x" + chance.choice(hooks)
        records.append(replace(record, text="\r".join(lines), whole=record.text == "\r".join(lines)))
    return made("hl7 escapes", hl7_sheet(people).with_records(records), people)


def segments(chance: Random, people: People) -> HostileFile:
    """Segments doubled, lost, in disorder, unknown, or cut off after their name."""
    records = []
    for record in hl7_sheet(people).records:
        lines = record.text.rstrip("\r").split("\r")
        before = list(lines)
        for _ in range(chance.choice([0, 0, 1, 2])):
            at = chance.randrange(1, len(lines))
            what = chance.randrange(6)
            if what == 0:
                lines.insert(at, lines[at])
            elif what == 1 and len(lines) > 2:
                lines.pop(at)
            elif what == 2:
                rest = lines[1:]
                chance.shuffle(rest)
                lines[1:] = rest
            elif what == 3:
                lines.insert(at, chance.choice(["ZZZ|1|x", "ZPI|a^b", "XXX", "NTE|1||x", "PV2||x", "ODS|D||^x"]))
            elif what == 4:
                lines[at] = lines[at][: chance.randint(3, 6)]
            else:
                lines[at] += "|" * 400 + "x"
        records.append(replace(record, text="\r".join(lines) + "\r", whole=lines == before))
    return made("hl7 segments", hl7_sheet(people).with_records(records), people)


def fields(chance: Random, people: People) -> HostileFile:
    """A field with another value: empty, null, absurd, with parts or repetitions that do not belong there."""
    weird = ["", '""', "x" * 500, "^^^^^^^^", "&&&&", "~~~", "-1", "1e9", "20269999", "0", "\u202e", "a^b&c~d", "  "]
    records = []
    for record in hl7_sheet(people).records:
        lines = record.text.rstrip("\r").split("\r")
        hit = chance.random() < 0.5
        if hit:
            at = chance.randrange(1, len(lines))
            parts = lines[at].split("|")
            parts[chance.randrange(1, len(parts)) if len(parts) > 1 else 0] = chance.choice(weird)
            lines[at] = "|".join(parts)
        records.append(replace(record, text="\r".join(lines) + "\r", whole=not hit))
    return made("hl7 fields", hl7_sheet(people).with_records(records), people)


def two_patients(chance: Random, people: People) -> HostileFile:
    """A message that names two people, or one by another's number; it belongs to neither for certain."""
    sheet = hl7_sheet(people)
    records = list(sheet.records)
    for _ in range(chance.randint(1, 3)):
        at = chance.randrange(len(records))
        other = chance.choice([p for place, p in enumerate(people) if place != records[at].owner])
        text = records[at].text
        if chance.random() < 0.5:
            text = text.replace("PID|", pid(other) + "\rPID|", 1)
        else:
            text = re.sub(r"PID\|1\|\|[0-9]{8}", f"PID|1||{other.mrn}", text)
        records[at] = replace(records[at], text=text, whole=False)
    return made("hl7 two patients", sheet.with_records(records), people)


def nobody(chance: Random, people: People) -> HostileFile:
    """Messages without a patient, a number, a name, or a header."""
    records = []
    for record in hl7_sheet(people).records:
        text = record.text
        if chance.random() < 0.4:
            text = chance.choice([
                re.sub(r"PID[^\r]*\r", "", text), re.sub(r"PID\|1\|\|[^|]*", "PID|1||", text),
                re.sub(r"(PID\|1\|\|[^|]*\|\|)[^|]*\|\|[0-9]*", r"\1||", text), re.sub(r"MR\|\|", "XX||", text),
                re.sub(r"\^\^\^RIVERSIDE", "^^^ELSEWHERE", text),
            ])  # fmt: skip
        records.append(replace(record, text=text, whole=text == record.text))
    return made("hl7 nobody", hl7_sheet(people).with_records(records), people)


def merges(chance: Random, people: People) -> HostileFile:
    """Merges at any place of the feed: of two people, of one with itself, in a circle, of nobody."""
    gone, stays = chance.sample(range(len(people)), 2)
    what = chance.randrange(4)

    def merge(into: TruePatient, number: str, at: str) -> Record:
        mrg = f"MRG|{number}^^^RIVERSIDE^MR"
        return Record(hl7_message("ADT^A40^ADT_A39", "EVN|A40", pid(into), mrg, at=at), None)

    number = {0: people[gone].mrn, 1: people[stays].mrn, 2: people[gone].mrn, 3: "77777777"}[what]
    at = chance.choice(["20261116003000", "20261116030000", "20261116063800"])
    extra = [merge(people[stays], number, at)]
    if what == 2:
        extra.append(merge(people[gone], people[stays].mrn, "20261116063900"))
    sheet = hl7_sheet(people)
    records = [*sheet.records, *extra]
    chance.shuffle(records)
    known = {gone: stays} if what in (0, 2) else {}
    return made("hl7 merges", sheet.with_records(records), people, merged=known, values_hold=False)


def shared_number(chance: Random, people: People) -> HostileFile:
    """Two people with one number; an order that calls the patient by another name is with nobody else."""
    first, second = chance.sample(range(len(people)), 2)
    known = list(people)
    known[second] = replace(people[second], mrn=people[first].mrn)
    sheet = hl7_sheet(tuple(known))
    records = list(sheet.records)
    chance.shuffle(records)
    return made("hl7 shared number", sheet.with_records(records), tuple(known), same_number=frozenset({first, second}),
                values_hold=False)  # fmt: skip


def other_authority(chance: Random, people: People) -> HostileFile:
    """One number from two authorities, and the house's own left out in places."""
    records = []
    for record in hl7_sheet(people).records:
        new = "^^^" + chance.choice(["RIVERSIDE^MR", "RIVERSIDE&1.2.3&ISO^MR", "^MR", "OTHER^MR", "RIVERSIDE^PI"])
        text = record.text.replace("^^^RIVERSIDE^MR", new)
        records.append(replace(record, text=text, whole=text == record.text))
    return made("hl7 other authority", hl7_sheet(people).with_records(records), people)


def joined(chance: Random, people: People) -> HostileFile:
    """Line ends lost between segments and messages, or put where none belong."""
    records = []
    for record in hl7_sheet(people).records:
        text, what = record.text, chance.randrange(5)
        if what == 0:
            text = text.rstrip("\r")
        elif what == 1:
            text = text.replace("^", "\n", 1) if chance.random() < 0.5 else text.replace("|IV", "|I\nV")
        elif what == 2:
            text = text.replace("\r", "\r\r\n\r")
        records.append(replace(record, text=text, whole=what in (2, 3, 4)))
    return made("hl7 joined", hl7_sheet(people).with_records(records), people)


def other_messages(chance: Random, people: People) -> HostileFile:
    """Messages of kinds that are not read, events that are not known, and no kind at all."""
    kinds = ["SIU^S12", "MDM^T02", "DFT^P03", "ADT^A99", "ADT", "", "ACK", "RDE^O25", "ADT^A45", "QBP^Q22", "ADT^A60"]
    sheet = hl7_sheet(people)
    records = list(sheet.records)
    for kind in chance.sample(kinds, 4):
        owner = chance.randrange(len(people))
        text = hl7_message(kind, "EVN|" + kind[-3:], pid(people[owner]), "TXA|1", at="20261116040000")
        records.insert(chance.randint(0, len(records)), Record(text, None))
    return made("hl7 other messages", sheet.with_records(records), people, may_refuse=False)


def huge(chance: Random, people: People) -> HostileFile:
    """Ten megabytes in a field, as repetitions, components, escapes, segments, or between the messages."""
    big = 10_000_000
    extra = {
        0: "NTE|1||" + "x" * big, 1: "NTE|1||" + "a~" * (big // 2), 2: "NTE|1||" + "^" * big,
        3: "NTE|1||" + "\\X4" * (big // 3), 4: "NTE|1||x\r" * 45_000, 5: "ZZZ" + "|" * big, 6: "\r" * big,
        7: "DG1|1||^x\r" * 45_000, 8: "AL1|1||^x\r" * 45_000, 9: "NTE|1||" + "\\F\\" * (big // 3),
    }[chance.randrange(10)]  # fmt: skip
    sheet = hl7_sheet(people)
    records = list(sheet.records)
    at = chance.randrange(len(records))
    records[at] = replace(records[at], text=records[at].text + extra + "\r", whole=False)
    return made("hl7 huge", sheet.with_records(records), people)


def _with_updates(people: People, chance: Random) -> Sheet:
    return hl7_sheet(people)


KINDS: dict[str, Mutation] = {
    "hl7 sound": sound, "hl7 other separators": other_separators, "hl7 escapes": escapes, "hl7 segments": segments,
    "hl7 fields": fields, "hl7 two patients": two_patients, "hl7 nobody": nobody, "hl7 merges": merges,
    "hl7 shared number": shared_number, "hl7 other authority": other_authority, "hl7 joined": joined,
    "hl7 other messages": other_messages, "hl7 huge": huge,
    **on_bytes.kinds("hl7", _with_updates),
}  # fmt: skip
