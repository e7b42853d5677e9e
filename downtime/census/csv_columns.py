"""The columns of a census CSV: what each can mean, which header of a file has that meaning, and a template."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import get_args

from downtime.census.source import Problems, printable
from downtime.errors import InputError
from downtime.site.census import CensusSettings, ColumnMeaning
from downtime.textyaml import nearest


@dataclass(frozen=True, slots=True)
class Column:
    """A meaning: the header it has unless facility.yaml names another, what stands there, and an example."""

    header: str
    explained: str
    example: str = ""


COLUMNS: Mapping[str, Column] = {
    "taken_at": Column("Data as of", "when the export was made", "2026-11-16 06:40"),
    "mrn": Column("MRN", "the patient's number, as text, with its leading zeros", "00104401"),
    "authority": Column("MRN authority", "who assigned it, where one file has numbers of several"),
    "surname": Column("Surname", "family name", "Example"),
    "given": Column("Given names", "given names", "Erin"),
    "name": Column("Name", "the whole name, only where it is not in two columns"),
    "birth_date": Column("Birth date", "2026-11-16 or 16 Nov 2026", "1958-03-21"),
    "sex": Column("Sex", "F, M, X or unknown", "F"),
    "unit": Column("Unit", "as the department is called in facility files", "ICU"),
    "room": Column("Room", "", "01"),
    "bed": Column("Bed", "", "ICU-01"),
    "encounter": Column("Visit number", "", "V104401"),
    "attending": Column("Attending", "", "E. Vance, MD"),
    "service": Column("Service", "", "Critical care"),
    "admitted": Column("Admitted", "day and time", "2026-11-14 14:30"),
    "allergies": Column(
        "Allergies",
        "substance (reaction, severity) | the next; or: no known allergies; or: NKDA; or: not asked; "
        "empty: not in the snapshot",
        "Penicillin (anaphylaxis, severe) | Latex (rash)",
    ),
    "code_status": Column("Code status", "", "Full code"),
    "isolation": Column("Isolation", "one | the next", "Contact"),
    "weight_kg": Column("Weight kg", "kilograms only", "71.5"),
    "weight_date": Column("Weighed on", "", "2026-11-15"),
    "weight_method": Column("Weighed how", "", "bed scale"),
    "diagnosis": Column("Diagnoses", "one | the next", "Septic shock | Pneumonia"),
    "diet": Column("Diet", "", "NPO"),
    "lines": Column("Lines", "one | the next", "Arterial line, left radial"),
    "deceased": Column("Deceased", "yes or no", "no"),
    "discharged": Column("Discharged", "yes or no", "no"),
    "merged_into": Column("Merged into MRN", "only for a retired number: the number that replaced it"),
    "order_id": Column("Order number", "one row for each order; the patient's cells are repeated or empty", "R1003"),
    "step": Column("Step", "1, 2, 3 … where one order has several steps, a row for each"),
    "drug": Column("Medicine", "", "acetaminophen"),
    "dose": Column("Dose", "with its unit", "650 mg"),
    "route": Column("Route", "", "PO"),
    "frequency": Column("Frequency", "a code or words, as Q6H, BID, CONT, STAT", "Q6H"),
    "sig": Column("Instruction as written", "the whole sentence of the prescriber", "every 6 hours as needed"),
    "start": Column("Start", "day and time", "2026-11-14 16:00"),
    "stop": Column("Stop", "day and time; empty: no end"),
    "prn": Column("As needed", "yes or no", "yes"),
    "prn_reason": Column("As needed for", "", "fever or pain"),
    "most_in_24_hours": Column("Most in 24 hours", "", "4 g"),
    "rate": Column("Rate", "of an infusion, with its unit"),
    "reason": Column("Reason", "why it is given"),
    "instructions": Column("Further instructions", ""),
    "order_status": Column("Order status", "active, on hold, stopped", "active"),
    "ordered_by": Column("Ordered by", "", "E. Vance, MD"),
    "last_given": Column("Last given", "day and time", "2026-11-15 22:40"),
    "last_dose": Column("Last dose", "how much that was", "650 mg"),
}

ORDER_MEANINGS = frozenset(list(COLUMNS)[list(COLUMNS).index("order_id") :])
"""The columns that tell of an order; all others tell of the patient."""

DATE_MEANINGS = (
    "taken_at", "birth_date", "admitted", "weight_date", "start", "stop", "last_given",
)  # fmt: skip


_ALMOST = 0.85
"""So much alike are "Do&se" and "Dose", or "Alergies" and "Allergies"; "Order date" and "Order status" are 0.7."""


def same_header(header: str) -> str:
    """A header without what people vary: capitals, blanks, underscores, a trailing colon."""
    return re.sub(r"[\s_\-.:*]+", " ", header[:200].strip().strip("“”\"'\ufeff").casefold()).strip()


def known_headers(settings: CensusSettings) -> set[str]:
    """Every header that has a meaning here, in the form that headers are compared in."""
    return {same_header(_header(meaning, settings)) for meaning in COLUMNS}


def _header(meaning: str, settings: CensusSettings) -> str:
    named: Mapping[str, str] = {str(key): value for key, value in settings.columns.items()}
    return named.get(meaning, COLUMNS[meaning].header)


def find_columns(
    header: tuple[str, ...], settings: CensusSettings, problems: Problems, shown_as: str, line: int
) -> dict[str, int]:
    """Which column has which meaning; raises one InputError for all that is missing or stands twice."""
    places: dict[str, list[int]] = {}
    for index, text in enumerate(header):
        places.setdefault(same_header(text), []).append(index)
    # A header that facility.yaml gives to one meaning is never another's by default.
    claimed = {same_header(text) for text in settings.columns.values()}
    found: dict[str, int] = {}
    faults = []
    for meaning in COLUMNS:
        wanted = _header(meaning, settings)
        mapped = meaning in settings.columns
        if not mapped and same_header(wanted) in claimed:
            continue
        at = places.get(same_header(wanted), [])
        if len(at) > 1:
            faults.append(f"the column “{wanted}” ({meaning}) stands {len(at)} times")
        elif at:
            found[meaning] = at[0]
        elif mapped and (meaning not in ORDER_MEANINGS) == _is_of_patients(places, settings):
            hint = _hint(wanted, header)
            faults.append(f"there is no column “{wanted}”, which facility.yaml names for {meaning}{hint}")
    if "mrn" not in found and not any("(mrn)" in fault or "for mrn" in fault for fault in faults):
        wanted = _header("mrn", settings)
        faults.append(f"there is no column for the patient number (mrn, “{wanted}”){_hint(wanted, header)}")
    if not {"surname", "name", "drug"} & set(found):
        wanted = _header("surname", settings)
        faults.append(f"there is no column for the name (surname, “{wanted}”){_hint(wanted, header)}")
    if "drug" not in found and {"order_id", "dose", "frequency", "sig"} & set(found):
        wanted = _header("drug", settings)
        faults.append(f"orders stand here, but no column for the medicine (drug, “{wanted}”){_hint(wanted, header)}")
    missing = {same_header(_header(meaning, settings)) for meaning in COLUMNS if meaning not in found}
    faults += [
        f"the column “{printable(text, 80)}” is not known; is it “{close}”?"
        for index, text in enumerate(header)
        if index not in found.values() and (close := _almost(same_header(text), missing))
    ]
    if faults:
        raise InputError(
            "; ".join(faults),
            why="a value in the wrong column would be printed as another",
            do="correct census: columns: in facility.yaml, or the header of the file",
            where=f"{shown_as}, line {line}",
        )
    unused = [text.strip() for index, text in enumerate(header) if index not in found.values() and text.strip()]
    if unused:
        problems.add("columns", "these columns are not read, for they have no meaning in facility.yaml",
                     original=", ".join(unused))  # fmt: skip
    return found


def _is_of_patients(places: Mapping[str, list[int]], settings: CensusSettings) -> bool:
    """Whether the file lists patients; a file of orders by number needs none of the patient's columns."""
    return any(same_header(_header(meaning, settings)) in places for meaning in ("surname", "name"))


