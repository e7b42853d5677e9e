"""The site editor: what is typed becomes a change in the file, its comments kept, checked before it is written."""

from __future__ import annotations

import re

import pytest
from desk_help import words
from django.urls import reverse
from example_packets import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st
from site_help import own_site

from downtime.desk.accounts.roles import Role
from downtime.desk.audit.models import AuditEvent
from downtime.desk.printing.worker import work_once
from downtime.desk.site_editor.changing import Wanted, change
from downtime.desk.site_editor.folder import digest
from downtime.desk.site_editor.tree import at, name_of
from downtime.desk.store.models import Job, JobState
from downtime.errors import InputError
from downtime.textyaml import parse_yaml

EXAMPLES = sorted((ROOT / "examples").glob("*/**/*.yaml"))
MEDSURG = (ROOT / "examples" / "riverside" / "departments" / "medsurg.yaml").read_bytes()


@pytest.fixture
def site(settings, tmp_path):
    return own_site(settings, tmp_path)


def comments(text: bytes) -> list[str]:
    return re.findall(rb"#.*", text)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: "/".join(path.parts[-3:]))
def test_nothing_typed_changes_nothing_that_is_read(path):
    raw = path.read_bytes()
    changed = change(raw, path.name, Wanted({}))
    assert changed.changes == () and comments(changed.content) == comments(raw)
    assert parse_yaml(changed.content, "now").data == parse_yaml(raw, "before").data


def test_a_change_leaves_every_other_line_as_it_was():
    values = {
        ("beds",): "31", ("medication_times", "mar_starts"): "0800", ("manager",): "O. Nakamura: RN #2",
        ("phone_tree", "calls", "hospitalist"): "lab-charge\nimaging-charge\npharmacy-main",
        ("packet", "sections", 0, "forms", 3, "copies"): "5",
    }  # fmt: skip
    changed = change(MEDSURG, "medsurg.yaml", Wanted(values))
    before, now = MEDSURG.decode().splitlines(), changed.content.decode().splitlines()
    # A list that was broken into two lines is written on one: the only other line that changes.
    gone = [line for line in before if line not in now and not line.startswith(("bed_names", "  421"))]
    assert [line.strip() for line in gone] == [
        "manager: H. Nakamura, RN", "beds: 30", "mar_starts: 0700", "- {form: mar-legend, copies: 2}",
        "hospitalist: [lab-charge, imaging-charge]",
    ]  # fmt: skip
    assert "  mar_starts: 0800" in now and "beds: 31" in now
    assert "    hospitalist: [lab-charge, imaging-charge, pharmacy-main]" in now
    assert comments(changed.content) == [*comments(MEDSURG)] or set(comments(MEDSURG)) <= set(comments(changed.content))
    data = parse_yaml(changed.content, "now").data
    assert data["manager"] == "O. Nakamura: RN #2"
    assert changed.changes[0] == "beds: 30 → 31"


def test_entries_are_doubled_and_removed_and_an_empty_field_goes():
    forms = ("packet", "sections", 1, "forms")
    wanted = Wanted({("short_name",): "", (*forms, 3, "uses"): "0.7"}, double=((*forms, 1),), remove=((*forms, 0),))
    data = parse_yaml(change(MEDSURG, "medsurg.yaml", wanted).content, "now").data
    assert "short_name" not in data
    assert [entry["form"] for entry in at(data, forms)] == [
        "ord-medication", "ord-medication", "ord-lab-req", "ord-verbal-readback",
    ]  # fmt: skip
    assert at(data, (*forms, 3))["uses"] == "0.7"


def test_a_person_is_added_as_a_copy_under_another_id_and_called():
    contacts = (ROOT / "examples" / "riverside" / "contacts.yaml").read_bytes()
    pager = ("contacts", "hospitalist", "ways", 1, "number")
    wanted = Wanted({pager: "555-0180"}, copy={("contacts", "hospitalist"): "hospitalist-night"})
    changed = change(contacts, "contacts.yaml", wanted)
    data = parse_yaml(changed.content, "now").data["contacts"]
    assert data["hospitalist-night"] == data["hospitalist"] and data["hospitalist"]["ways"][1]["number"] == "555-0180"
    assert list(data).index("hospitalist-night") == list(data).index("hospitalist") + 1
    assert comments(changed.content) == comments(contacts)
    for wrong in ("administrator", "Night Doctor", "a: b", "-x"):
        with pytest.raises(InputError, match="cannot be the id"):
            change(contacts, "contacts.yaml", Wanted({}, copy={("contacts", "hospitalist"): wrong}))
    calls = ("phone_tree", "calls", "hospitalist")
    tree = change(MEDSURG, "medsurg.yaml", Wanted({}, copy={calls: "pharmacy-main"}, remove=(calls,)))
    assert list(parse_yaml(tree.content, "now").data["phone_tree"]["calls"]) == [
        "medsurg-charge", "house-supervisor", "pharmacy-main",
    ]  # fmt: skip


