"""A slice of the hostile files (tests/bench/hostile_census.py reads thousands), and proof that the oracle can fail."""

from __future__ import annotations

from random import Random

import hostile_csv
import hostile_hl7
import pytest
from example_table import TAKEN_AT
from hostile_kinds import HUGE, KINDS
from hostile_oracle import faults_of
from hostile_run import outcome_of
from hostile_truth import people
from hostile_write import settings
from reading_help import read, riverside

from downtime.census.snapshot import Snapshot
from downtime.errors import InputError

SEED = 20261116
EACH = 4


@pytest.mark.parametrize("kind", sorted(set(KINDS) - HUGE))
def test_a_hostile_file_is_read_right_told_or_refused(kind):
    for number in range(EACH):
        chance = Random(f"{SEED} {kind} {number}")
        outcome, faults = outcome_of(KINDS[kind](chance, people(chance)))
        assert not faults, (kind, number, outcome, faults)


def sound_file():
    """A sound feed of people who have orders and allergies, and what is read from it."""
    for number in range(100):
        chance = Random(f"sound {number}")
        known = people(chance)
        if all(p.allergies and any(not o.stopped for o in p.orders) for p in known):
            file = hostile_hl7.sound(chance, known)
            (raw,) = file.files.values()
            return file, read(raw, riverside().model_copy(update={"census": settings()}), "feed.hl7")
    raise AssertionError("no such people")


def changed(snapshot: Snapshot, at: int, **changes: object) -> Snapshot:
    patients = list(snapshot.patients)
    patients[at] = patients[at].model_copy(update=changes)
    return snapshot.model_copy(update={"patients": tuple(patients)})


def test_the_oracle_sees_each_kind_of_fault():
    file, snapshot = sound_file()
    assert not faults_of(file, snapshot)
    first, second = snapshot.patients[:2]
    for name in ("medications", "allergies"):
        swapped = changed(changed(snapshot, 0, **{name: getattr(second, name)}), 1, **{name: getattr(first, name)})
        assert any(fault.startswith("WRONG PATIENT") for fault in faults_of(file, swapped))
    fewer = snapshot.model_copy(update={"patients": snapshot.patients[1:]})
    assert any(fault.startswith("MISSING") for fault in faults_of(file, fewer))
    for name in ("medications", "allergies"):
        assert any(fault.startswith("LOST") for fault in faults_of(file, changed(snapshot, 0, **{name: ()})))
    order = first.medications[0].model_copy(update={"dose": "9999 mg"})
    assert any("dose of" in fault for fault in faults_of(file, changed(snapshot, 0, medications=(order,))))
    order = first.medications[0].model_copy(update={"last_given": None})
    doses = [o for patient in file.truth for o in patient.orders if o.drug == order.drug and o.last_given]
    assert bool(doses) == any("last dose" in f for f in faults_of(file, changed(snapshot, 0, medications=(order,))))


def test_the_oracle_wants_clear_errors_without_names_and_only_where_something_is_wrong():
    chance = Random(3)
    known = people(chance)
    sound = hostile_csv.sound(chance, known)
    good = InputError("the header is missing", do="export it again", where="census.csv")
    assert faults_of(sound, good) == [f"nothing is wrong with it, and it was refused: {good}"]
    ambiguous = hostile_csv.ambiguous_dates(chance, known)
    assert not faults_of(ambiguous, good)
    assert faults_of(ambiguous, Snapshot(taken_at=TAKEN_AT, source="x", patients=()))
    for bad in (InputError("no", where="x"), InputError(f"{known[0].family} is wrong", do="x", where="x"),
                InputError("a\nb", do="x", where="x")):  # fmt: skip
        assert faults_of(ambiguous, bad)
