"""The inbox through its pages, and the reader behind it: every file and page ends in one state, with what to do."""

from __future__ import annotations

import re

import cv2
import numpy as np
import pytest
from desk_help import words
from django.core.files.uploadedfile import TemporaryUploadedFile
from paper_help import empty_scan, known_kit, paper, sheet_named, store_kit, written

from downtime.desk.accounts.roles import Role
from downtime.desk.inbox.reader import Reader, ReaderSettings
from downtime.desk.inbox.watching import WatchedFolder
from downtime.desk.inbox.worker import clean_scratch
from downtime.desk.store import decisions, files
from downtime.desk.store.decisions import CannotDecideError
from downtime.desk.store.models import (
    FileSource,
    FileState,
    IncomingFile,
    Kit,
    PageDecision,
    ScannedPage,
    Sheet,
    SheetStatus,
)
from downtime.page.code import short_text
from downtime.scan.limits import Limits


def png(image: np.ndarray) -> bytes:
    return cv2.imencode(".png", image)[1].tobytes()


@pytest.fixture
def kit(db):
    return store_kit(paper("icu").manifest)


@pytest.fixture
def drop(signed_in):
    """Drops files on the page as a clerk; returns the browser."""

    def act(*contents: tuple[str, bytes], client=None):
        client = client or signed_in(Role.CLERK)
        given = []
        for name, content in contents:
            one = TemporaryUploadedFile(name, "application/octet-stream", len(content), "utf-8")
            one.write(content)
            one.seek(0)
            given.append(one)
        client.post("/inbox/upload", {"files": given})
        return client

    return act


@pytest.fixture
def read_all(store_folder):
    """Reads everything in the line, in worker processes, as the desk's reader does."""

    def act() -> None:
        with Reader(ReaderSettings(), clean_scratch(store_folder)) as reader:
            while reader.work():
                pass

    return act


def page_image(form: str = "mar-scheduled", index: int = 0) -> np.ndarray:
    return written("icu", form, index, 1).image


# --- files ------------------------------------------------------------


def test_the_same_bytes_are_kept_once_and_said_to_be_the_same(drop):
    client = drop(("a.png", b"one"), ("b.png", b"two"))
    drop(("c.png", b"one"), client=client)
    assert list(IncomingFile.objects.order_by("pk").values_list("name", "state")) == [
        ("a.png", "waiting"), ("b.png", "waiting"), ("c.png", "seen"),
    ]  # fmt: skip
    assert IncomingFile.objects.get(name="c.png").first.name == "a.png"


def test_an_empty_file_and_one_that_is_too_large_are_named_states(drop, monkeypatch):
    monkeypatch.setattr("downtime.desk.inbox.views._limits", lambda: Limits(file_mb=1))
    client = drop(("empty.pdf", b""), ("large.pdf", b"x" * 1_000_001))
    assert set(IncomingFile.objects.values_list("state", "reason")) == {
        ("failed", "empty_file"),
        ("failed", "too_large"),
    }
    page = words(client.get("/inbox/"))
    assert "The file is empty." in page and "larger than the limit" in page


def test_a_hostile_file_name_is_shown_as_text_and_goes_nowhere(drop):
    client = drop(("../../etc/<script>alert(1)</script>\u202egnp.exe", b"one"))
    name = IncomingFile.objects.get().name
    assert "/" not in name and "\u202e" not in name
    assert "<script>alert" not in words(client.get("/inbox/"))


def test_files_are_claimed_once_each_and_given_up_after_a_few_deaths(db, tmp_path):
    for number in range(2):
        path = tmp_path / f"{number}.png"
        path.write_bytes(bytes([number]))
        files.receive(path, path.name, FileSource.FOLDER, None)
    one, two = files.claim(), files.claim()
    assert one.pk != two.pk and files.claim() is None
    for _ in range(files.MOST_ATTEMPTS - 1):
        files.give_back_claims()
        assert files.claim() and files.claim()
    files.give_back_claims()
    assert files.claim() is None
    assert set(IncomingFile.objects.values_list("state", "reason")) == {("failed", "reader_crashed")}


def test_the_watched_folder_is_taken_once_whole_and_not_again_after_a_restart(db, tmp_path):
    folder = tmp_path / "scans"
    folder.mkdir()
    limits = Limits(settle_seconds=2)
    watched = WatchedFolder(folder, limits)
    (folder / "a.tif").write_bytes(b"half")
    assert watched.look(0.0) == 0
    (folder / "a.tif").write_bytes(b"half, and the other half")
    assert [watched.look(now) for now in (1.0, 2.0, 3.1)] == [0, 0, 1]
    (folder / "empty.tif").write_bytes(b"")
    (folder / "link.tif").symlink_to(folder / "a.tif")
    for _ in range(2):
        again = WatchedFolder(folder, limits)
        again.look(0.0)
        again.look(5.0)
    found = dict(IncomingFile.objects.values_list("name", "state"))
    assert found == {"a.tif": "waiting", "empty.tif": "failed", "link.tif": "failed"}
    assert IncomingFile.objects.count() == 3


