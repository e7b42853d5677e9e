"""Every sheet is accounted for, signed off by name, and pictures go when their time is over."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime, timedelta

import pytest
from desk_help import words
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from paper_help import empty_scan, paper
from pypdf import PdfReader
from verify_help import MAR, came_back, key, verify

from downtime.desk.accounts.roles import Role
from downtime.desk.audit.models import AuditEvent
from downtime.desk.reconciliation.acts import CannotSignError, StillOpen, account_for, purge, sign_off
from downtime.desk.reconciliation.chart import chart
from downtime.desk.reconciliation.counts import counts, missing
from downtime.desk.reconciliation.models import SignOff
from downtime.desk.reconciliation.report import ClosingReport, report_pdf
from downtime.desk.store.models import Entry, Kit, Sheet, SheetStatus
from downtime.desk.store.pictures import pictures
from downtime.desk.store.sheets import CannotMoveError, move


@pytest.fixture
def supervisor(new_person):
    return new_person(Role.SUPERVISOR)


@pytest.fixture
def kit(db, new_person):
    """A kit of which one sheet is verified and the others have not come back."""
    sheet = key(came_back(), new_person(Role.CLERK), MAR)
    verify(sheet, new_person(Role.VERIFIER))
    return sheet.kit


def rest(kit):
    return list(Sheet.objects.filter(kit=kit, status=SheetStatus.ISSUED).values_list("pk", flat=True))


def account_all(kit, by):
    account_for(kit, rest(kit), SheetStatus.NOT_USED, by, reason="box not opened", name="Ms Ortiz")


def test_the_counts_of_a_kit_are_those_of_its_sheets(kit, supervisor):
    total = Sheet.objects.filter(kit=kit).count()
    [found] = counts(Kit.objects.all())
    assert (found.issued, found.returned, found.keyed, found.verified, found.open) == (total, 1, 1, 1, total - 1)
    assert found.sent is None
    lost, *others = rest(kit)
    account_for(kit, [lost], SheetStatus.LOST, supervisor, reason="fell behind the desk", name="Ms Ortiz")
    account_for(kit, others, SheetStatus.NOT_USED, supervisor, reason="box not opened", name="Ms Ortiz")
    [found] = counts(Kit.objects.all())
    assert (found.lost, found.not_used, found.open) == (1, total - 2, 0)


def test_what_is_missing_says_who_had_it_last(kit, signed_in):
    gone = missing(kit, most=None)
    assert {sheet.pk for sheet in gone} == set(rest(kit))
    page = words(signed_in(Role.CHARGE_NURSE).get(f"/account/{kit.pk}"))
    assert "Had it last" in page and kit.department_name in page and "not sent from here" in page


def test_a_sheet_of_which_a_page_is_missing_is_listed_with_the_pages_that_came(kit):
    sheet = next(s for s in Sheet.objects.filter(kit=kit, status="issued").order_by("pk") if len(s.pages) > 1)
    empty_scan(sheet, paper("icu").manifest.layouts[sheet.layout_id], 0)
    [found] = [one for one in missing(kit, most=None) if one.pk == sheet.pk]
    assert (found.back, found.all_pages) == (1, len(sheet.pages))


def test_not_used_and_lost_need_a_reason_and_a_name_and_nothing_that_came_back(kit, supervisor, signed_in):
    one = rest(kit)[0]
    for reason, name in (("", "Ms Ortiz"), ("not needed", " ")):
        with pytest.raises(CannotMoveError):
            account_for(kit, [one], SheetStatus.NOT_USED, supervisor, reason=reason, name=name)
    back = Sheet.objects.get(kit=kit, status=SheetStatus.VERIFIED)
    with pytest.raises(CannotMoveError):
        account_for(kit, [one, back.pk], SheetStatus.LOST, supervisor, reason="gone", name="Ms Ortiz")
    assert Sheet.objects.get(pk=one).status == SheetStatus.ISSUED, "all of them or none"
    given = {"sheet": [one], "answer": "lost", "reason": "flood", "name": "Ms Ortiz"}
    assert signed_in(Role.CHARGE_NURSE).post(f"/account/{kit.pk}/account", given).status_code == 302
    assert "flood (says Ms Ortiz)" in Sheet.objects.get(pk=one).events.latest("pk").why


def test_a_kit_is_not_signed_off_while_anything_is_open_and_the_page_says_what(kit, supervisor, signed_in):
    result = sign_off(kit, supervisor, supervisor.name)
    assert isinstance(result, StillOpen) and len(result.sheets) == len(rest(kit))
    answer = signed_in(user=supervisor).post(f"/account/{kit.pk}/sign", {"name": supervisor.name})
    assert answer.status_code == 409 and "still open" in words(answer)
    assert not SignOff.objects.exists()


def test_a_sign_off_is_by_ones_own_name_closes_the_sheets_and_keeps_the_report(kit, supervisor, signed_in):
    account_all(kit, supervisor)
    with pytest.raises(CannotSignError, match="own name"):
        sign_off(kit, supervisor, "Somebody Else")
    assert isinstance(sign_off(kit, supervisor, supervisor.name), SignOff)
    assert set(Sheet.objects.filter(kit=kit).values_list("status", flat=True)) == {SheetStatus.CLOSED}
    assert AuditEvent.objects.filter(action="kit.signed_off", subject=f"kit:{kit.kit}").count() == 1
    answer = signed_in(Role.AUDITOR).get(f"/account/{kit.pk}/report")
    assert answer["Content-Type"] == "application/pdf"
    said = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages)
    said = re.sub(r"\s+", " ", said)
    assert f"Signed off by {supervisor.name}" in said and "box not opened (says Ms Ortiz)" in said
    assert "Okafor" not in said
    with pytest.raises(DatabaseError), transaction.atomic():
        SignOff.objects.update(name="x")


def test_the_report_before_is_a_draft(kit, signed_in):
    content = signed_in(Role.MANAGER).get(f"/account/{kit.pk}/report").content
    assert "DRAFT" in PdfReader(io.BytesIO(content)).pages[-1].extract_text()


def test_a_page_that_turns_up_after_sign_off_opens_its_sheet_again(kit, supervisor):
    account_all(kit, supervisor)
    sheet = Sheet.objects.filter(kit=kit, status=SheetStatus.NOT_USED).first()
    sign_off(kit, supervisor, supervisor.name)
    empty_scan(sheet, paper("icu").manifest.layouts[sheet.layout_id])
    sheet.refresh_from_db()
    assert sheet.status == SheetStatus.RETURNED
    [found] = counts(Kit.objects.all())
    assert found.open == 1 and found.signed_at is not None
    assert isinstance(sign_off(kit, supervisor, supervisor.name), StillOpen)


def test_pictures_go_after_their_time_and_entries_stay(kit, supervisor):
    account_all(kit, supervisor)
    names = [scan.straight for scan in Sheet.objects.get(kit=kit, status="verified").scans.all()]
    entries = Entry.objects.count()
    with pytest.raises(CannotSignError):
        purge(kit, supervisor, 0)
    signed = sign_off(kit, supervisor, supervisor.name)
    with pytest.raises(CannotSignError):
        purge(kit, supervisor, 30)
    assert all(pictures().holds(name) for name in names)
    purge(kit, supervisor, 0)
    assert not any(pictures().holds(name) for name in names)
    assert pictures().holds(signed.report) and pictures().holds(kit.manifest)
    assert Entry.objects.count() == entries
    assert AuditEvent.objects.filter(action="kit.purged").count() == 1


def test_the_same_picture_in_another_kit_is_kept(kit, supervisor, db):
    account_all(kit, supervisor)
    scan = Sheet.objects.get(kit=kit, status="verified").scans.first()
    type(scan).objects.create(file=scan.file, index=99, state="read", reading="{}", kit="OTHER", straight=scan.straight)
    sign_off(kit, supervisor, supervisor.name)
    purge(kit, supervisor, 0)
    assert pictures().holds(scan.straight)


def test_the_chart_projects_the_end_from_the_pace_of_the_last_hours(kit):
    total = Sheet.objects.filter(kit=kit).count()
    now = timezone.now() + timedelta(hours=1)
    found = chart(Sheet.objects.filter(kit=kit), now)
    assert [line.last for line in found.lines] == [1, 1, 1] and found.most == total
    assert found.projected > now + timedelta(hours=total - 2)
    late = chart(Sheet.objects.filter(kit=kit), now + timedelta(days=2))
    assert late.projected is None and "No end can be told" in late.words


def test_a_sheet_verified_twice_is_one_in_the_chart(kit, new_person, supervisor):
    sheet = Sheet.objects.get(kit=kit, status=SheetStatus.VERIFIED)
    move(sheet.pk, SheetStatus.KEYING, supervisor)
    move(sheet.pk, SheetStatus.KEYED, supervisor)
    move(sheet.pk, SheetStatus.VERIFIED, supervisor)
    assert [line.last for line in chart(Sheet.objects.filter(kit=kit)).lines] == [1, 1, 1]


def test_queries_do_not_grow_with_kits_or_sheets(kit, supervisor, signed_in):
    client = signed_in(user=supervisor)
    addresses = ("/account/", "/account/?unit=icu", f"/account/{kit.pk}")
    seen_counts: dict[str, list[int]] = {address: [] for address in addresses}
    for address in addresses:
        client.get(address)
    for round_ in range(2):
        if round_:
            account_for(kit, rest(kit)[:20], SheetStatus.LOST, supervisor, reason="gone", name="Ms Ortiz")
            for number in range(5):
                other = Kit.objects.get(pk=kit.pk)
                other.pk, other.kit = None, f"COPY{number}-00000"
                other.save(force_insert=True)
        for address in addresses:
            with CaptureQueriesContext(connection) as seen:
                assert client.get(address).status_code == 200
            seen_counts[address].append(len(seen))
    assert all(few == many for few, many in seen_counts.values()), seen_counts


def test_the_report_prints_names_of_every_script(db):
    names = ("Żółć Ðorđević", "Νίκη Παπαδοπούλου", "Дарья Щукина", "Nguyễn Thị Ánh")
    accounted = tuple((f"{n} Orders", "lost", "lies in the ambulance of " + name, name) for n, name in enumerate(names))
    arabic = ("9 Orders", "lost", "فاطمة الزهراء", "Ms Ortiz")
    report = ClosingReport(
        "K3F7Q-2M9XC", "Small Hospital", "Ward <b>4</b>", datetime(2026, 11, 24, tzinfo=UTC), 5,
        (("Sheets issued", "5"),), (*accounted, arabic), (),
    )  # fmt: skip
    reader = PdfReader(io.BytesIO(report_pdf(report, "Ewa Wójcik", datetime(2026, 11, 24, tzinfo=UTC))))
    text = " ".join("".join(page.extract_text() for page in reader.pages).split())
    for name in (*names, "Ewa Wójcik", "Ward <b>4</b>"):
        assert name in text, name
    assert "\N{REPLACEMENT CHARACTER}" not in text and "None." in text
    fonts = [font.get_object() for page in reader.pages for font in page["/Resources"]["/Font"].values()]
    assert any("Noto" in str(font["/BaseFont"]) for font in fonts), (
        "letters that the first font lacks come from another"
    )
