"""OBR with its ORC and TQ1 to an order that is not a medicine."""

from __future__ import annotations

from collections.abc import Sequence

from downtime.census.hl7v2_context import Hl7Context
from downtime.census.hl7v2_parse import Message, Segment
from downtime.census.hl7v2_timing import timing_of
from downtime.census.hl7v2_values import words_of
from downtime.census.snapshot import OtherOrder
from downtime.census.source import printable

# HL7 table 0074, the sections whose code says it plainly; another code is printed as it stands.
_SECTIONS = {
    "LAB": "Laboratory", "CH": "Chemistry", "HM": "Hematology", "MB": "Microbiology", "BLB": "Blood bank",
    "RAD": "Radiology", "CT": "CT", "US": "Ultrasound", "RUS": "Ultrasound", "NRS": "Nursing", "PT": "Physical therapy",
    "RT": "Respiratory therapy", "RC": "Respiratory care", "EC": "Electrocardiography", "OT": "Occupational therapy",
}  # fmt: skip
_PRIORITIES = {"S": "STAT", "A": "as soon as possible", "T": "at exactly this time", "P": "before the procedure"}
_SHORT_OF = ("ORC", "TQ1", "OBR", "NTE")


def other_of(group: Sequence[Segment], message: Message, context: Hl7Context, patient: str) -> OtherOrder:
    """The order of a group of segments; where its text is missing, the original stands there instead."""
    obr = next((segment for segment in group if segment.name == "OBR"), None)
    orc = next((segment for segment in group if segment.name == "ORC"), None)
    old = orc.all(7) if orc is not None else ()
    timing = timing_of([segment for segment in group if segment.name == "TQ1"], old, context.zone)
    kind, words = kind_and_text(obr) if obr is not None else ("", "")
    if not words:
        words = "(not named in the source) " + " / ".join(s.readable() for s in group if s.name in _SHORT_OF)
        context.tell(message, "OBR-4", "an order that is not named; it is printed as it stands", patient)
    urgent = next((segment.text(9).upper() for segment in group if segment.name == "TQ1"), "")
    urgent = urgent or (obr.text(5).upper() if obr is not None else "")
    often = timing.timing.code if timing.timing.code.upper() not in ("", "ONCE", "STAT") else ""
    notes = [element.whole(300) for s in group if s.name == "NTE" for element in s.all(3)]
    needed = [f"as needed: {timing.timing.as_needed_reason}"] if timing.timing.as_needed else []
    parts = [words, _PRIORITIES.get(urgent, ""), often, *timing.words, *timing.extra, *needed, *notes]
    start = timing.timing.start
    for segment, field in ((obr, 36), (orc, 15), (obr, 6)):
        if start is None and segment is not None:
            start = context.moment(message, segment, field, patient)
    return OtherOrder(kind=kind, text=printable(", ".join(dict.fromkeys(part for part in parts if part))), start=start)


def kind_and_text(obr: Segment) -> tuple[str, str]:
    """The section that does it, and what is to be done."""
    section = obr.text(24)
    return _SECTIONS.get(section.upper(), section), words_of(obr.first(4), 500)
