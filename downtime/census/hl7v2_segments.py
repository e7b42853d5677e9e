"""PID, PV1, PV2, DG1, AL1 and IAM folded into a person's record. An empty field changes nothing; a null deletes."""

from __future__ import annotations

from downtime.census.allergy_words import stated
from downtime.census.hl7v2_context import Hl7Context
from downtime.census.hl7v2_identity import Who
from downtime.census.hl7v2_parse import Message, Segment
from downtime.census.hl7v2_record import Record, Visit
from downtime.census.hl7v2_values import codes_of, person_of, words_of
from downtime.census.snapshot import Allergy, AllergyState, Place, Sex
from downtime.census.source import NUMBER_CHARACTERS

_SEXES = {"F": Sex.FEMALE, "M": Sex.MALE, "O": Sex.OTHER, "A": Sex.OTHER, "X": Sex.OTHER, "U": Sex.UNKNOWN,
          "N": Sex.UNKNOWN}  # fmt: skip
_SEVERITIES = {"SV": "severe", "MO": "moderate", "MI": "mild", "U": ""}
_ARRIVES = ("A01", "A04", "A06", "A07", "A13")
_CLOSES = {"A03": "", "A11": "the admission was cancelled", "A38": "the announced admission was cancelled"}
ANNOUNCED = "announced, and not yet admitted"
_KNOWN_EVENTS = ("A01", "A02", "A03", "A04", "A05", "A06", "A07", "A08", "A11", "A12", "A13", "A28", "A31", "A38",
                 "A40", "A18", "A34", "A60")  # fmt: skip
_WITHOUT_VISIT = ("A28", "A31", "A40", "A18", "A34", "A60")


def apply_person(record: Record, who: Who, message: Message, context: Hl7Context, *, is_adt: bool) -> None:
    """Sex, death, and what is wrong with the birth date."""
    if who.birth_date_fault:
        context.tell(message, "PID-7", who.birth_date_fault, record.number, message.all("PID")[0].text(7))
    for segment in message.all("PID")[:1]:
        if is_adt and segment.is_null(7):
            record.birth_date = None
        sex = segment.text(8).upper()
        if sex and (is_adt or record.sex is Sex.UNKNOWN):
            if sex not in _SEXES:
                context.tell(message, "PID-8", "this is no sex of HL7's table 0001", record.number, sex)
            record.sex = _SEXES.get(sex, Sex.UNKNOWN)
        died = segment.text(30).upper()
        if died not in ("", "Y", "N", "YES", "NO"):
            what = "this is neither Y nor N; ask whether the patient lives"
            context.tell(message, "PID-30", what, record.number, died)
        if died in ("Y", "YES") or segment.first(29):
            if died.startswith("N"):
                context.tell(message, "PID-30", "it says N, and a time of death is stated", record.number)
            record.deceased = True
        elif died in ("N", "NO") or segment.is_null(30):
            record.deceased = False


def apply_visit(record: Record, message: Message, context: Hl7Context, order: int, *, is_adt: bool) -> str:
    """Where the patient is, since when and under whose care; gives the number of the visit the message speaks of.

    Only registration moves a patient: what another system says of the place counts only while nothing else is known.
    """
    segment = message.first("PV1")
    number = segment.text(19) if segment is not None else ""
    if len(number) > NUMBER_CHARACTERS or "\ufffd" in number:
        context.tell(message, "PV1-19", "this is no number of a visit", record.number, number)
        number = ""
    event = message.event if is_adt else ""
    if event in _WITHOUT_VISIT or (segment is None and not is_adt):
        return number
    known = number in record.visits or (not number and bool(record.visits))
    if not is_adt and known and record.visit(number).moved_by_adt:
        return number
    visit = record.visit(number)
    visit.touched = order
    visit.moved_by_adt = visit.moved_by_adt or is_adt
    if is_adt and event not in _KNOWN_EVENTS:
        what = "what this event does to a stay is not read; see where the patient is"
        context.tell(message, "EVN", what, record.number)
    if event == "A01" and _is_back(record, visit):
        for item in record.orders:
            if not item.visit:
                item.doubt("ordered before this admission, after a discharge")
    if segment is not None:
        _apply_pv1(visit, segment, message, context, record.number)
    _apply_event(visit, event)
    if visit.clarify and event in ("A05", *_CLOSES):
        context.tell(message, "EVN", visit.clarify, record.number)
    return number


def _is_back(record: Record, visit: Visit) -> bool:
    """Whether a patient who is now admitted was discharged before: earlier orders may be of that stay."""
    return (visit.discharged and not visit.number) or any(
        other.discharged for other in record.visits.values() if other is not visit
    )


