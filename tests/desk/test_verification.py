"""The second look and the third: blind, by somebody else each time, with a trace."""

from __future__ import annotations

import re

import pytest
from desk_help import words
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from paper_help import paper, sheet_named, store_kit
from verify_help import MAR, came_back, key, key_again, verify, word

from downtime.desk.accounts.roles import Role
from downtime.desk.audit.models import AuditEvent
from downtime.desk.store.entries import LookedBeforeError, NotInYourHandsError, enter
from downtime.desk.store.leases import take
from downtime.desk.store.models import Entry, EntryKind, EntryRound, LeasePurpose, Sheet, SheetStatus
from downtime.desk.store.proof import changed_entries
from downtime.desk.verification.acts import StillOpen, correct, finish_look
from downtime.desk.verification.models import SheetLook
from downtime.desk.verification.standing import Standing, newest_first, standings_of

CRITICAL = {name: value for name, value in MAR.items() if not name.startswith("sheet.")}


@pytest.fixture
def clerk(new_person):
    return new_person(Role.CLERK)


@pytest.fixture
def verifier(new_person):
    return new_person(Role.VERIFIER)


@pytest.fixture
def keyed(db, clerk):
    return key(came_back(), clerk, MAR)


def save(client, sheet, field, value="", kind="value", **more):
    token = f"v{Entry.objects.count():031d}"
    return client.post(
        f"/verify/{sheet.pk}/save", {"field": field, "kind": kind, "value": value, "token": token, **more}
    )


def standing(sheet, field):
    return next(item for item in standings_of(sheet) if item.field.id == field)


def refreshed(sheet):
    sheet.refresh_from_db()
    return sheet


def test_the_second_person_never_sees_the_first_value(keyed, signed_in):
    page = words(signed_in(Role.VERIFIER).get(f"/verify/{keyed.pk}"))
    for value in CRITICAL.values():
        assert value not in page
    assert 'value="48"' not in page
    need = re.search(r'data-field="drugs.1.order.dose"[^>]*data-need="(\w+)" data-state="(\w*)"', page)
    assert need.groups() == ("key", "")
    assert 'data-field="sheet.1.kidney.egfr"' not in page, "the others are shown when the critical ones are done"


def test_agreement_and_one_look_verify_a_sheet_through_its_pages(keyed, signed_in):
    client = signed_in(Role.VERIFIER)
    assert client.post("/verify/next")["Location"] == f"/verify/{keyed.pk}"
    client.get(f"/verify/{keyed.pk}")
    typed = CRITICAL | {"patient.surname": "OKAFOR", "drugs.1.order.dose": "1g", "patient.birth_date": "4 mar 1951"}
    for field, value in typed.items():
        assert save(client, keyed, field, value).status_code == 200
    page = words(client.get(f"/verify/{keyed.pk}"))
    assert 'value="48"' in page and "vancomycin" not in page
    up_to = re.search(r'name="up_to" value="(\d+)"', page)[1]
    assert client.post(f"/verify/{keyed.pk}/done", {"up_to": up_to})["Location"] == "/verify/"
    assert refreshed(keyed).status == SheetStatus.VERIFIED
    assert AuditEvent.objects.filter(action="sheet.looked", subject=f"sheet:{keyed.pk}").count() == 1
    assert changed_entries() == ()


def test_a_sheet_is_not_verified_while_a_critical_field_waits(keyed, verifier):
    key_again(keyed, verifier, dict(list(CRITICAL.items())[:-1]))
    result = finish_look(keyed.pk, verifier, up_to=newest_first(standings_of(keyed)))
    assert isinstance(result, StillOpen) and [item.field.id for item in result.fields] == ["drugs.1.order.dose"]
    assert refreshed(keyed).status == SheetStatus.KEYED and not SheetLook.objects.exists()


def test_what_is_keyed_after_the_screen_was_shown_is_not_covered_by_its_look(keyed, verifier):
    key_again(keyed, verifier, CRITICAL)
    result = finish_look(keyed.pk, verifier, up_to=newest_first(standings_of(keyed)) - 1)
    assert result == StillOpen(changed=True)


