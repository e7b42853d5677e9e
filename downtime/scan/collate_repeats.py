"""The same page more than once: another picture of the same ink, other ink, or one more copy of a copy master."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from downtime.page.states import PageReason, PageState
from downtime.scan.judge import JudgedPage
from downtime.scan.model import Mark

SameInk = Callable[[JudgedPage, JudgedPage], bool]
"""Whether two pictures of the same page show the same ink, by the pictures themselves."""

PageKey = tuple[str, int]
"""Kit and page number."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A page and the other pictures of the very same ink, the best one first."""

    leader: JudgedPage
    rescans: tuple[JudgedPage, ...] = ()


@dataclass(frozen=True, slots=True)
class SamePage:
    """All that came in of one printed page: one picture, or several with different ink; and those without fields."""

    pictures: tuple[Picture, ...]
    unregistered: tuple[JudgedPage, ...] = ()


def by_printed_page(pages: Iterable[JudgedPage]) -> Mapping[PageKey, list[JudgedPage]]:
    """Pages by what they are: kit and page; in an order that does not depend on the order of their coming."""
    groups: dict[PageKey, list[JudgedPage]] = {}
    for page in sorted(pages, key=lambda one: one.id):
        identity = page.reading.identity
        if identity is not None:
            groups.setdefault((identity.kit, identity.page), []).append(page)
    return dict(sorted(groups.items()))


def told_apart(pages: Iterable[JudgedPage], same_ink: SameInk) -> SamePage:
    """Put pictures of the same ink together; the better picture leads, and decides what is compared with what."""
    ordered = sorted(pages, key=lambda page: (_goodness(page), page.id), reverse=True)
    clusters: list[list[JudgedPage]] = []
    unregistered = []
    for page in ordered:
        if page.verdict.state is PageState.UNREGISTERED:
            # Without its fields it can be compared with nothing: it waits for a person, whatever else came.
            unregistered.append(page)
            continue
        for cluster in clusters:
            if _same(cluster[0], page, same_ink):
                cluster.append(page)
                break
        else:
            clusters.append([page])
    pictures = tuple(Picture(cluster[0], tuple(cluster[1:])) for cluster in clusters)
    return SamePage(pictures, tuple(unregistered))


def _same(one: JudgedPage, other: JudgedPage, same_ink: SameInk) -> bool:
    if (one.entered is None) != (other.entered is None):
        return False
    if one.entered is not None:
        return one.entered == other.entered
    if _certain(one, Mark.MARKED) & _certain(other, Mark.BLANK) or _certain(one, Mark.BLANK) & _certain(
        other, Mark.MARKED
    ):
        return False
    return same_ink(one, other)


def _certain(page: JudgedPage, mark: Mark) -> set[str]:
    return {name for name, seen in page.verdict.marks.items() if seen is mark}


_SPOILT = (PageReason.PARTLY_MISSING, PageReason.STREAK, PageReason.LOW_QUALITY, PageReason.LOSSY_COMPRESSION)


def _goodness(page: JudgedPage) -> tuple[float, ...]:
    """The better of two pictures has the greater one: nothing missing, all marks found, fewer doubts, more contrast."""
    reading, reasons = page.reading, set(page.verdict.reasons)
    place, quality = reading.registration, reading.quality
    doubts = sum(mark is Mark.UNSURE for mark in page.verdict.marks.values()) + len(page.verdict.unsure_fields)
    return (
        -float(sum(reason in reasons for reason in _SPOILT)),
        float(len(place.marks)) if place else 0.0,
        -float(doubts),
        -place.residual_mm if place else 0.0,
        quality.paper - quality.print if quality else 0.0,
        float(reading.width_px * reading.height_px),
    )
