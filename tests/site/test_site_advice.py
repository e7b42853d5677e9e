"""What is unwise is told as a warning, and does not stop the printing."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from small_site import KNOWN_FORMS, WARD, SiteMaker

from downtime.errors import Finding, Level
from downtime.site import approval_findings, check_site

TODAY = date(2026, 11, 23)
F, C, W, A = "facility.yaml", "contacts.yaml", "departments/ward.yaml", "approvals.yaml"


def advice(root: Path, today: date = TODAY, known_forms: tuple[str, ...] | None = KNOWN_FORMS) -> list[Finding]:
    site, findings = check_site(root, today=today, known_forms=known_forms)
    assert site is not None, findings
    assert all(finding.level is not Level.ERROR for finding in findings)
    return findings


def told(findings: list[Finding], words: str) -> list[Finding]:
    return [finding for finding in findings if words in f"{finding.what} {finding.why} {finding.do}"]


def test_stale_numbers_are_told_once_a_contact(make_site: SiteMaker) -> None:
    root = make_site()
    assert not told(advice(root, date(2027, 1, 30)), "STALE")
    found = told(advice(root, date(2027, 1, 31)), "STALE")
    assert [(finding.file, finding.line) for finding in found] == [(f"{root}/{C}", 8), (f"{root}/{C}", 14)]
    assert "91 days ago" in found[0].what


def test_a_date_in_the_future_is_told(make_site: SiteMaker) -> None:
    assert len(told(advice(make_site(), date(2026, 10, 1)), "lies in the future")) == 2


def test_made_up_numbers_are_told_unless_the_site_says_it_is_fiction(make_site: SiteMaker) -> None:
    assert not told(advice(make_site()), "made-up")
    found = told(advice(make_site((F, "fiction: All of it is made up.\n", ""))), "made-up")
    assert len(found) == 3  # two contacts and the service desk


def test_what_was_never_changed_is_told(make_site: SiteMaker) -> None:
    root = make_site((F, "fiction: All of it is made up.\n", ""), (W, "location: shelf", "location: CHANGE THIS"))
    assert told(advice(root), "was never changed")[0].line == 9


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("hours: 8", "hours: 7", "the packet lasts 7 h"),
        ("per: patient-day, uses: 3", "copies: 2", "orders for 6 h are in the packet"),
        ("        - {form: ord-general, per: patient-day, uses: 3}\n", "", "no orders are in the packet"),
        (", uses: 1, whole_days: yes}", ", uses: 1}", ""),
    ],
)
def test_an_inpatient_unit_holds_eight_hours(make_site: SiteMaker, old: str, new: str, says: str) -> None:
    found = [f for f in told(advice(make_site((W, old, new))), "SAFER") if "laboratory" not in f.what]
    assert [says in finding.what for finding in found] == ([True] if says else [])
    outpatient = make_site((W, old, new), (W, "inpatient: yes", "inpatient: no"))
    assert not told(advice(outpatient), "SAFER")


@pytest.mark.parametrize(("copies", "enough"), [(3, True), (2, False)])
def test_exactly_eight_hours_are_enough(make_site: SiteMaker, copies: int, enough: bool) -> None:
    # 9 patients, one sheet each a day: 3 sheets last 8 hours.
    root = make_site((W, "census: 8", "census: 9"), (W, "per: patient-day, uses: 3", f"copies: {copies}"))
    assert bool(told(advice(root), "orders for")) is not enough


def test_imaging_is_asked_for_only_where_the_library_has_the_form(make_site: SiteMaker) -> None:
    root = make_site()
    assert not told(advice(root), "imaging")
    assert not told(advice(root, known_forms=None), "imaging")
    assert len(told(advice(root, known_forms=(*KNOWN_FORMS, "ord-rad-req")), "no imaging requests")) == 1


def test_the_first_hour_set_is_in_front_or_has_a_reason(make_site: SiteMaker) -> None:
    missing = {f.what.split()[0] for f in told(advice(make_site()), "missing from the front pocket")}
    assert missing == {"ord-general", "mar-scheduled", "ord-lab-req"}
    reasons = "not_in_front_pocket:\n  ord-general: x\n  mar-scheduled: y\n"
    root = make_site(
        (W, "procedures:", reasons + "procedures:"), (F, "surge:", "not_in_front_pocket: {ord-lab-req: z}\nsurge:")
    )
    assert not told(advice(root), "missing from the front pocket")


def test_units_with_arrivals_have_the_registration_set_in_front(make_site: SiteMaker) -> None:
    forms = (*KNOWN_FORMS, "reg-face-sheet")
    assert not told(advice(make_site(), known_forms=forms), "reg-face-sheet is missing")
    root = make_site((W, "kind: medsurg", "kind: ed"))
    assert told(advice(root, known_forms=forms), "reg-face-sheet is missing")


def test_a_reason_beside_the_form_itself_is_told(make_site: SiteMaker) -> None:
    root = make_site((W, "procedures:", "not_in_front_pocket: {log-incident: x, log-incidnt: y}\nprocedures:"))
    assert told(advice(root), "log-incident is in the front pocket, and")
    assert told(advice(root), "did you mean “log-incident”")


def test_a_circle_of_deputies_is_told_once(make_site: SiteMaker) -> None:
    found = told(advice(make_site((C, "do: send a runner", "then: charge"))), "circle")
    assert [finding.what for finding in found] == ["no_answer goes round in a circle: charge – boss – charge"]


def test_somebody_whom_no_tree_calls_is_told(make_site: SiteMaker) -> None:
    more = "  porter:\n    title: Porter\n    ways: [{by: radio, channel: 4}]\n    verified: 2026-11-01\n"
    found = told(advice(make_site((C, "contacts:\n", "contacts:\n" + more))), "stands in no phone tree")
    assert [(finding.what.split()[0], finding.level) for finding in found] == [("Porter", Level.NOTE)]


def test_nobody_is_called_unused_while_a_department_cannot_be_read(make_site: SiteMaker) -> None:
    _, findings = check_site(make_site((W, "copies: 2", "copies: 0")), today=TODAY)
    assert not told(findings, "stands in no phone tree")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("census: 8", "census: 11", "census 11 is more than the 10 beds"),
        ("beds: 10\n", "", "an inpatient unit without beds"),
        ("census: 8\n", "", "census is 0"),
        ("staff: 4\n", "", "staff is not given"),
        ("form: ord-general, per", "form: reg-downtime-number-log, per", ""),
        (
            "form: ord-general, per: patient-day, uses: 3",
            "form: reg-face-sheet, copies: 51",
            "50 downtime numbers, but 51",
        ),
    ],
)
def test_sizes_that_do_not_fit_are_told(make_site: SiteMaker, old: str, new: str, says: str) -> None:
    found = told(advice(make_site((W, old, new)), known_forms=None), says or "has no downtime_numbers")
    assert len(found) == bool(says)


def test_a_number_log_needs_numbers(make_site: SiteMaker) -> None:
    block = "downtime_numbers: {prefix: DT, site: 04, first: 1, last: 50}\n"
    root = make_site((W, block, ""), (W, "form: ord-general", "form: reg-downtime-number-log"))
    assert told(advice(root, known_forms=None), "has no downtime_numbers")


def test_a_missing_key_is_told(make_site: SiteMaker) -> None:
    assert told(advice(make_site()), "pages say so")[0].level is Level.NOTE
    root = make_site((F, "surge:", "key: my.key\nsurge:"))
    assert told(advice(root), "the key file my.key is not there")[0].level is Level.WARNING
    (root / "my.key").write_text("x")
    assert not told(advice(root), "the key file")


def test_label_sheets_fit_the_paper(make_site: SiteMaker) -> None:
    assert told(advice(make_site((F, "surge:", "labels: {sheet: l7160}\nsurge:"))), "the paper is letter")
    assert not told(advice(make_site((F, "surge:", "labels: {sheet: avery-5160}\nsurge:"))), "the paper is")


def test_an_unapproved_department_is_told(make_site: SiteMaker) -> None:
    other = WARD.replace("id: ward", "id: ed").replace("prefix: DT", "prefix: DE").replace("name: Ward", "name: ED")
    found = told(advice(make_site(ed=other)), "nobody has approved this department's packet")
    assert [finding.what.split(":")[0] for finding in found] == ["ED"]


def test_a_site_without_approvals_prints_as_not_approved(make_site: SiteMaker) -> None:
    root = make_site()
    (root / A).unlink()
    assert told(advice(root), "every page says NOT APPROVED")


def test_what_still_needs_approval_is_told_once_a_form(make_site: SiteMaker) -> None:
    other = WARD.replace("id: ward", "id: ed").replace("prefix: DT", "prefix: DE").replace("name: Ward", "name: ED")
    site, _ = check_site(make_site(ed=other), today=TODAY)
    assert site is not None
    forms = {
        "log-incident": ("2026-11", "0123456789abcdef"),
        "ord-general": ("2026-11", "aaaaaaaaaaaa"),
        "not-printed": ("2026-11", "aaaaaaaaaaaa"),
    }
    found = approval_findings(site, forms, TODAY)
    assert [finding.what for finding in found] == ["ord-general revision 2026-11: nobody has approved this form"]
    assert "ED, Ward" in found[0].why
    changed = approval_findings(site, forms | {"log-incident": ("2026-11", "f" * 12)}, TODAY)
    assert [(finding.what, finding.line) for finding in changed if "log-incident" in finding.what] == [
        ("log-incident revision 2026-11: the form was changed after its approval", 2)
    ]
