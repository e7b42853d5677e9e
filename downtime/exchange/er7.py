r"""HL7 v2 messages as ER7 text: segments of numbered fields in, escaped text out. The only place that escapes.

Rules: HL7 v2.5.1 chapter 2: delimiters ``|^~\&``, segments end with CR, trailing empty fields are left out, and text
escapes the delimiters as ``\F\ \S\ \T\ \R\ \E\``. A line break in text is ``\.br\`` (2.7.6), because CR would end the
segment and LF is taken for one by many receivers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

FIELD, COMPONENT, REPEAT, ESCAPE, SUBCOMPONENT = "|", "^", "~", "\\", "&"
ENCODING_CHARACTERS = COMPONENT + REPEAT + ESCAPE + SUBCOMPONENT
SEGMENT_END = "\r"

_ESCAPES = {ESCAPE: "E", FIELD: "F", COMPONENT: "S", SUBCOMPONENT: "T", REPEAT: "R"}
_SPECIAL = re.compile(r"[\\|^&~]|\r\n|[\r\n\x85\u2028\u2029]|[\x00-\x1f\x7f]")
_SEGMENT_NAME = re.compile(r"[A-Z][A-Z0-9]{2}")


@dataclass(frozen=True, slots=True)
class Raw:
    """Text that goes out as it is: base64, which has none of the delimiters, and nothing else."""

    text: str


@dataclass(frozen=True, slots=True)
class Repeats:
    """Several values of one field."""

    values: tuple[str | Raw | Components, ...]


Subcomponents = tuple[str, ...]
Components = tuple[str | Raw | Subcomponents, ...]
Value = str | Raw | Components | Repeats
"""A field: text, or its components in order (each text, or its subcomponents), or repetitions of those."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A segment: its name, and its fields by their number in the standard (MSH-9 is field 9)."""

    name: str
    fields: Mapping[int, Value]

    def __post_init__(self) -> None:
        """Refuse what no receiver could read; the caller is wrong then, not the data."""
        if not _SEGMENT_NAME.fullmatch(self.name):
            raise ValueError(f"{self.name!r} is not the name of a segment")
        if any(number < 1 for number in self.fields):
            raise ValueError(f"{self.name} has a field below 1")
        if self.name == "MSH" and (1 in self.fields or 2 in self.fields):
            raise ValueError("MSH-1 and MSH-2 are written by the emitter")


def message_text(segments: Iterable[Segment]) -> str:
    """Write a message; it begins with MSH. Each segment ends with CR."""
    texts = [segment_text(segment) for segment in segments]
    if not texts or not texts[0].startswith("MSH"):
        raise ValueError("a message begins with MSH")
    return SEGMENT_END.join(texts) + SEGMENT_END


def segment_text(segment: Segment) -> str:
    """Write one segment without its end."""
    written = {number: text for number, value in segment.fields.items() if (text := value_text(value))}
    values = [written.get(number, "") for number in range(1, max(written, default=0) + 1)]
    if segment.name == "MSH":
        values = [ENCODING_CHARACTERS, *values[2:]]
    return FIELD.join([segment.name, *values])


def value_text(value: Value) -> str:
    """Write one field; empty components and repetitions at its end are left out."""
    if isinstance(value, Repeats):
        return _joined(REPEAT, (value_text(one) for one in value.values))
    if isinstance(value, tuple):
        return _joined(COMPONENT, (_component_text(part) for part in value))
    return _component_text(value)


def escaped(text: str) -> str:
    r"""Text with the delimiters and line breaks escaped; other control characters as ``\Xhh\``."""
    return _SPECIAL.sub(_escape, text) if _SPECIAL.search(text) else text


def unescaped(text: str) -> str:
    r"""Text as it was before `escaped`; an escape that it does not make (``\H\``, ``\Cxxyy\``) is left as it stands."""
    return re.sub(r"\\(\.br|X(?:[0-9A-Fa-f]{2})+|[EFSTR])\\", _unescape, text)


def moment(when: datetime | date, *, seconds: bool = True) -> str:
    """A moment as TS: ``20260302020500-0600``, always with its offset; a day as ``20260302``.

    Raises ValueError for a moment without a time zone: on the night when an hour comes twice it would be two moments.
    """
    if not isinstance(when, datetime):
        return f"{when:%Y%m%d}"
    if when.tzinfo is None:
        raise ValueError("a moment in a message needs a time zone")
    return when.strftime("%Y%m%d%H%M%S%z" if seconds else "%Y%m%d%H%M%z")[: 19 if seconds else 17]


def _component_text(part: str | Raw | Subcomponents) -> str:
    if isinstance(part, Raw):
        return part.text
    if isinstance(part, tuple):
        return _joined(SUBCOMPONENT, (escaped(one) for one in part))
    return escaped(part)


def _joined(separator: str, parts: Iterator[str]) -> str:
    return separator.join(parts).rstrip(separator)


def _escape(found: re.Match[str]) -> str:
    sign = found[0]
    if sign in _ESCAPES:
        return f"{ESCAPE}{_ESCAPES[sign]}{ESCAPE}"
    if sign in ("\r\n", "\r", "\n", "\x85", "\u2028", "\u2029"):
        return f"{ESCAPE}.br{ESCAPE}"
    return f"{ESCAPE}X{ord(sign):02X}{ESCAPE}"


def _unescape(found: re.Match[str]) -> str:
    name = found[1]
    if name == ".br":
        return "\n"
    if name.startswith("X"):
        return bytes.fromhex(name[1:]).decode("latin-1")
    return next(sign for sign, letter in _ESCAPES.items() if letter == name)