def test_a_difference_goes_to_a_third_person_who_sees_both_values_and_no_names(keyed, clerk, verifier, signed_in):
    key_again(keyed, verifier, CRITICAL | {"drugs.1.order.dose": "7 g"})
    finish_look(keyed.pk, verifier, up_to=newest_first(standings_of(keyed)))
    assert refreshed(keyed).status == SheetStatus.DISPUTED
    for one_of_two in (clerk, verifier):
        one_of_two.roles = [Role.VERIFIER]
        one_of_two.save()
        answer = signed_in(user=one_of_two).get(f"/verify/differences/{keyed.pk}")
        assert answer.status_code == 409 and "looked at this sheet before" in words(answer)
    third = signed_in(Role.SUPERVISOR)
    page = words(third.get(f"/verify/differences/{keyed.pk}"))
    assert ">1 g<" in page and ">7 g<" in page
    assert clerk.name not in page and verifier.name not in page and "vancomycin" not in page
    field = {"field0": "drugs.1.order.dose"}
    nothing = third.post(f"/verify/differences/{keyed.pk}", field)
    assert nothing.status_code == 422 and "Choose what stands" in words(nothing)
    assert third.post(f"/verify/differences/{keyed.pk}", field | {"choice0": "1"}).status_code == 302
    assert refreshed(keyed).status == SheetStatus.VERIFIED
    decided = standing(keyed, "drugs.1.order.dose")
    assert decided.standing is Standing.DECIDED and decided.counts.value == "7 g"


def test_the_order_of_two_values_does_not_tell_whose_they_are(db, clerk, verifier, signed_in):
    seen = []
    for nth, (first, second) in enumerate((("1 g", "7 g"), ("7 g", "1 g"))):
        sheet = key(came_back(nth=nth), clerk, MAR | {"drugs.1.order.dose": first})
        key_again(sheet, verifier, CRITICAL | {"drugs.1.order.dose": second})
        finish_look(sheet.pk, verifier, up_to=newest_first(standings_of(sheet)))
        page = words(signed_in(Role.SUPERVISOR).get(f"/verify/differences/{sheet.pk}"))
        seen.append(re.findall(r'<span class="value">([^<]+)', page))
    assert seen[0] == seen[1] == ["1 g", "7 g"]


def test_a_third_word_of_its_own_is_read_like_any_other(keyed, verifier, signed_in):
    key_again(keyed, verifier, CRITICAL | {"patient.birth_date": "04 MAY 1951"})
    finish_look(keyed.pk, verifier, up_to=newest_first(standings_of(keyed)))
    third = signed_in(Role.SUPERVISOR)
    third.get(f"/verify/differences/{keyed.pk}")
    given = {"field0": "patient.birth_date", "choice0": "other", "other0": "3/4/51"}
    answer = third.post(f"/verify/differences/{keyed.pk}", given)
    assert answer.status_code == 422 and 'value="3/4/51"' in words(answer)
    third.post(f"/verify/differences/{keyed.pk}", given | {"other0": "4 apr 1951"})
    assert standing(keyed, "patient.birth_date").counts.value == "04 APR 1951"


def test_nobody_looks_twice_at_one_field(keyed, clerk, verifier, new_person):
    take(keyed.pk, clerk, LeasePurpose.VERIFYING)
    with pytest.raises(LookedBeforeError):
        enter(keyed.pk, word("drugs.1.order.dose", "1 g"), by=clerk, page_id=None, round_=EntryRound.SECOND)
    key_again(keyed, verifier, {"drugs.1.order.dose": "1 g"})
    take(keyed.pk, verifier, LeasePurpose.KEYING)
    with pytest.raises(LookedBeforeError):
        enter(keyed.pk, word("drugs.1.order.dose", "2 g"), by=verifier, page_id=None)
    take(keyed.pk, verifier, LeasePurpose.DECIDING)
    with pytest.raises(LookedBeforeError):
        enter(keyed.pk, word("drugs.1.order.dose", "2 g"), by=verifier, page_id=None, round_=EntryRound.THIRD)


