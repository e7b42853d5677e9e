"""What must hold of anything that is read from a hostile file, whatever was done to it.

Nothing of one patient stands with another; nobody whose records are whole is missing, unless a problem names the number
or the place; no whole order or allergy is lost in silence; what is whole has its right values. An error says what, why
or what to do, and where, and has no patient's name in it.
"""

from __future__ import annotations

import re

from hostile_file import HostileFile, Piece
from hostile_truth import TrueOrder, TruePatient

from downtime.census.hl7v2_people import UNUSED
from downtime.census.identity import SHARED_NUMBER
from downtime.census.snapshot import IdentifierKind, MedicationOrder, Patient, Snapshot
from downtime.errors import InputError

_OF_ALL = re.compile(r"MISSING|may be missing|not printed|NOT printed|NOTHING|NOBODY|not read|is not used|not known")
_NUMBERS = (IdentifierKind.MRN, IdentifierKind.RETIRED)


def faults_of(file: HostileFile, outcome: Snapshot | InputError) -> list[str]:
    """All that is wrong with an outcome; nothing where it is as it must be."""
    if isinstance(outcome, InputError):
        return _faults_of_error(file, outcome)
    if file.must_refuse:
        return ["this can only be refused, and was read"]
    marks = [words for patient in outcome.patients for words in patient.clarify]
    marks += [words for patient in outcome.patients for order in patient.medications for words in order.clarify]
    told = "\n".join([f"{p.where}|{p.patient}|{p.element}|{p.what}|{p.original}" for p in outcome.problems] + marks)
    faults = _wrong_patient(file, outcome)
    faults += _missing_people(file, outcome, told)
    faults += _lost_or_wrong(file, outcome, told)
    for owner in file.same_number:
        here = [patient for patient in outcome.patients if patient.name.family == file.truth[owner].family]
        faults += [f"patient {owner} shares a number, and no mark says so" for patient in here
                   if not any("number" in words for words in patient.clarify)]  # fmt: skip
    return faults


def _faults_of_error(file: HostileFile, error: InputError) -> list[str]:
    shown = str(error)
    faults = [] if error.what and error.where and (error.why or error.do) else [f"the error says too little: {shown}"]
    if len(shown) > 2_000 or "\n" in shown or not shown.isprintable():
        faults.append(f"the error does not fit a line: {shown[:200]!r}")
    names = [name for patient in file.truth for name in (patient.family, patient.given, *patient.words)]
    faults += [f"the error has a word of a patient: {name}" for name in names if name in shown]
    if not file.may_refuse:
        faults.append(f"nothing is wrong with it, and it was refused: {shown}")
    return faults


def _wrong_patient(file: HostileFile, snapshot: Snapshot) -> list[str]:
    owner_of = {word: place for place, patient in enumerate(file.truth) for word in patient.words}
    owner_of |= {patient.visit: place for place, patient in enumerate(file.truth)}
    faults = []
    for patient in snapshot.patients:
        mine = _who(file, patient)
        dump = patient.model_dump_json()
        for word, owner in owner_of.items():
            if word in dump:
                owner = file.merged.get(owner, owner)
                if not mine:
                    mine = {owner}  # neither number nor name is anybody's: all must then be of one person
                elif owner not in mine:
                    faults.append(f"WRONG PATIENT: {word} of {owner} stands with {sorted(mine)}")
    return faults


def _who(file: HostileFile, patient: Patient) -> set[int]:
    """Whom of the truth a patient can be: by name and number, or else by the one of them that is known."""
    numbers = {item.value for item in patient.identifiers if item.kind in _NUMBERS}
    words = {patient.name.family, *patient.name.text.replace(",", " ").split()}
    by_number = {place for place, known in enumerate(file.truth) if known.mrn in numbers}
    by_name = {place for place, known in enumerate(file.truth) if known.family in words}
    by_name &= {place for place in by_name if patient.birth_date in (None, file.truth[place].born)} or by_name
    found = (by_number & by_name) or by_name or by_number
    return {file.merged.get(place, place) for place in found}


def _missing_people(file: HostileFile, snapshot: Snapshot, told: str) -> list[str]:
    here = set().union(*(_who(file, patient) for patient in snapshot.patients)) if snapshot.patients else set()
    faults = []
    for owner, known in enumerate(file.truth):
        whole = [piece for piece in file.pieces if piece.record.owner == owner and piece.whole]
        if not whole or file.merged.get(owner, owner) in here or not _names(whole, known):
            continue
        if known.mrn not in told and known.family not in told and not _place_told(file, whole, told):
            faults.append(f"MISSING: nobody, and no problem, has {known.mrn}")
    return faults


