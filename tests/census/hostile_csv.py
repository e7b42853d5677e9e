"""Hostile CSV: what spreadsheets, report writers, broken copies and ill will make of a census."""

from __future__ import annotations

import codecs
from dataclasses import replace
from random import Random

import hostile_bytes as on_bytes
from hostile_file import HostileFile, Record, Sheet, made, rendered
from hostile_truth import TruePatient
from hostile_write import HEADERS, csv_cells, csv_line, csv_sheet

from downtime.census.csv_columns import COLUMNS

People = tuple[TruePatient, ...]
COLUMN_NAMES = list(COLUMNS)


def _with_cells(people: People, change: object, chance: Random) -> Sheet:
    """A sheet whose cells went through a function of chance and cells; the rows count as whole where it gives True."""
    records = []
    for place, patient in enumerate(people):
        for cells in csv_cells(patient):
            whole = change(chance, cells)  # type: ignore[operator]
            records.append(Record(csv_line(cells, COLUMN_NAMES), place, bool(whole)))
    return csv_sheet(people).with_records(records)


def sound(chance: Random, people: People) -> HostileFile:
    stamp, day = chance.choice([("%Y-%m-%d %H:%M", "%Y-%m-%d"), ("%d %b %Y %H:%M", "%d %B %Y"),
                                ("%Y-%m-%dT%H:%M:00-06:00", "%Y-%m-%d"), ("%d-%b-%Y %I:%M %p", "%d%b%Y")])  # fmt: skip
    separator = chance.choice(",;\t|")
    sheet = csv_sheet(people, separator, stamp, day)
    encoding, bom = chance.choice([("utf-8", b""), ("utf-8", codecs.BOM_UTF8), ("utf-16-le", codecs.BOM_UTF16_LE),
                                   ("utf-16-be", codecs.BOM_UTF16_BE), ("utf-16-le", b"")])  # fmt: skip
    more = {}
    if separator == "|":
        records = [replace(record, text=record.text.replace(" | ", " / ")) for record in sheet.records]
        sheet, more = sheet.with_records(_requoted(records)), {"list_separator": "/"}
    return made("csv sound", replace(sheet, encoding=encoding, bom=bom), people, may_refuse=False, settings=more)


def _requoted(records: list[Record]) -> list[Record]:
    return [replace(record, text=record.text.replace('"', "")) for record in records]


def other_order(chance: Random, people: People) -> HostileFile:
    """Rows and columns in another order, blank rows, and lines above the header; all of it is read."""
    columns = COLUMN_NAMES[:]
    chance.shuffle(columns)
    records = [Record(csv_line(c, columns), place) for place, p in enumerate(people) for c in csv_cells(p)]
    chance.shuffle(records)
    for _ in range(chance.randint(0, 4)):
        records.insert(chance.randint(0, len(records)), Record(chance.choice(["", "," * 30, '""', " "]), None))
    titles = ("Census of the unit\r\n", ",,,\r\n", "Printed;by\r\n", '"a\nb"\r\n')
    title = chance.choice(titles) + chance.choice(titles)
    sheet = replace(csv_sheet(people).with_records(records), before=title + csv_line(HEADERS, columns) + "\r\n")
    return made("csv other order", sheet, people, may_refuse=False)


def line_ends(chance: Random, people: People) -> HostileFile:
    """Every row with another end."""
    sheet = csv_sheet(people)
    ends = [chance.choice(["\r", "\n", "\r\n", "\n\n", "\r\n\r\n"]) for _ in sheet.records]
    records = [replace(record, text=record.text + end) for record, end in zip(sheet.records, ends, strict=True)]
    return made("csv line ends", replace(sheet.with_records(records), between=""), people, may_refuse=False)


def ambiguous_dates(chance: Random, people: People) -> HostileFile:
    """Dates as 03/04/2026 and nothing that says which is the month."""
    day = chance.choice(["%m/%d/%Y", "%d.%m.%Y", "%d-%m-%Y"])
    return made("csv ambiguous dates", csv_sheet(people, ",", f"{day} %H:%M", day), people, must_refuse=True)


def told_dates(chance: Random, people: People) -> HostileFile:
    """The same with a setting that says it, in half of the files wrongly: then one day over 12 gives it away."""
    mark = chance.choice("/.-")
    right = chance.random() < 0.5
    month_first = chance.random() < 0.5
    day = f"%m{mark}%d{mark}%Y" if month_first else f"%d{mark}%m{mark}%Y"
    sheet = csv_sheet(people, ",", f"{day} %H:%M", day)
    order = "mdy" if month_first == right else "dmy"
    # All birth dates are past the 12th of a month, so that the wrong order shows itself.
    return made("csv told dates", sheet, people, settings={"date_order": order}, may_refuse=not right,
                must_refuse=not right)  # fmt: skip


