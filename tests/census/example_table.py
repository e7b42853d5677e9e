"""The 24 fictional ICU patients of examples/riverside/census: one table, from which every format is written.

PATIENTS is what every reader must give back, and RETIRED the records that were merged into one of them. Everything is
made up; the doses are examples for a reader of files, not advice. Vital signs, results and other orders stand here for
the formats that can carry them (FHIR, HL7 v2); the CSV has none.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from downtime.census.snapshot import (
    Allergy,
    AllergyState,
    Dose,
    Identifier,
    IdentifierKind,
    MedicationOrder,
    OtherOrder,
    Patient,
    PersonName,
    Place,
    Reading,
    Sex,
    Weight,
)
from downtime.clinical.timing import OrderTiming, PeriodUnit, Repeat

ZONE = ZoneInfo("America/Chicago")
TAKEN_AT = datetime(2026, 11, 16, 6, 40, tzinfo=ZONE)  # a Monday
AUTHORITY = "RIVERSIDE"
"""The authority of every MRN; FHIR calls it SYSTEM, HL7 v2 by this name."""
SYSTEM = "https://riverside.example/mrn"
ENCOUNTER_SYSTEM = "https://riverside.example/encounter"

F, M, X, U = Sex.FEMALE, Sex.MALE, Sex.OTHER, Sex.UNKNOWN


@dataclass(frozen=True, slots=True)
class RetiredRecord:
    """A record merged into another: its number, the survivor's, and the name it had."""

    mrn: str
    survivor: str
    name: PersonName
    birth_date: date
    sex: Sex


def at(day: int, hour: int = 0, minute: int = 0) -> datetime:
    """A moment of November 2026 at the hospital."""
    return datetime(2026, 11, day, hour, minute, tzinfo=ZONE)


def every(hours: int) -> dict[str, object]:
    """Timing of a dose every so many hours."""
    repeat = Repeat(frequency=1, period=Decimal(hours), unit=PeriodUnit.HOUR)
    return {"code": f"Q{hours}H", "repeat": repeat, "text": f"every {hours} hours"}


def daily(code: str, times: int, words: str) -> dict[str, object]:
    """Timing of so many doses a day."""
    return {"code": code, "repeat": Repeat(frequency=times, period=Decimal(1), unit=PeriodUnit.DAY), "text": words}


DAILY = daily("DAILY", 1, "daily")
BID = daily("BID", 2, "2 times a day")
TID = daily("TID", 3, "3 times a day")
BEDTIME = {"code": "BEDTIME", "text": "at bedtime",
           "repeat": Repeat(frequency=1, period=Decimal(1), unit=PeriodUnit.DAY, when=("HS",))}  # fmt: skip
BEFORE_MEALS = {"code": "AC", "text": "before meals",
                "repeat": Repeat(frequency=3, period=Decimal(1), unit=PeriodUnit.DAY, when=("AC",))}  # fmt: skip
MWF = {"code": "MWF", "text": "Monday, Wednesday and Friday", "repeat": Repeat(frequency=1, period=Decimal(1),
       unit=PeriodUnit.DAY, days_of_week=("mon", "wed", "fri"))}  # fmt: skip
CONTINUOUS = {"code": "CONT", "text": "continuous infusion", "continuous": True}
STAT = {"code": "STAT", "text": "STAT", "one_time": True, "immediate": True}
NOT_KNOWN: dict[str, object] = {}


def order(
    number: str,
    drug: str,
    dose: str,
    route: str,
    timing: dict[str, object],
    *,
    start: datetime,
    stop: datetime | None = None,
    last: datetime | None = None,
    last_amount: str = "",
    reason: str = "",
    rate: str = "",
    instructions: str = "",
    prn: str = "",
    apart: int | None = None,
    most: str = "",
    steps: int = 1,
    text: str = "",
    by: str = "E. Vance, MD",
) -> MedicationOrder:
    """One active medication order."""
    words = {**timing, **({"text": text} if text else {})}
    needed = {
        "as_needed": bool(prn),
        "as_needed_reason": prn,
        "least_hours_apart": None if apart is None else Decimal(apart),
        "most_in_24_hours": most,
    }
    return MedicationOrder(
        id=number,
        drug=drug,
        dose=dose,
        route=route,
        timing=OrderTiming.model_validate({**words, **needed, "start": start, "stop": stop, "steps": steps}),
        reason=reason,
        rate=rate,
        instructions=instructions,
        ordered_by=by,
        last_given=None if last is None else Dose(given=last, amount=last_amount or dose),
    )


