"""Small snapshots, and the example unit's kit, for the tests of kits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from downtime.census.identity import checked
from downtime.census.reading import read_census
from downtime.census.snapshot import (
    Allergy,
    AllergyState,
    Dose,
    Identifier,
    IdentifierKind,
    MedicationOrder,
    Patient,
    PersonName,
    Place,
    Sex,
    Snapshot,
    Weight,
)
from downtime.clinical.timing import OrderTiming
from downtime.library.shelf import Shelf
from downtime.page.manifest import Sheet
from downtime.paper.batch import read_site
from downtime.paper.contents import Run
from downtime.paper.kit import make_kit
from downtime.paper.kit_model import FinishedKit, KitOptions
from downtime.site import Department, Site

ROOT = Path(__file__).resolve().parents[2]
SITE = ROOT / "examples/riverside"
CENSUS = SITE / "census"
CHICAGO = ZoneInfo("America/Chicago")
TAKEN = datetime(2026, 11, 16, 6, 40, tzinfo=CHICAGO)
MADE = datetime(2026, 11, 16, 7, 30, tzinfo=CHICAGO)


@lru_cache(maxsize=1)
def example() -> tuple[Site, Department, Shelf]:
    """The example hospital's intensive care unit."""
    site, shelf = read_site(SITE)
    return site, site.department("icu"), shelf


@lru_cache(maxsize=4)
def census(name: str = "icu.csv") -> Snapshot:
    """The example census in one of its formats."""
    return read_census([CENSUS / name], facility=example()[0].facility, now=MADE)


def order(drug: str = "pantoprazole", code: str = "Q8H", **more: Any) -> MedicationOrder:
    """A scheduled order as a reader gives it; keys of its timing go to its timing."""
    words = {"Q8H": "every 8 hours", "BID": "2 times a day", "DAILY": "daily", "CONT": "continuous infusion"}
    timing = {name: more.pop(name) for name in tuple(more) if name in OrderTiming.model_fields}
    timing = {"code": code, "text": words.get(code, ""), **timing}
    fields = {"dose": "1 g", "route": "IV", "id": f"R-{drug}", "original": f"{drug} as written", **more}
    return MedicationOrder(drug=drug, timing=OrderTiming(**timing), **fields)


def given(hour: int, minute: int = 0, day: int = 16) -> Dose:
    """A dose given in November 2026."""
    return Dose(given=datetime(2026, 11, day, hour, minute, tzinfo=CHICAGO), amount="1 g")


def patient(number: str = "00200001", surname: str = "Example", given_name: str = "Ada", **more: Any) -> Patient:
    """A patient of the unit with everything that a page needs."""
    fields: dict[str, Any] = {
        "identifiers": (Identifier(kind=IdentifierKind.MRN, value=number, authority="RIVERSIDE"),) if number else (),
        "name": PersonName(family=surname, given=(given_name,)),
        "birth_date": date(1960, 2, 3),
        "sex": Sex.FEMALE,
        "place": Place(unit="ICU", bed="ICU-01"),
        "attending": "E. Vance, MD",
        "allergy_state": AllergyState.LISTED,
        "allergies": (Allergy(substance="Penicillin", reaction="rash"),),
        "weight": Weight(kg=Decimal("70.50"), taken=date(2026, 11, 15), method="bed scale"),
        **more,
    }
    return Patient(**fields)


def snapshot(*patients: Patient, taken: datetime = TAKEN, **more: Any) -> Snapshot:
    """A census of some patients, checked as every reader's is."""
    found, problems = checked(patients, "census.csv")
    return Snapshot(taken_at=taken, source="census.csv", patients=found, problems=problems, **more)


def kit(
    census: Snapshot,
    options: KitOptions | None = None,
    *,
    made: datetime = MADE,
    forms: Sequence[Mapping[str, Any]] | None = None,
    starts: str | None = None,
    **run: Any,
) -> FinishedKit:
    """The kit of the example unit; `forms` replaces those of a patient, `starts` the hour at which its MAR begins."""
    site, department, shelf = example()
    changes: dict[str, Any] = {}
    if forms is not None and department.kit is not None:
        entry = type(department.kit.patient[0])
        patient_forms = tuple(entry.model_validate(form) for form in forms)
        changes["kit"] = department.kit.model_copy(update={"patient": patient_forms, "unit": ()})
    if starts is not None:
        times = site.medication_times(department).model_copy(update={"mar_starts": starts})
        changes["medication_times"] = times
    department = department.model_copy(update=changes)
    site = replace(site, departments={**site.departments, department.id: department})
    return make_kit(site, department, shelf, census, options or KitOptions(), Run(made_at=made, fixed=True, **run))


CHARTS = ({"form": "mar-orders", "when": "medicines"}, {"form": "mar-scheduled"},
          {"form": "mar-prn", "when": "as-needed"}, {"form": "mar-infusion", "when": "infusions"})  # fmt: skip


def sheets(made: FinishedKit, form: str, ref: str | None = None) -> list[Sheet]:
    """The sheets of one form, of one patient where `ref` names one."""
    return [one for one in made.manifest.sheets if one.form == form and (ref is None or one.patient == ref)]


def dues(sheet: Sheet) -> dict[str, str]:
    """The due times of a sheet of the scheduled chart, by row and hour (``1.h2``)."""
    return {
        name.removeprefix("drugs.").removesuffix(".due"): text
        for name, text in sheet.printed.items()
        if name.endswith(".due") and text[:4].isdigit()
    }


def words(sheet: Sheet, row: int) -> str:
    """What is printed over the hours of a row in which nothing is due."""
    return " | ".join(
        text
        for name, text in sheet.printed.items()
        if name.startswith(f"drugs.{row}.h") and name.endswith(".due") and not text[:4].isdigit()
    )


def rows(sheet: Sheet, part: str = "order.drug") -> list[str]:
    """The value of one column in each row of a chart that has one."""
    found = [sheet.printed.get(f"drugs.{number}.{part}", "") for number in range(1, 7)]
    return [text for text in found if text]


def listed(made: FinishedKit, ref: str, column: str = "") -> str:
    """Everything that the list of all orders of one patient says, in the order of its rows; or one column of it."""
    texts = []
    for sheet in sheets(made, "mar-orders", ref):
        places = sorted(
            (int(name.split(".")[1]), name, text)
            for name, text in sheet.printed.items()
            if name.startswith("orders.") and name.endswith(column)
        )
        texts += [text for _, _, text in places]
    return " ".join(texts)


def hours(count: float) -> timedelta:
    """So many hours."""
    return timedelta(hours=count)