# --- reading ----------------------------------------------------------


def test_scans_become_pages_of_their_sheets_and_kits_come_the_same_way(drop, read_all):
    made = paper("icu")
    client = drop(("scan.png", png(page_image())), ("nonsense.bin", b"nothing that anybody scanned"))
    read_all()
    page = ScannedPage.objects.get()
    assert (page.state, page.sheet, page.settled) == ("unknown_layout", None, False)
    assert "Add the manifest or PDF of the kit" in words(client.get(f"/inbox/{page.pk}"))
    assert IncomingFile.objects.get(name="nonsense.bin").reason == "not_a_scan"
    drop(("kit.json", made.manifest.to_json()), client=client)
    read_all()
    page.refresh_from_db()
    assert Kit.objects.get().kit == IncomingFile.objects.get(name="kit.json").kit
    assert page.sheet.form == "mar-scheduled" and page.straight and page.thumbnail
    # The example site is not given, so its unsigned pages are in doubt until a person has looked.
    assert (page.state, page.settled, page.in_use) == ("needs_review", False, False)
    client.post(f"/inbox/{page.pk}/decide", {"decision": "accept"})
    page.refresh_from_db()
    assert page.in_use and Sheet.objects.get(pk=page.sheet_id).status == SheetStatus.RETURNED


def test_a_page_without_its_codes_is_found_by_the_code_that_a_person_types(kit, drop, read_all):
    image = page_image().copy()
    made = paper("icu")
    sheet = sheet_named("mar-scheduled")
    layout = made.manifest.layouts[sheet.layout_id]
    for x, y, w, h in layout.pages[0].codes:
        scale = image.shape[1] / layout.width_mm
        image[round(y * scale) : round((y + h) * scale), round(x * scale) : round((x + w) * scale)] = 255
    client = drop(("scan.png", png(image)))
    read_all()
    page = ScannedPage.objects.get()
    assert page.state == "unidentified"
    code = short_text(known_kit(made.manifest), sheet.first_page, False)
    bad = client.post(f"/inbox/{page.pk}/code", {"code": code.replace(code[3], "Z" if code[3] != "Z" else "Y", 1)})
    assert bad.status_code == 422 and not PageDecision.objects.exists()
    assert client.post(f"/inbox/{page.pk}/code", {"code": code.lower()}).status_code == 302
    read_all()
    page.refresh_from_db()
    assert page.sheet_id == sheet.pk and page.straight and not page.reread
    assert PageDecision.objects.get().kind == "identified"


def test_a_picture_that_crashes_its_reader_loses_no_other(kit, drop, read_all, monkeypatch):
    drop(("bad.png", b"\x89PNG\r\n\x1a\n" + bytes(500)), ("good.png", png(page_image())))
    read_all()
    states = {page.file.name: page.state for page in ScannedPage.objects.select_related("file")}
    assert states["good.png"] == "needs_review"
    bad = IncomingFile.objects.get(name="bad.png")
    assert bad.state == "failed" or states["bad.png"] == "unreadable_file"


def test_a_reader_that_was_stopped_in_the_middle_reads_the_rest_once(kit, store_folder, drop):
    drop(("scan.tif", tiff([page_image(), page_image(index=1)])))
    with Reader(ReaderSettings(), clean_scratch(store_folder)) as reader:
        file = files.claim()
        with reader._taken_out(file) as hashed:
            [outcome] = reader._crew_now().run([reader._job(hashed, 0, "")])
            from downtime.desk.inbox.reader import _new_page, _read_from
            from downtime.desk.store.pages import add_page

            add_page(_new_page(file, 0, _read_from(outcome, hashed, 0)), lambda one, other: False)
    files.give_back_claims()
    with Reader(ReaderSettings(), clean_scratch(store_folder)) as reader:
        while reader.work():
            pass
    assert list(ScannedPage.objects.order_by("index").values_list("index", flat=True)) == [0, 1]
    assert IncomingFile.objects.get().state == FileState.DONE and IncomingFile.objects.get().page_count == 2


def tiff(images: list[np.ndarray]) -> bytes:
    done, data = cv2.imencodemulti(".tif", images)
    assert done
    return data.tobytes()


# --- the same page twice ----------------------------------------------


def test_the_same_page_scanned_twice_counts_once_and_added_ink_is_a_conflict(kit, drop, read_all):
    image = page_image()
    shifted = np.roll(image, (2, 1), axis=(0, 1))
    added = image.copy()
    x, y, _, h = next(
        field.at for field in paper("icu").manifest.layouts[sheet_named("mar-scheduled").layout_id].pages[0].fields
        if field.id == "drugs.4.order.drug"
    )  # fmt: skip
    scale = image.shape[1] / 279.4
    cv2.line(added, (round(x * scale), round((y + h) * scale)), (round((x + 30) * scale), round(y * scale)), 0, 8)
    client = drop(("one.png", png(image)))
    read_all()
    first = ScannedPage.objects.get()
    decisions.accept(first.pk, first.file.by)
    drop(("two.png", png(shifted)), ("three.png", png(added)), client=client)
    read_all()
    states = {page.file.name: page.state for page in ScannedPage.objects.select_related("file")}
    assert states == {"one.png": "needs_review", "two.png": "rescan", "three.png": "conflict"}
    three = ScannedPage.objects.get(file__name="three.png")
    page = words(client.get(f"/inbox/{three.pk}"))
    assert page.count("/picture/straight") >= 6, "the picture and its rivals stand side by side"
    assert "A photocopy that served another patient" in page


