"""Layout: a form built on paper as it will print, and everything that does not fit there.

A form is built as the departments that print it would, or, where none does, for a neutral one on Letter and on A4.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from downtime.errors import ConfigError, Finding, Level
from downtime.library.schema import FormSpec
from downtime.library.shelf import LibraryForm
from downtime.page.geometry import PaperSize
from downtime.paper.compose import Surroundings, compose
from downtime.paper.header import Imprint
from downtime.paper.ink import Box, Ink, Line, Polygon, Text
from downtime.paper.issuing import laid_out
from downtime.paper.lint_page import Flaw, page_flaws, text_place
from downtime.paper.lint_walk import FieldIndex, field_places, printed_texts
from downtime.paper.sheet import PrintedForm, SheetPage
from downtime.paper.surroundings import surroundings
from downtime.site import Department, Facility, Site
from downtime.textyaml import Path_

EMPTY_PAGE = 0.12
"""A last page of which less is used could be saved (design: nothing is printed that nobody needs)."""

_NOTE = re.compile(r"page [0-9]+: (?:(?P<about>[a-z][\w.@#-]*): )?(?P<what>.+)", re.DOTALL)
_QUOTED = re.compile(r"“([^”]+)”")
_FIGURES = re.compile(r"[0-9]+(\.[0-9]+)?")

_NEUTRAL_FACILITY = {
    "id": "facility", "name": "The facility", "short_name": "Facility", "country": "US", "paper": "letter",
    "timezone": "UTC", "temperature_unit": "C", "glucose_unit": "mg/dL",
    "service_desk": {"name": "Service desk", "phone": "555-0100"},
    "medication_times": {"profile": "us_adult_inpatient"},
}  # fmt: skip
_NEUTRAL_DEPARTMENT = {
    "id": "department", "name": "The department", "kind": "other", "inpatient": True, "beds": 12,
    "box": {"id": "1", "location": "shelf"},
    "packet": {"sections": [{"section": "Forms", "forms": [{"form": "log-incident", "copies": 1}]}]},
}  # fmt: skip


class _AnyWord(dict[str, str]):
    """A site's words before there is a site: each is a blank to write on."""

    def __missing__(self, key: str) -> str:
        return "________"


@dataclass(frozen=True)
class Setting:
    """One way in which a form prints: facility, department, paper, and what texts may ask of them."""

    facility: Facility
    department: Department
    paper: PaperSize
    around: Surroundings = field(compare=False)
    shown_as: str


def neutral_settings(form: FormSpec) -> list[Setting]:
    """A form by itself, on both papers; lists that a department would give hold three words."""
    facility = Facility.model_validate(_NEUTRAL_FACILITY)
    department = Department.model_validate(_NEUTRAL_DEPARTMENT)
    lists = [place.spec.options_from for place in field_places(form) if place.spec.options_from]
    around = Surroundings(
        variables={
            "facility": facility.model_dump(mode="json"),
            "department": department.model_dump(mode="json"),
            "words": _AnyWord(),
        },
        lists=dict.fromkeys(lists, ("first", "second", "third")),
    )
    names = {PaperSize.LETTER: "Letter", PaperSize.A4: "A4"}
    return [Setting(facility, department, paper, around, names[paper]) for paper in PaperSize]


def site_settings(site: Site, form_id: str) -> list[Setting]:
    """A form as each department of a site prints it; nothing where none does."""
    users = [department for department in site.departments.values() if form_id in department.form_ids]
    # What the site's own barcodes say is checked apart; here they only take their room.
    codes = tuple(code.model_copy(update={"text": "0"}) for code in site.facility.site_codes)
    facility = site.facility.model_copy(update={"site_codes": codes})
    return [
        Setting(facility, unit, facility.paper, surroundings(site, unit), unit.short_name or unit.name)
        for unit in users
    ]


