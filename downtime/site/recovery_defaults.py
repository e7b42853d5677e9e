"""What is done with a form where the site's recovery policy does not name it: by its re-entry target and the system.

How much is keyed, and from which length of outage on, follows published recovery guides; by which route it leaves,
what each vendor says that it takes in. Each line carries its source.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from downtime.clinical.vocabulary import Target
from downtime.site.recovery import Enter, PagesRoute, RecordSystem, Recovery, RecoveryRule, Rows, ValuesRoute

SHORT_MINUTES = 120
"""Up to here everything is charted again; after it paper stays paper: published Cerner site checklist."""

_CHECKLIST = "published Cerner site checklist: under 2 hours charting is entered again, over 2 hours it is scanned"
_EITHER_WAY = "published Cerner site checklist: medicines are charted again, however long it was"
_BY_DEPARTMENT = "published Cerner site notice: open orders and results are entered by the department that acts on them"
_LIBRARY = "this library's own rule; verify locally"


@dataclass(frozen=True, slots=True)
class Treatment:
    """What becomes of one form: how much is keyed, which, by whom, by which route values and pages leave, and why."""

    enter: Enter
    fields: tuple[str, ...]
    rows: Rows
    what: str
    by: str
    values: ValuesRoute
    pages: PagesRoute
    source: str


@dataclass(frozen=True, slots=True)
class _Default:
    enter: Enter
    by: str
    source: str
    what: str = ""
    rows: Rows = Rows.EVERY
    up_to: int | None = None


_DEFAULTS: Mapping[Target, tuple[_Default, ...]] = {
    Target.REGISTRATION_ADT: (_Default(Enter.KEY_ALL, "registration", _LIBRARY),),
    Target.ORDER: (
        _Default(
            Enter.KEY_THESE, "pharmacy for medicines, else the department that carries it out", _BY_DEPARTMENT,
            what="orders that are still open; what was finished on paper is not entered",
        ),
    ),
    Target.MED_ADMIN: (
        _Default(Enter.KEY_ALL, "RN", _EITHER_WAY, up_to=SHORT_MINUTES),
        _Default(
            Enter.KEY_THESE, "RN", _EITHER_WAY,
            what="last dose of each medicine; every dose of insulin, anticoagulants, opioids and one-time medicines",
        ),
    ),
    Target.OBSERVATION: (
        _Default(Enter.KEY_ALL, "RN", _CHECKLIST, up_to=SHORT_MINUTES),
        _Default(Enter.KEY_THESE, "RN", _CHECKLIST, rows=Rows.LAST, what="the last full set"),
    ),
    Target.RESULT: (
        _Default(Enter.KEY_THESE, "laboratory", _BY_DEPARTMENT, what="results that the laboratory system lacks"),
    ),
    Target.CHARGE: (_Default(Enter.KEY_ALL, "billing", _LIBRARY),),
    Target.CONTROLLED_SUBSTANCE: (
        _Default(Enter.KEY_ALL, "pharmacy, in the cabinet's own record", _LIBRARY),
    ),
    Target.BLOOD_BANK: (_Default(Enter.KEY_ALL, "blood bank", _LIBRARY),),
    Target.NOTE_SCAN_ONLY: (_Default(Enter.SCAN_ONLY, "", _LIBRARY),),
    Target.OPS_ONLY: (_Default(Enter.SCAN_ONLY, "", _LIBRARY),),
}  # fmt: skip

_VALUES: Mapping[tuple[RecordSystem, Target], ValuesRoute] = {
    # Epic 5379 files flowsheet rows, 5364 charges, 5342 registration; none files a dose onto an inpatient order.
    (RecordSystem.EPIC, Target.OBSERVATION): ValuesRoute.HL7V2,
    (RecordSystem.EPIC, Target.CHARGE): ValuesRoute.HL7V2,
    (RecordSystem.EPIC, Target.REGISTRATION_ADT): ValuesRoute.WORKLIST,
    (RecordSystem.ORACLE_HEALTH, Target.CHARGE): ValuesRoute.CHARGE_FILE,
    (RecordSystem.NONE, Target.CHARGE): ValuesRoute.CHARGE_FILE,
}

_PAGES: Mapping[RecordSystem, PagesRoute] = {
    RecordSystem.EPIC: PagesRoute.HL7V2,  # 5323 takes base64 documents in MDM
    RecordSystem.ORACLE_HEALTH: PagesRoute.FHIR,  # DocumentReference with a PDF inline
    RecordSystem.EMIS: PagesRoute.EMIS_DOCUMENTS,  # no independent tool can write; a trust's engine or Docman can
    RecordSystem.NONE: PagesRoute.INDEX_FILE,
}

TAKES: Mapping[RecordSystem, tuple[frozenset[ValuesRoute], frozenset[PagesRoute], str]] = {
    RecordSystem.EPIC: (
        frozenset(ValuesRoute), frozenset(PagesRoute) - {PagesRoute.FHIR, PagesRoute.EMIS_DOCUMENTS},
        "Epic's FHIR DocumentReference takes plain text alone",
    ),
    RecordSystem.ORACLE_HEALTH: (
        frozenset(ValuesRoute), frozenset(PagesRoute) - {PagesRoute.EMIS_DOCUMENTS}, "this is for EMIS practices",
    ),
    RecordSystem.EMIS: (
        frozenset({ValuesRoute.WORKLIST, ValuesRoute.PAPER, ValuesRoute.CHARGE_FILE}),
        frozenset({PagesRoute.EMIS_DOCUMENTS, PagesRoute.INDEX_FILE, PagesRoute.PAPER}),
        "an independent tool cannot write into EMIS",
    ),
    RecordSystem.NONE: (frozenset(ValuesRoute), frozenset(PagesRoute), ""),
}  # fmt: skip
"""Which routes a system takes in for values and for pages, and why not the others."""


def treatment_of(recovery: Recovery, form: str, targets: Sequence[Target], minutes: int) -> Treatment:
    """What becomes of a form after an outage of so many minutes: by the site's rule, else by the first target."""
    for rule in recovery.rules:
        if form in rule.forms and (rule.up_to_minutes is None or minutes <= rule.up_to_minutes):
            return _by_rule(recovery.system, rule)
    return _by_default(recovery.system, targets[0], minutes)


