"""The sheet record keeps its promises: one word a field, no value where nothing could be read, equal bytes."""

from datetime import UTC, date, datetime

import pytest
from pydantic import ValidationError

from downtime.page.manifest import Named
from downtime.page.sheet_record import (
    Act,
    FieldEntry,
    FieldState,
    PageImage,
    PatientNumber,
    Person,
    SheetPatient,
    SheetRecord,
)

KEYED = Act(by=Person(id="c1", name="K. Keyer"), at=datetime(2026, 11, 24, 9, 15, tzinfo=UTC))


def record(*entries: FieldEntry, instance: int = 0) -> SheetRecord:
    return SheetRecord(
        facility=Named(id="riverside", name="Riverside General Hospital"),
        department=Named(id="icu", name="Medical Intensive Care Unit"),
        kit="5DZEZ-N7R0Y", sheet=16, instance=instance, form="flow-vitals-ews", title="Vital signs",
        revision="2026-11", layout="a" * 64, drill=False,
        patient=SheetPatient(
            numbers=(PatientNumber(kind="downtime", value="DT-04-00123"), PatientNumber(kind="mrn", value="10004417")),
            family="Okafor", given=("Elena", "A."), birth_date=date(1940, 12, 27), sex="F",
        ),
        printed_at=KEYED.at, entries=entries, completed=KEYED,
        pages=(PageImage(page=31, code="5DZE ZN7R 0Y01 9J", sha256="b" * 64),),
    )  # fmt: skip


def test_a_field_has_one_last_word() -> None:
    rate = FieldEntry(field="obs.1.rr.value", state=FieldState.VALUE, value="18", page=31, keyed=KEYED)
    assert record(rate).by_field["obs.1.rr.value"].value == "18"
    with pytest.raises(ValidationError, match="twice"):
        record(rate, rate)


@pytest.mark.parametrize("state", [FieldState.BLANK, FieldState.ILLEGIBLE])
def test_what_could_not_be_read_has_no_value(state: FieldState) -> None:
    FieldEntry(field="obs.1.rr.value", state=state, page=31)
    with pytest.raises(ValidationError, match="cannot have a value"):
        FieldEntry(field="obs.1.rr.value", state=state, value="18", page=31)
    with pytest.raises(ValidationError, match="cannot have a value"):
        FieldEntry(field="limits.1.scale", state=state, options=("scale-1",), page=31)


def test_it_comes_back_from_its_json_and_equal_records_give_equal_bytes() -> None:
    whole = record(FieldEntry(field="limits.1.scale", state=FieldState.VALUE, options=("scale-1",), page=31))
    again = SheetRecord.model_validate_json(whole.to_json())
    assert again == whole
    assert again.to_json() == whole.to_json()


def test_a_photocopy_for_another_patient_has_an_id_of_its_own() -> None:
    assert record().id == "5DZEZ-N7R0Y/16"
    assert record(instance=2).id == "5DZEZ-N7R0Y/16.2"


def test_numbers_are_found_by_their_kind() -> None:
    patient = record().patient
    assert patient is not None
    assert patient.number("mrn") == "10004417"
    assert patient.number("national") == ""
