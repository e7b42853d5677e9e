"""The data page as a job for the press, with the pages of everybody that follow from its own length."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from downtime.page.manifest import Manifest
from downtime.paper.imprint import Imprint
from downtime.paper.kit_build import PersonSheets
from downtime.paper.kit_data_page import DataPage, PageRange, SinceWords, bed_of, data_page, name_of
from downtime.paper.kit_model import Person
from downtime.paper.kit_press import Job, KitPress
from downtime.paper.kit_since import numbers_text
from downtime.paper.plain import plain_body, plain_form
from downtime.paper.report import report_pages
from downtime.paper.surroundings import moment_text

DATA_PAGE, REVISION = "kit-data", "2026-11"
APPROVAL = "Not part of the chart: shred it when the kit has been reconciled"


def front_jobs(
    press: KitPress, facts: DataPage, imprint: Imprint, sheets: Sequence[PersonSheets], unit_jobs: Sequence[Job]
) -> list[Job]:
    """The data page; laid out once to be counted, and again with everybody's pages."""
    paper = press.run.paper or press.site.facility.paper
    words = replace(imprint, approval=APPROVAL)

    def laid_out(page: DataPage) -> Job:
        bodies = report_pages(data_page(page), plain_body(paper, False))
        title = "What this kit was made from"
        return Job(DATA_PAGE, plain_form(DATA_PAGE, title, REVISION, paper, False, bodies, words, duplex=True), ())

    counted = laid_out(replace(facts, pages=[PageRange(one.person, 1, 1) for one in sheets]))
    at = sum(press.sides(job) for job in (counted, *unit_jobs)) + 1
    ranges = []
    for one in sheets:
        sides = sum(press.sides(job) for job in one.jobs)
        ranges.append(PageRange(one.person, at, at + sides - 1))
        at += sides
    return [laid_out(replace(facts, pages=ranges))]


def since_words(since: Manifest | None, people: Sequence[Person], sheets: Sequence[PersonSheets]) -> SinceWords:
    """What changed since an earlier kit, which of its sheets are void, and who is no longer here."""
    if since is None:
        return SinceWords()
    rows = []
    for one in sheets:
        if one.change is not None:
            void = f"void: {numbers_text(one.void)}" if one.void else "none"
            kept = f"; goes on: {numbers_text(one.kept)}" if one.kept else ""
            rows.append((bed_of(one.person), name_of(one.person), "; ".join(one.change.words), void + kept))
    here = {who.ref for who in people}
    for ref in sorted(since.people.keys() - here):
        gone = [sheet for sheet in since.sheets if sheet.patient == ref]
        surname = next((name for sheet in gone if (name := sheet.printed.get("patient.surname", ""))), "")
        void = f"void: {numbers_text(gone)}" if gone else "none"
        rows.append(("gone", f"{surname} {ref}".strip(), "no longer among this unit's patients, or discharged", void))
    patients = sum(who.patient is not None for who in people)
    unchanged = patients - sum(one.change is not None for one in sheets)
    itself = f" (itself the changes since {since.follows})" if since.follows else ""
    words = (
        f"Only changes are printed here. Earlier kit: {since.kit}, printed {moment_text(since.made_at)}{itself}. "
        f"Unchanged patients: {unchanged}; their sheets stay good. Strike void ones through, keep them in the chart "
        "and write on the new ones."
    )
    return SinceWords(words, tuple(rows))