def _names(pieces: list[Piece], known: TruePatient) -> bool:
    """Whether one of the records says who the patient is."""
    return any(known.mrn in piece.record.text and known.family in piece.record.text for piece in pieces)


def _place_told(file: HostileFile, pieces: list[Piece], told: str) -> bool:
    """Whether a problem names the line, message or entry of one of the records."""
    if len(file.files) != 1:
        return False
    ((name, raw),) = file.files.items()
    for piece in pieces:
        before = raw[: piece.start]
        line = 1 + len(re.findall(rb"\r\n|\r|\n", before))
        entry = sum(1 for other in file.pieces if other.start < piece.start) + 1
        message = len(re.findall(rb"MSH[^A-Za-z0-9]", raw[: piece.start + 4]))
        place = {"hl7": f"message {message}", "json": f"entry {entry}"}.get(name.rpartition(".")[2], f"line {line}")
        if re.search(rf"\b{place}\b", told):
            return True
    return False


def _lost_or_wrong(file: HostileFile, snapshot: Snapshot, told: str) -> list[str]:
    """Orders and allergies whose every record is whole: they are there with their values, or a problem tells them."""
    orders = {order.drug: (order, patient) for patient in snapshot.patients for order in patient.medications}
    faults = []
    for owner, known in enumerate(file.truth):
        touched = any(piece.record.owner == owner and not piece.whole for piece in file.pieces)
        shown = [patient for patient in snapshot.patients if file.merged.get(owner, owner) in _who(file, patient)]
        for order in known.orders:
            if not _is_whole(file, order.drug):
                continue
            if order.drug in orders:
                if file.values_hold:
                    faults += _wrong_values(order, orders[order.drug][0], shown, touched)
            elif not order.stopped and not _is_told(file, order.drug, told, touched):
                faults.append(f"LOST: the order of {order.drug} is neither printed nor told")
        for word in known.allergies:
            kept = any(word in allergy.substance for patient in shown for allergy in patient.allergies)
            if _is_whole(file, word) and not kept and not _is_told(file, word, told, touched):
                faults.append(f"LOST: the allergy {word} is neither printed nor told")
        faults += [f"WRONG: weight {patient.weight.kg} of {owner}" for patient in shown
                   if patient.weight and file.values_hold and not touched and patient.weight.kg != known.kg
                   and not file.merged]  # fmt: skip
    return faults


def _is_told(file: HostileFile, word: str, told: str, touched: bool) -> bool:
    """Whether a problem has the word or the place of its record, or speaks of all where the patient's is hurt."""
    carrying = [piece for piece in file.pieces if word in piece.record.text]
    return word in told or _place_told(file, carrying, told) or (touched and _OF_ALL.search(told) is not None)


def _is_whole(file: HostileFile, word: str) -> bool:
    carrying = [piece for piece in file.pieces if word in piece.record.text]
    return bool(carrying) and all(piece.whole for piece in carrying)


def _wrong_values(order: TrueOrder, read: MedicationOrder, shown: list[Patient], touched: bool) -> list[str]:
    marks = (SHARED_NUMBER, UNUSED)
    doubted = read.clarify or any(mark in patient.clarify for patient in shown for mark in marks)
    faults = []
    if order.stopped and not doubted and not touched:
        faults.append(f"WRONG: {order.drug} was stopped, and is printed as if not")
    if read.dose != f"{order.dose} {order.unit}" and not (read.dose == "" and "no dose is stated" in read.clarify):
        faults.append(f"WRONG: dose of {order.drug}: {read.dose}")
    if read.timing.code != order.code and not touched and not doubted:
        faults.append(f"WRONG: frequency of {order.drug}: {read.timing.code}")
    given = read.last_given.given if read.last_given else None
    if not touched and given is not None and order.last_given is not None:
        if given.replace(second=0) != order.last_given:
            faults.append(f"WRONG: last dose of {order.drug}: {given}")
    elif not touched and (given is None) != (order.last_given is None) and not doubted:
        faults.append(f"WRONG: last dose of {order.drug} is {given}")
    return faults