def test_headings_between_sections_stay_where_they_are():
    contacts = (ROOT / "examples" / "riverside" / "contacts.yaml").read_text()
    last, heading = ("contacts", "icu-team"), "\n\n  # ---- emergency\n"
    gone = change(contacts.encode(), "contacts.yaml", Wanted({}, remove=(last,))).content.decode()
    start, end = contacts.index("  icu-team:"), contacts.index(heading)
    assert gone == contacts[: start - 1] + contacts[end:]
    more = change(contacts.encode(), "contacts.yaml", Wanted({}, copy={last: "icu-night"})).content.decode()
    entry = contacts[start:end]
    assert more == contacts[:end] + "\n" + entry.replace("icu-team", "icu-night") + contacts[end:]
    ward = "a:\n  - {x: 1}  # one\n  - {x: 2}  # two\n\n# the next\nb: 1  # own\n# at c\nc: 2\n"
    doubled = change(ward.encode(), "w.yaml", Wanted({}, double=(("a", 1),))).content.decode()
    assert doubled == ward.replace("{x: 2}  # two\n", "{x: 2}  # two\n  - {x: 2}\n")
    script = "s:\n  - one\n  - two  # own\n\n# at b\nb: 1\n"
    longer = change(script.encode(), "w.yaml", Wanted({("s",): "one\ntwo\nthree"})).content.decode()
    assert longer == script.replace("two  # own\n", "two  # own\n  - three\n")
    shorter = change(script.encode(), "w.yaml", Wanted({("s",): "one"})).content.decode()
    assert shorter == script.replace("  - two  # own\n", "")
    emptied = change(ward.encode(), "w.yaml", Wanted({("b",): ""})).content.decode()
    assert emptied == ward.replace("b: 1  # own\n", "")
    with pytest.raises(InputError, match="cannot keep"):
        change(b"b: 1\n# at c\nc: 2\n", "w.yaml", Wanted({("b",): ""}))


@given(st.text(min_size=1, max_size=40))
@settings(max_examples=60, deadline=None)
def test_whatever_is_typed_is_read_back_as_that_text_or_refused(typed):
    try:
        changed = change(
            b"id: ward  # the id\nname: Ward  # the name\nbeds: 4\n", "ward.yaml", Wanted({("name",): typed})
        )
    except InputError:
        return
    data = parse_yaml(changed.content, "ward.yaml").data
    text = typed.replace("\r\n", "\n").replace("\r", "\n").strip()
    assert data.get("name") == (text or None) and data["id"] == "ward" and data["beds"] == "4"


def page_of(client, name: str) -> tuple[str, str]:
    """A file's page, and the version that it was made from."""
    page = words(client.get(reverse("site_editor:file", kwargs={"which": name})))
    return page, re.search(r'name="base" value="(\w{64})"', page)[1]


def save(client, name: str, base: str, values: dict[tuple, str]) -> object:
    form = {"base": base} | {f"value:{name_of(path)}": text for path, text in values.items()}
    return client.post(reverse("site_editor:file", kwargs={"which": name}), form)


@pytest.mark.django_db
def test_a_phone_number_is_changed_checked_written_and_noted(site, signed_in, store_folder):
    manager = signed_in(Role.MANAGER)
    before = (site / "contacts.yaml").read_text()
    page, base = page_of(manager, "contacts.yaml")
    assert "555-0103" in page and "Charge nurse" in page
    number = ("contacts", "supervisor", "ways", 0, "number")
    answer = save(
        manager, "contacts.yaml", base, {number: "555-0188", ("contacts", "supervisor", "title"): "House supervisor"}
    )
    assert (site / "contacts.yaml").read_text() == before, "nothing is written before it is checked"
    assert "is being checked" in words(manager.get(answer["Location"]))
    work_once(store_folder / "working")
    assert (site / "contacts.yaml").read_text() == before.replace("555-0103", "555-0188")
    assert "Written." in words(manager.get(answer["Location"]))
    noted = AuditEvent.objects.get(action="site.changed")
    assert "555-0103 → 555-0188" in noted.words and noted.subject == "site:contacts.yaml"
    assert not list(site.rglob(".downtime-*")), "nothing half-written is left"


