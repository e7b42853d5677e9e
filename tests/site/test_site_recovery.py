"""The recovery policy: rules of the site first, the record system's defaults for the rest, mistakes by line."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from small_site import SiteMaker

from downtime.cli.app import run
from downtime.clinical.vocabulary import Target
from downtime.errors import ConfigError, Finding, Level
from downtime.paper.checking import check_everything
from downtime.site.recovery import Enter, PagesRoute, RecordSystem, Recovery, RecoveryRule, Rows, ValuesRoute
from downtime.site.recovery_defaults import SHORT_MINUTES, TAKES, limits_of, treatment_of
from downtime.textyaml import parse_yaml

ROOT = Path(__file__).resolve().parents[2]


def recovery(text: str) -> Recovery:
    return parse_yaml(text.encode(), "facility.yaml").parse(Recovery)


def complaint(text: str) -> str:
    with pytest.raises(ConfigError) as caught:
        recovery(text)
    return str(caught.value)


@pytest.mark.parametrize("system", RecordSystem)
@pytest.mark.parametrize("target", Target)
@pytest.mark.parametrize("minutes", [0, SHORT_MINUTES, SHORT_MINUTES + 1, 40_000])
def test_every_form_has_a_treatment_that_its_system_takes(system: RecordSystem, target: Target, minutes: int) -> None:
    done = treatment_of(Recovery(system=system), "any", (target,), minutes)
    values, pages, _ = TAKES[system]
    assert done.values in values and done.pages in pages
    assert done.source and bool(done.by) == (done.enter is not Enter.SCAN_ONLY)


def test_doses_and_orders_leave_by_people_by_default() -> None:
    for system in RecordSystem:
        for target in (Target.MED_ADMIN, Target.ORDER):
            assert treatment_of(Recovery(system=system), "any", (target,), 60).values is ValuesRoute.WORKLIST


def test_charting_is_entered_again_after_a_short_outage_and_its_last_set_after_a_long_one() -> None:
    epic = Recovery(system=RecordSystem.EPIC)
    short = treatment_of(epic, "flow", (Target.OBSERVATION,), SHORT_MINUTES)
    long = treatment_of(epic, "flow", (Target.OBSERVATION,), SHORT_MINUTES + 1)
    assert (short.enter, short.rows) == (Enter.KEY_ALL, Rows.EVERY)
    assert (long.enter, long.rows) == (Enter.KEY_THESE, Rows.LAST)
    assert limits_of(epic, "flow", (Target.OBSERVATION,)) == (SHORT_MINUTES, None)


def test_the_first_rule_that_fits_counts_and_the_default_beyond_it() -> None:
    policy = recovery("""
system: epic
rules:
  - {forms: [flow], up_to_minutes: 30, enter: scan-only}
  - {forms: [flow, other], up_to_minutes: 60, enter: key-these, fields: [obs.rr], by: aide, values: fhir}
