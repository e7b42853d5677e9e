"""What `means:` may say in a form: which part of the record a field is, so that it can be sent without a second list.

A field with a LOINC code is an observation by itself and needs no word here. Where `data:` already names an order's
drug or an allergy's substance, that is meant too.
"""

from __future__ import annotations

from collections.abc import Mapping

MEANS: Mapping[str, str] = {
    "person.surname": "family name",
    "person.given": "given names",
    "person.birth_date": "date of birth",
    "person.age": "estimated age in years",
    "person.sex": "sex at birth",
    "person.number": "record number, read from a band, a card or the viewer",
    "person.phone": "the patient's phone",
    "person.address": "address",
    "person.alias": "the name given to somebody unidentified",
    "kin.name": "next of kin",
    "kin.relation": "how they are related",
    "kin.phone": "their phone",
    "visit.arrived": "date and time of arrival",
    "visit.class": "emergency, inpatient, observation, outpatient",
    "visit.reason": "why the patient came",
    "visit.bed": "bed",
    "visit.provider": "accepting or attending provider",
    "visit.clerk": "who registered",
    "visit.ended": "date and time of discharge or death",
    "visit.disposition": "where the patient went",
    "visit.died": "a box that says that the patient died",
    "allergy.substance": "what the patient is allergic to",
    "allergy.reaction": "reaction",
    "allergy.severity": "severity",
    "order.drug": "medicine",
    "order.dose": "dose, with its unit unless that stands apart",
    "order.unit": "unit of the dose",
    "order.route": "route",
    "order.route_other": "route, where none of the boxes is it",
    "order.frequency": "how often, in words or boxes",
    "order.times_a_day": "times a day",
    "order.every_hours": "hours between doses",
    "order.reason": "what it is for",
    "order.start": "date and time of the first dose",
    "order.stop": "when it stops, or after how many doses",
    "order.text": "an order in free words: always entered by a person",
    "order.test": "a test, or boxes for tests",
    "order.urgency": "how soon",
    "order.prescriber": "who orders; a signature gives name, date and time",
    "order.receiver": "who took a telephone or verbal order; a signature gives date and time",
    "order.how": "how the order came: written, telephone, face to face",
    "order.written_date": "date on which the order was written",
    "order.written_time": "time at which it was written",
    "order.written_at": "date and time at which it was written",
    "dose.drug": "medicine given, where the row has no order",
    "dose.amount": "dose given, with its unit",
    "dose.site": "route or site code of one dose",
    "dose.time": "time given; the day is the sheet's",
    "dose.at": "date and time given",
    "dose.by": "who gave it",
    "dose.code": "a circled code: not given, late, or the site",
    "taken.date": "date of observations",
    "taken.time": "time of observations",
    "taken.at": "date and time of observations",
    "taken.by": "who took them",
    "taken.day": "a value of the 24 hours that begin on the sheet's day",
    "sheet.date": "the day on which the first hour of the sheet lies",
    "note.author": "who wrote the page",
    "note.written_at": "date and time at which it was written",
    "charge.code": "charge code",
    "charge.text": "what is charged",
    "charge.quantity": "how many",
    "charge.date": "date of service",
    "charge.diagnosis": "diagnosis of the charge",
    "charge.by": "who performed it",
    "signer.initials": "initials of somebody who signed",
    "signer.name": "the printed name that goes with them",
}

IMPLIED: Mapping[str, str] = {
    "order.drug": "order.drug", "order.dose": "order.dose", "order.route": "order.route",
    "order.frequency": "order.frequency", "order.reason": "order.reason", "sheet.date": "sheet.date",
    "allergy.substance": "allergy.substance", "allergy.reaction": "allergy.reaction",
    "allergy.severity": "allergy.severity",
}  # fmt: skip
"""What a field means where only its `data:` says it."""

SIGNED: Mapping[str, tuple[str, str]] = {
    "order": ("order.written_date", "order.written_time"),
    "visit": ("", ""),
    "note": ("", ""),
}
"""What date and time beside a signature mean, by the first word of what the signature means."""