@pytest.fixture
def conflict(kit, new_person):
    sheet = sheet_named("mar-scheduled")
    layout = paper("icu").manifest.layouts[sheet.layout_id]
    return empty_scan(sheet, layout), empty_scan(sheet, layout), new_person(Role.SUPERVISOR)


def test_a_conflict_settled_as_written_on_later_changes_the_picture_in_use(conflict):
    first, second, by = conflict
    decisions.accept(second.pk, by)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.in_use, second.in_use, second.settled) == (False, True, True)
    assert first.sheet_id == second.sheet_id


def test_a_photocopy_becomes_a_sheet_of_its_own_for_nobody_yet(conflict):
    first, second, by = conflict
    copy = decisions.photocopy(second.pk, by)
    assert (copy.instance, copy.patient, copy.number) == (1, None, first.sheet.number)
    second.refresh_from_db()
    copy.refresh_from_db()
    assert second.sheet_id == copy.pk and second.in_use and copy.status == SheetStatus.RETURNED
    first.refresh_from_db()
    assert first.in_use
    assert Sheet.objects.filter(kit=copy.kit, number=copy.number).count() == 2


def test_a_page_put_to_the_wrong_sheet_is_taken_out_and_asked_about_anew(conflict):
    first, _, by = conflict
    with pytest.raises(CannotDecideError):
        decisions.reopen(first.pk, by, " ")
    decisions.reopen(first.pk, by, "another patient's")
    first.refresh_from_db()
    sheet = Sheet.objects.get(pk=first.sheet_id)
    assert (first.in_use, first.settled, sheet.status) == (False, False, SheetStatus.ISSUED)


def test_setting_aside_needs_a_reason_and_keeps_the_page(conflict, signed_in):
    _, second, by = conflict
    client = signed_in(user=by)
    assert client.post(f"/inbox/{second.pk}/decide", {"decision": "set_aside"}).status_code == 422
    client.post(f"/inbox/{second.pk}/decide", {"decision": "set_aside", "why": "smeared, the first one is whole"})
    second.refresh_from_db()
    assert second.settled and PageDecision.objects.get().why.startswith("smeared")
    assert "smeared, the first one is whole" in words(client.get(f"/inbox/{second.pk}"))


# --- finding ----------------------------------------------------------


def test_a_typed_code_opens_its_page_and_says_so_where_it_is_not_back(kit, signed_in):
    client = signed_in(Role.CLERK)
    sheet = sheet_named("mar-scheduled")
    code = short_text(known_kit(paper("icu").manifest), sheet.first_page, False)
    not_back = client.post("/inbox/find", {"code": code})
    assert not_back.status_code == 404 and "has not come back yet" in words(not_back)
    page = empty_scan(sheet, paper("icu").manifest.layouts[sheet.layout_id])
    assert client.post("/inbox/find", {"code": code})["Location"] == f"/inbox/{page.pk}"
    assert client.post("/inbox/find", {"code": "nonsense"}, follow=True).redirect_chain == [("/inbox/", 302)]


def test_a_page_is_put_to_a_sheet_found_by_form_and_patient(kit, drop, read_all):
    client = drop(("blank.png", png(np.full((2200, 1700), 255, np.uint8))))
    read_all()
    page = ScannedPage.objects.get()
    found = words(client.post(f"/inbox/{page.pk}/search", {"form": "ord-general", "unit": "icu", "words": ""}))
    sheet = Sheet.objects.get(pk=int(re.search(r'name="sheet" value="(\d+)"', found)[1]))
    assert sheet.form == "ord-general"
    assert (
        client.post(f"/inbox/{page.pk}/choose", {"sheet": sheet.pk, "kit_page": sheet.last_page + 1}).status_code == 422
    )
    assert client.post(f"/inbox/{page.pk}/choose", {"sheet": sheet.pk, "kit_page": sheet.first_page}).status_code == 302
    page.refresh_from_db()
    assert page.reread and page.typed


def test_nothing_is_sent_while_nothing_changes(kit, signed_in):
    client = signed_in(Role.CLERK)
    stamp = re.search(r"stamp=([\d.]+)", words(client.get("/inbox/")))[1]
    assert client.get(f"/inbox/live?show=all&stamp={stamp}").status_code == 204
    sheet = sheet_named("mar-scheduled")
    empty_scan(sheet, paper("icu").manifest.layouts[sheet.layout_id])
    changed = client.get(f"/inbox/live?show=all&stamp={stamp}")
    assert changed.status_code == 200 and "Scheduled medicines" in words(changed)
