"""Definition: ids that differ and stay, numbers that say what they measure, codes that are well formed, drug safety.

These rules need no paper: they read the definition as it stands, blocks put in.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from downtime.errors import Finding, Level
from downtime.library.schema import FieldSpec, FieldType, FormSpec, Scope
from downtime.library.shelf import LibraryForm
from downtime.paper.fields import slug
from downtime.paper.lint_walk import FieldPlace, all_sections, field_places
from downtime.paper.lint_wording import handles_drugs
from downtime.textyaml import Path_, nearest

FLOW_COLUMNS = 12
# Which range a name stands for depends on the units that the site has chosen (see compose).
_LOCAL_RANGES = ("temperature", "glucose")
_UNIT_BESIDE = frozenset({"unit", "units"})
_DRUG_FIELDS = frozenset({"drug", "dose", "route"})


def definition_findings(form: LibraryForm) -> Iterator[Finding]:
    """Everything that is wrong or unwise in a definition by itself."""
    places = list(field_places(form.spec))
    yield from _drug_header(form)
    for place in places:
        yield from _width(form, place)
        yield from _range(form, place)
        yield from _code(form, place)
        yield from _critical(form, place)
    yield from _placeless_labels(form)


def changed_id_findings(own: LibraryForm, shipped: FormSpec) -> Iterator[Finding]:
    """What a site's own version of a form has lost against the shipped one: scans and exports know fields by id."""
    kept = {key for place in field_places(own.spec) for key in place.keys}
    lost = list(dict.fromkeys(key for place in field_places(shipped) for key in place.keys if key not in kept))
    if lost:
        shown = ", ".join(lost[:6]) + (f" and {len(lost) - 6} more" if len(lost) > 6 else "")
        yield own.finding(
            ("form",), f"the shipped form has fields that this one lacks: {shown}",
            "scans and exports know them by their ids",
            "keep an id where the field still means the same, even under another label", Level.WARNING,
        )  # fmt: skip


def same_id_findings(form: LibraryForm) -> Iterator[Finding]:
    """Ids that stand twice, and options of one field that come to one id; inside a grid the schema sees to it."""
    for place in field_places(form.spec):
        yield from _options(form, place)
    first: dict[str, Path_] = {}
    for section, path in all_sections(form.spec.sections):
        ids: list[tuple[str, Path_]] = [
            (field.id, (*path, "fields", index, "id")) for index, field in enumerate(section.fields)
        ]
        if section.grid:
            ids.append((section.grid.id, (*path, "grid", "id")))
        if section.repeat:
            ids.append((section.repeat.id, (*path, "repeat", "id")))
            inside = Counter(field.id for field in section.repeat.fields)
            for index, field in enumerate(section.repeat.fields):
                if inside[field.id] > 1:
                    yield _twice(form, field.id, (*path, "repeat", "fields", index, "id"), "in one card")
        is_block = form.place(path)[0] is not form.source
        for name, written in ids:
            # Of a block that stands twice, the places that call for it are told, not the block.
            at = (*path, "use") if is_block else written
            if name in first:
                source, there = form.place(first[name])
                yield _twice(form, name, at, f"first at {source.shown_as}:{source.line(there)}")
            first.setdefault(name, at)


def _twice(form: LibraryForm, name: str, path: Path_, where: str) -> Finding:
    why = "what is written in one could not be told from the other"
    do = "give each its own; a block takes `as_id:`"
    return form.finding(path, f"the id “{name}” stands twice, {where}", why, do)


def _drug_header(form: LibraryForm) -> Iterator[Finding]:
    header = form.spec.header
    if not handles_drugs(form.spec):
        return
    missing = [name for name in ("allergies", "weight") if not getattr(header, name)]
    if missing:
        yield form.finding(
            ("header",), f"header: {' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} missing",
            "whoever orders or gives must see allergies and weight on the same page",
            "write `header: {allergies: true, weight: true}`",
        )  # fmt: skip


