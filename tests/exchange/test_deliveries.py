"""What the outbox gets of a sheet: each fact once, by the route of the policy, or told why not."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from keyed_sheets import ELENA, FACE, MAR, VITALS, entry, form_map, record
from test_messages import MADE_AT, PDF

from downtime.exchange.deliveries import Deliveries, Sent, deliveries_of
from downtime.exchange.facts import Document
from downtime.exchange.folder import FolderSender, read_manifest
from downtime.exchange.gather import facts_of
from downtime.exchange.outcome import Delivery
from downtime.page.sheet_record import PatientNumber
from downtime.site import load_site
from downtime.site.facility import Facility
from downtime.site.recovery import Recovery

ROOT = Path(__file__).resolve().parents[2]
SHEETS = {"flow-vitals-ews": VITALS, "mar-scheduled": MAR, "reg-face-sheet": FACE}
KNOWN = {"Patient": "Patient/p1", "Encounter": "Encounter/e1"}


@cache
def riverside() -> Facility:
    return load_site(ROOT / "examples" / "riverside").facility


def facility(**recovery: object) -> Facility:
    own = riverside()
    return own.model_copy(update={"recovery": Recovery.model_validate(recovery)}) if recovery else own


def delivered(form: str, site: Facility | None = None, minutes: int = 600, **more: object) -> Deliveries:
    drill = bool(more.pop("drill", False))
    patient = more.pop("patient", ELENA)
    sheet = record(form, *SHEETS[form], drill=drill, patient=patient)  # type: ignore[arg-type]
    how = Sent(minutes, MADE_AT, **{"pdf": PDF, "references": KNOWN, **more})  # type: ignore[arg-type]
    return deliveries_of(sheet, form_map(form), site or facility(), how)


@pytest.mark.parametrize("form", SHEETS)
@pytest.mark.parametrize("system", ["epic", "oracle-health", "emis", "none"])
@pytest.mark.parametrize("minutes", [30, 6000])
def test_each_fact_goes_exactly_one_way(form: str, system: str, minutes: int) -> None:
    site = facility(system=system)
    found = delivered(form, site, minutes)
    wanted = facts_of(record(form, *SHEETS[form]), form_map(form), _zone(site), found.treatment).facts
    sent = {name for one in found.outgoing for name in one.facts}
    people = {fact.proof.id for fact in found.for_people}
    left = {one.fact for one in found.not_sent}
    assert {fact.proof.id for fact in wanted} == sent | people | left
    assert not (sent & people or sent & left or people & left)
    assert all(one.order_key == "10004417" and one.page for one in found.outgoing)
    assert len({(one.id, one.suffix) for one in found.outgoing}) == len(found.outgoing)


def _zone(site: Facility):  # type: ignore[no-untyped-def]
    from zoneinfo import ZoneInfo

    return ZoneInfo(site.timezone)


def test_epic_gets_flowsheet_values_and_pages_and_people_get_doses() -> None:
    vitals = delivered("flow-vitals-ews", facility(system="epic"), 60)
    assert [one.kind for one in vitals.outgoing] == ["ORU^R01", "MDM^T02"] and not vitals.for_people
    doses = delivered("mar-scheduled", facility(system="epic"))
    assert [one.kind for one in doses.outgoing] == ["MDM^T02"] and len(doses.for_people) == 4


def test_an_index_follows_its_pdf_into_the_folder(tmp_path: Path) -> None:
    found = delivered("mar-scheduled", facility(system="none"))
    assert [one.kind for one in found.outgoing] == ["PAGES", "INDEX"]
    sender = FolderSender(tmp_path)
    assert [sender.send(one).delivery for one in found.outgoing] == [Delivery.SENT, Delivery.SENT]
    names = [line["file"] for line in read_manifest(tmp_path)]
    assert [Path(name).suffix for name in names] == [".pdf", ".txt"]
    assert names[0] in (tmp_path / names[1]).read_text("utf-8")


def test_oracle_gets_creates_only_with_its_own_ids() -> None:
    rule = {"forms": ["flow-vitals-ews"], "enter": "key-all", "by": "RN", "values": "fhir"}
    site = facility(system="oracle-health", rules=[rule])
    found = delivered("flow-vitals-ews", site)
    assert {one.kind for one in found.outgoing} == {"Observation"}
    assert json.loads(found.outgoing[0].content)["subject"] == {"reference": "Patient/p1"}
    blind = delivered("flow-vitals-ews", site, references={})
    assert not blind.outgoing and {one.why for one in blind.not_sent} == {"the patient's id in the target is not known"}


def test_a_practice_gets_pdf_and_metadata() -> None:
    known = ELENA.model_copy(update={"numbers": (PatientNumber(kind="national", value="9434765919"),)})
    site = facility(system="emis", sending={"ods_code": "A12345"})
    found = delivered("reg-face-sheet", site, patient=known)
    assert [(one.kind, one.suffix) for one in found.outgoing] == [("PAGES", ".pdf"), ("EMIS", ".json")]
    assert json.loads(found.outgoing[1].content)["nhs_number"] == "9434765919"
    nobody = delivered("reg-face-sheet", site)
    assert not nobody.outgoing and "check digit" in nobody.not_sent[0].why


def test_rehearsals_and_missing_pictures_are_told() -> None:
    drill = delivered("flow-vitals-ews", drill=True)
    assert not drill.outgoing and not drill.for_people and {one.why for one in drill.not_sent} == {"it was a rehearsal"}
    blind = delivered("mar-scheduled", pdf=None)
    assert "not at hand" in blind.not_sent[0].why and not any(isinstance(one, Document) for one in blind.for_people)
    rule = {"forms": ["mar-scheduled"], "enter": "key-all", "by": "RN", "pages": "paper"}
    assert delivered("mar-scheduled", facility(system="epic", rules=[rule])).on_paper


def test_the_night_on_which_an_hour_comes_twice_waits_for_a_person() -> None:
    night = (entry("obs.1.at.date", "01 NOV 2026"), entry("obs.1.at.time", "0130"), entry("obs.1.rr.value", "18"))
    sheet, form = record("flow-vitals-ews", *night), form_map("flow-vitals-ews")
    waiting = deliveries_of(sheet, form, facility(system="epic"), Sent(60, MADE_AT))
    assert not waiting.outgoing and "came twice" in waiting.withheld[0].why
    told = deliveries_of(sheet, form, facility(system="epic"), Sent(60, MADE_AT, folds={"obs.1.at.time": 1}))
    assert b"20261101013000-0600" in told.outgoing[0].content


def test_charges_leave_as_a_file(tmp_path: Path) -> None:
    from downtime.exchange.form_map import FormMap
    from downtime.library.shelf import Shelf

    (tmp_path / "own-charges.yaml").write_text(
        'form: own-charges\ntitle: Charges\nrevision: "2026-11"\nowner: Billing\nsource: [made for this test]\n'
        "scope: patient\naudience: anyone\n"
        "record: {targets: [charge], priority: SHIFT, fate: ENTER AND SCAN, by: billing, keep: R-FIN}\nsections:\n"
        "  - fields:\n      - {id: code, label: Code, means: charge.code}\n"
        "      - {id: day, type: date, label: Day, means: charge.date}\n",
        "utf-8",
    )
    form = FormMap(Shelf(tmp_path).form("own-charges").spec)
    sheet = record("mar-prn", entry("code", "36000"), entry("day", "02 MAR 2026")).model_copy(
        update={"form": "own-charges"}
    )
    found = deliveries_of(sheet, form, facility(system="none"), Sent(60, MADE_AT))
    (row,) = csv.DictReader(io.StringIO(found.outgoing[0].content.decode("utf-8"), newline=""))
    assert (row["code"], row["service_date"]) == ("36000", date(2026, 3, 2).isoformat())
