"""A sheet that was keyed and verified in the store leaves as messages that say what was keyed."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from paper_help import paper
from verify_help import MAR, came_back, key, verify

from downtime.desk.accounts.roles import Role
from downtime.desk.store.models import Sheet
from downtime.desk.store.patients import patient_of_number
from downtime.desk.store.sheets import give_patient
from downtime.desk.verification.sheet_record import record_of
from downtime.exchange.deliveries import Deliveries, Sent, deliveries_of
from downtime.exchange.form_map import FormMap
from downtime.page.sheet_record import SheetRecord
from downtime.site import load_site
from downtime.site.recovery import Recovery

RIVERSIDE = Path(__file__).resolve().parents[2] / "examples" / "riverside"
DOSE = {
    "sheet.1.mar.date": "02 MAR 2026", "drugs.1.order.route": "IV push", "drugs.1.h1.time": "0712",
    "drugs.1.h1.initials": "NN", "legend.signers.1.name": "Nora Nurse", "legend.signers.1.initials": "NN",
    "drugs.1.h2.time": "0805",
}  # fmt: skip


@pytest.fixture
def leaving(db, new_person):
    clerk, verifier = new_person(Role.CLERK), new_person(Role.VERIFIER)
    sheet = came_back()
    give_patient(sheet.pk, patient_of_number("10004417", clerk, "test", name="Okafor, Ada"), clerk)
    done = verify(key(sheet, clerk, MAR | DOSE), verifier)
    record = record_of(Sheet.objects.select_related("kit", "patient").get(pk=done.pk))
    assert isinstance(record, SheetRecord)
    rule = {"forms": ["mar-scheduled"], "enter": "key-all", "by": "RN", "values": "hl7v2"}
    policy = Recovery.model_validate({"system": "none", "rules": [rule]})
    site = load_site(RIVERSIDE).facility.model_copy(update={"recovery": policy})
    form = FormMap(paper("icu").forms["mar-scheduled"])
    how = Sent(600, datetime(2026, 3, 2, 16, 0, tzinfo=UTC))
    return deliveries_of(record, form, site, how), clerk, verifier


def test_a_dose_leaves_with_the_people_of_the_store(leaving: tuple[Deliveries, object, object]) -> None:
    found, clerk, verifier = leaving
    (message,) = (one for one in found.outgoing if one.kind == "RAS^O17")
    fields = {line.split("|")[0]: line.split("|") for line in message.content.decode("utf-8").split("\r") if line}
    assert fields["RXA"][3:8] == ["20260302071200-0600", "20260302071200-0600", "^vancomycin", "1", "^g"]
    assert fields["RXA"][10] == "^Nora Nurse" and fields["PID"][3].startswith("10004417^")
    assert (fields["ORC"][10], fields["ORC"][11]) == (f"^{clerk.name}", f"^{verifier.name}")


def test_what_lacks_initials_stays_with_people(leaving: tuple[Deliveries, object, object]) -> None:
    found, *_ = leaving
    told = {field: one.why for one in found.withheld for field in one.fields}
    assert told["drugs.1.h2.time"] == "nobody's initials stand with it"
    assert told["sheet.1.kidney.egfr"] == "no time is written with it"