def spreadsheet_numbers(chance: Random, people: People) -> HostileFile:
    """Numbers as a spreadsheet leaves them: zeros lost, powers of ten, decimals, errors, text marks."""

    def change(chance: Random, cells: dict[str, str]) -> bool:
        number = cells["mrn"]
        forms = [number.lstrip("0"), f"{int(number):.2E}", f"{number}.0", f"{int(number):,}", "#REF!", "#N/A",
                 f'="{number}"', f"'{number}", f" {number} ", f"\u200b{number}", number.translate(_WIDE)]  # fmt: skip
        cells["mrn"] = chance.choice(forms)
        return cells["mrn"] in (f'="{number}"', f"'{number}", f" {number} ")

    return made("csv spreadsheet numbers", _with_cells(people, change, chance), people)


_WIDE = {ord("0") + at: ord("０") + at for at in range(10)}


def formulas(chance: Random, people: People) -> HostileFile:
    """Cells that a spreadsheet would run."""
    hooks = ["=cmd|' /C calc'!A0", '=HYPERLINK("http://x.example")', "@SUM(1+1)*cmd", "+1+1", "-2+3", "=1+1", "\t=1"]

    def change(chance: Random, cells: dict[str, str]) -> bool:
        for name in chance.sample(["attending", "service", "diet", "instructions", "reason", "ordered_by"], 3):
            cells[name] = chance.choice(hooks)
        return True

    return made("csv formulas", _with_cells(people, change, chance), people, may_refuse=False)


def odd_cells(chance: Random, people: People) -> HostileFile:
    """Marks of direction, markup, templates, quotes, line breaks and long texts within cells."""
    hooks = ["{{ 7*7 }}", "<b>x</b>", "\u202edcba", "a\nb", 'say "so"', "x" * 5_000, "\x00", "\x07", "|", "a;b", "ﬁ́"]

    def change(chance: Random, cells: dict[str, str]) -> bool:
        free = ["attending", "service", "diet", "diagnosis", "instructions", "sig", "lines", "reason"]
        for name in chance.sample(free, 3):
            cells[name] = f"{cells.get(name, '')} {chance.choice(hooks)}".strip()
        return not cells.get("sig")

    return made("csv odd cells", _with_cells(people, change, chance), people)


def curly_quotes(chance: Random, people: People) -> HostileFile:
    """Quotes that a text program has bent, around cells that need them."""

    def change(chance: Random, cells: dict[str, str]) -> bool:
        cells["attending"] = "E. Vance, MD"
        return True

    sheet = _with_cells(people, change, chance)
    records = [replace(r, text=r.text.replace('"E. Vance, MD"', "“E. Vance, MD”")) for r in sheet.records]
    if chance.random() < 0.3:  # only some of them: then plain and bent ones stand side by side
        records[0] = sheet.records[0]
    return made("csv curly quotes", sheet.with_records(records), people)


def open_quotes(chance: Random, people: People) -> HostileFile:
    """A quote that opens and does not close, or stands in the middle of a cell."""
    sheet = csv_sheet(people)
    at = chance.randrange(len(sheet.records))
    text = sheet.records[at].text
    cells = text.split(",")
    hit = chance.randrange(len(cells))
    cells[hit] = chance.choice(['"' + cells[hit], cells[hit] + '"', '5" ' + cells[hit], '""' + cells[hit]])
    return made("csv open quotes", sheet.with_records(_at(sheet, at, ",".join(cells))), people)


def _at(sheet: Sheet, at: int, text: str) -> list[Record]:
    return [replace(r, text=text, whole=False) if place == at else r for place, r in enumerate(sheet.records)]


def shifted_cells(chance: Random, people: People) -> HostileFile:
    """Rows with cells too many or too few: an unquoted comma, an end cut off, two rows in one."""
    sheet = csv_sheet(people)
    at = chance.randrange(len(sheet.records))
    text = sheet.records[at].text
    if chance.random() < 0.3 and at + 1 < len(sheet.records):
        following = sheet.records[at + 1]
        records = list(sheet.records)
        records[at : at + 2] = [replace(records[at], text=text + following.text, whole=False)]
        if following.owner != records[at].owner:
            records.insert(at + 1, replace(following, text="", whole=False))
        return made("csv shifted cells", sheet.with_records(records), people)
    cells = text.split(",")
    hit = chance.randrange(len(cells))
    new = cells[:hit] if chance.random() < 0.5 else [*cells[:hit], "x", *cells[hit:]]
    return made("csv shifted cells", sheet.with_records(_at(sheet, at, ",".join(new))), people)


def broken_rows(chance: Random, people: People) -> HostileFile:
    """Line breaks within cells that no quotes hold together."""
    sheet = csv_sheet(people)
    records = []
    for record in sheet.records:
        text = record.text
        if chance.random() < 0.5:
            at = chance.randrange(len(text))
            text = text[:at] + chance.choice(["\n", "\r\n", "\r", "\n\n"]) + text[at:]
        records.append(replace(record, text=text, whole=text == record.text))
    return made("csv broken rows", sheet.with_records(records), people)


