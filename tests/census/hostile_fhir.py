"""Hostile FHIR: wrong shapes, circles, missing and doubled names, depth, numbers that are none, other resources."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Any

import hostile_bytes as on_bytes
from hostile_file import HostileFile, Mutation, Record, Sheet, made
from hostile_truth import TruePatient
from hostile_write import SYSTEM, fhir_sheet

People = tuple[TruePatient, ...]
Json = dict[str, Any]
WEIRD: tuple[Any, ...] = (
    None, True, False, 0, -1, 1e300, 10**30, "", " ", "x" * 3_000, [], {}, [[]], [None], [{}], {"x": {}}, "2026-02-30",
    "0001-01-01", "NaN", "\u202e\x00\ud800", {"coding": "x"}, ["a", 1],
)  # fmt: skip


def _entries(sheet: Sheet) -> list[Json]:
    return [json.loads(record.text) for record in sheet.records]


def _written(sheet: Sheet, at: int, entry: Json, *, whole: bool = False) -> Sheet:
    text = json.dumps(entry, ensure_ascii=True)
    return sheet.with_records(
        replace(record, text=text, whole=record.whole and whole) if place == at else record
        for place, record in enumerate(sheet.records)
    )


def _kind(entry: Json) -> str:
    return str(entry["resource"]["resourceType"])


def sound(chance: Random, people: People) -> HostileFile:
    """A Bundle, NDJSON, or a list, with or without addresses; all of it is read."""
    lines = chance.random() < 0.4
    sheet = fhir_sheet(people, lines, chance)
    if not lines and chance.random() < 0.6:
        sheet = _with_urls(chance, sheet)
    return made("fhir sound", sheet, people, may_refuse=False)


def _with_urls(chance: Random, sheet: Sheet) -> Sheet:
    """References by full address, by urn:uuid, or relative to the entry's own address."""
    way = chance.choice(["full", "urn", "relative"])
    records = []
    for record in sheet.records:
        text, entry = record.text, json.loads(record.text)
        own = entry["resource"]
        base, kind = "https://ehr.example/fhir/", own["resourceType"]
        entry["fullUrl"] = f"urn:uuid:{kind}-{own['id']}" if way == "urn" else f"{base}{kind}/{own['id']}"
        text = json.dumps(entry, ensure_ascii=False)
        if way != "relative":
            for kind in ("Patient", "MedicationRequest"):
                new = f'"reference": "urn:uuid:{kind}-' if way == "urn" else f'"reference": "{base}{kind}/'
                text = text.replace(f'"reference": "{kind}/', new)
        records.append(replace(record, text=text))
    return sheet.with_records(records)


def wrong_shapes(chance: Random, people: People) -> HostileFile:
    """A value of another type, an empty one or an absurd one anywhere in some resources."""
    sheet = fhir_sheet(people, False, chance)
    for _ in range(chance.choice([1, 2, 5])):
        at = chance.randrange(len(sheet.records))
        entry = _entries(sheet)[at]
        path = _some_path(chance, entry["resource"])
        path[0][path[1]] = chance.choice(WEIRD)
        sheet = _written(sheet, at, entry)
    return made("fhir wrong shapes", sheet, people)


def _some_path(chance: Random, node: Any) -> tuple[Any, Any]:
    """A container within a resource, and one of its keys or places."""
    found: list[tuple[Any, Any]] = []
    todo = [node]
    while todo:
        item = todo.pop()
        keys = list(item) if isinstance(item, dict) else range(len(item))
        for key in keys:
            found.append((item, key))
            if isinstance(item[key], dict | list):
                todo.append(item[key])
    return chance.choice(found)


def missing_parts(chance: Random, people: People) -> HostileFile:
    """A key that is gone: also resourceType, id, subject, status."""
    sheet = fhir_sheet(people, False, chance)
    for _ in range(chance.choice([1, 2, 4])):
        at = chance.randrange(len(sheet.records))
        entry = _entries(sheet)[at]
        node = chance.choice([entry, entry["resource"]]) if entry.get("resource") else entry
        if node:
            node.pop(chance.choice(list(node)))
        sheet = _written(sheet, at, entry)
        if not isinstance(entry.get("resource"), dict):
            break
    return made("fhir missing parts", sheet, people)


