"""Packets and kits made by the desk: asked for in the page, made by the worker, downloaded, issued, placed in boxes."""

from __future__ import annotations

import io
import os
import time
from datetime import timedelta
from pathlib import Path

import pytest
from desk_help import words
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.urls import reverse
from django.utils import timezone
from example_packets import ROOT
from pypdf import PdfReader
from site_help import own_site

from downtime.desk.accounts.roles import Role
from downtime.desk.audit.models import AuditEvent
from downtime.desk.printing.worker import remove_left_copies, remove_old_kits, work_once
from downtime.desk.store.models import IncomingFile, Job, JobState, Kit, Sheet
from downtime.desk.store.pictures import pictures
from downtime.page.manifest import Manifest
from downtime.paper.placement import placed_boxes

CENSUS = ROOT / "examples" / "riverside" / "census" / "icu.csv"


@pytest.fixture
def site(settings, tmp_path):
    return own_site(settings, tmp_path)


def work(store: Path) -> Job:
    assert work_once(store / "working")
    return Job.objects.order_by("-pk").first()


def bytes_of(answer: object) -> bytes:
    return answer.content


def ask_packet(client, department: str = "ward") -> object:
    return client.post(reverse("printing:packet"), {"department": department})


@pytest.mark.django_db
def test_a_packet_is_made_downloaded_known_to_the_desk_and_placed(site, signed_in, store_folder):
    manager = signed_in(Role.MANAGER)
    assert ask_packet(manager).status_code == 302
    assert "waits" in words(manager.get(reverse("printing:list")))
    job = work(store_folder)
    assert job.state == JobState.DONE, job.result
    page = words(manager.get(reverse("printing:list")))
    assert job.kit in page and f"{job.result['pages']} pages" in page
    answer = manager.get(reverse("printing:download", kwargs={"number": job.pk}))
    pdf = PdfReader(io.BytesIO(bytes_of(answer)))
    assert len(pdf.pages) == job.result["pages"] and job.kit in answer["Content-Disposition"]
    manifest = Manifest.model_validate_json(next(iter(pdf.attachments.values()))[0])
    kit = Kit.objects.get(kit=manifest.kit)
    assert kit.kit == job.kit and Sheet.objects.filter(kit=kit).count() > 20
    # What is printed here is in its box once somebody says so, and ready as `downtime status` tells.
    board = words(manager.get(reverse("readiness:board")))
    assert "NEVER PLACED" in board and "WARD-BOX-1" in board
    manager.post(reverse("readiness:place"), {"packet": job.pk, "box": "ward-box-1"})
    (record,) = placed_boxes(site)
    assert (record.kit, record.box, record.by) == (job.kit, "WARD-BOX-1", job.by.name)
    contacts = site / "contacts.yaml"
    contacts.write_text(contacts.read_text().replace("555-0103", "555-0199"))
    assert "phone numbers or contacts changed" in words(manager.get(reverse("readiness:board")))
    told = list(AuditEvent.objects.order_by("sequence").values_list("action", flat=True))
    assert [a for a in told if a != "kit.added"] == ["packet.asked", "packet.done", "packet.downloaded", "box.placed"]


@pytest.mark.django_db
def test_a_kit_is_made_of_a_census_which_is_not_kept(site, signed_in, store_folder, tmp_path):
    nurse = signed_in(Role.CHARGE_NURSE)
    ward = site / "departments" / "ward.yaml"
    ward.write_text(ward.read_text().replace("census_units: [WARD]", "census_units: [ICU, MICU]"))
    facility = site / "facility.yaml"
    columns = "census: {columns: {mrn: PAT_MRN, surname: LAST_NAME, given: FIRST_NAME, birth_date: DOB}}\n"
    facility.write_text(facility.read_text() + columns)
    census = TemporaryUploadedFile("jones.csv", "text/csv", CENSUS.stat().st_size, None)
    census.write(CENSUS.read_bytes())
    census.seek(0)
    form = {"department": "ward", "hours": "6", "blank": "", "census": census}
    assert nurse.post(reverse("printing:kit"), form).status_code == 302
    waiting = Job.objects.get()
    [[suffix, name]] = waiting.asked["census"]
    assert suffix == ".csv" and pictures().holds(name) and "jones" not in str(waiting.asked)
    job = work(store_folder)
    assert job.state == JobState.DONE, job.result
    assert job.result["patients"] > 0 and job.result["old_data"]
    assert "OLD DATA" in words(nurse.get(reverse("printing:list")))
    assert not pictures().holds(name)
    assert Kit.objects.get(kit=job.kit).data_as_of is not None
    # The PDF goes when its time is over; what it was stays in the list.
    assert remove_old_kits() == 0
    Job.objects.update(finished_at=timezone.now() - timedelta(hours=73))
    assert remove_old_kits() == 1 and not pictures().holds(job.file)
    assert "no longer kept" in words(nurse.get(reverse("printing:list")))
    assert nurse.get(reverse("printing:download", kwargs={"number": job.pk})).status_code == 404


