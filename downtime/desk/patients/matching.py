"""Proposing, confirming and refusing matches: one person joins a downtime number, two people two record numbers."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from downtime.desk.accounts.models import User
from downtime.desk.audit.chain import record
from downtime.desk.patients.models import MatchProposal, MatchState
from downtime.desk.patients.registration_list import ListRow
from downtime.desk.store.models import Patient
from downtime.desk.store.patients import CannotJoinError, all_names_of, is_downtime_number, join, patient_of_number


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What became of registration's list: matches that wait now, and numbers that no sheet here has."""

    proposed: int
    known: int
    unknown: tuple[str, ...]


def say_same(one_id: int, other_id: int, by: User, why: str) -> bool:
    """Say that two names are one person. True if they are joined now, False if a second person must say so too.

    A downtime number is joined to a record number, whichever way round it is said. Raises CannotJoinError.
    """
    with transaction.atomic():
        retired, survivor = _ordered(one_id, other_id)
        found = MatchProposal.objects.select_for_update().filter(
            retired=retired, survivor=survivor, state=MatchState.WAITING
        )
        proposal = found.first() or MatchProposal(
            retired=retired, survivor=survivor, source="said here", proposed_by=by
        )
        proposal.why = why[:500]
        return _agree(proposal, by)


def confirm(proposal_id: int, by: User) -> bool:
    """Say that a proposed match is right; as `say_same`."""
    with transaction.atomic():
        proposal = _waiting(proposal_id)
        return _agree(proposal, by)


def refuse(proposal_id: int, by: User, why: str) -> None:
    """Say that a proposed match is wrong. Raises CannotJoinError without a reason."""
    if not why.strip():
        raise CannotJoinError("Say why it is not the same person.")
    with transaction.atomic():
        proposal = _waiting(proposal_id)
        _settle(proposal, MatchState.REFUSED, by)
        record(by, "match.refused", f"match:{proposal.pk}")


def take_in(rows: tuple[ListRow, ...], by: User) -> TakenIn:
    """Make a proposal of each row whose downtime number is known here; nothing is joined."""
    proposed, known, unknown = 0, 0, []
    with transaction.atomic():
        people = {row.reference: row for row in Patient.objects.filter(reference__in=[r.downtime for r in rows])}
        for row in rows:
            temporary = people.get(row.downtime)
            if temporary is None:
                unknown.append(row.downtime)
                continue
            person = patient_of_number(
                row.mrn, by, "registration", name=row.name, birth_date=row.birth_date, sex=row.sex
            )
            if temporary.same_as_id is not None and all_names_of(temporary)[0].pk == all_names_of(person)[0].pk:
                known += 1
                continue
            _, made = MatchProposal.objects.get_or_create(
                retired=temporary, survivor=person, state=MatchState.WAITING,
                defaults={"source": "registration's list", "proposed_by": by},
            )  # fmt: skip
            proposed, known = proposed + made, known + (not made)
        record(by, "match.list", "", rows=len(rows), proposed=proposed, unknown=len(unknown))
    return TakenIn(proposed, known, tuple(unknown))


def _agree(proposal: MatchProposal, by: User) -> bool:
    two = not is_downtime_number(proposal.retired) and not is_downtime_number(proposal.survivor)
    if two and proposal.first_by_id is None:
        proposal.first_by = by
        proposal.save()
        record(by, "match.first", f"match:{proposal.pk}", one=proposal.retired_id, other=proposal.survivor_id)
        return False
    if two and proposal.first_by_id == by.pk:
        raise CannotJoinError("You said so already. A second person must look at it before two records become one.")
    join(proposal.retired_id, proposal.survivor_id, by, proposal.why or proposal.source)
    _settle(proposal, MatchState.JOINED, by)
    return True


def _settle(proposal: MatchProposal, state: MatchState, by: User) -> None:
    proposal.state, proposal.settled_by, proposal.settled_at = state, by, timezone.now()
    proposal.save()


def _waiting(proposal_id: int) -> MatchProposal:
    rows = MatchProposal.objects.select_for_update(of=("self",)).select_related("retired", "survivor")
    found = rows.filter(pk=proposal_id, state=MatchState.WAITING).first()
    if found is None:
        raise CannotJoinError("Somebody has settled this meanwhile.")
    return found


def _ordered(one_id: int, other_id: int) -> tuple[Patient, Patient]:
    """The name that is given up, and the one that stays: a record number stays over a downtime number."""
    rows = {row.pk: row for row in Patient.objects.filter(pk__in={one_id, other_id})}
    if len(rows) != 2:
        raise CannotJoinError("Choose two different names.")
    one, other = (all_names_of(rows[pk])[0] for pk in (one_id, other_id))
    if one.pk == other.pk:
        raise CannotJoinError("These two are one person already.")
    return (other, one) if is_downtime_number(other) and not is_downtime_number(one) else (one, other)
