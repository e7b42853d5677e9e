"""ER7, the bars and hats of HL7 v2: separators from MSH, segments, fields, repetitions, components, escapes.

Lenient in what it takes (third-party messages seldom pass a strict validator), strict in places: a value is only ever
read from the very position that the standard gives it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from downtime.census.hl7v2_file import MOST_SEGMENTS, RawMessage
from downtime.census.source import TEXT_CHARACTERS, printable

MOST_FIELDS, MOST_REPETITIONS, MOST_COMPONENTS = 300, 400, 60
NULL = '""'
"""HL7's null: delete what was known; an empty field says nothing."""

_NAME = re.compile(r"[A-Za-z0-9]{3}")
_FOLDED = {"br": "\n", "sp": "\n", "sk": " ", "fi": "", "nf": "", "in": "", "ti": "", "ce": "\n"}
DAMAGED = "\ufffd"


@dataclass(frozen=True, slots=True)
class Delimiters:
    """The separators of one message; an empty one is not used in it."""

    field: str
    component: str
    repetition: str
    escape: str
    subcomponent: str
    codec: str

    def unescaped(self, text: str) -> str:
        """Text with its escapes resolved; one that has no certain meaning leaves the mark of a damaged character."""
        if not self.escape or self.escape not in text:
            return text
        pattern = _escapes(self.escape)
        return pattern.sub(self._resolved, text)

    def shown(self, raw: str, limit: int = TEXT_CHARACTERS) -> str:
        """Text as it prints; of a very long one only the beginning is looked at (an escape may take 20 characters)."""
        head = raw[: 20 * limit]
        return printable(self.unescaped(head), limit, of=len(raw) if len(raw) > len(head) else 0)

    def _resolved(self, match: re.Match[str]) -> str:
        body = match[1]
        plain = {"F": self.field, "S": self.component, "T": self.subcomponent, "R": self.repetition, "E": self.escape,
                 "P": "#", "H": "", "N": ""}  # fmt: skip
        if body in plain:
            return plain[body]
        if body[0] == ".":
            return _FOLDED.get(body[1:3], " ")
        if body[0] == "X":
            try:
                return bytes.fromhex(body[1:]).decode(self.codec, errors="replace")
            except ValueError:  # an odd number of digits
                return DAMAGED
        # ASCII and Latin 1 as the set to go on with change nothing; other sets, and a site's own \Z..\, are not known.
        return "" if body in ("C2842", "C2D41") else DAMAGED


@lru_cache(maxsize=64)
def _escapes(escape: str) -> re.Pattern[str]:
    """Only what the standard defines is an escape: "mg\\kg" is what somebody typed, and stays."""
    mark = re.escape(escape)
    layout = r"\.(?:br|sp|sk|fi|nf|in|ti|ce)[+-]?[0-9]{0,4}"
    body = rf"[FSTREPHN]|{layout}|X[0-9A-Fa-f]+|[CM][0-9A-Fa-f]{{4,6}}|Z[A-Za-z0-9]{{1,40}}"
    return re.compile(f"{mark}({body}){mark}")


def delimiters_of(header: str, codec: str) -> Delimiters | str:
    """The separators that an MSH line declares, or what is wrong with them."""
    field = header[3:4]
    encoding = header[4:].split(field, 1)[0] if field else ""
    used = field + encoding
    if not 1 <= len(encoding) <= 5 or field + encoding == header[3:]:
        return "MSH-2 does not name the separators of the message"
    if len(set(used)) != len(used) or any(not 32 < ord(mark) < 127 or mark.isalnum() or mark == '"' for mark in used):
        return "MSH-2 names separators that cannot be told apart"
    component, repetition, escape, subcomponent, *_ = (*encoding, "", "", "", "")
    return Delimiters(field, component, repetition, escape, subcomponent, codec)


class Element:
    """One repetition of a field."""

    __slots__ = ("delimiters", "raw")

    def __init__(self, raw: str, delimiters: Delimiters) -> None:
        self.raw = raw
        self.delimiters = delimiters

    def __bool__(self) -> bool:
        return bool(self.raw.strip()) and self.raw.strip() != NULL

    def part(self, component: int, subcomponent: int = 1) -> str:
        """A component's part as it stands there; components and their parts count from 1."""
        marks = self.delimiters
        return _piece(_piece(self.raw, marks.component, component), marks.subcomponent, subcomponent)

    def text(self, component: int = 1, subcomponent: int = 1, limit: int = TEXT_CHARACTERS) -> str:
        """A component's part as text that can be printed; a null is empty."""
        return self._shown(self.part(component, subcomponent), limit)

    def component(self, component: int) -> Element:
        """A component as an element whose components are its parts."""
        raw = _piece(self.raw, self.delimiters.component, component)
        marks = self.delimiters
        return Element(raw, Delimiters(marks.field, marks.subcomponent, "", marks.escape, "", marks.codec))

    def whole(self, limit: int = TEXT_CHARACTERS) -> str:
        """All of it, with blanks for its separators."""
        marks = [mark for mark in (self.delimiters.component, self.delimiters.subcomponent) if mark]
        head = self.raw[: 20 * limit]
        pieces = re.split("|".join(map(re.escape, marks)), head) if marks else [head]
        text = " ".join(self.delimiters.unescaped(piece) for piece in pieces if piece != NULL)
        return printable(text, limit, of=len(self.raw) if len(self.raw) > len(head) else 0)

    def _shown(self, raw: str, limit: int) -> str:
        if not raw or raw.strip() == NULL:
            return ""
        # Nearly all text is plain, and needs no look at each of its characters.
        escape = self.delimiters.escape
        plain = raw.isascii() and raw.isprintable() and "  " not in raw and not (escape and escape in raw)
        return raw.strip() if plain and len(raw) <= limit else self.delimiters.shown(raw, limit)