""")
    assert treatment_of(policy, "flow", (Target.OBSERVATION,), 30).enter is Enter.SCAN_ONLY
    middle = treatment_of(policy, "flow", (Target.OBSERVATION,), 31)
    assert (middle.fields, middle.by, middle.values) == (("obs.rr",), "aide", ValuesRoute.FHIR)
    assert middle.pages is PagesRoute.HL7V2
    assert treatment_of(policy, "flow", (Target.OBSERVATION,), 61).enter is Enter.KEY_ALL
    assert limits_of(policy, "flow", (Target.OBSERVATION,)) == (30, 60, SHORT_MINUTES, None)


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        ("{forms: [a], enter: key-these, by: RN}", "does not say which"),
        ("{forms: [a], enter: key-all, fields: [b], by: RN}", "takes no `fields:`"),
        ("{forms: [a], enter: scan-only, values: hl7v2}", "no values to send"),
        ("{forms: [a], enter: key-all}", "nobody enters it"),
        ("{forms: [a], enter: key-these, what: the last, by: RN, values: hl7v2}", "no machine can choose"),
        ("{forms: [a], enter: key-these, fields: [a..b], by: RN}", "is no field"),
        ("{forms: [], enter: scan-only}", "the list is empty"),
        ("{forms: [a], enter: keyall, by: RN}", "did you mean “key-all”"),
        ("{forms: [a], enter: scan-only, by_whom: RN}", "unknown key"),
    ],
)
def test_a_rule_that_makes_no_sense_is_told_with_its_line(rule: str, says: str) -> None:
    said = complaint(f"system: epic\nrules:\n  - {rule}\n")
    assert says in said and "facility.yaml:3" in said


def test_a_rule_that_is_never_reached_is_told() -> None:
    first, second = "{forms: [a], enter: scan-only}", "{forms: [a], up_to_minutes: 9, enter: scan-only}"
    assert "rule 2 is never reached for “a”" in complaint(f"rules:\n  - {first}\n  - {second}\n")
    assert recovery(f"rules:\n  - {second}\n  - {first}\n").rules[1] == RecoveryRule(
        forms=("a",), enter=Enter.SCAN_ONLY
    )


def found(make_site: SiteMaker, text: str) -> list[Finding]:
    site = make_site(("facility.yaml", "timezone:", f"recovery:\n{text}timezone:"))
    told = check_everything(site, date(2026, 11, 24))
    words = ("takes no", "has no field", "leave by", "but SCAN ONLY", "there is no form")
    return [one for one in told if any(word in one.what for word in words)]


def test_check_names_forms_fields_and_routes_that_are_not_there(make_site: SiteMaker) -> None:
    text = """  system: emis
  rules:
    - {forms: [flow-vitals-ewz], enter: key-all, by: RN}
    - {forms: [flow-io], enter: key-all, by: RN, values: hl7v2, pages: fhir}
"""
    errors = found(make_site, text)
    assert [one.level for one in errors] == [Level.ERROR] * 3
    assert "did you mean “flow-vitals-ews”" in errors[0].do
    assert {one.what for one in errors[1:]} == {"emis takes no values by hl7v2", "emis takes no pages by fhir"}
    assert len({one.line for one in errors}) == 2


def test_check_reads_the_forms_that_a_rule_names(make_site: SiteMaker) -> None:
    text = """  system: epic
  rules:
    - {forms: [flow-vitals-ews], enter: key-these, fields: [obs.rr, obs.rrr], by: RN}
    - {forms: [mar-prn], enter: key-all, by: RN, values: hl7v2}
    - {forms: [note-nursing], enter: key-all, by: RN}
  sending: {row_codes: {flow-io.day.inn: "1"}}
"""
    told = {one.what: one for one in found(make_site, text)}
    assert told["flow-vitals-ews has no field “obs.rrr”"].level is Level.ERROR
    assert told["flow-io has no field “day.inn”"].level is Level.ERROR
    assert "read-only" in told["doses or orders of mar-prn leave by hl7v2"].why
    assert told["key-all, but SCAN ONLY stands on the pages of note-nursing"].level is Level.WARNING
    assert len(told) == 4


def test_the_verb_shows_every_form_that_is_kept(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--json", "recovery", str(ROOT / "examples" / "riverside")]) == 0
    rows = json.loads(capsys.readouterr().out)
    mar = [row for row in rows if row["form"] == "mar-scheduled"]
    assert [(row["over_minutes"], row["up_to_minutes"]) for row in mar] == [(0, SHORT_MINUTES), (SHORT_MINUTES, None)]
    assert {row["values"] for row in mar} == {"worklist"}
    assert "reg-patient-label-sheet" not in {row["form"] for row in rows}
    assert run(["recovery", str(ROOT / "examples" / "hillview-gp"), "--form", "flow-io"]) == 0
    shown = capsys.readouterr().out
    assert "record system: emis" in shown and "up to 2 h" in shown and "over 2 h" in shown