def headers(chance: Random, people: People) -> HostileFile:
    """Headers missing, doubled, renamed, repeated in the midst, or gone."""
    columns = COLUMN_NAMES[:]
    sheet = csv_sheet(people)
    shown = dict(HEADERS)
    what = chance.randrange(5)
    name = chance.choice(columns)
    if what == 0:
        columns.remove(name)
    elif what == 1:
        shown[name] = shown[chance.choice(columns)]
    elif what == 2:
        shown[name] = f"{shown[name]} x"
    records = [Record(csv_line(c, columns), place) for place, p in enumerate(people) for c in csv_cells(p)]
    header = "" if what == 3 else csv_line(shown, columns) + "\r\n"
    if what == 4:
        records.insert(chance.randint(0, len(records)), Record(csv_line(shown, columns), None))
    must = ("allergies", "drug", "dose", "mrn", "surname", "frequency", "order_status", "last_given", "order_id")
    whole = what == 4 or (what in (0, 2) and name not in must)
    sheet = replace(sheet.with_records(replace(r, whole=whole) for r in records), before=header)
    return made("csv headers", sheet, people)


def shared_number(chance: Random, people: People) -> HostileFile:
    """Two people with one number: both are there, marked, each with the orders of the own rows."""
    first, second = chance.sample(range(len(people)), 2)
    known = list(people)
    known[second] = replace(people[second], mrn=people[first].mrn)
    sheet = csv_sheet(tuple(known))
    records = list(sheet.records)
    chance.shuffle(records)
    return made("csv shared number", sheet.with_records(records), tuple(known), same_number=frozenset({first, second}))


def same_name(chance: Random, people: People) -> HostileFile:
    """Two people of one name on the unit: their numbers keep them apart."""
    first, second = chance.sample(range(len(people)), 2)
    known = list(people)
    known[second] = replace(people[second], family=people[first].family, given=people[first].given,
                            born=people[first].born if chance.random() < 0.5 else people[second].born)  # fmt: skip
    sheet = csv_sheet(tuple(known))
    records = list(sheet.records)
    chance.shuffle(records)
    return made("csv same name", sheet.with_records(records), tuple(known), may_refuse=False)


def merged_numbers(chance: Random, people: People) -> HostileFile:
    """A number that was merged into another one, into itself, in a circle, or into nobody here."""
    gone, stays = chance.sample(range(len(people)), 2)
    what = chance.randrange(4)
    into = {0: people[stays].mrn, 1: people[gone].mrn, 2: "00000000", 3: people[stays].mrn}[what]
    records = []
    for place, patient in enumerate(people):
        for cells in csv_cells(patient):
            if place == gone:
                cells["merged_into"] = into
            elif place == stays and what == 3:
                cells["merged_into"] = people[gone].mrn
            records.append(Record(csv_line(cells, COLUMN_NAMES), place))
    merged = {gone: stays} if what == 0 else {}
    return made("csv merged numbers", csv_sheet(people).with_records(records), people, merged=merged)


def orders_apart(chance: Random, people: People) -> HostileFile:
    """Two files, as reports often are: patients, and orders by number only."""
    patients, orders = [], []
    of_order = COLUMN_NAMES[COLUMN_NAMES.index("order_id") :]
    of_patient = COLUMN_NAMES[: COLUMN_NAMES.index("order_id")]
    for place, patient in enumerate(people):
        rows = csv_cells(patient)
        patients.append(Record(csv_line(rows[0], of_patient), place))
        orders += [Record(csv_line(c, ["mrn", *of_order]), place) for c in rows if patient.orders]
    chance.shuffle(orders)
    first = replace(csv_sheet(people).with_records(patients), before=csv_line(HEADERS, of_patient) + "\r\n")
    second = replace(first.with_records(orders), before=csv_line(HEADERS, ["mrn", *of_order]) + "\r\n")
    file = made("csv orders apart", first, people)
    raw, pieces = rendered(second)
    file.files["orders.csv"] = raw
    file.pieces += pieces
    return file


def huge(chance: Random, people: People) -> HostileFile:
    """A cell of ten megabytes, a line of as much, or as many rows."""
    sheet = csv_sheet(people)
    what = chance.randrange(4)
    extra = {
        0: Record('"' + "x" * 10_000_000 + '"' + "," * 10, None), 1: Record("," * 10_000_000, None),
        2: Record(" " * 10_000_000, None),
        3: Record("\r\n".join([csv_line({"diet": "x"}, COLUMN_NAMES)] * 60_000), None),
    }[what]  # fmt: skip
    records = [*sheet.records, extra]
    return made("csv huge", sheet.with_records(records), people)


KINDS = {
    "csv sound": sound, "csv other order": other_order, "csv line ends": line_ends,
    "csv ambiguous dates": ambiguous_dates, "csv told dates": told_dates,
    "csv spreadsheet numbers": spreadsheet_numbers, "csv formulas": formulas, "csv odd cells": odd_cells,
    "csv curly quotes": curly_quotes, "csv open quotes": open_quotes, "csv shifted cells": shifted_cells,
    "csv broken rows": broken_rows, "csv headers": headers, "csv shared number": shared_number,
    "csv same name": same_name, "csv merged numbers": merged_numbers, "csv orders apart": orders_apart,
    "csv huge": huge, **on_bytes.kinds("csv", lambda people, _: csv_sheet(people)),
}  # fmt: skip