def patient(
    mrn: str,
    family: str,
    given: str,
    born: date | None,
    sex: Sex,
    bed: str,
    *,
    days: int = 2,
    attending: str = "E. Vance, MD",
    diagnoses: tuple[str, ...] = (),
    allergies: tuple[Allergy, ...] | AllergyState = AllergyState.NOT_IN_SNAPSHOT,
    code: str = "Full code",
    isolation: tuple[str, ...] = (),
    kg: str = "",
    weighed: date | None = date(2026, 11, 15),
    weighed_how: str = "",
    diet: str = "",
    lines: tuple[str, ...] = (),
    orders: tuple[MedicationOrder, ...] = (),
    other: tuple[OtherOrder, ...] = (),
    vitals: tuple[Reading, ...] = (),
    results: tuple[Reading, ...] = (),
    deceased: bool = False,
    discharged: bool = False,
    retired: str = "",
) -> Patient:
    """One patient; `days` is how long ago the admission was."""
    numbers = [
        Identifier(kind=IdentifierKind.MRN, value=mrn, authority=AUTHORITY),
        Identifier(kind=IdentifierKind.ENCOUNTER, value="V" + mrn[2:]),
    ]
    if retired:
        numbers.append(Identifier(kind=IdentifierKind.RETIRED, value=retired, authority=AUTHORITY))
    return Patient(
        identifiers=tuple(numbers),
        name=PersonName(family=family, given=tuple(given.split()) if given else ()),
        birth_date=born,
        sex=sex,
        place=Place(unit="ICU", room=bed.removeprefix("ICU-"), bed=bed),
        attending=attending,
        service="Critical care",
        admitted=at(16, 14, 30) - timedelta(days=days),
        diagnoses=diagnoses,
        allergy_state=AllergyState.LISTED if isinstance(allergies, tuple) else allergies,
        allergies=allergies if isinstance(allergies, tuple) else (),
        code_status=code,
        isolation=isolation,
        weight=Weight(kg=Decimal(kg), taken=weighed, method=weighed_how) if kg else None,
        diet=diet,
        lines=lines,
        medications=orders,
        orders=other,
        vitals=vitals,
        results=results,
        deceased=deceased,
        discharged=discharged,
    )


VITALS = (("Heart rate", "8867-4", "/min"), ("Respiratory rate", "9279-1", "/min"), ("SpO2", "59408-5", "%"),
          ("Temperature", "8310-5", "°C"))  # fmt: skip


def vitals(hour: int, minute: int, pressure: str, *values: str) -> tuple[Reading, ...]:
    """One set of vital signs on the morning of the snapshot; blood pressure as 110/64."""
    taken = at(16, hour, minute)
    rest = (
        Reading(label=label, value=value, unit=unit, taken=taken, loinc=loinc)
        for (label, loinc, unit), value in zip(VITALS, values, strict=True)
    )
    return (Reading(label="Blood pressure", value=pressure, unit="mmHg", taken=taken, loinc="85354-9"), *rest)


def result(label: str, loinc: str, value: str, unit: str, hour: int, abnormal: str = "") -> Reading:
    """One laboratory result of the morning of the snapshot."""
    return Reading(label=label, value=value, unit=unit, taken=at(16, hour, 5), loinc=loinc, abnormal=abnormal)


PENICILLIN = Allergy(substance="Penicillin", reaction="anaphylaxis", severity="severe")
NONE, NO_DRUG, NOT_ASKED = AllergyState.NONE_KNOWN, AllergyState.NO_DRUG_KNOWN, AllergyState.NOT_ASKED

