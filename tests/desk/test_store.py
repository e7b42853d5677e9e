"""The store: kits, entries that only grow, leases, statuses, pictures; and the store's own proof of them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from paper_help import empty_scan, paper, sheet_named, store_kit

from downtime.desk.accounts.roles import Role
from downtime.desk.audit.chain import verify
from downtime.desk.store.entries import NotInYourHandsError, Word, enter, newest
from downtime.desk.store.kits import add_kit
from downtime.desk.store.leases import FREE_AFTER, Mine, Theirs, give_back, take
from downtime.desk.store.models import (
    Entry,
    EntryKind,
    Kit,
    Lease,
    LeasePurpose,
    Patient,
    ScannedPage,
    Sheet,
    SheetEvent,
    SheetStatus,
)
from downtime.desk.store.pictures import PictureStore
from downtime.desk.store.priority import rank_of, words_of
from downtime.desk.store.proof import changed_entries
from downtime.desk.store.sheets import MOVES, CannotMoveError, move
from downtime.errors import InputError
from downtime.library.shelf import Shelf
from downtime.page.manifest import ManifestKind


@pytest.fixture
def kit(db):
    return store_kit(paper("icu").manifest)


@pytest.fixture
def clerk(new_person):
    return new_person(Role.CLERK)


def word(field: str = "patient.surname", value: str = "Okafor", token: str = "0" * 32, kind=EntryKind.VALUE) -> Word:
    return Word(field, kind, token, value)


# --- kits ------------------------------------------------------------


def test_a_kit_becomes_its_sheets_and_the_same_kit_again_is_one(kit):
    manifest = paper("icu").manifest
    writable = [s for s in manifest.sheets if any(page.fields for page in manifest.layouts[s.layout].pages)]
    assert Sheet.objects.count() == len(writable) > 50
    assert not Sheet.objects.filter(form="cover").exists()
    again = store_kit(manifest)
    assert again.pk == kit.pk and Sheet.objects.count() == len(writable)


def test_another_kit_of_the_same_number_is_refused(kit):
    manifest = paper("icu").manifest
    with pytest.raises(InputError, match="another kit"):
        store_kit(manifest.model_copy(update={"station": "another computer"}))


def test_a_live_desk_takes_no_rehearsal_and_a_rehearsal_nothing_live(db, settings):
    from dataclasses import replace

    manifest = paper("icu").manifest
    drill = manifest.model_copy(update={"kind": ManifestKind.DRILL})
    with pytest.raises(InputError, match="rehearsal"):
        store_kit(drill)
    settings.DESK = replace(settings.DESK, drill=True)
    with pytest.raises(InputError, match="live"):
        store_kit(manifest)
    assert store_kit(drill).drill
    assert Kit.objects.count() == 1


def test_patients_that_a_kit_names_are_there(db):
    manifest = paper("icu").manifest
    sheets = tuple(s.model_copy(update={"patient": "10004417"}) for s in manifest.sheets)
    store_kit(manifest.model_copy(update={"sheets": sheets}))
    assert Patient.objects.get().reference == "10004417"
    assert not Sheet.objects.filter(patient=None).exists()


def test_a_kit_without_the_library_is_kept_and_comes_first(db):
    class Nothing:
        def form(self, layout, department):
            return None

    add_kit(paper("icu").manifest, None, Nothing())
    assert set(Sheet.objects.values_list("rank", flat=True)) == {0}


def test_the_order_of_re_entry():
    shelf = Shelf()
    ranks = {name: rank_of(shelf.form(name).spec) for name in shelf.ids}
    order = ["reg-face-sheet", "ord-medication", "mar-scheduled", "flow-vitals-ews", "log-incident"]
    assert [ranks[name] for name in order] == sorted(ranks[name] for name in order)
    assert words_of(ranks["mar-scheduled"]) == "NOW" and words_of(ranks["flow-vitals-ews"]) == "SHIFT"


# --- entries ------------------------------------------------------------


@pytest.fixture
def mine(kit, clerk):
    sheet = sheet_named("mar-scheduled")
    take(sheet.pk, clerk, LeasePurpose.KEYING)
    return sheet


def test_the_newest_entry_of_a_field_counts_and_none_is_lost(mine, clerk):
    for number, (kind, value) in enumerate([("value", "Okafor"), ("illegible", ""), ("value", "Okafer")]):
        enter(mine.pk, word(value=value, token=f"{number:032d}", kind=EntryKind(kind)), by=clerk, page_id=None)
    assert newest(mine.pk)["patient.surname"].value == "Okafer"
    assert Entry.objects.count() == 3
    enter(mine.pk, word(value="", token="9" * 32, kind=EntryKind.WITHDRAWN), by=clerk, page_id=None)
    assert "patient.surname" not in newest(mine.pk) and Entry.objects.count() == 4


def test_the_same_save_twice_is_stored_once(mine, clerk):
    one = enter(mine.pk, word(), by=clerk, page_id=None)
    two = enter(mine.pk, word(), by=clerk, page_id=None)
    assert one.pk == two.pk and Entry.objects.count() == 1


def test_nobody_enters_into_a_sheet_that_is_not_in_their_hands(mine, clerk, new_person):
    other = new_person(Role.CLERK)
    with pytest.raises(NotInYourHandsError):
        enter(mine.pk, word(), by=other, page_id=None)
    give_back(mine.pk, clerk)
    with pytest.raises(NotInYourHandsError):
        enter(mine.pk, word(), by=clerk, page_id=None)
    assert not Entry.objects.exists()


def test_the_database_refuses_to_change_or_delete_an_entry(mine, clerk):
    entry = enter(mine.pk, word(), by=clerk, page_id=None)
    for act in (lambda: Entry.objects.update(value="x"), entry.delete):
        with pytest.raises(DatabaseError, match="only grows"), transaction.atomic():
            act()
    with pytest.raises(DatabaseError, match="only grows"), transaction.atomic():
        SheetEvent.objects.create(sheet=mine, status="keyed")
        SheetEvent.objects.all().delete()


def test_a_blank_with_a_value_is_refused_by_the_database(mine, clerk):
    with pytest.raises(DatabaseError), transaction.atomic():
        Entry.objects.create(
            sheet=mine, field="x", kind="blank", value="7", by=clerk, at=timezone.now(), token="t" * 32
        )


def drop_triggers(table: str) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for verb in ("update", "delete"):
                cursor.execute(f'DROP TRIGGER "{table}_no_{verb}"')
        else:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # nothing may wait for the end of the transaction here
            cursor.execute(f'ALTER TABLE "{table}" DISABLE TRIGGER USER')


def test_an_entry_that_was_changed_behind_the_desk_is_found(mine, clerk):
    for number in range(5):
        enter(mine.pk, word(token=f"{number:032d}", value=str(number)), by=clerk, page_id=None)
    assert changed_entries() == () and verify().faults == ()
    drop_triggers("store_entry")
    first, second, third = Entry.objects.order_by("pk")[:3]
    Entry.objects.filter(pk=first.pk).update(value="changed")
    Entry.objects.filter(pk=second.pk).delete()
    third.pk, third.token = None, "f" * 32
    third.save()
    Entry.objects.create(sheet=mine, field="x", kind="blank", by=clerk, at=timezone.now(), token="e" * 32)
    faults = changed_entries()
    assert f"entry {first.pk} was changed" in faults and f"entry {second.pk} is missing" in faults
    assert any("does not know" in fault for fault in faults)


# --- leases ------------------------------------------------------------


def test_a_sheet_is_in_one_pair_of_hands_until_they_rest(mine, clerk, new_person):
    other = new_person(Role.CLERK)
    assert isinstance(take(mine.pk, other, LeasePurpose.KEYING), Theirs)
    assert isinstance(take(mine.pk, clerk, LeasePurpose.KEYING), Mine)
    Lease.objects.update(seen_at=timezone.now() - FREE_AFTER - timedelta(seconds=1))
    taken = take(mine.pk, other, LeasePurpose.KEYING)
    assert isinstance(taken, Mine) and not taken.taken_over_from


def test_taking_over_leaves_a_trace_and_ends_the_other_ones_saves(mine, clerk, new_person):
    other = new_person(Role.CLERK)
    enter(mine.pk, word(), by=clerk, page_id=None)
    taken = take(mine.pk, other, LeasePurpose.KEYING, over=True)
    assert isinstance(taken, Mine) and taken.taken_over_from == clerk.username
    with pytest.raises(NotInYourHandsError) as caught:
        enter(mine.pk, word(token="1" * 32), by=clerk, page_id=None)
    assert caught.value.holder == other.name
    assert newest(mine.pk)["patient.surname"].by == clerk
    from downtime.desk.audit.models import AuditEvent

    assert AuditEvent.objects.filter(action="lease.taken_over", subject=f"sheet:{mine.pk}").exists()


# --- statuses ------------------------------------------------------------


def test_only_sensible_moves_are_made_and_each_leaves_an_event(kit, clerk):
    sheet = sheet_named("mar-scheduled")
    with pytest.raises(CannotMoveError):
        move(sheet.pk, SheetStatus.VERIFIED, clerk)
    with pytest.raises(CannotMoveError, match="reason"):
        move(sheet.pk, SheetStatus.LOST, clerk)
    move(sheet.pk, SheetStatus.LOST, clerk, why="the box was wet")
    assert list(sheet.events.values_list("status", "why")) == [("lost", "the box was wet")]
    assert set(MOVES) == set(SheetStatus)


def test_a_page_that_comes_back_late_opens_its_sheet_again(kit, clerk):
    sheet = (
        sheet_named("flow-vitals-ews")
        if Sheet.objects.filter(form="flow-vitals-ews").exists()
        else sheet_named("mar-prn")
    )
    layout = paper("icu").manifest.layouts[sheet.layout_id]
    empty_scan(sheet, layout, 0)
    for status in (SheetStatus.KEYING, SheetStatus.KEYED, SheetStatus.VERIFIED):
        move(sheet.pk, status, clerk)
    empty_scan(sheet, layout, 1)
    sheet.refresh_from_db()
    assert sheet.status == SheetStatus.KEYING and "came back" in sheet.events.latest("pk").why


def test_the_same_page_again_is_a_rescan_and_other_ink_a_conflict(kit):
    sheet = sheet_named("mar-scheduled")
    layout = paper("icu").manifest.layouts[sheet.layout_id]
    first = empty_scan(sheet, layout)
    second = empty_scan(sheet, layout)
    assert (first.state, first.in_use) == ("read", True)
    assert (second.state, second.in_use, second.settled) == ("conflict", False, False)
    assert ScannedPage.objects.count() == 2


# --- pictures ------------------------------------------------------------


@pytest.mark.parametrize("key", [None, b"k" * 32])
@pytest.mark.parametrize("size", [1, 1 << 20, (1 << 20) + 1, 3_000_000])
def test_a_picture_comes_back_as_it_was_or_not_at_all(tmp_path, key, size):
    store = PictureStore(tmp_path, key)
    content = bytes(range(256)) * (size // 256) + b"x" * (size % 256)
    name = store.put(content)
    assert store.get(name) == content and store.put(content) == name
    source = tmp_path / "source"
    source.write_bytes(content)
    assert store.put_file(source) == name
    path = next(file for file in tmp_path.rglob("*") if file.is_file() and file != source)
    if key is not None and size > 1:
        assert content not in path.read_bytes()
    raw = path.read_bytes()
    for damaged in (raw[:-1], raw + b"\0", raw[:-1] + bytes([raw[-1] ^ 1])):
        path.write_bytes(damaged)
        with pytest.raises(InputError):
            store.get(name)


def test_an_encrypted_picture_opens_with_its_own_key_alone(tmp_path):
    name = PictureStore(tmp_path, b"k" * 32).put(b"a page")
    for key in (None, b"j" * 32):
        with pytest.raises(InputError):
            PictureStore(tmp_path, key).get(name)


def test_pictures_from_before_the_passphrase_still_open(tmp_path):
    name = PictureStore(tmp_path).put(b"a page")
    assert PictureStore(tmp_path, b"k" * 32).get(name) == b"a page"


def test_the_stores_key_opens_with_its_passphrase_alone(tmp_path, monkeypatch):
    from downtime.desk.store.sealing import data_key, seal_store
    from downtime.errors import ConfigError
    from downtime.page.passphrase import VARIABLE, Passphrase

    assert data_key(tmp_path) is None
    monkeypatch.setenv(VARIABLE, "correct horse battery staple")
    seal_store(tmp_path, Passphrase.of("correct horse battery staple"))
    assert len(data_key(tmp_path)) == 32
    for given in ("wrong horse", None):
        monkeypatch.setenv(VARIABLE, given) if given else monkeypatch.delenv(VARIABLE)
        with pytest.raises(ConfigError, match=r"passphrase|encrypted"):
            seal_store(tmp_path, Passphrase.of(given) if given else None)