def _apply_event(visit: Visit, event: str) -> None:
    if event in _ARRIVES:
        visit.discharged, visit.clarify = False, ""
    elif event in ("A02", "A12"):
        visit.clarify = ""
    elif event == "A05":
        visit.clarify = ANNOUNCED
    elif event in _CLOSES:
        visit.discharged, visit.clarify = True, _CLOSES[event]


def _apply_pv1(visit: Visit, segment: Segment, message: Message, context: Hl7Context, number: str) -> None:
    visit.kind = segment.text(2).upper() or visit.kind
    if segment.is_null(3):
        visit.place = Place()
    elif place := segment.first(3):
        visit.place = Place(unit=place.text(1), room=place.text(2), bed=place.text(3))
    if segment.is_null(7) or segment.first(7):
        visit.attending = person_of(segment.first(7))
    if segment.is_null(10) or segment.first(10):
        visit.service = words_of(segment.first(10))
    visit.admitted = context.moment(message, segment, 44, number) or visit.admitted
    if segment.is_null(45):
        visit.discharged = False
    elif (left := context.moment(message, segment, 45, number)) is not None and left <= context.now:
        visit.discharged = True


def apply_diagnoses(record: Record, message: Message) -> None:
    """The diagnoses of the message, if it has any: together they are the list as it is now."""
    found = []
    for segment in message.all("DG1"):
        if segment.text(21).upper() != "D":
            found.append(segment.text(4) or words_of(segment.first(3)))
    if message.first("DG1") is not None:
        record.diagnoses = tuple(dict.fromkeys(words for words in found if words))


def apply_allergies(record: Record, message: Message, context: Hl7Context) -> None:
    """AL1 and IAM. An allergy once listed goes only where a message deletes it; "none" beside it is told."""
    states: set[AllergyState] = set()
    seen: set[str] = set()
    for segment in message.segments:
        if segment.name in ("AL1", "IAM"):
            _apply_allergy(record, segment, message, context, states, seen)
    if states:
        record.allergy_state = _one_state(states)
        if len(states) > 1 and record.allergy_state is AllergyState.NOT_IN_SNAPSHOT:
            context.tell(message, "AL1-3", "it says two things that exclude each other", record.number)
    disputed = states & {AllergyState.NONE_KNOWN, AllergyState.NOT_ASKED}
    if disputed and record.allergies:
        what = "allergies are listed, and a message says that there are none, or that nobody asked"
        context.tell(message, "AL1-3", what, record.number)
    elif seen and message.kind == "ADT" and message.first("AL1") is not None:
        for key, allergy in record.allergies.items():
            if key not in seen and key not in record.told:
                record.told.add(key)
                what = "this allergy was listed before and is not in a later list; it is still printed"
                context.tell(message, "AL1", what, record.number, allergy.substance)


def _one_state(states: set[AllergyState]) -> AllergyState:
    if len(states) == 1:
        return next(iter(states))
    # Two that agree as far as they go: only the narrower is certain.
    agree = states == {AllergyState.NONE_KNOWN, AllergyState.NO_DRUG_KNOWN}
    return AllergyState.NO_DRUG_KNOWN if agree else AllergyState.NOT_IN_SNAPSHOT


def _apply_allergy(
    record: Record, segment: Segment, message: Message, context: Hl7Context, states: set[AllergyState], seen: set[str]
) -> None:
    element = segment.first(3)
    words = words_of(element, 300)
    codes = codes_of(element)
    if not words:
        what = "an allergy without a name; ask what it is"
        context.tell(message, f"{segment.name}-3", what, record.number, segment.readable())
        return
    key = "".join(character for character in words.casefold() if character.isalnum()) or words
    action = segment.text(6).upper() if segment.name == "IAM" else ""
    status = segment.text(17).upper() if segment.name == "IAM" else ""
    if action in ("D", "X") or status == "E":
        record.allergies.pop(key, None)
        return
    read = stated(words, codes, context.settings)
    if read.doubt:
        context.tell(message, f"{segment.name}-3", read.doubt, record.number, words)
    elif read.state is not AllergyState.LISTED:
        states.add(read.state)
    else:
        seen.add(key)
        record.allergies[key] = _allergy(segment, words, status)


def _allergy(segment: Segment, words: str, status: str) -> Allergy:
    reactions = [words_of(element, 200) for element in segment.all(5)[:20]]
    severity = segment.first(4)
    shown = severity.text(2) or _SEVERITIES.get(severity.text(1).upper(), severity.text(1))
    note = {"U": " (unconfirmed)", "P": " (unconfirmed)", "S": " (suspected)", "I": " (inactive)", "D": " (doubted)"}
    return Allergy(
        substance=words + note.get(status, ""),
        reaction="; ".join(dict.fromkeys(reaction for reaction in reactions if reaction)),
        severity=shown[:40],
    )