PATIENTS: tuple[Patient, ...] = (
    # Sepsis: infusions, an interval, a PRN with its limits.
    patient("00104401", "Okafor", "Adaeze", date(1958, 3, 21), F, "ICU-01", kg="71.5", weighed_how="bed scale",
            diagnoses=("Septic shock", "Pneumonia, right lower lobe"), allergies=(PENICILLIN,
            Allergy(substance="Latex", reaction="rash")), isolation=("Contact",), diet="NPO",
            lines=("Central line, right internal jugular, 14 Nov", "Arterial line, left radial", "Urinary catheter"),
            vitals=vitals(6, 0, "104/58", "98", "22", "95", "38.4"),
            results=(result("Lactate", "2524-7", "3.1", "mmol/L", 5, "H"),
                     result("Potassium", "2823-3", "3.9", "mmol/L", 5)),
            other=(OtherOrder(kind="Laboratory", text="Lactate every 6 hours", start=at(14, 16)),
                   OtherOrder(kind="Nursing", text="Head of bed 30 degrees", start=at(14, 15))),
            orders=(
                order("R1001", "norepinephrine", "", "IV", CONTINUOUS, start=at(14, 15), rate="0.08 mcg/kg/min",
                      instructions="Keep mean arterial pressure 65 mmHg or more", reason="septic shock"),
                order("R1002", "meropenem", "1 g", "IV", every(8), start=at(14, 16), stop=at(21, 16),
                      last=at(16, 0, 10), reason="pneumonia"),
                order("R1003", "acetaminophen", "650 mg", "PO", every(6), start=at(14, 16), prn="fever or pain",
                      apart=6, most="4 g", last=at(15, 22, 40), text="every 6 hours as needed"),
            )),
    # Vietnamese, with marks that a narrow font lacks.
    patient("00104402", "Nguyễn", "Thị Hồng Ánh", date(1971, 9, 2), F, "ICU-02", kg="52", allergies=NONE,
            diagnoses=("Diabetic ketoacidosis",), diet="Consistent carbohydrate", lines=("Peripheral IV, left arm",),
            vitals=vitals(6, 5, "118/70", "88", "16", "98", "36.8"),
            results=(result("Glucose", "2345-7", "212", "mg/dL", 6, "H"),),
            orders=(
                order("R1004", "insulin regular", "", "IV", CONTINUOUS, start=at(15, 18), rate="2.5 units/h",
                      instructions="Titrate by the insulin protocol"),
                order("R1005", "potassium chloride", "20 mEq", "IV", every(6), start=at(15, 18), stop=at(16, 18),
                      last=at(16, 0, 15)),
            )),
    # An apostrophe, a hyphen and a letter outside Latin-1.
    patient("00104403", "O'Brien-Łukasiewicz", "Séamus", date(1949, 12, 30), M, "ICU-03", kg="88.2", days=6,
            allergies=NO_DRUG, diagnoses=("Exacerbation of COPD", "Atrial fibrillation"), isolation=("Droplet",),
            diet="Regular, low sodium", vitals=vitals(5, 55, "132/76", "104", "26", "91", "37.1"),
            orders=(
                order("R1006", "prednisone", "40 mg, then 30 mg, then 20 mg", "PO", NOT_KNOWN, start=at(12, 9),
                      stop=at(21, 9), steps=3, last=at(15, 9, 5), last_amount="40 mg",
                      text="40 mg daily for 3 days; then 30 mg daily for 3 days; then 20 mg daily for 3 days"),
                order("R1007", "apixaban", "5 mg", "PO", BID, start=at(11, 9), last=at(15, 21, 2)),
                order("R1008", "ipratropium-albuterol", "3 mL", "inhaled", every(4), start=at(11, 12),
                      last=at(16, 4, 5)),
            )),
    # Right to left.
    patient("00104404", "عبد الرحمن", "محمد", date(1966, 1, 15), M, "ICU-04", kg="79", allergies=NOT_ASKED,
            diagnoses=("Acute myocardial infarction",), diet="Cardiac",
            vitals=vitals(6, 10, "96/60", "76", "18", "97", "36.6"),
            results=(result("Troponin I", "10839-9", "4.2", "ng/mL", 4, "HH"),),
            orders=(
                order("R1009", "heparin per protocol", "", "", NOT_KNOWN, start=at(15, 23),
                      text="heparin per protocol"),
                order("R1010", "aspirin", "81 mg", "PO", DAILY, start=at(15, 9), last=at(15, 9, 10)),
                order("R1011", "atorvastatin", "80 mg", "PO", BEDTIME, start=at(14, 21), last=at(15, 21, 30)),
            )),
    # Chinese: the family name first, no blank between.
    patient("00104405", "王", "小明", date(1983, 6, 8), M, "ICU-05", kg="64.3", allergies=NONE, days=1,
            diagnoses=("Status epilepticus",), diet="NPO", vitals=vitals(6, 0, "121/72", "82", "14", "99", "37"),
            orders=(
                order("R1012", "levetiracetam", "1,000 mg", "IV", BID, start=at(15, 21), last=at(15, 21, 15)),
                order("R1013", "lorazepam", "4 mg", "IV", STAT, start=at(16, 6, 30), text="STAT",
                      reason="seizure longer than 5 minutes"),
            )),
    # Three of one surname, two of one whole name.
    patient("00104406", "Smith", "John", date(1949, 4, 4), M, "ICU-06", kg="93", code="DNR",
            allergies=(Allergy(substance="Codeine", reaction="vomiting", severity="mild"),),
            diagnoses=("Heart failure",), diet="Fluid restriction 1.5 L",
            vitals=vitals(6, 15, "108/66", "92", "20", "93", "36.5"),
            orders=(
                order("R1014", "furosemide", "40 mg", "IV", BID, start=at(14, 21), last=at(15, 21)),
                order("R1015", "metoprolol tartrate", "25 mg", "PO", BID, start=at(14, 21), last=at(15, 21, 5),
                      instructions="Hold if heart rate is below 60"),
            )),
    patient("00104407", "Smith", "Joan", date(1972, 4, 14), F, "ICU-07", kg="61", allergies=NONE,
            diagnoses=("Gastrointestinal bleeding",), diet="NPO", code="",
            vitals=vitals(6, 20, "99/61", "110", "18", "98", "36.9"),
            results=(result("Hemoglobin", "718-7", "7.4", "g/dL", 5, "L"),),
            orders=(order("R1016", "pantoprazole", "40 mg", "IV", BID, start=at(14, 21), last=at(15, 21, 10)),)),
    patient("00104408", "Smith", "John", date(1990, 11, 23), M, "ICU-08", kg="82", allergies=NO_DRUG, days=1,
            diagnoses=("Traumatic brain injury",), diet="NPO",
            vitals=vitals(6, 25, "138/82", "68", "14", "99", "37.3"),
            orders=(
                order("R1017", "sodium chloride 3 %", "", "IV", CONTINUOUS, start=at(15, 20), rate="30 mL/h",
                      instructions="Sodium every 6 hours"),
                order("R1018", "levetiracetam", "500 mg", "IV", every(12), start=at(15, 20), last=at(15, 20, 20)),
            )),
    # Nobody knows who this is: no birth date, no weight.
    patient("00104409", "Doe", "Trauma Quebec", None, M, "ICU-09", days=0, allergies=NOT_ASKED, code="",
            diagnoses=("Multiple trauma",), lines=("Chest tube, left", "Peripheral IV, right arm"),
            vitals=vitals(6, 30, "92/50", "124", "24", "94", "35.9"),
            orders=(
                order("R1019", "fentanyl", "50 mcg", "IV", every(1), start=at(16, 3), prn="pain", apart=1,
                      text="every 1 hour as needed", last=at(16, 5, 45)),
                order("R1020", "tranexamic acid", "1 g", "IV", STAT, start=at(16, 3, 5), last=at(16, 3, 12)),
            )),
    # Died in the night; the record still lists her.
    patient("00104410", "Lindqvist", "Märta Elisabet", date(1931, 7, 19), F, "ICU-10", kg="48.6", days=9,
            allergies=NONE, diagnoses=("Intracerebral hemorrhage",), code="DNR and DNI", deceased=True),
    # Gone home on paper; another patient lies in the bed.
    patient("00104411", "Abernathy", "Clyde", date(1955, 2, 28), M, "ICU-11", kg="77", days=4, allergies=NONE,
            diagnoses=("Community-acquired pneumonia",), discharged=True),
    patient("00104412", "Featherstonehaugh-Cholmondeley", "Wilhelmina Alexandra Konstantina", date(1944, 8, 8), F,
            "ICU-11", days=0, kg="58", weighed=None, weighed_how="stated by family",
            allergies=(Allergy(substance="Sulfonamides", reaction="rash"), Allergy(substance="Iodinated contrast")),
            diagnoses=("Acute kidney injury",), diet="Renal",
            vitals=vitals(6, 0, "126/74", "84", "16", "97", "36.7"),
            orders=(
                order("R1021", "sodium bicarbonate", "650 mg", "PO", TID, start=at(16, 9)),
                order("R1022", "epoetin alfa", "10,000 units", "subcut", MWF, start=at(13, 9), last=at(13, 9, 15)),
            )),
    # Came without papers first, then was found: the old number was merged into this one.
    patient("00104413", "Delacroix", "Anne-Sophie", date(1979, 5, 5), F, "ICU-12", retired="00990017", kg="66",
            allergies=(PENICILLIN,), diagnoses=("Pulmonary embolism",), diet="Regular",
            vitals=vitals(6, 5, "112/68", "96", "20", "95", "36.9"),
            orders=(
                order("R1023", "enoxaparin", "70 mg", "subcut", every(12), start=at(14, 20), last=at(15, 20, 10)),
                order("R1024", "oxycodone", "5 mg", "PO", every(4), start=at(14, 20), prn="pain", apart=4, most="30 mg",
                      text="every 4 hours as needed", last=at(16, 2, 30)),
            )),
    # Days of the week, and one a week.
    patient("00104414", "Kowalczyk", "Bożena", date(1962, 10, 10), F, "ICU-13", kg="69.8", allergies=NO_DRUG, days=11,
            diagnoses=("Pneumocystis pneumonia", "Rheumatoid arthritis"), isolation=("Airborne",), diet="Regular",
            vitals=vitals(5, 50, "116/70", "90", "22", "93", "37.6"),
            orders=(
                order("R1025", "sulfamethoxazole-trimethoprim", "1 tablet", "PO", MWF, start=at(6, 9),
                      last=at(13, 9, 20)),
                order("R1026", "methotrexate", "15 mg", "PO", {"code": "WEEKLY", "text": "once a week on Thursday",
                      "repeat": Repeat(frequency=1, period=Decimal(1), unit=PeriodUnit.WEEK, days_of_week=("thu",))},
                      start=at(12, 9), last=at(12, 9, 30)),
                order("R1027", "methylprednisolone", "40 mg", "IV", every(6), start=at(10, 6), last=at(16, 0, 20)),
            )),
    # Before meals; a sliding scale is words, not a time.
    patient("00104415", "Haddad", "Layla", date(1988, 3, 3), F, "ICU-14", kg="74.1", allergies=NONE, days=3,
            diagnoses=("Hyperglycemic crisis, resolved",), diet="Consistent carbohydrate",
            vitals=vitals(6, 10, "124/78", "80", "16", "98", "36.6"),
            orders=(
                order("R1028", "insulin lispro", "6 units", "subcut", BEFORE_MEALS, start=at(14, 7),
                      last=at(15, 17, 40)),
                order("R1029", "insulin glargine", "20 units", "subcut", BEDTIME, start=at(14, 21),
                      last=at(15, 21, 20)),
                order("R1030", "insulin lispro", "", "subcut", NOT_KNOWN, start=at(14, 7),
                      text="correction dose per sliding scale with meals"),
            )),
    # Orders that begin or end within the next hours.
    patient("00104416", "Ó Súilleabháin", "Pádraig", date(1957, 11, 16), M, "ICU-15", kg="85", days=5,
            allergies=(Allergy(substance="Vancomycin", reaction="flushing", severity="moderate"),),
            diagnoses=("Endocarditis",), diet="Regular", lines=("PICC, right arm",),
            vitals=vitals(6, 0, "128/70", "78", "16", "97", "37.8"),
            orders=(
                order("R1031", "ceftriaxone", "2 g", "IV", daily("DAILY", 1, "daily"), start=at(16, 10)),
                order("R1032", "gentamicin", "80 mg", "IV", every(8), start=at(11, 14), stop=at(16, 14),
                      last=at(16, 6, 5)),
            )),
    patient("00104417", "Yamada", "Tarō", date(1977, 1, 31), M, "ICU-16", kg="70", allergies=NONE, days=7,
            diagnoses=("Acute pancreatitis",), diet="Tube feeding 40 mL/h", lines=("Nasojejunal tube",),
            vitals=vitals(6, 5, "110/62", "102", "20", "96", "38"),
            orders=(
                order("R1033", "hydromorphone", "0.5 mg", "IV", every(3), start=at(9, 18), prn="severe pain", apart=3,
                      text="every 3 hours as needed", last=at(16, 4, 50)),
                order("R1034", "piperacillin-tazobactam", "4.5 g", "IV", every(6), start=at(12, 12),
                      last=at(16, 0, 25)),
            )),
    # Surge beds. One name only.
    patient("00104418", "Suharto", "", date(1960, 6, 6), M, "ICU-S1", kg="59.5", allergies=NOT_ASKED,
            diagnoses=("Dengue shock",), vitals=vitals(6, 20, "88/54", "118", "24", "95", "39.1"),
            orders=(order("R1035", "lactated Ringer's", "", "IV", CONTINUOUS, start=at(15, 4), rate="125 mL/h"),)),
    patient("00104419", "Ødegård", "Ingvild", date(1995, 12, 12), F, "ICU-S2", kg="63", allergies=NONE,
            diagnoses=("Severe asthma",), vitals=vitals(6, 25, "122/74", "112", "28", "92", "36.8"),
            orders=(
                order("R1036", "methylprednisolone", "60 mg", "IV", every(6), start=at(14, 18), last=at(16, 0, 30)),
                order("R1037", "albuterol", "2.5 mg", "inhaled", every(2), start=at(15, 8), prn="wheeze", apart=2,
                      text="every 2 hours as needed", last=at(16, 5, 15)),
            )),
    patient("00104420", "García Márquez", "José Luis", date(1953, 5, 17), M, "ICU-S3", kg="80", days=3,
            allergies=(Allergy(substance="Peanut", reaction="angioedema; urticaria", severity="severe"),),
            diagnoses=("Stroke, left middle cerebral artery",), diet="Pureed, thickened fluids",
            vitals=vitals(6, 30, "162/90", "74", "16", "96", "36.9"),
            orders=(
                order("R1038", "labetalol", "10 mg", "IV", every(2), start=at(14, 6), apart=2, most="300 mg",
                      prn="systolic pressure above 180", text="every 2 hours as needed", last=at(15, 19)),
                order("R1039", "clopidogrel", "75 mg", "PO", DAILY, start=at(14, 9), last=at(15, 9)),
            )),
    # Sex recorded as neither; no order at all.
    patient("00104421", "Rivers", "Alex", date(2001, 2, 2), X, "ICU-S4", kg="68", allergies=NONE, days=1,
            diagnoses=("Intentional overdose",), diet="Regular, finger food",
            vitals=vitals(6, 0, "114/70", "86", "14", "99", "36.7")),
    # An allergy nobody wrote down, a sex nobody recorded, no weight, no code status.
    patient("00104422", "Björk", "Sigríður", date(1969, 9, 29), U, "ICU-S5", code="", days=1,
            diagnoses=("Post cardiac arrest",), vitals=vitals(6, 10, "102/58", "64", "16", "97", "34.2"),
            orders=(
                order("R1040", "amiodarone", "", "IV", CONTINUOUS, start=at(15, 17), rate="0.5 mg/min"),
                order("R1041", "cisatracurium", "", "IV", CONTINUOUS, start=at(15, 17), rate="2 mcg/kg/min",
                      instructions="Train of four every hour"),
            )),
    patient("00104423", "Nakamura-Jones", "D'Arcy", date(1986, 7, 7), M, "ICU-S6", kg="102.5", allergies=NO_DRUG,
            diagnoses=("Necrotizing fasciitis",), isolation=("Contact", "Protective"), diet="High protein", days=8,
            vitals=vitals(6, 15, "106/60", "108", "22", "96", "38.9"),
            orders=(
                order("R1042", "vancomycin", "1,250 mg", "IV", every(12), start=at(8, 21), last=at(15, 21, 40)),
                order("R1043", "clindamycin", "900 mg", "IV", every(8), start=at(8, 22), last=at(16, 6, 10)),
                order("R1044", "ketamine", "", "IV", CONTINUOUS, start=at(12, 10), rate="0.1 mg/kg/h"),
            )),
    # Two orders of one drug that must not be taken for one.
    patient("00104424", "Van der Berg", "Pieter", date(1940, 1, 1), M, "ICU-S7", kg="75.5", days=2,
            allergies=(Allergy(substance="Morphine", reaction="confusion"),), code="DNR",
            diagnoses=("Hip fracture", "Delirium"), diet="Regular",
            vitals=vitals(6, 20, "136/72", "72", "16", "95", "36.4"),
            orders=(
                order("R1045", "acetaminophen", "1 g", "PO", TID, start=at(14, 21), last=at(15, 21, 10)),
                order("R1046", "acetaminophen", "500 mg", "PO", every(6), start=at(14, 21), prn="pain", apart=6,
                      most="4 g", text="every 6 hours as needed"),
                order("R1047", "haloperidol", "0.5 mg", "PO", BEDTIME, start=at(15, 21), last=at(15, 21, 15)),
            )),
)  # fmt: skip

RETIRED: tuple[RetiredRecord, ...] = (
    RetiredRecord(
        mrn="00990017",
        survivor="00104413",
        name=PersonName(family="Doe", given=("Medical", "Tango")),
        birth_date=date(1979, 5, 5),
        sex=F,
    ),
)

PROBLEM_PATIENTS = ("00104409", "00104410", "00104411", "00104413")
"""Of whom every reader must say something: no birth date, deceased, discharged, merged."""

__all__ = ["AUTHORITY", "ENCOUNTER_SYSTEM", "PATIENTS", "RETIRED", "SYSTEM", "TAKEN_AT", "ZONE", "RetiredRecord"]
