"""Sheet records of shipped forms, as the desk makes them: what was keyed by one person and verified by another."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from downtime.exchange.form_map import FormMap
from downtime.library.shelf import Shelf
from downtime.page.manifest import Named
from downtime.page.sheet_record import (
    Act,
    FieldEntry,
    FieldState,
    PageImage,
    PatientNumber,
    Person,
    SheetPatient,
    SheetRecord,
    ValueSource,
)
from downtime.paper.compose import compose
from downtime.paper.surroundings import surroundings
from downtime.site import load_site

ROOT = Path(__file__).resolve().parents[2]
ZONE = ZoneInfo("America/Chicago")
KEYED = Act(by=Person(id="kk", name="K. Keyer"), at=datetime(2026, 3, 2, 15, 15, tzinfo=UTC))
CHECKED = Act(by=Person(id="vv", name="V. Verifier"), at=datetime(2026, 3, 2, 15, 40, tzinfo=UTC))
ELENA = SheetPatient(
    numbers=(PatientNumber(kind="mrn", value="10004417"), PatientNumber(kind="downtime", value="DT-RGH-000123")),
    family="Okafor", given=("Elena", "Maria"), sex="F", resolved=True,
    birth_date=datetime(1940, 12, 27, tzinfo=UTC).date(), matched=CHECKED,
)  # fmt: skip
KIT = "7Q2KD-9XW4M"


@cache
def form_map(form: str) -> FormMap:
    site = load_site(ROOT / "examples" / "riverside")
    return FormMap(compose(Shelf().form(form), surroundings(site, site.departments["icu"])))


def entry(field: str, value: str, *, page: int = 1, options: tuple[str, ...] = (), **more: object) -> FieldEntry:
    """A field that one person keyed and another verified."""
    facts: dict[str, object] = {"keyed": KEYED, "verified": CHECKED, "state": FieldState.VALUE} | more
    return FieldEntry(field=field, value=value, options=options, page=page, **facts)  # type: ignore[arg-type]


def printed(field: str, value: str, page: int = 1) -> FieldEntry:
    return FieldEntry(field=field, state=FieldState.VALUE, value=value, source=ValueSource.PRINTED, page=page)


def record(form: str, *entries: FieldEntry, patient: SheetPatient | None = ELENA, **more: object) -> SheetRecord:
    facts: dict[str, object] = {
        "facility": Named(id="riverside", name="Riverside General Hospital"),
        "department": Named(id="icu", name="Intensive care"),
        "kit": KIT, "sheet": 12, "form": form, "title": form_map(form).form.title, "revision": "2026-11",
        "layout": "0" * 64, "drill": False, "patient": patient, "encounter": "90001234",
        "printed_at": datetime(2026, 3, 1, 20, 0, tzinfo=UTC), "entries": entries,
        "pages": (PageImage(page=1, code=f"{KIT}-01", sha256="1" * 64),
                  PageImage(page=2, code=f"{KIT}-02", sha256="2" * 64)),
        "completed": CHECKED,
    }  # fmt: skip
    return SheetRecord.model_validate(facts | more)


LEGEND = (entry("legend.signers.1.name", "Nora Nurse", page=2), entry("legend.signers.1.initials", "NN", page=2))

VITALS = (
    *LEGEND,
    entry("obs.1.at.date", "02 MAR 2026"), entry("obs.1.at.time", "0205"), entry("obs.1.initials", "NN"),
    entry("obs.1.rr.value", "18"), entry("obs.1.spo2.value", "96"), entry("obs.1.sbp.value", "118"),
    entry("obs.1.dbp", "72"), entry("obs.1.hr.value", "88"), entry("obs.1.temperature.value", "98.6"),
    entry("obs.2.at.date", "02 MAR 2026"), entry("obs.2.at.time", "0600"), entry("obs.2.initials", "QQ"),
    entry("obs.2.rr.value", "22"), entry("obs.2.temperature.value", "refused"),
)  # fmt: skip

MAR = (
    *LEGEND,
    printed("sheet.1.mar.date", "02 MAR 2026"),
    printed("drugs.1.order.drug", "piperacillin-tazobactam"), printed("drugs.1.order.dose", "4.5 g"),
    printed("drugs.1.order.route", "IV intermittent infusion"),
    entry("drugs.1.h1.time", "0712"), entry("drugs.1.h1.initials", "NN"),
    entry("drugs.1.h19.time", "0110"), entry("drugs.1.h19.initials", "NN"),
    entry("drugs.2.order.drug", "heparin"), entry("drugs.2.order.dose", "5000 units"),
    entry("drugs.2.order.route", "subcut"),
    entry("drugs.2.h3.code", "50"), entry("drugs.2.h3.initials", "NN"),
    entry("drugs.2.h9.time", "1504"), entry("drugs.2.h9.initials", "NN"), entry("drugs.2.h9.code", "13"),
)  # fmt: skip

ORDERS = (
    entry("orders.1.order.drug", "ceftriaxone"), entry("orders.1.order.reason", "pneumonia"),
    entry("orders.1.order.dose", "2"), entry("orders.1.order.unit", "", options=("g",)),
    entry("orders.1.order.route", "", options=("iv-infusion",)),
    entry("orders.1.order.times_a_day", "", options=("1",)),
    entry("prescriber.signed.name", "Priya Shah"), entry("prescriber.signed.date", "02 MAR 2026"),
    entry("prescriber.signed.time", "0155"),
    entry("orders_2.1.order.drug", "furosemide", page=2), entry("orders_2.1.order.dose", "40", page=2),
    entry("orders_2.1.order.unit", "", options=("mg",), page=2),
)  # fmt: skip

FACE = (
    entry("arrived", "02 MAR 2026 0140"), entry("surname", "OKAFOR"), entry("given_names", "ELENA MARIA"),
    entry("birth_date", "27 DEC 1940"), entry("sex", "", options=("female",)),
    entry("patient_class", "", options=("emergency",)), entry("reason", "Short of breath | since noon"),
    entry("phone", "555-0142", page=2), entry("address", "9 Example Road\nRiverside", page=2),
    entry("kin_name", "Ada Okafor", page=2), entry("kin_relation", "daughter", page=2),
    entry("kin_phone", "555-0143", page=2), entry("bed", "ED 4"), entry("registrar.name", "R. Registrar"),
    entry("allergies.list.1.substance", "Penicillin", page=2), entry("allergies.list.1.reaction", "rash", page=2),
)  # fmt: skip

LABS = (
    entry("priority", "", options=("stat",)), entry("tests", "", options=("lactate", "troponin")),
    entry("ordered_by.signed.name", "Priya Shah"), entry("ordered_by.signed.date", "02 MAR 2026"),
    entry("ordered_by.signed.time", "0200"), entry("reason", "sepsis"),
)  # fmt: skip
