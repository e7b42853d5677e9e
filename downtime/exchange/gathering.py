"""What every gathering of facts needs: proofs, writers, and the one rule of who must have looked at a value."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from downtime.exchange.facts import Proof, Withheld, Writer
from downtime.exchange.sheet_reading import Placed, SheetReading, two_people
from downtime.page.sheet_record import ValueSource

BY_HAND = "enter it by hand from the page"


def both(values: Iterable[Placed]) -> list[Placed]:
    """The values for which two people vouch."""
    return [one for one in values if two_people(one.entry)]


def written(values: Iterable[Placed]) -> list[Placed]:
    """The values that a person wrote: what a kit printed came from the record, and need not go back."""
    return [one for one in values if one.entry.source is not ValueSource.PRINTED]


def unchecked(label: str, parts: Sequence[Placed]) -> Withheld | None:
    """What is withheld because a part of it was seen by one person only; None where all was seen by two."""
    if all(two_people(one.entry) for one in parts):
        return None
    alone = ", ".join(one.field.label or one.field.key for one in parts if not two_people(one.entry))
    return withheld(label, parts, f"only one person has checked: {alone}", "let a second person verify it")


def withheld(label: str, parts: Sequence[Placed], why: str, do: str = BY_HAND) -> Withheld:
    """Parts of a fact that is not sent, and why."""
    return Withheld(tuple(one.entry.field for one in parts), label, why, do)


def proof_of(reading: SheetReading, name: str, parts: Sequence[Placed]) -> Proof:
    """What a fact rests on; keyed and checked are the latest acts of its parts."""
    record = reading.record
    entries = [one.entry for one in parts if one.entry.source is not ValueSource.PRINTED]
    keyed = [entry.keyed for entry in entries if entry.keyed is not None]
    checked = [act for entry in entries if (act := entry.decided or entry.verified) is not None]
    number = parts[0].entry.page if parts else (record.pages[0].page if record.pages else 0)
    page = next((image.code for image in record.pages if image.page == number), f"{record.kit} page {number}")
    return Proof(
        id=f"{record.id}:{name}",
        fields=tuple(one.entry.field for one in parts),
        page=page,
        keyed=max(keyed, key=lambda act: act.at, default=None),
        checked=max(checked, key=lambda act: act.at, default=None) or (None if entries else record.completed),
    )


def writer_near(reading: SheetReading, means: str, to: Placed) -> Writer:
    """Who wrote: a printed name, or initials with the one name that stands beside them in the sheet's legend."""
    found = reading.near(means, to)
    if found is None:
        return Writer()
    said = found.words
    names = [
        name.words
        for row in reading.all("signer.initials")
        if row.words.casefold() == said.casefold() and (name := reading.near("signer.name", row)) is not None
    ]
    if len(set(names)) == 1:
        return Writer(names[0], said)
    return Writer("", said) if len(said) <= 4 else Writer(said)