def _width(form: LibraryForm, place: FieldPlace) -> Iterator[Finding]:
    if place.standing in ("flow", "card") and place.spec.width > FLOW_COLUMNS:
        what = f"{place.spec.id}: a width of {place.spec.width:g}"
        yield form.finding((*place.path, "width"), what, f"a page has {FLOW_COLUMNS} columns", "write 12 or less")


def _range(form: LibraryForm, place: FieldPlace) -> Iterator[Finding]:
    from downtime.clinical.ranges import RANGES

    spec = place.spec
    if isinstance(spec.range, str) and spec.range not in RANGES and spec.range not in _LOCAL_RANGES:
        do = nearest(spec.range, [*RANGES, *_LOCAL_RANGES]) or "name one of the clinical ranges, or write [low, high]"
        yield form.finding((*place.path, "range"), f"there is no range “{spec.range}”", "", do)
    elif isinstance(spec.range, tuple) and spec.range[0] >= spec.range[1]:
        what = f"{spec.id}: the range from {spec.range[0]:g} to {spec.range[1]:g} holds nothing"
        yield form.finding((*place.path, "range"), what, "every value would be queried", "write the lower bound first")
    # What a unit's log counts (beds, pages, staff) needs no unit; what is measured at a patient does.
    counts = form.spec.scope is not Scope.PATIENT or bool(spec.boxes)
    if spec.type is FieldType.NUMBER and not spec.unit and spec.range is None and not counts:
        if place.siblings & _UNIT_BESIDE:
            return
        what = f"{spec.id}: a number with neither unit nor range"
        why = "nobody can tell what was measured, nor that a digit was lost"
        yield form.finding((*place.path, "type"), what, why, "add `unit:` or `range:`", Level.WARNING)


def _code(form: LibraryForm, place: FieldPlace) -> Iterator[Finding]:
    from downtime.clinical.ranges import loinc_check_digit_ok

    code = place.spec.code
    if code and code.loinc and not loinc_check_digit_ok(code.loinc):
        what = f"{place.spec.id}: LOINC {code.loinc} fails its check digit"
        yield form.finding((*place.path, "code", "loinc"), what, "a digit is wrong", "look the code up again")


def _options(form: LibraryForm, place: FieldPlace) -> Iterator[Finding]:
    first: dict[str, str] = {}
    for index, option in enumerate(place.spec.options):
        name = slug(option)
        if name in first:
            what = f"{place.spec.id}: the options “{first[name]}” and “{option}” have one id, “{name}”"
            why = "a tick in one could not be told from the other"
            yield form.finding((*place.path, "options", index), what, why, "change the wording of one of them")
        first.setdefault(name, option)


def _critical(form: LibraryForm, place: FieldPlace) -> Iterator[Finding]:
    """Drug, dose and route, and the time beside a drug, are read by two people before they enter the record."""
    if not form.spec.form.startswith(("mar-", "ord-")) or place.critical or place.spec.type is FieldType.PRINT:
        return
    of_a_dose = place.name == "time" and {"drug", "dose"} <= place.siblings
    if place.name in _DRUG_FIELDS or of_a_dose:
        what = f"{place.keys[0]} is not marked as critical"
        why = "a wrong reading of it would harm; critical values are read twice"
        yield form.finding((*place.path, "id"), what, why, "add `critical: true`", Level.WARNING)


def _placeless_labels(form: LibraryForm) -> Iterator[Finding]:
    """Places to write that say nowhere what belongs in them."""
    for section, path in all_sections(form.spec.sections):
        for index, field in enumerate(section.fields):
            if not (field.label or field.hint or field.signer) and _needs_label(field):
                what = f"{field.id}: nothing says what belongs here"
                yield form.finding((*path, "fields", index), what, "it would stay empty", "add `label:`", Level.WARNING)


def _needs_label(field: FieldSpec) -> bool:
    # The options of a choice speak for themselves, a signature names its parts.
    speaking = (FieldType.CHOICE, FieldType.PRINT, FieldType.SIGNATURE, FieldType.LABEL, FieldType.DIAGRAM)
    return field.type not in speaking
