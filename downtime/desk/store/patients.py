"""Whom a name stands for: following the joins that people confirmed, and making rows for numbers that are new."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import transaction

from downtime.desk.accounts.models import User
from downtime.desk.audit.chain import record
from downtime.desk.store.models import Patient, PatientLink
from downtime.site.numbers import number_is_sound


class CannotJoinError(Exception):
    """Two names cannot be joined, or a join not undone, as asked; the message says why, for the person."""


def is_downtime_number(patient: Patient) -> bool:
    """Whether a row names a person by a downtime number alone."""
    return not patient.mrn and bool(patient.downtime_number or number_is_sound(patient.reference))


def all_names_of(patient: Patient) -> tuple[Patient, ...]:
    """The rows that name the same person, the one that all are joined to first. A query for each step of the joins."""
    root, seen = patient, {patient.pk}
    while root.same_as is not None and root.same_as_id not in seen:
        root = root.same_as
        seen.add(root.pk)
    found, edge = [root], [root.pk]
    while edge:
        joined = list(Patient.objects.filter(same_as__in=edge).exclude(pk__in=[row.pk for row in found]).order_by("pk"))
        found += joined
        edge = [row.pk for row in joined]
    return tuple(found)


def join(retired_id: int, survivor_id: int, by: User, why: str) -> PatientLink:
    """Say that two names are one person: all sheets of the first follow. Raises CannotJoinError."""
    with transaction.atomic():
        # Locked in the order of their numbers, so that two people who join crosswise wait for each other.
        rows = {row.pk: row for row in Patient.objects.select_for_update().filter(pk__in={retired_id, survivor_id})}
        retired, survivor = rows.get(retired_id), rows.get(survivor_id)
        if retired is None or survivor is None or retired.pk == survivor.pk:
            raise CannotJoinError("Choose two different names.")
        if retired.same_as_id is not None:
            raise CannotJoinError("This name is joined to somebody already. Undo that first, if it is wrong.")
        survivor = all_names_of(survivor)[0]
        if survivor.pk == retired.pk:
            raise CannotJoinError("These two are one person already.")
        retired.same_as = survivor
        retired.save(update_fields=["same_as"])
        link = PatientLink.objects.create(retired=retired, survivor=survivor, why=why[:500], by=by)
        record(by, "patient.joined", f"patient:{retired.pk}", survivor=survivor.pk, link=link.pk)
    return link


def part(retired_id: int, by: User, why: str) -> PatientLink:
    """Take a join back: the sheets are the first name's alone again. Raises CannotJoinError without a reason."""
    if not why.strip():
        raise CannotJoinError("Say why the match was wrong.")
    with transaction.atomic():
        retired = Patient.objects.select_for_update(of=("self",)).get(pk=retired_id)
        if retired.same_as_id is None:
            raise CannotJoinError("This name is not joined to anybody.")
        before, retired.same_as = retired.same_as_id, None
        retired.save(update_fields=["same_as"])
        link = PatientLink.objects.create(retired=retired, survivor_id=before, undone=True, why=why[:500], by=by)
        record(by, "patient.parted", f"patient:{retired.pk}", survivor=before, link=link.pk)
    return link


def patient_of_number(
    number: str, by: User | None, known_from: str, *, name: str = "", birth_date: date | None = None, sex: str = ""
) -> Patient:
    """The row of a record or downtime number, made if it is new; what was not known of it is filled in, once."""
    with transaction.atomic():
        found = Patient.objects.select_for_update().filter(reference=number).first()
        made = found is None
        row = found or Patient(reference=number, known_from=known_from, **_kind(number))
        if made or not (row.name or row.birth_date):
            row.name, row.birth_date, row.sex = name, birth_date, sex
            if not row.mrn and not row.downtime_number:
                for field, value in _kind(number).items():
                    setattr(row, field, value)
            row.save()
            record(by, "patient.added" if made else "patient.details", f"patient:{row.pk}", known_from=known_from)
    return row


def rows_of(numbers: Iterable[tuple[str, str, date | None, str]]) -> list[Patient]:
    """New rows, not saved, for the numbers of a kit: number, name, date of birth, sex."""
    return [
        Patient(reference=number, name=name, birth_date=born, sex=sex, **_kind(number))
        for number, name, born, sex in numbers
    ]


def _kind(number: str) -> dict[str, str]:
    return {"downtime_number": number} if number_is_sound(number) else {"mrn": number}