def lost_references(chance: Random, people: People) -> HostileFile:
    """References to nobody, to another kind, to itself, with another server's address, or with no address at all."""
    forms: list[Callable[[str], Any]] = [
        lambda _: {"reference": "Patient/nobody"}, lambda _: {"reference": "Practitioner/1"}, lambda _: {},
        lambda r: {"reference": f"https://other.example/{r}"}, lambda r: {"reference": f"{r}/_history/2"},
        lambda _: {"reference": "#"}, lambda _: {"reference": "#x"}, lambda _: {"display": "The patient"},
        lambda _: {"identifier": {"system": SYSTEM, "value": "00000000"}}, lambda r: {"reference": [r]},
        lambda r: [{"reference": r}], lambda r: {"reference": r.lower()}, lambda r: {"reference": r + "/"},
    ]  # fmt: skip
    sheet = fhir_sheet(people, False, chance)
    for at, entry in enumerate(_entries(sheet)):
        resource = entry["resource"]
        for key in ("subject", "patient"):
            if key in resource and chance.random() < 0.3:
                resource[key] = chance.choice(forms)(resource[key]["reference"])
                sheet = _written(sheet, at, entry)
    return made("fhir lost references", sheet, people)


def by_number(chance: Random, people: People) -> HostileFile:
    """References by the patient's number instead of an address; they are followed."""
    sheet = fhir_sheet(people, False, chance)
    for at, entry in enumerate(_entries(sheet)):
        resource, owner = entry["resource"], sheet.records[at].owner
        for key in ("subject", "patient"):
            if key in resource and owner is not None:
                resource[key] = {"identifier": {"system": SYSTEM, "value": people[owner].mrn}}
        sheet = _written(sheet, at, entry, whole=True)
    return made("fhir by number", sheet, people, may_refuse=False)


def one_id_for_two(chance: Random, people: People) -> HostileFile:
    """Two patients under one id, in one file: what refers to it belongs to neither for certain."""
    first, second = chance.sample(range(len(people)), 2)
    sheet = fhir_sheet(people, False, chance)
    old, new = f"p{people[second].mrn}", f"p{people[first].mrn}"
    records = [replace(r, text=r.text.replace(f'/{old}"', f'/{new}"').replace(f'"id": "{old}"', f'"id": "{new}"'))
               for r in sheet.records]  # fmt: skip
    return made("fhir one id for two", sheet.with_records(records), people)


def crossed(chance: Random, people: People) -> HostileFile:
    """An order whose patient and encounter are two people; printed for neither."""
    first, second = chance.sample(range(len(people)), 2)
    sheet = fhir_sheet(people, False, chance)
    for at, entry in enumerate(_entries(sheet)):
        if _kind(entry) in ("MedicationRequest", "Condition") and sheet.records[at].owner == first:
            entry["resource"]["encounter"] = {"reference": f"Encounter/ep{people[second].mrn}"}
            sheet = _written(sheet, at, entry)
    return made("fhir crossed", sheet, people)


def circles(chance: Random, people: People) -> HostileFile:
    """Places within themselves, patients who replace each other, groups of groups, Bundles in Bundles."""
    sheet = fhir_sheet(people, False, chance)
    loop: list[Json] = [
        {
            "resourceType": "Location",
            "id": f"L{n}",
            "name": f"L{n}",
            "partOf": {"reference": f"Location/L{(n + 1) % 3}"},
        }
        for n in range(3)
    ]
    inside: Json = {"resourceType": "Bundle", "entry": []}
    for _ in range(chance.choice([2, 5, 60])):
        inside = {"resourceType": "Bundle", "entry": [{"resource": inside}]}
    drug: Json = {"resourceType": "Medication", "id": "m", "ingredient": [{"itemReference": {"reference": "#m"}}]}
    extra = [*loop, inside, {**drug, "contained": [drug]}]
    for at, entry in enumerate(_entries(sheet)):
        if _kind(entry) == "Encounter":
            entry["resource"]["location"] = [{"location": {"reference": "Location/L0"}}]
            entry["resource"]["partOf"] = {"reference": f"Encounter/{entry['resource']['id']}"}
        elif _kind(entry) == "Patient" and chance.random() < 0.3:
            other = chance.choice(people).mrn
            entry["resource"]["link"] = [{"other": {"reference": f"Patient/p{other}"}, "type": "seealso"}]
        sheet = _written(sheet, at, entry, whole=True)
    records = [*sheet.records, *(Record(json.dumps({"resource": item}), None) for item in extra)]
    return made("fhir circles", sheet.with_records(records), people, may_refuse=False)


def merged(chance: Random, people: People) -> HostileFile:
    """A patient replaced by another, from either side, or two who replace each other."""
    gone, stays = chance.sample(range(len(people)), 2)
    what = chance.randrange(3)
    sheet = fhir_sheet(people, False, chance)
    for at, entry in enumerate(_entries(sheet)):
        if _kind(entry) != "Patient":
            continue
        owner = sheet.records[at].owner
        if owner == gone and what in (0, 2):
            link = {"other": {"reference": f"Patient/p{people[stays].mrn}"}, "type": "replaced-by"}
        elif owner == stays and what in (1, 2):
            kind = "replaces" if what == 1 else "replaced-by"
            link = {"other": {"reference": f"Patient/p{people[gone].mrn}"}, "type": kind}
        else:
            continue
        entry["resource"]["link"] = [link]
        sheet = _written(sheet, at, entry, whole=True)
    return made("fhir merged", sheet, people, merged={gone: stays} if what < 2 else {})


