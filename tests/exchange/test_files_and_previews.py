"""Index files, EMIS metadata, charges, previews, pictures as PDF, and the folder that each file reaches once."""

from __future__ import annotations

import csv
import io
import json
import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from keyed_sheets import ELENA, KIT, MAR, VITALS, ZONE, form_map, record
from PIL import Image
from pypdf import PdfReader
from test_messages import MADE_AT, PDF, PROOF, destination, everything, prepared

from downtime.errors import InputError
from downtime.exchange.emis_documents import EmisDocument, emis_document, nhs_number_is_valid
from downtime.exchange.facts import Charge, Document, SheetFacts, Writer
from downtime.exchange.folder import MANIFEST, FolderSender, read_manifest
from downtime.exchange.gather import facts_of
from downtime.exchange.index_files import ORDER, charge_file, index_file, indexed
from downtime.exchange.message import NotSent
from downtime.exchange.outcome import DELIVERY_REMEDIES, Delivery
from downtime.exchange.outgoing import Outgoing, of_message
from downtime.exchange.page_pdf import pages_pdf
from downtime.exchange.preview import preview
from downtime.exchange.profile import Kind
from downtime.page.sheet_record import PatientNumber, SheetPatient
from downtime.site.recovery import RecordSystem


def document(patient: SheetPatient = ELENA) -> Document:
    found = facts_of(record("mar-scheduled", *MAR, patient=patient), form_map("mar-scheduled"), ZONE)
    return next(fact for fact in found.facts if isinstance(fact, Document))


TEXTS = st.text(alphabet=st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1)


@settings(max_examples=40, deadline=None)
@given(TEXTS.map(str.strip).filter(bool))
def test_every_kind_of_index_file_gives_the_name_back(name: str) -> None:
    patient = ELENA.model_copy(update={"family": name})
    for kind in ("tagged", "ordered", "csv", "xml"):
        to = destination(index_file=kind)
        one = indexed(document(patient), record("mar-scheduled", patient=patient), to)
        suffix, content = index_file([one, one], to)
        text = content.decode("utf-8")
        if kind == "tagged":
            found = [line.removeprefix("surname: ") for line in text.split("\r\n") if line.startswith("surname: ")]
        elif kind == "ordered":
            found = [line.split("\t")[ORDER.index("surname")] for line in text.split("\r\n") if line]
        elif kind == "csv":
            found = [row["surname"] for row in csv.DictReader(io.StringIO(text, newline=""))]
        else:
            found = [
                word.text for word in ElementTree.fromstring(text).iter("Keyword") if word.get("name") == "surname"
            ]
        assert found == [name, name] and suffix in (".txt", ".csv", ".xml")


def test_a_tagged_index_is_as_the_import_processor_reads_it() -> None:
    to = destination(index_tags={"mrn": "MRN", "document_type": "DocType"}, index_dates="MM/DD/YYYY")
    _, content = index_file([indexed(document(), record("mar-scheduled"), to)], to)
    lines = content.decode("utf-8").split("\r\n")
    assert lines[:3] == ["BEGIN:", "DocType: DT310", "title: Scheduled medicines, 24 hours"]
    assert "MRN: 10004417" in lines and "birth_date: 12/27/1940" in lines and "document_date: 03/03/2026" in lines
    assert lines[-3:] == ["FileFormat: 16", f"FullPath: {KIT}-12-11111111.pdf", ""]
    assert max(len(line.split(":")[0]) for line in lines) <= 20


def test_line_ends_in_a_value_do_not_begin_a_new_line() -> None:
    patient = ELENA.model_copy(update={"family": "Oka\tfor\r\nBEGIN:"})
    for kind in ("tagged", "ordered"):
        to = destination(index_file=kind)
        one = indexed(document(patient), record("mar-scheduled", patient=patient), to)
        text = index_file([one], to)[1].decode("utf-8")
        assert text.count("BEGIN:") == (2 if kind == "tagged" else 1) and "Oka for BEGIN:" in text
        assert text.count("\r\n") == (16 if kind == "tagged" else 1)


