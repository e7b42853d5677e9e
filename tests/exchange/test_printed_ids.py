"""The ids that forms really print under are those that the exchange room knows."""

from __future__ import annotations

import re
from pathlib import Path

from keyed_sheets import MAR, ZONE, entry, form_map, printed, record

from downtime.exchange.facts import Dose, Given, Observation
from downtime.exchange.form_map import FormMap
from downtime.exchange.gather import facts_of
from downtime.exchange.sheet_reading import SheetReading
from downtime.library.means import MEANS
from downtime.library.shelf import Shelf
from downtime.page.layout import choice_of
from downtime.paper.compose import compose
from downtime.paper.packet import make_packet
from downtime.paper.production import print_run
from downtime.paper.surroundings import surroundings
from downtime.site import load_site

ROOT = Path(__file__).resolve().parents[2]
# Fields of the page itself, words beside a box, what is signed or stuck on, and names that are written before a row.
FURNITURE = re.compile(
    r"^(patient\.|allergies|weight|unit\.|reentry)|\.text[0-9]*(@|$)|\.label(@|$)|"
    r"\.(signature|credential|contact)(@|$)|_sign(@|$)"
)


def test_every_printed_field_is_known_and_every_meaning_is_printed_somewhere() -> None:
    site, shelf = load_site(ROOT / "examples" / "riverside"), Shelf()
    forms, meant = set(), set()
    for name in ("icu", "ed"):
        department = site.department(name)
        made = make_packet(site, department, shelf, print_run(site, made_at="2026-11-23T0930"))
        for layout in made.manifest.layouts.values():
            if layout.form in forms or layout.form not in shelf.ids:
                continue
            forms.add(layout.form)
            known = FormMap(compose(shelf.form(layout.form), surroundings(site, department)))
            ids = {choice_of(box.id) for page in layout.pages for box in page.fields if box.kind != "print"}
            found = {field_id: known.of(field_id) for field_id in ids}
            unknown = {field_id for field_id, field in found.items() if field is None}
            assert {field_id for field_id in unknown if not FURNITURE.search(field_id)} == set()
            meant |= {field.means for field in found.values() if field is not None}
    # No shipped form is for charges or discharges; hospitals have their own.
    left = {word for word in set(MEANS) - meant if not word.startswith("charge.")}
    assert left == {"visit.ended", "visit.disposition", "visit.died", "order.written_at", "taken.day"} - meant
    assert {"dose.time", "order.drug", "taken.by", "allergy.substance", "person.surname", "sheet.date"} <= meant


def test_a_field_that_is_printed_again_on_the_second_side_is_one_field() -> None:
    again = entry("drugs.2.order.drug@2", "heparin", page=2)
    found = facts_of(record("mar-scheduled", *MAR, again), form_map("mar-scheduled"), ZONE)
    assert len([fact for fact in found.facts if isinstance(fact, Dose)]) == 4
    other = entry("drugs.2.order.drug@2", "insulin", page=2)
    reading = SheetReading(record("mar-scheduled", *MAR, other), form_map("mar-scheduled"), ZONE, {})
    dose = next(one for one in reading.placed if one.entry.field == "drugs.2.h9.time")
    assert reading.near("order.drug", dose) is None


def test_as_needed_doses_name_their_medicine_by_its_row() -> None:
    rows = (
        printed("drugs.1.order.drug", "morphine"), printed("drugs.1.order.route", "IV push"),
        printed("drugs.2.order.drug", "ondansetron"), printed("drugs.2.order.route", "by mouth (PO)"),
    )  # fmt: skip

    def given(number: int, drug: str) -> tuple[object, ...]:
        at = f"given.{number}"
        return (
            entry(f"{at}.drug", drug, page=2), entry(f"{at}.at", "02 MAR 2026 2315", page=2),
            entry(f"{at}.dose", "2 mg", page=2), entry(f"{at}.site", "IV push", page=2),
            entry(f"{at}.initials", "NN", page=2), entry(f"{at}.rr", "14", page=2),
        )  # fmt: skip

    sheet = record("mar-prn", *rows, *given(1, "1"), *given(2, "1 morph"), *given(3, "2 morphine"), *given(4, "9"))  # type: ignore[arg-type]
    found = facts_of(sheet, form_map("mar-prn"), ZONE)
    doses = [fact for fact in found.facts if isinstance(fact, Dose)]
    assert [(one.drug, one.amount, one.route_code, one.outcome) for one in doses] == [
        ("morphine", "2 mg", "IV", Given.GIVEN)
    ] * 2
    assert {one.why for one in found.withheld if "clearly" in one.why} == {
        "“2 morphine” is not clearly one of the medicines above", "“9” is not clearly one of the medicines above",
    }  # fmt: skip
    rates = [fact for fact in found.facts if isinstance(fact, Observation)]
    assert {(one.loinc, one.at, one.by.initials) for one in rates} == {("9279-1", doses[0].at, "NN")}


def test_values_of_an_infusion_page_carry_the_moment_of_their_row() -> None:
    row = (
        entry("titration.1.at", "02 MAR 2026 2315", page=2), entry("titration.1.hr", "96", page=2),
        entry("titration.1.a_mlh", "7.5", page=2), entry("titration.1.initials", "NN", page=2),
    )  # fmt: skip
    found = facts_of(record("mar-infusion", *row), form_map("mar-infusion"), ZONE)
    assert {(one.loinc, one.value) for one in found.facts if isinstance(one, Observation)} == {
        ("8867-4", "96"), ("", "7.5"),
    }  # fmt: skip