def _almost(header: str, missing: Collection[str]) -> str:
    """The header that another is but for a letter or two, and that is missing: a slip, or a damaged file."""
    if not 3 <= len(header) <= 40:
        return ""
    return next((known for known in missing if _is_slip(header, known)), "")


def _is_slip(header: str, known: str) -> bool:
    if SequenceMatcher(None, header, known).ratio() >= _ALMOST:
        return True
    odd = [mark for mark, letter in zip(header, known, strict=False) if mark != letter]
    # "Dos#" is a damaged "Dose"; "Date" is no "Rate".
    return len(header) == len(known) and len(odd) == 1 and not odd[0].isalnum()


def _hint(wanted: str, header: tuple[str, ...]) -> str:
    texts = [shown for text in header if (shown := printable(text, 80))]
    close = nearest(wanted, texts)
    return f"; {close}" if close.startswith("did you") else ""


def csv_template(settings: CensusSettings | None = None) -> str:
    """A CSV to fill in: the header that the site's settings (or none at all) understand, and one row as an example.

    It begins with a byte order mark, so that Excel opens it as UTF-8.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([_header(meaning, settings or CensusSettings()) for meaning in COLUMNS])
    writer.writerow([column.example for column in COLUMNS.values()])
    return "\ufeff" + out.getvalue()


if set(COLUMNS) != set(get_args(ColumnMeaning)):  # pragma: no cover - a slip of the programmer, seen at once
    raise RuntimeError("facility.yaml and the CSV reader know different columns")