def limits_of(recovery: Recovery, form: str, targets: Sequence[Target]) -> tuple[int | None, ...]:
    """The lengths of outage, in minutes, up to which a form is treated alike; None stands for any longer one."""
    limits = {rule.up_to_minutes for rule in recovery.rules if form in rule.forms}
    if None not in limits:
        longest = max((limit for limit in limits if limit is not None), default=0)
        limits |= {row.up_to for row in _DEFAULTS[targets[0]] if row.up_to is None or row.up_to > longest}
    known = sorted(limit for limit in limits if limit is not None)
    return (*known, None)


def _by_rule(system: RecordSystem, rule: RecoveryRule) -> Treatment:
    return Treatment(
        rule.enter, rule.fields, rule.rows, rule.what or "", rule.by or "", _kept(rule.enter, rule.values),
        rule.pages or _PAGES[system], "facility.yaml",
    )  # fmt: skip


def _by_default(system: RecordSystem, target: Target, minutes: int) -> Treatment:
    row = next(row for row in _DEFAULTS[target] if row.up_to is None or minutes <= row.up_to)
    values = _VALUES.get((system, target), ValuesRoute.WORKLIST)
    pages = PagesRoute.PAPER if target is Target.OPS_ONLY else _PAGES[system]
    return Treatment(row.enter, (), row.rows, row.what, row.by, _kept(row.enter, values), pages, row.source)


def _kept(enter: Enter, values: ValuesRoute) -> ValuesRoute:
    return ValuesRoute.PAPER if enter is Enter.SCAN_ONLY else values