@pytest.mark.django_db
def test_a_change_that_would_break_the_site_is_refused_with_what_was_found(site, signed_in, store_folder):
    manager = signed_in(Role.MANAGER)
    _, base = page_of(manager, "departments/ward.yaml")
    before = (site / "departments" / "ward.yaml").read_bytes()
    answer = save(manager, "departments/ward.yaml", base, {("beds",): "many", ("name",): "West Ward"})
    work_once(store_folder / "working")
    page = words(manager.get(answer["Location"]))
    assert "would break the site folder" in page and "departments/ward.yaml" in page and "many" in page
    assert (site / "departments" / "ward.yaml").read_bytes() == before
    # What was typed is not lost: the page goes on from it.
    again = words(
        manager.get(
            f"{reverse('site_editor:file', kwargs={'which': 'departments/ward.yaml'})}?from={Job.objects.get().pk}"
        )
    )
    assert 'value="many"' in again and 'value="West Ward"' in again


@pytest.mark.django_db
def test_what_somebody_else_changed_meanwhile_is_told_and_not_overwritten(site, signed_in, store_folder):
    manager, contacts = signed_in(Role.MANAGER), site / "contacts.yaml"
    _, base = page_of(manager, "contacts.yaml")
    number = ("contacts", "supervisor", "ways", 0, "number")
    assert save(manager, "contacts.yaml", base, {number: "555-0188"}).status_code == 302
    theirs = contacts.read_text().replace("555-0104", "555-0177")
    contacts.write_text(theirs)  # between saving and writing
    work_once(store_folder / "working")
    job = Job.objects.get()
    assert job.state == JobState.REFUSED and "Somebody else changed this file" in job.result["what"]
    assert contacts.read_text() == theirs
    answer = save(manager, "contacts.yaml", base, {number: "555-0188"})  # between loading and saving
    assert answer.status_code == 409 and "Somebody else changed" in words(answer)
    assert Job.objects.count() == 1 and digest(contacts.read_bytes()) != base


@pytest.mark.django_db
def test_nothing_outside_the_list_is_opened_and_departments_bind(site, signed_in, new_person):
    manager = signed_in(Role.MANAGER)
    (site / "secret.yaml").write_text("a: 1\n")
    for name in ("secret.yaml", "approvals.yaml", "../secret.yaml", "departments/../facility.yaml", "facility.key"):
        address = reverse("site_editor:file", kwargs={"which": "X"}).replace("X", name)
        assert manager.get(address).status_code == 404, name
    other = new_person(Role.MANAGER)
    other.departments = ["elsewhere"]
    other.save()
    client = signed_in(user=other)
    _, base = page_of(manager, "departments/ward.yaml")
    assert save(client, "departments/ward.yaml", base, {("beds",): "1"}).status_code == 404
    assert client.get(reverse("site_editor:file", kwargs={"which": "facility.yaml"})).status_code == 404
    assert client.get(reverse("site_editor:file", kwargs={"which": "contacts.yaml"})).status_code == 200
    assert not Job.objects.exists()


@pytest.mark.django_db
def test_places_that_are_not_there_and_forms_that_are_none_are_refused(site, signed_in):
    manager = signed_in(Role.MANAGER)
    _, base = page_of(manager, "departments/ward.yaml")
    for path in (("no", "such"), ("beds", "x"), ("packet", "sections", 99, "section"), ("packet",)):
        assert save(manager, "departments/ward.yaml", base, {path: "1"}).status_code == 422, path
    address = reverse("site_editor:file", kwargs={"which": "departments/ward.yaml"})
    assert manager.post(address, {"base": base, "value:{": "1", "value:[true]": "1"}).status_code == 302
    assert not Job.objects.exists()
    (site / "departments" / "ward.yaml").write_text("a: [\n")
    assert manager.get(address).status_code == 422
