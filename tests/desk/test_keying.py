"""The queue and the keying screen, through their pages."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from desk_help import words
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from paper_help import empty_scan, paper, scan_in, sheet_named, store_kit

from downtime.desk.accounts.roles import Role
from downtime.desk.store.models import Entry, Lease, Sheet, SheetStatus
from downtime.desk.store.sheets import move


@pytest.fixture
def kit(db):
    return store_kit(paper("icu").manifest)


@pytest.fixture
def vitals(db):
    """A flowsheet whose first page came back with ink in a few fields of its second row."""
    store_kit(paper("medsurg").manifest)
    sheet = sheet_named("flow-vitals-ews")
    inked = ("patient.surname", "obs.2.at.time", "obs.2.hr.value", "obs.2.initials")
    return returned(sheet, 0, inked)


def returned(sheet: Sheet, index: int = 0, written: tuple[str, ...] = ()) -> Sheet:
    made = paper("medsurg" if sheet.kit.department == "medsurg" else "icu")
    empty_scan(sheet, made.manifest.layouts[sheet.layout_id], index, written)
    sheet.refresh_from_db()
    return sheet


def all_returned(sheet: Sheet) -> None:
    """Bring back the pages after the first."""
    for index in range(1, len(sheet.pages)):
        returned(sheet, index)


def save(client, sheet, field, value="", kind="value", token=None, **more):
    token = token or f"{Entry.objects.count():032d}"
    return client.post(f"/key/{sheet.pk}/save", {"field": field, "kind": kind, "value": value, "token": token, **more})


def test_the_queue_stands_in_the_order_of_re_entry(kit, signed_in):
    for form in ("log-incident", "mar-scheduled", "ord-medication", "reg-face-sheet"):
        returned(sheet_named(form))
    page = words(signed_in(Role.CLERK).get("/key/"))
    at = [
        page.index(title) for title in ("Downtime registration", "Medication orders", "Scheduled medicines", "incident")
    ]
    assert at == sorted(at)
    assert 'Key <span class="waiting">4</span>' in page


def test_a_department_sees_its_own(kit, vitals, signed_in):
    returned(sheet_named("mar-scheduled"))
    page = words(signed_in(Role.CLERK).get("/key/?unit=medsurg"))
    assert "Vital signs" in page and "Scheduled medicines" not in page


def test_the_first_free_sheet_is_opened_and_nobody_else_gets_it(kit, signed_in):
    for form in ("mar-scheduled", "reg-face-sheet"):
        returned(sheet_named(form))
    one, two = signed_in(Role.CLERK), signed_in(Role.CLERK)
    first = one.post("/key/next")["Location"]
    assert one.get(first).status_code == 200
    second = two.post("/key/next")["Location"]
    assert first != second and two.get(second).status_code == 200
    assert one.post("/key/next")["Location"] == first, "one's own unfinished sheet comes first"
    three = signed_in(Role.CLERK).post("/key/next")
    assert three["Location"] == "/key/"


def test_a_sheet_in_somebody_elses_hands_can_be_taken_over_knowingly(vitals, signed_in):
    one, two = signed_in(Role.CLERK), signed_in(Role.CLERK)
    one.get(f"/key/{vitals.pk}")
    page = two.get(f"/key/{vitals.pk}")
    assert page.status_code == 409 and "has this sheet" in words(page)
    assert two.post(f"/key/{vitals.pk}/take-over").status_code == 302
    assert two.get(f"/key/{vitals.pk}").status_code == 200
    answer = save(one, vitals, "obs.2.initials", "rb")
    assert answer.status_code == 409 and "no longer yours" in answer.json()["why"]
    assert not Entry.objects.exists()


def test_a_field_is_saved_in_its_one_form(vitals, signed_in):
    client = signed_in(Role.CLERK)
    client.get(f"/key/{vitals.pk}")
    assert save(client, vitals, "obs.2.at.time", "730").json()["value"] == "0730"
    assert save(client, vitals, "obs.2.initials", "rb").json()["value"] == "RB"
    entry = Entry.objects.get(field="obs.2.at.time")
    assert (entry.value, entry.kind, entry.source, entry.page) == ("0730", "value", "typed", vitals.scans.get())


def test_what_is_unclear_is_not_stored_and_says_why(vitals, signed_in):
    client = signed_in(Role.CLERK)
    client.get(f"/key/{vitals.pk}")
    answer = save(client, vitals, "obs.2.at.time", "73")
    assert answer.status_code == 422 and "0703 or 0730" in answer.json()["why"]
    for bad in ({"field": "obs.99.at.time"}, {"kind": "nonsense"}, {"token": "short"}):
        given = {"field": "obs.2.at.time", "kind": "value", "value": "0730", "token": "a" * 32} | bad
        assert client.post(f"/key/{vitals.pk}/save", given).status_code == 422
    assert not Entry.objects.exists()


def test_an_implausible_value_is_kept_asked_for_and_confirmed(vitals, signed_in):
    client = signed_in(Role.CLERK)
    client.get(f"/key/{vitals.pk}")
    answer = save(client, vitals, "obs.2.hr.value", "222").json()
    assert "unusual" in answer["ask"] and Entry.objects.get().note == "unconfirmed"
    assert 'data-need="confirm"' in cell(words(client.get(f"/key/{vitals.pk}")), "obs.2.hr.value")
    assert save(client, vitals, "obs.2.hr.value", "222", confirmed="yes").json()["ask"] == ""
    assert 'data-need="done"' in cell(words(client.get(f"/key/{vitals.pk}")), "obs.2.hr.value")


def cell(page: str, field: str) -> str:
    return re.search(rf'<div class="field[^>]*data-field="{re.escape(field)}"[^>]*>', page)[0]


def test_only_fields_with_ink_are_asked_for_and_a_look_at_the_page_covers_the_rest(vitals, signed_in):
    page = words(signed_in(Role.CLERK).get(f"/key/{vitals.pk}"))
    needs = dict(re.findall(r'data-field="([^"]+)"[^>]*? data-need="(\w+)"', page))
    assert needs["obs.2.hr.value"] == needs["obs.2.at.time"] == "key"
    assert needs["obs.1.hr.value"] == needs["obs.5.hr.value"] == "nothing"
    assert needs["obs.2.dbp"] == "key", "required in a row that is in use"
    assert needs["check.page1"] == "confirm"
    assert needs["escalation.1.called"] == "no_picture"


def finish_all(client, sheet, skip=()):
    """Say something of every field that asks; returns the answer to finishing."""
    page = words(client.get(f"/key/{sheet.pk}"))
    for field, need in re.findall(r'data-field="([^"]+)"[^>]*? data-need="(\w+)"', page):
        if need in ("key", "confirm") and field not in skip:
            kind = "value" if field.startswith("check.") else "blank"
            assert save(client, sheet, field, "yes", kind=kind).status_code == 200
    return client.post(f"/key/{sheet.pk}/done")


def test_a_sheet_is_not_finished_while_a_field_asks_something(vitals, signed_in):
    client = signed_in(Role.CLERK)
    all_returned(vitals)
    answer = finish_all(client, vitals, skip=("obs.2.hr.value",))
    assert answer.status_code == 409 and "1 field still ask" in words(answer)
    vitals.refresh_from_db()
    assert vitals.status == SheetStatus.KEYING
    save(client, vitals, "obs.2.hr.value", kind="illegible")
    assert client.post(f"/key/{vitals.pk}/done")["Location"] == "/key/"
    vitals.refresh_from_db()
    assert vitals.status == SheetStatus.KEYED and not Lease.objects.exists()


def test_a_page_that_has_not_come_back_needs_a_reason(vitals, signed_in):
    client = signed_in(Role.CLERK)
    answer = finish_all(client, vitals)
    missing = ", ".join(str(number) for number in range(2, len(vitals.pages) + 1))
    assert answer.status_code == 409 and f"Page {missing} of this sheet has not come back" in words(answer)
    assert client.post(f"/key/{vitals.pk}/done", {"without": "nothing on it, says Ms Ortiz"}).status_code == 302
    vitals.refresh_from_db()
    assert vitals.status == SheetStatus.KEYED
    assert "Ms Ortiz" in vitals.events.latest("pk").why


def test_a_question_sets_the_sheet_aside_until_the_ward_has_answered(vitals, signed_in):
    client = signed_in(Role.CLERK)
    client.get(f"/key/{vitals.pk}")
    all_returned(vitals)
    save(client, vitals, "obs.2.hr.value", kind="ask")
    finish_all(client, vitals)
    vitals.refresh_from_db()
    assert vitals.status == SheetStatus.ASKED
    nurse = signed_in(Role.CHARGE_NURSE)
    assert "Vital signs" in words(nurse.get("/key/?asked=1"))
    assert nurse.get(f"/key/{vitals.pk}").status_code == 200
    assert save(nurse, vitals, "obs.2.hr.value", "72").status_code == 200
    nurse.post(f"/key/{vitals.pk}/done")
    vitals.refresh_from_db()
    assert vitals.status == SheetStatus.KEYED


def test_a_keyed_sheet_is_not_opened_by_its_address(vitals, signed_in):
    move(vitals.pk, SheetStatus.KEYED, None)
    answer = signed_in(Role.CLERK).get(f"/key/{vitals.pk}")
    assert answer.status_code == 409 and "keyed, waits to be verified" in words(answer)


def test_names_are_text_on_the_screen(vitals, signed_in):
    client = signed_in(Role.CLERK)
    client.get(f"/key/{vitals.pk}")
    hostile = '<script>alert(1)</script>"><img src=x onerror=alert(1)> {{ 7*7 }}'
    assert save(client, vitals, "patient.surname", hostile).json()["value"] == hostile
    page = words(client.get(f"/key/{vitals.pk}"))
    assert "<script>alert" not in page and "<img src=x" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;&#34;&gt;" in page


def test_machine_readings_are_shown_as_such_and_confirmed_by_a_person(db, signed_in):
    store_kit(paper("icu").manifest)
    page = scan_in("icu", "reg-face-sheet")
    client = signed_in(Role.CLERK)
    screen = words(client.get(f"/key/{page.sheet_id}"))
    read = re.findall(
        r'<div class="field kind-choice[^"]* read[^"]*"[^>]*data-field="([^"]+)"[^>]*data-need="confirm"', screen
    )
    assert "sex" in read
    chosen = re.search(r'data-field="sex".*?value="(\w+)"[^>]*checked', screen, flags=re.S)[1]
    assert save(client, page.sheet, "sex", chosen, read="yes").status_code == 200
    assert Entry.objects.get(field="sex").source == "confirmed"


def test_queries_do_not_grow_with_the_queue_or_the_sheet(kit, signed_in):
    client = signed_in(Role.CLERK)
    sheets = list(Sheet.objects.select_related("kit").filter(form="mar-scheduled"))[:12]
    client.get("/key/")  # the session is begun
    counts = []
    for batch in (sheets[:2], sheets[2:]):
        for sheet in batch:
            returned(sheet, 0, ("drugs.1.order.drug",))
        with CaptureQueriesContext(connection) as seen:
            client.get("/key/")
        counts.append(len(seen))
    assert counts[0] == counts[1]
    client.get(f"/key/{sheets[0].pk}")  # the sheet's fields are remembered from here on
    open_counts = []
    for entered in (0, 40):
        sheet = sheets[0]
        client.get(f"/key/{sheet.pk}")
        for number in range(entered):
            save(client, sheet, f"drugs.{number % 4 + 1}.h{number % 12 + 1}.code", "1")
        with CaptureQueriesContext(connection) as seen:
            client.get(f"/key/{sheet.pk}")
        open_counts.append(len(seen))
    assert open_counts[0] == open_counts[1] < 25


def test_a_lease_that_rests_lets_the_next_one_in(vitals, signed_in):
    one, two = signed_in(Role.CLERK), signed_in(Role.CLERK)
    one.get(f"/key/{vitals.pk}")
    Lease.objects.update(seen_at=timezone.now() - timedelta(minutes=11))
    assert two.get(f"/key/{vitals.pk}").status_code == 200


def test_pictures_are_for_those_who_work_with_pages(vitals, signed_in):
    page = vitals.scans.get()
    assert signed_in(Role.CLERK).get(f"/inbox/{page.pk}/picture/straight")["Content-Type"] == "image/jpeg"
    assert signed_in(Role.AUDITOR).get(f"/inbox/{page.pk}/picture/straight").status_code == 403
    assert signed_in(Role.CLERK).get(f"/inbox/{page.pk}/picture/secret").status_code == 404


def test_what_was_typed_on_a_screen_is_shown_confirmed_and_kept_as_such(kit, signed_in, new_person):
    sheet = returned(sheet_named("reg-face-sheet"))
    page = sheet.scans.get()
    page.entered = {"patient.surname": "Okafor", "provider": "Dr Ortiz", "sex": "no-such-box"}
    page.save()
    clerk = new_person(Role.CLERK)
    browser = signed_in(user=clerk)
    shown = words(browser.get(f"/key/{sheet.pk}"))
    assert shown.count("typed on a screen: confirm with Enter") == 2, (
        "a box that the form does not have is not believed"
    )
    assert 'value="Okafor"' in shown
    for field, value in (("patient.surname", "Okafor"), ("provider", "Dr Otis")):
        form = {
            "field": field,
            "kind": "value",
            "value": value,
            "read": "yes",
            "token": f"{field:x>20}".replace(".", "-"),
        }
        assert browser.post(f"/key/{sheet.pk}/save", form).status_code == 200
    sources = dict(Entry.objects.values_list("field", "source"))
    assert sources == {"patient.surname": "electronic", "provider": "confirmed"}
