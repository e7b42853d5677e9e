"""The rounds of the watch: the inbox is looked at, then kits are made ahead from the last good snapshot, if it is new.

Whether kits are due shows on the disk and not in memory, so a run that was killed between the two goes on where it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from downtime.errors import DowntimeError, InputError
from downtime.keep.ahead import NotMade, clear_unfinished, kit_sets, make_set, prune_sets
from downtime.keep.events import Event, Happening, without_values
from downtime.keep.store import Listing, listing
from downtime.keep.watch import Watch
from downtime.library.shelf import Shelf
from downtime.paper.contents import Run


@dataclass(frozen=True)
class AheadOf:
    """Which kits to make after a round: of these departments, with the settings that `run` gives at that moment."""

    shelf: Shelf
    departments: Sequence[str]
    run: Callable[[], Run]


def one_round(watch: Watch, ahead: AheadOf | None) -> Iterator[Event]:
    """Look into the inbox once, and make the kits that are due."""
    yield from watch.round()
    if ahead is not None and ahead.departments:
        yield from _kits(watch, ahead)


def rounds(
    watch: Watch, ahead: AheadOf | None, every: timedelta, pause: Callable[[float], None], now_s: Callable[[], float]
) -> Iterator[Event]:
    """One round after another, for ever; `now_s` is a clock that nobody can set, so that a jump changes no rhythm.

    A round that took longer than `every` is followed at once by the next, and none is made up for.
    """
    while True:
        began_s = now_s()
        yield from one_round(watch, ahead)
        pause(max(0.0, began_s + every.total_seconds() - now_s()))


def _kits(watch: Watch, ahead: AheadOf) -> Iterator[Event]:
    site, root = watch.site, watch.site.kits_folder
    clear_unfinished(root)
    try:
        found = listing(watch.folder, site.facility, watch.clock())
    except InputError:
        return  # told by the round before
    if found.last is None or _up_to_date(watch, ahead, found):
        return
    snapshot = watch.last_good(found)
    if snapshot is None:
        words = "the last good snapshot is not opened by the passphrase of now: no kits are made ahead from it."
        yield Event(watch.clock(), Happening.WARNING, words, found.last_time)
        return
    try:
        made, failed = make_set(site, ahead.shelf, ahead.departments, snapshot, ahead.run(), root, watch.passphrase)
    except DowntimeError as error:
        yield watch.failure(Happening.NOT_WRITTEN, error, found)
        return
    removed = prune_sets(root, site, ahead.departments, watch.clock())
    if made is not None:
        words = f"kits are made ahead for {', '.join(made.made.kits)}: {made.folder}."
        figures = {"folder": made.folder.name, "departments": list(made.made.kits), "removed_sets": removed}
        yield Event(watch.clock(), Happening.KITS, words, found.last_time, figures)
    yield from _failures(watch, found, failed)


def _up_to_date(watch: Watch, ahead: AheadOf, found: Listing) -> bool:
    """Whether a set was made from the last good data, for every department, or cannot be made for some."""
    if found.last is None:
        return True
    for item in kit_sets(watch.site.kits_folder, watch.site.facility.id):
        settled = {*item.made.kits, *item.made.failed}
        if item.made.data_as_of == found.last.data_as_of and settled >= set(ahead.departments):
            return True
    return False


def _failures(watch: Watch, found: Listing, failed: Sequence[NotMade]) -> Iterator[Event]:
    for item in failed:
        words = f"no kit for {item.department}: {without_values(item.error.what)}"
        words += f" – {without_values(item.error.do)}." if item.error.do else "."
        yield Event(watch.clock(), Happening.WARNING, words, found.last_time, {"department": item.department})