def layout_findings(
    form: LibraryForm, settings: Sequence[Setting], *, leave_out: frozenset[str] = frozenset()
) -> list[Finding]:
    """Everything that does not fit where the form prints; a flaw that shows in many places is told once.

    `leave_out` names rules that need not be told, because the definition has told why.
    """
    index = FieldIndex(form.spec)
    findings: set[Finding] = set()
    seen: dict[tuple[str, Path_], tuple[Flaw, dict[str, int]]] = {}
    built: dict[tuple[str, PaperSize], list[Flaw]] = {}
    for setting in settings:
        try:
            spec = compose(form, setting.around)
            # Departments mostly print a form alike; what is the same need not be measured again.
            key = (repr(spec), setting.paper)
            if key not in built:
                built[key] = list(_flaws(_built(spec, setting), index))
        except ConfigError as error:
            what = f"{error.what} ({setting.shown_as})"
            findings.update(error.findings or [form.finding((), what, error.why, error.do)])
            continue
        for flaw in built[key]:
            if flaw.rule in leave_out:
                continue
            path = _path_of(form, index, flaw)
            _, places = seen.setdefault((_kind_of(flaw), path), (flaw, {}))
            places[setting.shown_as] = places.get(setting.shown_as, 0) + 1
    for (_, path), (flaw, places) in seen.items():
        level = Level.WARNING if flaw.warning else Level.ERROR
        findings.add(form.finding(path, f"{flaw.what}{_where(places)}", flaw.why, flaw.do, level))
    return sorted(findings)


def _built(spec: FormSpec, setting: Setting) -> PrintedForm:
    return laid_out(spec, setting.facility, setting.department, _imprint(setting), setting.paper)


def _kind_of(flaw: Flaw) -> str:
    """What makes two flaws at one definition the same: the rule, or a remark without its measures."""
    return flaw.rule if flaw.rule != "note" else _FIGURES.sub("", flaw.what)


def _where(places: dict[str, int]) -> str:
    names = [name if len(name) <= 40 else name[:39] + "…" for name in places]
    most = max(places.values())
    shown = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
    return f" ({shown}{f'; {most} places' if most > 1 else ''})"


def _path_of(form: LibraryForm, index: FieldIndex, flaw: Flaw) -> Path_:
    """Where to look for a flaw: at its field, else at the text that it quotes, else at the top of the form."""
    path = index.path(flaw.about)
    if path is not None:
        return path
    wanted = [flaw.about, *_QUOTED.findall(flaw.what)]
    for text in wanted:
        for printed in printed_texts(form.spec):
            if text and (printed.text == text or (len(text) > 12 and text.rstrip("…") in printed.text)):
                return printed.path
    return ()


def _flaws(printed: PrintedForm, index: FieldIndex) -> Iterator[Flaw]:
    yield from (flaw for note in printed.notes if (flaw := _of_note(note)))
    seen: set[str] = set()
    for number, page in enumerate(printed.pages):
        yield from page_flaws(page, index)
        for place in page.fields:
            if place.id in seen:
                what = f"two places have the id {place.id}"
                yield Flaw("twice", place.id, what, "one could not be told from the other", "rename one of the fields")
            seen.add(place.id)
        last = number + 1 == len(printed.pages)
        if number and last and page.frame.marks and (used := _used(page)) < EMPTY_PAGE:
            what = f"page {number + 1}, the last, is filled to {used:.0%}"
            why = "every copy costs a page more"
            yield Flaw("empty", "", what, why, "take rows or spacing away, or use the page", True)


def _of_note(note: str) -> Flaw | None:
    """A remark that was made while drawing, as a flaw; None where the page itself shows it."""
    found = _NOTE.fullmatch(note)
    about, what = (found["about"] or "", found["what"]) if found else ("", note)
    if what.startswith(("initials need", "the place to write is only")):  # measured on the page as well
        return None
    why = "it would be cut off, or nobody could write there"
    return Flaw("note", about, what, why, "shorten it, or give it more room")


def _used(page: SheetPage) -> float:
    """How much of the body of a page is used, from its top down."""
    body = page.frame.body
    lowest = body.y
    for bottom in (*(place.rect.bottom for place in page.fields), *(_bottom(ink) for ink in page.inks)):
        if bottom <= body.bottom + 0.1:
            lowest = max(lowest, bottom)
    return (lowest - body.y) / body.h


def _bottom(ink: Ink) -> float:
    match ink:
        case Text():
            place = text_place(ink)
            return place.bottom if place else 0.0
        case Line():
            return max(ink.y1, ink.y2)
        case Box():
            return ink.rect.bottom
        case Polygon():
            return max(y for _, y in ink.points)


def _imprint(setting: Setting) -> Imprint:
    """The words of the frame, as long as they are in earnest."""
    return Imprint(
        facility=setting.facility.name, department=setting.department.name, made_at="02 JUL 2026 0930",
        expires="29 DEC 2026", kit="0000-0000-00", software="", approved=True, signed=True,
        approval="Approved: Name Surname, chief nursing officer, 02 JUL 2026; unit: Name Surname, 02 JUL 2026",
    )  # fmt: skip