def test_charges_as_csv() -> None:
    charge = Charge(
        PROOF, "36000", 'Needle, "placement"', "2", datetime(2026, 3, 2).date(), "A41.9", Writer("N. Nurse")
    )
    sheets = [SheetFacts(record("mar-prn"), (charge,)), SheetFacts(record("mar-prn", drill=True), (charge,))]
    (row,) = csv.DictReader(io.StringIO(charge_file(sheets, destination()).decode("utf-8"), newline=""))
    assert (row["mrn"], row["service_date"], row["text"]) == ("10004417", "2026-03-02", 'Needle, "placement"')
    assert (row["keyed_by"], row["performed_by"]) == ("V. Verifier", "N. Nurse")


@pytest.mark.parametrize(
    ("number", "valid"),
    [("9434765919", True), ("943 476 5919", True), ("9434765918", False), ("943476591", False), ("94347659l9", False),
     ("", False), ("1000000010", False)],
)  # fmt: skip
def test_nhs_numbers(number: str, valid: bool) -> None:
    assert nhs_number_is_valid(number) is valid


def test_a_document_for_a_practice_has_its_metadata_or_the_reason_why_not() -> None:
    known = ELENA.model_copy(update={"numbers": (PatientNumber(kind="national", value="9434765919"),)})
    to = destination(RecordSystem.EMIS, ods_code="A12345")
    one, sheet = document(known), record("mar-scheduled", patient=known)
    made = emis_document(one, sheet, to)
    assert isinstance(made, EmisDocument)
    data = json.loads(made.metadata)
    assert (data["nhs_number"], data["to_ods_code"], data["file"]) == ("9434765919", "A12345", made.pdf_name)
    assert data["clinical_date"] == "2026-03-03T01:10:00-06:00" and data["author"] is None
    left = emis_document(one, record("mar-scheduled"), to)
    assert isinstance(left, NotSent) and "check digit" in left.why
    left = emis_document(one, sheet, destination(RecordSystem.EMIS))
    assert isinstance(left, NotSent) and "no practice" in left.why
    left = emis_document(one, record("mar-scheduled", patient=known, drill=True), to)
    assert isinstance(left, NotSent)


def lines(kind: Kind) -> dict[str, str]:
    message = next(one for one in everything() if one.kind is kind)
    headline, found = preview(message.text)
    assert headline
    return {line.field: line.value for line in found}


def test_previews_say_what_is_in_the_text_itself() -> None:
    found = lines(Kind.DOSES)
    assert (found["RXA-5"], found["RXA-6"], found["RXA-7"]) == ("piperacillin-tazobactam", "4.5", "g")
    assert (found["RXA-3"], found["RXA-20"], found["RXA-10"]) == ("02 MAR 2026 0712 (-0600)", "given", "Nora Nurse")
    assert (found["PID-3"], found["PID-5"]) == ("10004417 (RIVERSIDE, MR)", "Okafor, Elena Maria")
    assert found["PID-7"] == "27 DEC 1940"
    assert lines(Kind.MERGE)["MRG-1"] == "DT-RGH-000123 (RIVERSIDE-DT, MR)"
    message = prepared("flow-vitals-ews", *VITALS).messages[0]
    values = {line.what: line.value for line in preview(message.text)[1] if line.field == "OBX-5"}
    assert any(what.startswith("9279-1") for what in values)
    assert "18 /min, 02 MAR 2026 0205 (-0600), by Nora Nurse" in {
        line.value for line in preview(message.text)[1] if line.field == "OBX-5"
    }
    pages = next(one for one in everything() if one.kind is Kind.DOCUMENT)
    assert f"PDF, {len(PDF):,} bytes" in {line.value for line in preview(pages.text)[1]}
    assert not any("Base64" in line.value for line in preview(pages.text)[1])


def test_every_kind_has_a_headline_and_no_escapes_are_shown() -> None:
    for message in everything():
        headline, found = preview(message.text)
        assert headline and found and not any("\\F\\" in line.value or "^" in line.value for line in found)
    with pytest.raises(ValueError, match="no message"):
        preview("PID|1")