def shared_number(chance: Random, people: People) -> HostileFile:
    """Two Patient resources with one number and two names."""
    first, second = chance.sample(range(len(people)), 2)
    known = list(people)
    known[second] = replace(people[second], mrn=people[first].mrn)
    sheet = fhir_sheet(people, False, chance)
    records = [replace(r, text=r.text.replace(f'"value": "{people[second].mrn}"', f'"value": "{people[first].mrn}"'))
               for r in sheet.records]  # fmt: skip
    return made("fhir shared number", sheet.with_records(records), tuple(known), same_number=frozenset({first, second}))


def odd_text(chance: Random, people: People) -> HostileFile:
    """JSON that is none, or that its readers take apart in different ways."""
    sheet = fhir_sheet(people, chance.random() < 0.3, chance)
    at = chance.randrange(len(sheet.records))
    text = sheet.records[at].text
    new = {
        0: text.replace("{", '{"resourceType": "Patient", ', 1), 1: text.replace('"', "'"), 2: text[:-1] + ",}",
        3: text.replace(":", ": NaN, \"x\":", 1), 4: "// note\n" + text, 5: text.replace("{", '{"v": Infinity, ', 1),
        6: text.replace("{", '{"v": 1e999999, ', 1), 7: text.replace("{", '{"v": ' + "9" * 5_000 + ", ", 1),
        8: text.replace("a", "\\ud800", 1), 9: text.replace("{", '{"v": "\x01", ', 1), 10: text + text,
        11: text.replace('"id"', '"id": "other", "id"', 1), 12: "null", 13: "[" * 90 + text + "]" * 90,
        14: text.replace("{", '{"v": 1e-400, ', 1), 15: text.replace('": "', '": "\\u0000', 1),
    }[chance.randrange(16)]  # fmt: skip
    records = [replace(r, text=new, whole=False) if place == at else r for place, r in enumerate(sheet.records)]
    return made("fhir odd text", sheet.with_records(records), people)


def unknown_resources(chance: Random, people: People) -> HostileFile:
    """Resources that nobody reads among those that are read, entries without one, and whole other Bundles."""
    sheet = fhir_sheet(people, False, chance)
    subject = {"reference": f"Patient/p{people[0].mrn}"}
    kinds = ("Claim", "Provenance", "OperationOutcome", "Basic", "Xyzzy", "patient", "", "Group")
    others: list[Json] = [{"resource": {"resourceType": kind, "id": "x", "subject": subject}} for kind in kinds]
    others += [{}, {"resource": None}, {"response": {"status": "404"}}, {"resource": {"id": "no type"}}]
    records = list(sheet.records)
    for item in chance.sample(others, 6):
        records.insert(chance.randint(0, len(records)), Record(json.dumps(item), None))
    return made("fhir unknown resources", sheet.with_records(records), people, may_refuse=False)


def huge(chance: Random, people: People) -> HostileFile:
    """A text of ten megabytes, a hundred thousand of one thing, or a thousand levels."""
    sheet = fhir_sheet(people, False, chance)
    what = chance.randrange(5)
    at = next(n for n, entry in enumerate(_entries(sheet)) if _kind(entry) == "Patient")
    entry = _entries(sheet)[at]
    patient = entry["resource"]
    if what == 0:
        patient["text"] = {"div": "x" * 10_000_000}
    elif what == 1:
        patient["identifier"] += [{"system": f"s{n}", "value": str(n)} for n in range(100_000)]
    elif what == 2:
        patient["name"] = patient["name"] * 100_000
    elif what == 3:
        patient["photo"] = json.loads("[" * 900 + "]" * 900)
    else:
        patient["name"][0]["given"] = ["x" * 10_000_000]
    return made("fhir huge", _written(sheet, at, entry, whole=False), people)


KINDS: dict[str, Mutation] = {
    "fhir sound": sound, "fhir wrong shapes": wrong_shapes, "fhir missing parts": missing_parts,
    "fhir lost references": lost_references, "fhir by number": by_number, "fhir one id for two": one_id_for_two,
    "fhir crossed": crossed, "fhir circles": circles, "fhir merged": merged, "fhir shared number": shared_number,
    "fhir odd text": odd_text, "fhir unknown resources": unknown_resources, "fhir huge": huge,
    **on_bytes.kinds("fhir", lambda people, chance: fhir_sheet(people, False, chance)),
    **on_bytes.kinds("ndjson", lambda people, chance: fhir_sheet(people, True, chance)),
}  # fmt: skip
