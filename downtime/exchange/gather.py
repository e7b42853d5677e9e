"""From a verified sheet to its facts: everything that can be sent for sure, and everything else with the reason.

Nothing is guessed. A value that two people did not vouch for, that has no sure moment, or whose code nobody knows is
withheld and named; it is still on the scanned page.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from zoneinfo import ZoneInfo

from downtime.clinical.vocabulary import Target
from downtime.exchange.facts import Document, Fact, SheetFacts, Withheld, Writer
from downtime.exchange.form_map import FormMap
from downtime.exchange.gather_doses import doses
from downtime.exchange.gather_orders import allergies, medication_orders, test_orders, worded_orders
from downtime.exchange.gather_people import charges, departures, registrations
from downtime.exchange.gather_values import observations
from downtime.exchange.gathering import both, proof_of, writer_near
from downtime.exchange.moments import NoMoment
from downtime.exchange.sheet_reading import SheetReading
from downtime.library.schema import Fate
from downtime.page.sheet_record import FieldState, SheetRecord
from downtime.site.recovery import Enter, Rows
from downtime.site.recovery_defaults import Treatment


def facts_of(
    record: SheetRecord,
    form: FormMap,
    zone: ZoneInfo,
    treatment: Treatment | None = None,
    folds: Mapping[str, int] | None = None,
) -> SheetFacts:
    """All facts of a sheet. `form` is the form that it was printed from, composed for its department.

    With a `treatment`, only what the recovery policy wants entered is among the facts; the scanned document always is.
    `folds` is a person's word, by linkId, which of two equal hours of the autumn night a time is in (0 or 1).
    Raises ValueError for a record of another form.
    """
    if record.form != form.form.form:
        raise ValueError(f"the record is of {record.form}, not of {form.form.form}")
    reading = SheetReading(record, form, zone, folds or {})
    found: list[Fact] = []
    withheld: list[Withheld] = []
    for one in _all(reading):
        (withheld if isinstance(one, Withheld) else found).append(one)  # type: ignore[arg-type]
    if treatment is not None:
        found = _wanted(found, reading, treatment)
    used = {name for fact in found for name in fact.proof.fields} | {name for one in withheld for name in one.fields}
    withheld += _illegible(reading, used)
    told = used | {name for one in withheld for name in one.fields}
    found += _document(reading, found)
    rest = tuple(entry.field for entry in record.entries if entry.state is FieldState.VALUE and entry.field not in told)
    return SheetFacts(record, tuple(found), tuple(withheld), rest)


def _all(reading: SheetReading) -> Iterator[Fact | Withheld]:
    targets = reading.form.form.record.targets
    if Target.REGISTRATION_ADT in targets:
        yield from registrations(reading)
    yield from departures(reading)
    yield from allergies(reading)
    if Target.ORDER in targets:
        yield from medication_orders(reading)
        yield from test_orders(reading)
        yield from worded_orders(reading)
    if Target.MED_ADMIN in targets:
        yield from doses(reading)
    yield from observations(reading)
    yield from charges(reading)


def _wanted(facts: list[Fact], reading: SheetReading, treatment: Treatment) -> list[Fact]:
    """What the policy wants: everything, the named fields, the last row of each grid, or nothing but the scan."""
    if treatment.enter is Enter.SCAN_ONLY:
        return []
    if treatment.enter is Enter.KEY_ALL:
        return facts
    kept = [fact for fact in facts if not treatment.fields or _is_named(fact, reading, treatment.fields)]
    if treatment.rows is not Rows.LAST:
        return kept
    last: dict[str, int] = {}
    rows = {id(fact): _row_of(fact, reading) for fact in kept}
    for grid, number in rows.values():
        last[grid] = max(last.get(grid, 0), number)
    return [fact for fact in kept if rows[id(fact)][1] == last[rows[id(fact)][0]]]


def _row_of(fact: Fact, reading: SheetReading) -> tuple[str, int]:
    """The grid that a fact stands in and its row; 0 for what stands in none."""
    field = reading.form.of(fact.proof.fields[0])
    return ("", 0) if field is None or not field.row else (field.row.rpartition(".")[0], field.row_number)


def _is_named(fact: Fact, reading: SheetReading, names: tuple[str, ...]) -> bool:
    field = reading.form.of(fact.proof.fields[0])
    return field is not None and any(field.key == name or field.key.startswith(name + ".") for name in names)


def _illegible(reading: SheetReading, used: set[str]) -> Iterator[Withheld]:
    for one in reading.placed:
        counts = one.field.means or one.field.is_observation
        if counts and one.entry.state is FieldState.ILLEGIBLE and one.entry.field not in used:
            yield Withheld((one.entry.field,), one.field.label, "nobody could read it", "ask whoever wrote it")


def _document(reading: SheetReading, facts: list[Fact]) -> Iterator[Document]:
    record = reading.record
    if not record.pages or reading.form.form.record.fate is Fate.DISCARD or record.patient is None:
        return
    first = next(iter(reading.all("note.written_at")), None)
    when = reading.moment_in(first) if first is not None else NoMoment("no time is written")
    moments = [at for fact in facts if (at := getattr(fact, "at", None) or getattr(fact, "written", None)) is not None]
    written = max(moments, default=None) if isinstance(when, NoMoment) else when
    signers = both(reading.all("note.author"))
    by = writer_near(reading, "note.author", signers[0]) if signers else Writer()
    proof = proof_of(reading, "pages", ())
    yield Document(proof, record.title, record.form, record.pages, written, by)
