"""The recovery policy beside the forms that it names: unknown fields, doses and orders sent by a machine."""

from __future__ import annotations

from collections.abc import Iterator

from downtime.clinical.vocabulary import Target
from downtime.errors import ConfigError, Finding, Level
from downtime.library.schema import Fate, FormSpec
from downtime.library.shelf import Shelf
from downtime.paper.lint_walk import field_places
from downtime.site import Site
from downtime.site.reading import FACILITY
from downtime.site.recovery import Enter, RecordSystem, RecoveryRule, ValuesRoute
from downtime.textyaml import Path_, nearest

_AS_REFERENCE = {
    RecordSystem.EPIC: "Epic files them as read-only orders for reference, never onto the order that is there",
    RecordSystem.ORACLE_HEALTH: "no public interface of Oracle Health files them onto the order that is there",
}


def recovery_findings(site: Site, shelf: Shelf) -> Iterator[Finding]:
    """Every finding of the policy that needs the forms themselves; a form that cannot be read is told elsewhere."""
    recovery = site.facility.recovery
    for at, rule in enumerate(recovery.rules):
        for form in rule.forms:
            try:
                spec = shelf.form(form).spec
            except ConfigError:
                continue
            yield from _fields(site, spec, rule, ("recovery", "rules", at))
            yield from _fate(site, spec, rule, ("recovery", "rules", at))
    for key in recovery.sending.row_codes:
        form, _, field = key.partition(".")
        if form in shelf.ids and not _has(known := _keys(shelf.form(form).spec), field):
            path = ("recovery", "sending", "row_codes", key)
            yield site.files[FACILITY].finding(path, f"{form} has no field “{field}”", "", nearest(field, list(known)))


def _fields(site: Site, spec: FormSpec, rule: RecoveryRule, path: Path_) -> Iterator[Finding]:
    known = _keys(spec)
    for number, field in enumerate(rule.fields):
        if not _has(known, field):
            what, do = f"{spec.form} has no field “{field}”", nearest(field, list(known))
            yield site.files[FACILITY].finding((*path, "fields", number), what, "nobody would key it", do)


def _fate(site: Site, spec: FormSpec, rule: RecoveryRule, path: Path_) -> Iterator[Finding]:
    text, fate = site.files[FACILITY], spec.record.fate
    if fate is not Fate.ENTER_AND_SCAN and rule.enter is not Enter.SCAN_ONLY:
        what = f"{rule.enter.value}, but {fate.value} stands on the pages of {spec.form}"
        yield text.finding((*path, "enter"), what, "people believe the page", "change one of the two", Level.WARNING)
    system = site.facility.recovery.system
    by_machine = rule.values in (ValuesRoute.HL7V2, ValuesRoute.FHIR) and rule.enter is not Enter.SCAN_ONLY
    if by_machine and system in _AS_REFERENCE and {Target.MED_ADMIN, Target.ORDER} & set(spec.record.targets):
        what = f"doses or orders of {spec.form} leave by {rule.values.value}"
        do = "use `values: worklist`, unless your interface team has tested it"
        yield text.finding((*path, "values"), what, _AS_REFERENCE[system], do, Level.WARNING)


def _keys(spec: FormSpec) -> frozenset[str]:
    return frozenset(key for place in field_places(spec) for key in place.keys)


def _has(known: frozenset[str], field: str) -> bool:
    return any(key == field or key.startswith(field + ".") for key in known)
