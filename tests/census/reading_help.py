"""What the tests of the readers share: the example site with other settings, a census written to a file and read."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from example_table import PATIENTS, TAKEN_AT

from downtime.census.reading import read_census
from downtime.census.snapshot import IdentifierKind, MedicationOrder, Patient, Snapshot
from downtime.errors import InputError
from downtime.site.census import CensusSettings
from downtime.site.facility import Facility
from downtime.site.load import load_site

ROOT = Path(__file__).resolve().parents[2]
CENSUS = ROOT / "examples" / "riverside" / "census"


@cache
def riverside() -> Facility:
    return load_site(ROOT / "examples" / "riverside").facility


def site(**settings: Any) -> Facility:
    """The example hospital with other census settings, and none of its own."""
    return riverside().model_copy(update={"census": CensusSettings.model_validate(settings)})


def read(content: bytes | str, facility: Facility | None = None, name: str = "census") -> Snapshot:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_census([path], facility=facility or riverside(), now=TAKEN_AT)


def read_or_refuse(content: bytes, facility: Facility | None = None) -> Snapshot | None:
    """What comes of hostile input: a snapshot, or None for one clear error. Anything else fails the test."""
    try:
        return read(content, facility)
    except InputError as error:
        assert error.what and error.where
        # Names stand neither in messages nor in logs: they are for the kit's data page.
        shown = str(error)
        assert not [p.name.family for p in PATIENTS if len(p.name.family) > 3 and p.name.family in shown]
        return None


def bundle(*resources: dict[str, Any], **more: Any) -> str:
    entries = [{"resource": resource} for resource in resources]
    return json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries, **more})


def mrn(patient: Patient) -> str:
    return patient.identifier(IdentifierKind.MRN)


def told(snapshot: Snapshot) -> str:
    """All problems as one text."""
    return "\n".join(
        f"{item.where} {item.patient} {item.element} {item.what} {item.original}" for item in snapshot.problems
    )


def comparable(patients: Iterable[Patient], *, only: str) -> list[Patient]:
    """Patients as far as a format can carry them: no format has our marks, and the CSV no structure of times."""
    done = []
    for patient in patients:
        medications = tuple(_comparable(order, only) for order in patient.medications)
        changes: dict[str, Any] = {"medications": medications}
        if only == "csv":
            changes |= {"vitals": (), "results": (), "orders": ()}
        done.append(patient.model_copy(update=changes))
    return sorted(done, key=mrn)


def _comparable(order: MedicationOrder, only: str) -> MedicationOrder:
    timing = order.timing.model_copy(update={"repeat": None}) if only == "csv" else order.timing
    return order.model_copy(update={"timing": timing, "clarify": (), "high_alert": False, "original": ""})


TRUTH = {(order.id, order.drug, order.dose): patient for patient in PATIENTS for order in patient.medications}


def assert_no_order_strayed(snapshot: Snapshot) -> None:
    """Every order that is still the one of the table stands with its own patient, by number or by name."""
    for patient in snapshot.patients:
        for order in patient.medications:
            owner = TRUTH.get((order.id, order.drug, order.dose))
            if owner is not None:
                same_name = (patient.name, patient.birth_date) == (owner.name, owner.birth_date)
                assert mrn(patient) == mrn(owner) or same_name, order.id
