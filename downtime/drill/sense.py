"""What makes sense in a field: a value that its definition allows, as a person would write it."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from downtime.drill import words
from downtime.drill.people import Patient, date_words, printed_name
from downtime.library.schema import FieldSpec, FieldType
from downtime.page.layout import FieldBox
from downtime.paper.fillable_words import FieldPlace

# An hour at the head of a row or column: 0700.
_PRINTED_HOUR = re.compile(r"\b([012]\d)([0-5]\d)\b")


@dataclass(frozen=True, slots=True)
class Scene:
    """Who writes about whom, and when: what the values of a sheet agree on."""

    patient: Patient
    begun: datetime
    initials: str


def value_of(field: FieldBox, place: FieldPlace, scene: Scene, stream: random.Random, row_stream: random.Random) -> str:
    """What a person writes there.

    `stream` is the field's own, so that a field printed twice gets the same twice; `row_stream` begins anew for each
    field of a row, so that dose and route belong to the medicine beside them.
    """
    name = base_id(field.id)
    if name.startswith("patient."):
        return _of_patient(name.removeprefix("patient."), scene)
    known = _about_patient(name.rsplit(".", 1)[-1], scene)
    if known:
        return known
    if name == "weight.kg":
        return f"{scene.patient.weight_kg:g}"
    if name == "weight.height_cm":
        return str(stream.randint(150, 192))
    moment = _moment(place, scene, stream)
    match field.kind:
        case "date":
            return date_words(moment)
        case "time":
            return f"{moment:%H%M}"
        case "datetime":
            return f"{date_words(moment)} {moment:%H%M}"
        case "initials":
            return scene.initials
        case "number":
            return _number(place.spec, stream)
        case "lines":
            return stream.choice(words.LONG)
    last = name.rsplit(".", 1)[-1]
    if last == "date":
        return date_words(moment)
    if last == "time":
        return f"{moment:%H%M}"
    if last == "initials":
        return scene.initials
    if field.kind == "comb":
        return _comb(last, place, scene, stream)
    return _text(name, last, stream, row_stream)


def base_id(field_id: str) -> str:
    """A field's id without the page on which it stands again: ``patient.surname@p2`` is ``patient.surname``."""
    return field_id.partition("@")[0]


def _of_patient(part: str, scene: Scene) -> str:
    patient = scene.patient
    known = {
        "surname": patient.surname,
        "given": patient.given,
        "birth_date": date_words(patient.birth_date),
        "sex": patient.sex,
        "mrn": patient.number,
        "encounter": patient.encounter,
        "bed": patient.bed,
        "attending": patient.attending,
        "page_date": date_words(scene.begun),
    }
    return known.get(part, "")


def _about_patient(last: str, scene: Scene) -> str:
    """What a form asks of the patient in a field of its own, as far as it must agree with the page's head."""
    patient = scene.patient
    age = (scene.begun.date() - patient.birth_date).days // 365
    known = {
        "birth_date": date_words(patient.birth_date),
        "gender": "woman" if patient.sex == "F" else "man",
        "estimated_age": str(age),
        "existing_mrn": patient.number,
        "true_mrn": patient.number,
        "age_sex": f"{age} {patient.sex}",
    }
    return known.get(last, "")


def meant_option(name: str, options: Sequence[str], scene: Scene) -> int | None:
    """Which option of a choice the page's head decides, None where it decides nothing; options are slugs."""
    if name.rsplit(".", 1)[-1].partition("@")[0] != "sex":
        return None
    wanted = "female" if scene.patient.sex == "F" else "male"
    return options.index(wanted) if wanted in options else None


def _moment(place: FieldPlace, scene: Scene, stream: random.Random) -> datetime:
    """A moment after the sheet was begun: in the hour that is printed, or row after row an hour or so apart."""
    printed = _PRINTED_HOUR.search(place.label)
    if printed:
        hour = scene.begun.replace(hour=int(printed[1]) % 24, minute=int(printed[2]))
        return hour + timedelta(minutes=stream.randint(0, 40))
    minutes = max(place.row - 1, 0) * 60 + stream.randint(0, 55)
    return scene.begun + timedelta(minutes=minutes)


def _number(spec: FieldSpec | None, stream: random.Random) -> str:
    low, high, decimals = 1.0, 24.0, spec.decimals or 0 if spec else 0
    if spec is not None:
        if isinstance(spec.range, tuple):
            low, high = spec.range
            # Limits keep slips out; what is usual is far inside them.
            low, high = max(low, -600.0), min(high, 400.0 if low >= 0 else 600.0)
        elif spec.range:
            low, high = _usual(spec)
        elif spec.boxes:
            high = min(10.0**spec.boxes - 1, high)
    value = stream.uniform(low, high)
    text = f"{value:.{decimals}f}"
    return text


def _usual(spec: FieldSpec) -> tuple[float, float]:
    name = str(spec.range)
    if name == "temperature":
        name = "temp_f" if "F" in spec.unit else "temp_c"
    if name == "glucose":
        name = "glucose_mmol" if "mmol" in spec.unit else "glucose_mgdl"
    return words.USUAL.get(name, (1.0, 9.0))


def _comb(last: str, place: FieldPlace, scene: Scene, stream: random.Random) -> str:
    known = {"surname": scene.patient.surname.upper(), "given_names": scene.patient.given.upper()}
    text = known.get(last) or f"{stream.randint(10**5, 10**8)}"
    boxes = place.spec.boxes if place.spec and place.spec.type is FieldType.COMB else None
    return text[:boxes] if boxes else text


def _text(name: str, last: str, stream: random.Random, row_stream: random.Random) -> str:
    if last == "name" and ("sign" in name or "carried" in name or "checked" in name or "by" in name):
        return printed_name(stream)
    if last in words.ORDER_PARTS:
        order = row_stream.choice(words.ORDERS)
        return order[words.ORDER_PARTS[last]]
    known = words.PHRASES.get(last) or words.PHRASES.get(last.rstrip("_0123456789"))
    if known:
        return stream.choice(known)
    if last.endswith("by") or last in ("name", "patient"):
        return printed_name(stream)
    return stream.choice(words.GENERAL)
