"""What `data:` may name in a form: the values of a patient, an order, a row or a sheet that a kit prints into it.

A form says itself which of these stands where; nothing else in the program knows forms by their ids. The fields of the
patient block are called by these names already, so that they need no `data:` at all.
"""

from __future__ import annotations

from collections.abc import Mapping

PATIENT: Mapping[str, str] = {
    "patient.surname": "family name",
    "patient.given": "given names",
    "patient.name": "family name, then given names",
    "patient.birth_date": "date of birth",
    "patient.age": "age in full years on the day of the data",
    "patient.age_sex": "age and sex",
    "patient.born_sex": "date of birth and sex, as on a label",
    "patient.born_by": "date of birth, and room for who collected a specimen",
    "patient.sex": "sex as administered: F, M, X or unknown",
    "patient.mrn": "the hospital's number, or the downtime number",
    "patient.number_known": "the hospital's number alone",
    "patient.encounter": "visit number",
    "patient.bed": "bed",
    "patient.attending": "attending",
    "patient.service": "service",
    "patient.provider": "service and attending",
    "patient.admitted": "admitted: date and time",
    "patient.code_status": "code status",
    "patient.isolation": "isolation",
    "patient.diet": "diet",
    "patient.diagnoses": "diagnoses",
    "patient.lines": "lines, drains and airways",
    "patient.former_numbers": "numbers that were merged into this patient's",
    "allergies.state": "none, not-asked or listed, as the boxes in the patient block",
    "allergies.text": "allergies with their reactions, or that none are known, or that nobody asked",
    "weight.kg": "weight in kilograms",
    "weight.date": "when the weight was taken",
    "weight.method": "measured, stated or estimated",
    "vitals": "the last vital signs with their times",
    "results": "the last results with their times",
    "charts": "the other medicine charts that the patient has, as the options of a choice",
    "latest": "the last value with the LOINC code of this field",
}

SHEET: Mapping[str, str] = {
    "sheet.date": "the day that the sheet is for, where it has the hours of a day",
    "sheet.page": "which of the patient's sheets of this form it is",
    "sheet.pages": "how many sheets of this form the patient has",
    "data_as_of": "the moment of the data",
}

NUMBERS: Mapping[str, str] = {
    "downtime_number": "a downtime number: of this copy, or of each row of a log",
    "block.first": "the first downtime number of the department's block",
    "block.last": "the last one",
    "block.site": "the site code in them",
}

ORDER: Mapping[str, str] = {
    "order.drug": "medicine",
    "order.dose": "dose with unit",
    "order.route": "route",
    "order.frequency": "how often, in words",
    "order.at": "its times of this day, and what must be checked about them",
    "order.reason": "what it is for",
    "order.hold": "further instructions: when to hold it, how to give it",
    "order.start": "start",
    "order.stop": "stop",
    "order.rate": "rate",
    "order.rate_unit": "the unit of the rate, as one option of a choice",
    "order.by": "who ordered it",
    "order.last_date": "last given: date",
    "order.last_time": "last given: time",
    "order.last_at": "last given: date and time",
    "order.last_dose": "last given: dose",
    "order.last_from": "where the last dose is known from",
    "order.hours_apart": "least hours between two doses",
    "order.most": "most in 24 hours",
    "order.earliest": "earliest next dose",
    "order.words": "why no time is printed, or what to check",
    "order.chart": "on which chart it stands",
    "order.text": "the rest of the order in full: what to check, times, limits, start, stop, and as it was written",
    "due": "with the hours of a day: the time at which the order is due in that hour",
}

LINE: Mapping[str, str] = {
    "line.text": "one line, drain or airway, as the census has it",
    "line.kind": "its words before the first comma",
    "line.where": "its words after the first comma",
}

ALLERGY: Mapping[str, str] = {
    "allergy.substance": "what the patient is allergic to",
    "allergy.reaction": "reaction",
    "allergy.severity": "severity",
    "allergy.source": "that it comes from the census",
}

OTHER_ORDER: Mapping[str, str] = {
    "other.text": "an order that is not a medicine, with its kind and start",
}

BEDS = "beds"
"""Rows of this kind are as many as the department has beds; all others are as many as the form has."""

ROWS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    BEDS: ("a row for each bed, with the patient in it", PATIENT),
    "orders.scheduled": ("scheduled medicines, those for one time too", ORDER),
    "orders.one_time": ("medicines for one time, where a form of the kit has such rows", ORDER),
    "orders.as_needed": ("medicines as needed", ORDER),
    "orders.infusions": ("continuous infusions", ORDER),
    "orders.all": ("every medicine order in full, and texts of the patient that had no room elsewhere", ORDER),
    "orders.other": ("orders that are not medicines", OTHER_ORDER),
    "allergies": ("allergies", ALLERGY),
    "lines": ("lines, drains and airways", LINE),
}
"""What `rows: {data: …}` may name: what the rows are, and the names that their columns may use."""

CHARTS = ("orders.scheduled", "orders.one_time", "orders.as_needed", "orders.infusions")
"""The lists of orders that make a form a medicine chart: it prints as many sheets as they need."""

LABEL_NAMES = frozenset({*PATIENT, "downtime_number"}) - {"latest", "charts"}
"""What a line of a label may name."""


def names_for(rows: str) -> frozenset[str]:
    """The names that a field may use: one that stands in rows of `rows`, or anywhere where that is empty."""
    everywhere = {*PATIENT, *SHEET, *NUMBERS}
    return frozenset(everywhere | set(ROWS[rows][1]) if rows in ROWS else everywhere)