def test_whoever_keyed_a_field_does_not_give_the_look_at_the_rest(keyed, clerk, verifier):
    key_again(keyed, verifier, CRITICAL)
    take(keyed.pk, clerk, LeasePurpose.VERIFYING, over=True)
    with pytest.raises(LookedBeforeError):
        finish_look(keyed.pk, clerk, up_to=newest_first(standings_of(keyed)))


def test_a_look_of_one_kind_is_not_given_in_the_hands_of_another(keyed, verifier):
    take(keyed.pk, verifier, LeasePurpose.VERIFYING)
    with pytest.raises(NotInYourHandsError):
        enter(keyed.pk, word("drugs.2.order.dose", "1 g"), by=verifier, page_id=None)


def test_other_fields_are_put_right_at_the_look_and_then_differ(keyed, verifier):
    key_again(keyed, verifier, CRITICAL | {"sheet.1.kidney.egfr": "18"})
    finish_look(keyed.pk, verifier, up_to=newest_first(standings_of(keyed)))
    assert refreshed(keyed).status == SheetStatus.DISPUTED
    assert standing(keyed, "sheet.1.kidney.egfr").standing is Standing.DIFFERS


def test_a_question_of_the_second_person_goes_to_the_ward_and_its_answer_is_looked_at_again(
    keyed, verifier, new_person, signed_in
):
    client = signed_in(user=verifier)
    client.get(f"/verify/{keyed.pk}")
    for field, value in CRITICAL.items():
        save(client, keyed, field, *(("gram or milligram?", "ask") if field.endswith("dose") else (value,)))
    client.post(f"/verify/{keyed.pk}/done", {"up_to": newest_first(standings_of(keyed))})
    assert refreshed(keyed).status == SheetStatus.ASKED
    nurse = new_person(Role.CHARGE_NURSE)
    key(keyed, nurse, {"drugs.1.order.dose": "1 g"})
    assert standing(keyed, "drugs.1.order.dose").standing is Standing.KEYED
    assert standing(keyed, "patient.surname").standing is Standing.AGREED
    assert verify(keyed, verifier).status == SheetStatus.VERIFIED


def test_what_only_the_second_person_saw_is_a_difference(keyed, verifier):
    key_again(keyed, verifier, CRITICAL | {"drugs.2.order.drug": "heparin"})
    finish_look(keyed.pk, verifier, up_to=newest_first(standings_of(keyed)))
    assert refreshed(keyed).status == SheetStatus.DISPUTED


def test_a_correction_opens_fields_again_with_a_trace_and_loses_nothing(keyed, verifier, new_person, signed_in):
    verify(keyed, verifier)
    before = Entry.objects.count()
    supervisor = signed_in(Role.SUPERVISOR)
    trace = words(supervisor.get(f"/verify/verified/{keyed.pk}"))
    assert "vancomycin" in trace and verifier.name in trace
    given = {"field": ["drugs.1.order.dose"], "why": "the pharmacy says 2 g"}
    assert supervisor.post(f"/verify/verified/{keyed.pk}/correct", given).status_code == 302
    assert refreshed(keyed).status == SheetStatus.KEYING and Entry.objects.count() == before + 2
    assert "the pharmacy says 2 g" in keyed.events.latest("pk").why
    clerk = signed_in(Role.CLERK)
    page = words(clerk.get(f"/key/{keyed.pk}"))
    asked = dict(re.findall(r'data-field="([^"]+)"[^>]*? data-need="(\w+)"', page))
    assert asked["drugs.1.order.dose"] == "key" and asked["drugs.1.order.drug"] == "done"
    assert "1 g" not in page, "the new first look is not led by the old word"
    key(keyed, new_person(Role.CLERK), {"drugs.1.order.dose": "2 g"})
    assert verify(keyed, verifier).status == SheetStatus.VERIFIED
    assert standing(keyed, "drugs.1.order.dose").counts.value == "2 g"
    assert Entry.objects.filter(field="drugs.1.order.dose", value="1 g").count() == 2