@pytest.mark.django_db
def test_what_cannot_be_made_is_told_with_what_to_do(site, signed_in, store_folder):
    manager = signed_in(Role.MANAGER)
    manager.post(reverse("printing:kit"), {"department": "ward"})
    assert work(store_folder).state == JobState.REFUSED
    assert "There is no census" in words(manager.get(reverse("printing:list")))
    ask_packet(manager)
    (site / "departments" / "ward.yaml").write_text("id: ward\nnome: Ward\n")
    assert work(store_folder).state == JobState.REFUSED
    (site / "facility.yaml").write_text("- no\n")
    assert "the site folder has errors" in words(manager.get(reverse("printing:list")))
    assert "cannot be used" in words(manager.get(reverse("readiness:board")))
    assert Kit.objects.count() == 0


@pytest.mark.django_db
def test_work_that_takes_the_process_down_is_given_up(site, signed_in, store_folder, monkeypatch):
    from downtime.desk.printing import making
    from downtime.desk.store.jobs import give_back

    ask_packet(signed_in(Role.MANAGER))

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(making, "make_packet", die)
    for _ in range(2):
        with pytest.raises(KeyboardInterrupt):
            work_once(store_folder / "working")
        give_back()
    assert not work_once(store_folder / "working")
    assert Job.objects.get().state == JobState.REFUSED


@pytest.mark.django_db
def test_whoever_works_for_one_department_prints_and_reads_for_that_alone(site, signed_in, new_person, store_folder):
    other = new_person(Role.MANAGER)
    other.departments = ["elsewhere"]
    other.save()
    client = signed_in(user=other)
    assert ask_packet(client).status_code == 422 and not Job.objects.exists()
    manager = new_person(Role.MANAGER)
    made = {"kind": "packet", "state": "done", "subject": "ward", "kit": "K3F7Q-2M9XC", "file": pictures().put(b"%PDF")}
    job = Job.objects.create(**made, by=manager, finished_at=timezone.now(), result={"pages": 1, "sheets_of_paper": 1})
    assert job.kit in words(signed_in(user=manager).get(reverse("printing:list")))
    assert client.get(reverse("printing:download", kwargs={"number": job.pk})).status_code == 422
    assert job.kit not in words(client.get(reverse("printing:list")))
    client.post(reverse("readiness:place"), {"packet": job.pk, "box": "WARD-BOX-1"})
    assert placed_boxes(site) == ()
    assert (
        client.get(reverse("readiness:preview", kwargs={"department": "ward", "form": "ord-general"})).status_code
        == 404
    )


@pytest.mark.django_db
def test_a_form_is_previewed_as_the_department_gets_it(site, signed_in):
    manager = signed_in(Role.MANAGER)
    page = words(manager.get(reverse("readiness:forms")))
    address = reverse("readiness:preview", kwargs={"department": "ward", "form": "flow-vitals-ews"})
    assert address in page
    answer = manager.get(address)
    text = PdfReader(io.BytesIO(bytes_of(answer))).pages[0].extract_text()
    assert answer["Content-Type"] == "application/pdf" and "Example Ward" in text
    assert manager.get(address.replace("flow-vitals-ews", "no-such")).status_code == 404


@pytest.mark.django_db
def test_a_check_of_the_folder_shows_what_it_found(site, signed_in, store_folder):
    manager = signed_in(Role.MANAGER)
    (site / "departments" / "ward.yaml").write_text("id: ward\nnome: Ward\n")
    manager.post(reverse("readiness:check"))
    manager.post(reverse("readiness:check"))
    assert Job.objects.count() == 1, "one check at a time is enough"
    work(store_folder)
    page = words(manager.get(reverse("readiness:findings")))
    assert "departments/ward.yaml" in page and "nome" in page and "Not ready to print" in page


@pytest.mark.django_db
def test_what_also_came_in_as_a_file_is_not_removed_with_the_kit(new_person):
    manager = new_person(Role.MANAGER)
    names = [pictures().put(content) for content in (b"%PDF one", b"%PDF two")]
    long_ago = timezone.now() - timedelta(days=5)
    for name in names:
        Job.objects.create(kind="kit", state="done", subject="ward", file=name, by=manager, finished_at=long_ago)
    IncomingFile.objects.create(sha256=names[0], name="kit.pdf", size_bytes=8, source="dropped", state="done")
    assert remove_old_kits() == 2
    assert [pictures().holds(name) for name in names] == [True, False]


def test_copies_that_a_broken_off_backup_left_go_after_a_day(tmp_path):
    folder = tmp_path / "arriving"
    folder.mkdir()
    for name, age_s in (("backup.old", 90_000), ("backup.new", 60), ("upload.old", 90_000)):
        (folder / name).write_bytes(b"x")
        os.utime(folder / name, (time.time() - age_s,) * 2)
    remove_left_copies(folder)
    assert sorted(path.name for path in folder.iterdir()) == ["backup.new", "upload.old"]
