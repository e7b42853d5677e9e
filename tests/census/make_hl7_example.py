"""Writes examples/riverside/census/icu.hl7 from example_table.py, always the same bytes.

Run it after a change of the table: python tests/census/make_hl7_example.py

The file is a morning of an interface: who lies here, their orders, doses and values, and in between what happens to
feeds: a transfer, a discharge and one that was taken back, a merge, an order that is changed, one that is stopped, a
laboratory with separators of its own, and a document that is not read.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from example_table import AUTHORITY, PATIENTS, RETIRED, TAKEN_AT, ZONE

from downtime.census.snapshot import Allergy, AllergyState, MedicationOrder, Patient, PersonName, Reading, Sex

PATH = Path(__file__).resolve().parents[2] / "examples" / "riverside" / "census" / "icu.hl7"
MOVED, BACK, CHANGED = "00104420", "00104421", "R1016"
NEGATIVE = {
    AllergyState.NONE_KNOWN: "716186003^No known allergies^SCT",
    AllergyState.NO_DRUG_KNOWN: "409137002^No known drug allergies^SCT",
    AllergyState.NOT_ASKED: "^Not asked",
}
SEVERITIES = {"severe": "SV", "moderate": "MO", "mild": "MI"}
SEXES = {Sex.FEMALE: "F", Sex.MALE: "M", Sex.OTHER: "O", Sex.UNKNOWN: "U"}
UNITS = {"mmHg": "mm[Hg]", "°C": "Cel"}


@dataclass(frozen=True)
class Marks:
    """The separators of a sender."""

    field: str = "|"
    component: str = "^"
    repetition: str = "~"
    escape: str = "\\"
    subcomponent: str = "&"

    def text(self, words: str) -> str:
        names = {self.field: "F", self.component: "S", self.repetition: "R", self.escape: "E", self.subcomponent: "T"}
        return "".join(f"{self.escape}{names[c]}{self.escape}" if c in names else c for c in words)

    def join(self, segments: Iterable[str]) -> str:
        """Segments written with the usual bars and hats, in these separators."""
        changed = str.maketrans("|^~&", f"{self.field}{self.component}{self.repetition}{self.subcomponent}")
        return "".join(segment.translate(changed) + "\r" for segment in segments)


USUAL, LABORATORY = Marks(), Marks("#", "*", "~", "\\", "&")
T = USUAL.text


def stamp(moment: datetime | date | None, *, offset: bool = False) -> str:
    """A moment as HL7 writes it; a date has its day only."""
    if moment is None:
        return ""
    if not isinstance(moment, datetime):
        return f"{moment:%Y%m%d}"
    return f"{moment:%Y%m%d%H%M%S}" + (f"{moment:%z}" if offset else "")


def name(person: PersonName) -> str:
    first, *rest = (*person.given, "")
    return "^".join((T(person.family), T(first), T(" ".join(rest).strip()), "", "", "", "L"))


def pid(mrn: str, patient: Patient) -> str:
    died = "Y" if patient.deceased else "N"
    fields = ["1", "", f"{mrn}^^^{AUTHORITY}^MR", "", name(patient.name), "", stamp(patient.birth_date)]
    return "|".join(["PID", *fields, SEXES[patient.sex], *[""] * 21, died])


def pv1(patient: Patient, *, bed: str = "", left: datetime | None = None) -> str:
    match = re.fullmatch(r"(\S+) (\S+), (\S+)", patient.attending)
    assert match
    place = f"{patient.place.unit}^{bed or patient.place.room}^{bed or patient.place.bed}^Riverside General"
    doctor = f"4401^{match[2]}^{match[1]}^^^^{match[3]}"
    visit = next(item.value for item in patient.identifiers if item.kind == "encounter")
    return "|".join(["PV1", "1", "I", place, *[""] * 3, doctor, *[""] * 2, "Critical care", *[""] * 8, visit,
                     *[""] * 24, stamp(patient.admitted), stamp(left)])  # fmt: skip


def al1(place: int, allergy: Allergy) -> str:
    severity = f"{SEVERITIES[allergy.severity]}^{allergy.severity}" if allergy.severity else ""
    reactions = "~".join(T(reaction) for reaction in allergy.reaction.split("; "))
    return f"AL1|{place}|DA|^{T(allergy.substance)}|{severity}|{reactions}"


def about(patient: Patient) -> list[str]:
    """AL1, DG1 and OBX of an ADT message."""
    found = [al1(place, allergy) for place, allergy in enumerate(patient.allergies, 1)]
    if patient.allergy_state in NEGATIVE:
        found.append(f"AL1|1||{NEGATIVE[patient.allergy_state]}")
    found += [f"DG1|{place}||^{T(words)}|||W" for place, words in enumerate(patient.diagnoses, 1)]
    said = [("code-status", patient.code_status), *(("isolation", words) for words in patient.isolation),
            ("diet", patient.diet), *(("lines", words) for words in patient.lines)]  # fmt: skip
    found += [f"OBX|{place}|ST|{code}^^L||{T(words)}||||||F" for place, (code, words) in enumerate(said, 1) if words]
    if patient.weight:
        how = f"^{T(patient.weight.method)}" if patient.weight.method else ""
        fields = ["9", "NM", "29463-7^Body weight^LN", "", str(patient.weight.kg), "kg", *[""] * 4, "F", "", "",
                  stamp(patient.weight.taken), "", "", how]  # fmt: skip
        found.append("|".join(["OBX", *fields]))
    return found


def amount(words: str) -> tuple[str, str]:
    match = re.fullmatch(r"([0-9][0-9,.]*) (.+)", words)
    return (match[1].replace(",", ""), match[2]) if match else ("", words)


def order_group(order: MedicationOrder, control: str = "NW") -> list[str]:
    timing = order.timing
    number, units = amount(order.dose)
    rate, rate_units = amount(order.rate)
    by = re.fullmatch(r"(\S+) (\S+), (\S+)", order.ordered_by)
    assert by
    code = f"PRN{timing.code}" if timing.as_needed else timing.code
    orc = ["ORC", control, f"{order.id}^RIVERSIDE", f"9{order.id[1:]}^PHARMACY", "", "SC", *[""] * 6,
           f"4401^{by[2]}^{by[1]}^^^^{by[3]}"]  # fmt: skip
    tq1 = ["TQ1", "1", "", T(code), *[""] * 3, stamp(timing.start), stamp(timing.stop, offset=True),
           "S" if timing.immediate else "R", T(timing.as_needed_reason)]  # fmt: skip
    rxe = ["RXE", "", f"^{T(order.drug)}", number, "", f"^{T(units)}" if units else "", "", f"^{T(timing.text)}",
           *[""] * 15, rate, f"^{T(rate_units)}" if rate_units else "", "", "",
           f"^{T(order.reason)}" if order.reason else ""]  # fmt: skip
    notes = [order.instructions]
    if timing.most_in_24_hours:
        notes.append(f"No more than {timing.most_in_24_hours} in 24 hours")
    route = {"PO": "PO^by mouth^HL70162", "subcut": "SC"}.get(order.route, f"{order.route}^{order.route}")
    if order.route == "PO":
        route = "PO"
    shown = [f"NTE|{place}||{T(words)}" for place, words in enumerate(filter(None, notes), 1)]
    return ["|".join(orc), "|".join(rxe), *shown, "|".join(tq1), *([f"RXR|{route}"] if order.route else [])]


def steps_of(order: MedicationOrder) -> list[MedicationOrder]:
    """A taper as a group for each of its steps, one after the other."""
    if order.timing.steps == 1:
        return [order]
    texts, doses = order.timing.text.split("; then "), order.dose.split(", then ")
    assert order.timing.start and len(texts) == len(doses) == order.timing.steps
    found = []
    for place, (text, dose) in enumerate(zip(texts, doses, strict=True)):
        start = order.timing.start + timedelta(days=3 * place)
        changes = {"text": text, "code": "DAILY", "start": start, "stop": start + timedelta(days=3), "steps": 1}
        found.append(order.model_copy(update={"dose": dose, "timing": order.timing.model_copy(update=changes)}))
    return found


def given(order: MedicationOrder) -> list[str]:
    assert order.last_given
    number, units = amount(order.last_given.amount)
    when = stamp(order.last_given.given, offset=True)
    rxa = ["RXA", "0", "1", when, when, f"^{T(order.drug)}", number or "999", f"^{T(units)}", *[""] * 12, "CP", "A"]
    return [f"ORC|RE|{order.id}^RIVERSIDE|||CM", "|".join(rxa), f"RXR|{order.route}"]


def obx(place: int, code: str, label: str, value: str, unit: str, taken: datetime | None, flag: str = "") -> str:
    named = f"{code}^{T(label)}^LN"
    fields = [str(place), "NM", named, "", value, UNITS.get(unit, unit), "", flag, "", "", "F", "", "", stamp(taken)]
    return "|".join(["OBX", *fields])


def vital_signs(readings: tuple[Reading, ...]) -> list[str]:
    rows: list[tuple[str, str, str, str]] = []
    for reading in readings:
        if reading.loinc == "85354-9":
            upper, lower = reading.value.split("/")
            rows += [("8480-6", "Systolic", upper, "mmHg"), ("8462-4", "Diastolic", lower, "mmHg")]
        else:
            rows.append((reading.loinc, reading.label, reading.value, reading.unit))
    taken = readings[0].taken
    panel = ["OBR", "1", "", "", "85353-1^Vital signs^LN", "", "", stamp(taken)]
    return ["|".join(panel), *(obx(place, *row, taken) for place, row in enumerate(rows, 1))]


def results(readings: tuple[Reading, ...]) -> list[str]:
    found = [f"OBR|1|||24326-1^Laboratory^LN|||{stamp(readings[0].taken)}"]
    for place, item in enumerate(readings, 1):
        found.append(obx(place, item.loinc, item.label, item.value, item.unit, item.taken, item.abnormal))
    return found


class Feed:
    """The messages of the morning, each a second after the one before."""

    def __init__(self) -> None:
        self.text: list[str] = []
        self._made = datetime(2026, 11, 16, 6, 31, tzinfo=ZONE)

    def add(self, kind: str, *segments: str, marks: Marks = USUAL, made: datetime | None = None) -> None:
        self._made = made or self._made + timedelta(seconds=1)
        control = f"RG{len(self.text) + 1:06d}"
        msh = ["MSH", "@", "EHR", "RGH", "DOWNTIME", "RGH", stamp(self._made, offset=True), "", kind,
               control, "P", "2.5.1", *[""] * 5, "UNICODE UTF-8"]  # fmt: skip
        lines = ["|".join(msh)]
        if kind.startswith("ADT"):
            lines.append(f"EVN|{kind[4:7]}|{stamp(self._made)}")
        used = marks.component + marks.repetition + marks.escape + marks.subcomponent
        text = marks.join([*lines, *segments])
        self.text.append(text.replace("@", used, 1))


def example() -> str:
    """The whole file."""
    feed = Feed()
    for old in RETIRED:
        survivor = next(patient for patient in PATIENTS if patient.identifiers[0].value == old.survivor)
        was = survivor.model_copy(update={"name": old.name, "birth_date": old.birth_date, "sex": old.sex})
        feed.add("ADT^A01^ADT_A01", pid(old.mrn, was), pv1(was))
    for patient in PATIENTS:
        mrn = patient.identifiers[0].value
        here = pv1(patient, bed="ED-4") if mrn == MOVED else pv1(patient)
        feed.add("ADT^A01^ADT_A01", pid(mrn, patient), here, *about(patient))
    for patient in PATIENTS:
        mrn = patient.identifiers[0].value
        for order in patient.medications:
            first = replace_dose(order) if order.id == CHANGED else order
            groups = [segment for step in steps_of(first) for segment in order_group(step)]
            feed.add("RDE^O11^RDE_O11", pid(mrn, patient), *groups)
            if order.last_given:
                feed.add("RAS^O17^RAS_O17", pid(mrn, patient), *given(order))
            if order.id == CHANGED:
                feed.add("RDE^O11^RDE_O11", pid(mrn, patient), *order_group(order, "XO"))
        for place, other in enumerate(patient.orders, 1):
            section = {"Laboratory": "LAB", "Nursing": "NRS"}[other.kind]
            obr = ["OBR", "1", f"L{mrn[4:]}{place}", "", f"^{T(other.text)}", *[""] * 19, section]
            tq1 = ["TQ1", "1", *[""] * 5, stamp(other.start)]
            orc = f"ORC|NW|L{mrn[4:]}{place}"
            feed.add("OML^O21^OML_O21", pid(mrn, patient), orc, "|".join(tq1), "|".join(obr))
        if patient.vitals:
            feed.add("ORU^R01^ORU_R01", pid(mrn, patient), *vital_signs(patient.vitals))
        if patient.results:
            feed.add("ORU^R01^ORU_R01", pid(mrn, patient), *results(patient.results), marks=LABORATORY)
    for patient in PATIENTS:
        mrn = patient.identifiers[0].value
        if mrn == MOVED:
            feed.add("ADT^A02^ADT_A02", pid(mrn, patient), pv1(patient))
        if patient.discharged:
            left = datetime(2026, 11, 16, 6, 12, tzinfo=ZONE)
            feed.add("ADT^A03^ADT_A03", pid(mrn, patient), pv1(patient, left=left))
        if mrn == BACK:
            feed.add("ADT^A03^ADT_A03", pid(mrn, patient), pv1(patient))
            feed.add("ADT^A13^ADT_A01", pid(mrn, patient), pv1(patient))
        for old in RETIRED:
            if old.survivor == mrn:
                feed.add("ADT^A40^ADT_A39", pid(mrn, patient), f"MRG|{old.mrn}^^^{AUTHORITY}^MR")
    first = PATIENTS[0]
    stopped = first.medications[1].model_copy(update={"id": "R1900", "drug": "vancomycin"})
    person = pid(first.identifiers[0].value, first)
    feed.add("RDE^O11^RDE_O11", person, *order_group(stopped))
    feed.add("RDE^O11^RDE_O11", person, *order_group(stopped, "DC"))
    document = ["TXA|1|PN|TX|20261116060000||||||||D1", "OBX|1|TX|||Progress note"]
    feed.add("MDM^T02^MDM_T02", "EVN|T02|20261116063300", person, pv1(first), *document)
    feed.add("ADT^A08^ADT_A01", person, pv1(first), made=TAKEN_AT)
    return "".join(feed.text)


def replace_dose(order: MedicationOrder) -> MedicationOrder:
    """The order as it was before it was changed."""
    return order.model_copy(update={"dose": "80 mg"})


if __name__ == "__main__":
    PATH.parent.mkdir(parents=True, exist_ok=True)
    PATH.write_text(example(), encoding="utf-8", newline="")