def _piece(text: str, mark: str, place: int) -> str:
    if not mark or mark not in text:
        return text if place == 1 else ""
    pieces = text.split(mark, MOST_COMPONENTS)
    return pieces[place - 1] if place <= len(pieces) else ""


class Segment:
    """One line of a message, by field numbers as the standard counts them."""

    __slots__ = ("_elements", "_fields", "delimiters", "line", "name")

    def __init__(self, line: str, delimiters: Delimiters) -> None:
        self.name = line[:3]
        self.line = line
        self.delimiters = delimiters
        self._fields: list[str] | None = None
        self._elements: dict[int, tuple[Element, ...]] = {}

    def raw(self, number: int) -> str:
        """A field as it stands there."""
        if self._fields is None:
            fields = self.line.split(self.delimiters.field, MOST_FIELDS)
            # MSH-1 is the separator itself.
            self._fields = [fields[0], self.delimiters.field, *fields[1:]] if self.name == "MSH" else fields
        return self._fields[number] if number < len(self._fields) else ""

    def is_null(self, number: int) -> bool:
        """Whether a field says: delete what was known."""
        return self.raw(number).strip() == NULL

    def all(self, number: int) -> tuple[Element, ...]:
        """The repetitions of a field that are not empty."""
        if (known := self._elements.get(number)) is not None:
            return known
        raw, mark = self.raw(number), self.delimiters.repetition
        pieces = raw.split(mark, MOST_REPETITIONS)[:MOST_REPETITIONS] if mark and mark in raw else [raw]
        found = tuple(element for piece in pieces if piece and (element := Element(piece, self.delimiters)))
        self._elements[number] = found
        return found

    def first(self, number: int) -> Element:
        """The first repetition of a field, or an empty one."""
        found = self.all(number)
        return found[0] if found else Element("", self.delimiters)

    def text(self, number: int, component: int = 1) -> str:
        """A part of the first repetition of a field, as it can be printed."""
        return self.first(number).text(component)

    def readable(self) -> str:
        """The whole line with its escapes resolved, for a person who must clear it up."""
        return self.delimiters.shown(self.line)


@dataclass(frozen=True, slots=True)
class Message:
    """One message: kind and event (ADT, A01), its place in the file, and its segments."""

    source: str
    number: int
    kind: str
    event: str
    segments: tuple[Segment, ...]
    cut: bool
    open_end: bool
    doubt: str
    damaged: bool

    def all(self, name: str) -> tuple[Segment, ...]:
        """The segments of a name."""
        return tuple(segment for segment in self.segments if segment.name == name)

    def first(self, name: str) -> Segment | None:
        """The first segment of a name."""
        return next((segment for segment in self.segments if segment.name == name), None)

    @property
    def shown(self) -> str:
        """The kind of message as the standard writes it."""
        return printable(f"{self.kind}^{self.event}" if self.event else self.kind, 20)


def parse(raw: RawMessage) -> Message | str:
    """Take a message apart, or say in words why that cannot be done."""
    delimiters = delimiters_of(raw.lines[0], raw.codec)
    if isinstance(delimiters, str):
        return delimiters
    lines = _joined(raw.lines, delimiters.field)
    if len(lines) > MOST_SEGMENTS:
        return f"the message has more than {MOST_SEGMENTS:,} segments"
    segments = tuple(Segment(line, delimiters) for line in lines)
    kind = segments[0].first(9)
    event = kind.text(2, limit=10)
    if not event:
        event = next((segment.first(1).text(limit=10) for segment in segments if segment.name == "EVN"), "")
    return Message(raw.source, raw.number, kind.text(limit=10).upper(), event.upper(), segments, raw.cut, raw.open_end,
                   raw.doubt, any(DAMAGED in line for line in raw.lines))  # fmt: skip


def _joined(lines: tuple[str, ...], field: str) -> list[str]:
    """The segments: a line that begins with no segment's name is the rest of the line before (a bare line break)."""
    found: list[list[str]] = []
    for line in lines:
        is_segment = _NAME.match(line) is not None and (line[3:4] == field or (len(line) == 3 and line.isupper()))
        if is_segment or not found:
            found.append([line])
        elif line.strip():
            found[-1].append(line)
    return ["\n".join(parts) for parts in found]