def test_a_corrected_field_must_be_keyed_before_the_sheet_goes_on(keyed, verifier, new_person):
    verify(keyed, verifier)
    correct(keyed.pk, verifier, frozenset({"drugs.1.order.dose"}), "wrong")
    key(keyed, new_person(Role.CLERK), {})
    take(keyed.pk, verifier, LeasePurpose.VERIFYING)
    result = finish_look(keyed.pk, verifier, up_to=newest_first(standings_of(keyed)))
    assert isinstance(result, StillOpen) and result.fields[0].field.id == "drugs.1.order.dose"


def test_a_sheet_in_somebody_elses_hands_is_not_finished(keyed, verifier, new_person):
    key_again(keyed, verifier, CRITICAL)
    with pytest.raises(NotInYourHandsError):
        finish_look(keyed.pk, new_person(Role.VERIFIER), up_to=newest_first(standings_of(keyed)))


def test_looks_only_grow(keyed, verifier):
    verify(keyed, verifier)
    with pytest.raises(DatabaseError), transaction.atomic():
        SheetLook.objects.update(up_to=10**9)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM verification_sheetlook")


def test_blank_and_unreadable_agree_with_themselves_alone(keyed, verifier, new_person):
    take(keyed.pk, new_person(Role.CLERK), LeasePurpose.KEYING)
    fields = {"drugs.2.order.drug": EntryKind.BLANK, "drugs.3.order.drug": EntryKind.ILLEGIBLE}
    clerk = new_person(Role.CLERK)
    take(keyed.pk, clerk, LeasePurpose.KEYING, over=True)
    for field, kind in fields.items():
        enter(keyed.pk, word(field, "", kind), by=clerk, page_id=None)
    key_again(keyed, verifier, {})
    enter(
        keyed.pk, word("drugs.2.order.drug", "", EntryKind.BLANK), by=verifier, page_id=None, round_=EntryRound.SECOND
    )
    enter(
        keyed.pk, word("drugs.3.order.drug", "", EntryKind.BLANK), by=verifier, page_id=None, round_=EntryRound.SECOND
    )
    assert standing(keyed, "drugs.2.order.drug").standing is Standing.AGREED
    assert standing(keyed, "drugs.3.order.drug").standing is Standing.DIFFERS


def test_queries_do_not_grow_with_the_lists_or_the_sheet(db, clerk, verifier, signed_in):
    store_kit(paper("icu").manifest)
    client = signed_in(Role.SUPERVISOR)
    lists = ("/verify/", "/verify/differences", "/verify/verified")
    counts: dict[str, list[int]] = {address: [] for address in lists}
    for address in lists:
        client.get(address)
    waiting = list(Sheet.objects.filter(form="log-incident", instance=0))
    assert len(waiting) >= 3 or (waiting := list(Sheet.objects.all()[:12]))
    statuses = (SheetStatus.KEYED, SheetStatus.DISPUTED, SheetStatus.VERIFIED)
    pool = list(Sheet.objects.order_by("pk")[:36])
    for batch in (pool[:3], pool[3:]):
        for number, sheet in enumerate(batch):
            Sheet.objects.filter(pk=sheet.pk).update(status=statuses[number % 3])
        for address in lists:
            with CaptureQueriesContext(connection) as seen:
                assert client.get(address).status_code == 200
            counts[address].append(len(seen))
    assert all(few == many for few, many in counts.values()), counts
    sheet = sheet_named("mar-scheduled", 5)
    Sheet.objects.filter(pk=sheet.pk).update(status=SheetStatus.RETURNED)
    key(sheet, clerk, {"drugs.1.order.drug": "a"})
    client.get(f"/verify/{sheet.pk}")
    sizes = []
    for number in range(2):
        if number:
            take(sheet.pk, clerk, LeasePurpose.KEYING, over=True)
            for hour in range(1, 13):
                enter(sheet.pk, word(f"drugs.1.h{hour}.time", "0800"), by=clerk, page_id=None)
        client.post(f"/verify/{sheet.pk}/take-over")
        with CaptureQueriesContext(connection) as seen:
            assert client.get(f"/verify/{sheet.pk}").status_code == 200
        sizes.append(len(seen))
    assert sizes[0] == sizes[1]
