"""Messages: valid for a strict validator, codes in their tables, every fact at the field where the standard has it."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from keyed_sheets import CHECKED, ELENA, FACE, KIT, LABS, MAR, ORDERS, VITALS, ZONE, entry, form_map, record
from receivers import by_hl7apy, by_python_hl7, codes_in_their_tables, strictly_valid

from downtime.exchange.destination import PROFILES, Destination, destination_of
from downtime.exchange.facts import Charge, Departure, Fact, Proof, SheetFacts, Writer
from downtime.exchange.gather import facts_of
from downtime.exchange.message import Message, NotSent, Prepared
from downtime.exchange.prepare import merge_message, messages_of
from downtime.exchange.profile import Kind, Use
from downtime.page.sheet_record import FieldEntry, PatientNumber, SheetPatient
from downtime.site import load_site
from downtime.site.recovery import RecordSystem
from downtime.site.sending import Sending

ROOT = Path(__file__).resolve().parents[2]
MADE_AT = datetime(2026, 3, 2, 16, 0, tzinfo=UTC)
PDF = b"%PDF-1.4 a picture of a page" * 40
PROOF = Proof(f"{KIT}/12:x", ("x",), f"{KIT}-01", CHECKED, CHECKED)


@cache
def riverside() -> Destination:
    return destination_of(load_site(ROOT / "examples" / "riverside").facility)


def destination(system: RecordSystem = RecordSystem.NONE, **sending: object) -> Destination:
    to = riverside()
    settings_ = Sending.model_validate({**to.sending.model_dump(), **sending})
    return replace(to, profile=PROFILES[system], sending=settings_)


def prepared(form: str, *entries: FieldEntry, to: Destination | None = None, **more: object) -> Prepared:
    found = facts_of(record(form, *entries, **more), form_map(form), ZONE)
    return messages_of(found, to or destination(), MADE_AT, PDF)


def one(form: str, kind: Kind, *entries: FieldEntry, **more: object) -> str:
    return next(found.text for found in prepared(form, *entries, **more).messages if found.kind is kind)


def segments(text: str, name: str) -> list[list[str]]:
    """The fields of each segment of a name, numbered as in the standard."""
    return [line.split("|") for line in text.split("\r") if line.startswith(name + "|")]


def with_facts(*facts: Fact) -> Prepared:
    return messages_of(SheetFacts(record("mar-prn"), facts), destination(), MADE_AT, PDF)


def everything() -> list[Message]:
    made = [
        *prepared("flow-vitals-ews", *VITALS).messages,
        *prepared("mar-scheduled", *MAR).messages,
        *prepared("ord-medication", *ORDERS).messages,
        *prepared("ord-lab-req", *LABS).messages,
        *prepared("reg-face-sheet", *FACE).messages,
        *prepared("reg-face-sheet", *FACE, encounter="").messages,
        *prepared("reg-face-sheet", *INPATIENT, encounter="").messages,
        *with_facts(Departure(PROOF, datetime(2026, 3, 3, 9, 0, tzinfo=ZONE), "home", died=True)).messages,
        *with_facts(Charge(PROOF, "36000", "Needle placement", "2", datetime(2026, 3, 2).date(), "A41.9")).messages,
    ]
    merged = merge_message(ELENA, ELENA.numbers[1], CHECKED, destination(), MADE_AT)
    assert isinstance(merged, Message)
    return [*made, merged]


INPATIENT = (*(one for one in FACE if one.field != "patient_class"), entry("patient_class", "", options=("inpatient",)))


def test_every_kind_of_message_is_strictly_valid_with_codes_of_its_tables() -> None:
    made = everything()
    assert {message.kind for message in made} == set(Kind)
    for message in made:
        strictly_valid(message.text)
        assert codes_in_their_tables(message.text) == []


def test_the_table_checks_can_fail() -> None:
    text = one("mar-scheduled", Kind.DOSES, *MAR)
    assert codes_in_their_tables(text.replace("|CP|A|", "|ZZ|A|")) == ["RXA-20 ZZ"]
    with pytest.raises(Exception):  # noqa: B017 – hl7apy has no common class for what it finds
        strictly_valid(text.replace("RXR|", "ZZX|"))


def test_numbers_are_the_same_however_often_a_message_is_made() -> None:
    first, again = everything(), everything()
    assert [one.control_id for one in first] == [one.control_id for one in again]
    assert len({one.control_id for one in first}) == len({one.text for one in first}) > 15
    assert all(len(one.control_id) <= 20 and one.text.split("|")[9] == one.control_id for one in first)
    changed = [found if found.field != "obs.1.rr.value" else entry("obs.1.rr.value", "19") for found in VITALS]
    before = prepared("flow-vitals-ews", *VITALS).messages[0]
    after = prepared("flow-vitals-ews", *changed).messages[0]
    assert before.control_id != after.control_id


def test_flowsheet_values() -> None:
    text = one("flow-vitals-ews", Kind.RESULTS, *VITALS)
    requests, values = segments(text, "OBR"), segments(text, "OBX")
    assert [(obr[7], obr[4].split("^")[0]) for obr in requests] == [
        ("20260302020500-0600", "85353-1"), ("20260302060000-0600", "85353-1"),
    ]  # fmt: skip
    rate = next(obx for obx in values if obx[3].startswith("9279-1"))
    assert (rate[2], rate[5], rate[6], rate[11]) == ("NM", "18", "/min^^UCUM", "F")
    assert (rate[14], rate[16], rate[19]) == ("20260302020500-0600", "^Nora Nurse", "20260302151500+0000")
    refused = next(obx for obx in values if obx[5] == "refused")
    assert (refused[2], refused[6]) == ("TX", "")
    assert f"page {KIT}-01" in segments(text, "NTE")[0][3]
    assert "keyed 02 Mar 2026 15:15 +0000 by K. Keyer, checked by V. Verifier" in segments(text, "NTE")[0][3]
    assert requests[0][3] == f"{KIT}-01:1^DOWNTIME"


def test_a_value_without_a_code_is_told_unless_the_site_names_its_row() -> None:
    sheet = (entry("sheet.1.day.date", "02 MAR 2026"), entry("io.1.oral", "120"), entry("day.1.in", "1500"))
    found = prepared("flow-io", *sheet)
    assert [one.why for one in found.not_sent] == ["it has no LOINC code, and the site names no row for it"]
    total = segments(found.messages[0].text, "OBX")[0]
    assert total[3] == "9108-2^In^LN^10201^In^L" and total[14] == "20260303070000-0600"
    row = prepared("flow-io", *sheet, to=destination(row_codes={"flow-io.io.oral": "555"}))
    assert "555^By mouth^L" in row.messages[0].text and not row.not_sent


def test_doses_given_and_not() -> None:
    texts = [found.text for found in prepared("mar-scheduled", *MAR).messages if found.kind is Kind.DOSES]
    given_, refused, site, next_day = (segments(text, "RXA")[0] for text in texts)
    assert (given_[3], given_[4], given_[5], given_[6], given_[7]) == (
        "20260302071200-0600", "20260302071200-0600", "^piperacillin-tazobactam", "4.5", "^g",
    )  # fmt: skip
    assert (given_[10], given_[20], given_[21], given_[22]) == ("^Nora Nurse", "CP", "A", "20260302151500+0000")
    assert next_day[3] == "20260303011000-0600"
    assert (refused[6], refused[18], refused[20]) == ("0", "50^refused by patient^DOWNTIME", "RE")
    assert (refused[3], site[20]) == ("20260302090000-0600", "CP")
    assert segments(texts[2], "RXR")[0][1:] == ["SC^subcut^HL70162", "RLAQ^abdomen, right lower quadrant^HL70163"]
    order = segments(texts[0], "ORC")[0]
    assert (order[1], order[5], order[10], order[11]) == ("RE", "CM", "", "vv^V. Verifier") or order[
        10
    ] == "kk^K. Keyer"
    assert order[4] == f"{KIT}-01^DOWNTIME" and order[30] == "PA^Paper^HL70483"


def test_a_held_dose_has_its_reason_among_the_notes() -> None:
    held = [found if found.field != "drugs.2.h3.code" else entry("drugs.2.h3.code", "56") for found in MAR]
    texts = [found.text for found in prepared("mar-scheduled", *held).messages if found.kind is Kind.DOSES]
    rxa = segments(texts[1], "RXA")[0]
    assert (rxa[6], rxa[18], rxa[20]) == ("0", "", "NA")
    assert rxa[9].startswith("^held: prescriber's instruction; Back-entered from")


@pytest.mark.parametrize("dose", ["one tablet", "5 to 10 mg", "2.5", "half"])
def test_a_dose_that_is_no_number_with_a_unit_is_left_to_people(dose: str) -> None:
    other = [found if found.field != "drugs.2.order.dose" else entry("drugs.2.order.dose", dose) for found in MAR]
    found = prepared("mar-scheduled", *other)
    assert [one.why for one in found.not_sent] == [f"“{dose}” is not one number with one unit"]


def test_orders_say_when_they_were_written_by_whom_and_how() -> None:
    text = one("ord-medication", Kind.MEDICATION_ORDER, *ORDERS)
    orc, rxo, tq1 = segments(text, "ORC")[0], segments(text, "RXO")[0], segments(text, "TQ1")[0]
    assert (orc[1], orc[9], orc[15], orc[12]) == ("NW", "20260302015500-0600", "20260302015500-0600", "^Priya Shah")
    assert (orc[10], orc[11], orc[30]) == ("kk^K. Keyer", "vv^V. Verifier", "PA^Paper^HL70483")
    assert (rxo[1], rxo[2], rxo[4], tq1[11], tq1[10]) == ("^ceftriaxone", "2", "^g", "1 times a day", "pneumonia")
    lab = [found.text for found in prepared("ord-lab-req", *LABS).messages if found.kind is Kind.TEST_ORDER]
    assert [segments(text, "OBR")[0][4] for text in lab] == ["^Lactate", "^Troponin"]
    assert segments(lab[0], "TQ1")[0][9] == "S^STAT"


def test_registration_backdates_and_a_known_visit_is_not_begun_again() -> None:
    new = one("reg-face-sheet", Kind.REGISTER, *FACE, encounter="")
    evn, pid, pv1 = segments(new, "EVN")[0], segments(new, "PID")[0], segments(new, "PV1")[0]
    assert (evn[2], evn[5], evn[6]) == ("20260302151500+0000", "kk^K. Keyer", "20260302014000-0600")
    assert pid[3] == "10004417^^^RIVERSIDE^MR" and pid[11] == "9 Example Road, Riverside"
    assert (pv1[2], pv1[44]) == ("E", "20260302014000-0600")
    assert segments(new, "AL1")[0][3:6] == ["^Penicillin", "", "rash"]
    assert one("reg-face-sheet", Kind.UPDATE, *FACE).split("|")[8] == "ADT^A08^ADT_A01"
    assert Kind.ADMIT in {found.kind for found in prepared("reg-face-sheet", *INPATIENT, encounter="").messages}


def test_somebody_without_a_record_number_goes_under_the_downtime_number() -> None:
    unknown = SheetPatient(numbers=(PatientNumber(kind="downtime", value="DT-RGH-000123"),), family="UNKNOWN")
    text = one("reg-face-sheet", Kind.REGISTER, *FACE, encounter="", patient=unknown)
    assert segments(text, "PID")[0][3] == "DT-RGH-000123^^^RIVERSIDE-DT^MR"
    typed = destination(downtime_number_type="MRT")
    text = one("reg-face-sheet", Kind.REGISTER, *FACE, encounter="", patient=unknown, to=typed)
    assert segments(text, "PID")[0][3].endswith("^MRT")


def test_a_merge_names_who_stays_and_who_is_retired() -> None:
    message = merge_message(ELENA, ELENA.numbers[1], CHECKED, destination(), MADE_AT)
    assert isinstance(message, Message)
    assert message.text.split("|")[8] == "ADT^A40^ADT_A39"
    assert segments(message.text, "PID")[0][3] == "10004417^^^RIVERSIDE^MR"
    assert segments(message.text, "MRG")[0][1] == "DT-RGH-000123^^^RIVERSIDE-DT^MR"
    with pytest.raises(ValueError, match="number that stays"):
        merge_message(ELENA.model_copy(update={"numbers": ()}), ELENA.numbers[1], CHECKED, destination(), MADE_AT)
    with pytest.raises(ValueError, match="itself"):
        merge_message(ELENA, ELENA.numbers[0], CHECKED, destination(), MADE_AT)


def test_pages_go_as_one_pdf_with_the_clinical_time() -> None:
    text = one("mar-scheduled", Kind.DOCUMENT, *MAR)
    txa, obx = segments(text, "TXA")[0], segments(text, "OBX")[0]
    assert (txa[2], txa[4], txa[6], txa[7]) == (
        "DT310", "20260303011000-0600", "20260303011000-0600", "20260302154000+0000",
    )  # fmt: skip
    assert (txa[8], txa[17], txa[19], txa[12]) == ("", "DO", "AV", f"{KIT}/12-11111111^DOWNTIME")
    assert obx[5].startswith("^AP^PDF^Base64^") and base64.b64decode(obx[5].rpartition("^")[2]) == PDF


def test_rehearsals_and_sheets_of_nobody_give_no_message() -> None:
    for more in ({"drill": True}, {"patient": None}, {"patient": ELENA.model_copy(update={"numbers": ()})}):
        found = prepared("flow-vitals-ews", *VITALS, **more)
        assert not found.messages and found.not_sent


@pytest.mark.parametrize("system", RecordSystem)
def test_nothing_is_made_that_a_profile_does_not_take(system: RecordSystem) -> None:
    to = destination(system)
    for form, entries in {"flow-vitals-ews": VITALS, "mar-scheduled": MAR, "ord-medication": ORDERS}.items():
        found = prepared(form, *entries, to=to)
        taken = {kind for kind, how in to.profile.hl7.items() if how.use is Use.TAKEN}
        assert {message.kind for message in found.messages} <= taken
        told = {name for message in found.messages for name in message.facts} | {one.fact for one in found.not_sent}
        assert {fact.proof.id for fact in facts_of(record(form, *entries), form_map(form), ZONE).facts} <= told
    assert all(how.source and how.what for how in to.profile.hl7.values())


def test_a_site_can_agree_to_what_a_vendor_does_not_promise_but_not_to_what_it_never_takes() -> None:
    also = destination(RecordSystem.EPIC, also=["RAS^O17", "OMP^O09", "ADT^A40"])
    assert Kind.DOSES in {one.kind for one in prepared("mar-scheduled", *MAR, to=also).messages}
    (order,) = (one for one in prepared("ord-medication", *ORDERS, to=also).not_sent if "Order for" in one.label)
    assert "pharmacy enters them" in order.why
    assert isinstance(merge_message(ELENA, ELENA.numbers[1], CHECKED, also, MADE_AT), Message)
    epic = destination(RecordSystem.EPIC)
    assert isinstance(merge_message(ELENA, ELENA.numbers[1], CHECKED, epic, MADE_AT), NotSent)


NASTY = st.text(alphabet=st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1)


@settings(max_examples=60, deadline=None)
@given(NASTY.map(str.strip).filter(bool))
def test_names_arrive_intact_in_two_parsers(name: str) -> None:
    patient = ELENA.model_copy(update={"family": name})
    text = one("flow-vitals-ews", Kind.RESULTS, *VITALS, patient=patient)
    assert by_python_hl7(text, "PID", 5) == by_hl7apy(text, "PID", 5) == name


WORDS = {
    "delimiters": "a|b^c~d\\e&f", "escape": "\\.br\\", "escapes": "\\F\\S\\T", "lines": "line one\nline two",
    "accents": "Zoë Łukasz Ñandú", "cjk": "山田 太郎 김", "rtl": "אילנה علي",
    "combining": "e\u0301 \U0001f469\u200d\u2695\ufe0f",
    "32 KB": "x" * 32_768, "32 KB of delimiters": "|^~\\&" * 6_500,
}  # fmt: skip


@pytest.mark.parametrize("words", WORDS.values(), ids=WORDS)
def test_notes_arrive_intact_in_two_parsers(words: str) -> None:
    sheet = (*(found for found in FACE if found.field != "reason"), entry("reason", words))
    text = one("reg-face-sheet", Kind.REGISTER, *sheet, encounter="")
    assert len(segments(text, "PV2")) == 1
    assert by_python_hl7(text, "PV2", 3, 2) == words
    # hl7apy leaves the line break as the formatting command that it is.
    assert by_hl7apy(text, "PV2", 3, 2) == words.replace("\n", "\\.br\\")


def test_the_writer_of_charges_and_departures() -> None:
    at = datetime(2026, 3, 3, 9, 0, tzinfo=ZONE)
    (died, *_) = with_facts(Departure(PROOF, at, "morgue", died=True)).messages
    assert segments(died.text, "PID")[0][29:31] == ["20260303090000-0600", "Y"]
    assert segments(died.text, "PV1")[0][45] == "20260303090000-0600"
    charge = Charge(PROOF, "36000", "Needle | placement", "2", at.date(), "A41.9", Writer("Nora Nurse"))
    (line,) = with_facts(charge).messages
    ft1 = segments(line.text, "FT1")[0]
    assert (ft1[4], ft1[6], ft1[7], ft1[10]) == ("20260303", "CG", "36000^Needle \\F\\ placement", "2")
    assert ft1[19] == "^A41.9" and ft1[20] == "^Nora Nurse"


MINUTES = st.integers(min_value=0, max_value=1439).map(lambda minute: f"{minute // 60:02d}{minute % 60:02d}")
VALUES = st.decimals(min_value=0, max_value=400, places=1).map(str)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(MINUTES, VALUES, VALUES), min_size=1, max_size=6, unique_by=lambda row: row[0]))
def test_what_another_parser_reads_is_what_was_keyed(rows: list[tuple[str, str, str]]) -> None:
    import hl7

    sheet, keyed = [], set()
    for number, (clock, rate, heat) in enumerate(rows, start=1):
        row = f"obs.{number}"
        sheet += [entry(f"{row}.at.date", "14 JUL 2026"), entry(f"{row}.at.time", clock)]
        sheet += [entry(f"{row}.hr.value", rate), entry(f"{row}.temperature.value", heat)]
        keyed |= {(f"20260714{clock}00-0500", "8867-4", rate), (f"20260714{clock}00-0500", "8310-5", heat)}
    message = hl7.parse(one("flow-vitals-ews", Kind.RESULTS, *sheet))
    read = {(str(obx[14]), str(obx[3]).split("^")[0], str(obx[5])) for obx in message.segments("OBX")}
    assert read == keyed
    groups = [str(segment[0]) for segment in message if str(segment[0]) in ("OBR", "OBX")]
    assert groups.count("OBR") == len(rows) and groups[0] == "OBR"