def picture(size: tuple[int, int] = (850, 1100)) -> bytes:
    content = io.BytesIO()
    Image.new("RGB", size, "white").save(content, "PNG")
    return content.getvalue()


def test_pictures_become_one_pdf_with_the_same_bytes_each_time() -> None:
    made = pages_pdf([picture(), picture((2600, 3300))], "Scheduled medicines")
    assert made == pages_pdf([picture(), picture((2600, 3300))], "Scheduled medicines")
    pages = PdfReader(io.BytesIO(made)).pages
    assert len(pages) == 2 and len(made) < 300_000
    with pytest.raises(InputError, match="picture 2"):
        pages_pdf([picture(), b"no picture"], "x")
    with pytest.raises(ValueError, match="at least one"):
        pages_pdf([], "x")


def outgoing(name: str = "ABCDEFGHIJKLMNOPQRST", content: bytes = b"MSH|") -> Outgoing:
    return Outgoing(name, "ORU^R01", ".hl7", content, "10004417", f"{KIT}-01", ("f1",))


def test_files_reach_the_folder_once(tmp_path: Path) -> None:
    sender = FolderSender(tmp_path / "out")
    one = of_message(prepared("flow-vitals-ews", *VITALS).messages[0])
    assert sender.send(one).delivery is Delivery.SENT
    path = tmp_path / "out" / f"{one.id}.hl7"
    assert path.read_bytes() == one.content
    (line,) = read_manifest(tmp_path / "out")
    assert (line["id"], line["facts"], line["page"]) == (one.id, list(one.facts), f"{KIT}-01")
    assert "10004417" not in (tmp_path / "out" / MANIFEST).read_text("utf-8")
    again = sender.send(replace(one, content=b"made at another time"))
    assert again.delivery is Delivery.SENT and path.read_bytes() == one.content


def test_a_file_that_was_fetched_is_not_written_again(tmp_path: Path) -> None:
    sender = FolderSender(tmp_path)
    assert sender.send(outgoing()).delivery is Delivery.SENT
    (tmp_path / "ABCDEFGHIJKLMNOPQRST.hl7").unlink()
    assert sender.send(outgoing()).delivery is Delivery.UNKNOWN
    assert [path.name for path in tmp_path.iterdir()] == [MANIFEST]


def test_a_strange_file_of_that_name_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "ABCDEFGHIJKLMNOPQRST.hl7").write_bytes(b"theirs")
    assert FolderSender(tmp_path).send(outgoing()).delivery is Delivery.UNKNOWN
    assert (tmp_path / "ABCDEFGHIJKLMNOPQRST.hl7").read_bytes() == b"theirs"


def test_a_folder_that_cannot_be_written_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_bytes(b"")
    assert FolderSender(tmp_path / "file").send(outgoing()).delivery is Delivery.NOT_SENT
    sender = FolderSender(tmp_path)
    assert sender.send(outgoing("FIRST")).delivery is Delivery.SENT

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "replace", full)
        told = sender.send(outgoing("SECOND"))
    assert told.delivery is Delivery.NOT_SENT and "No space" in told.why
    assert [line["id"] for line in read_manifest(tmp_path)] == ["FIRST"]
    assert sender.send(outgoing("SECOND")).delivery is Delivery.SENT


def test_a_manifest_line_that_was_cut_off_does_not_swallow_the_next(tmp_path: Path) -> None:
    sender = FolderSender(tmp_path)
    assert sender.send(outgoing("FIRST")).delivery is Delivery.SENT
    with open(tmp_path / MANIFEST, "ab") as manifest:
        manifest.write(b'{"file": "SECO')
    assert sender.send(outgoing("THIRD")).delivery is Delivery.SENT
    assert [line["id"] for line in read_manifest(tmp_path)] == ["FIRST", "THIRD"]


def test_every_fate_has_a_remedy() -> None:
    assert set(DELIVERY_REMEDIES) == set(Delivery)
    assert MADE_AT.tzinfo is UTC
