"""A file of HL7 v2 messages taken apart: one message or many, batches, MLLP frames, any line end, and its characters.

Nothing is decoded by guess. A message says its character set in MSH-18; where that is not true, the damaged characters
are marked, the message says so, and everything read from it must be cleared up.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from downtime.census.source import Problems
from downtime.errors import InputError
from downtime.site.census import CensusSettings

MOST_SEGMENTS = 50_000
"""A message with more is no message of one patient."""

_BEGINS = re.compile(rb"[\s\x0b\x1c]*(?:MSH|FHS|BHS)[^A-Za-z0-9\s]")
_LINE = re.compile(rb"([^\r\n\x0b\x1c]+)([\r\n\x0b\x1c]*)")
_HOLE = b"\x00\x00"
"""Zeros in the place of text: what a computer leaves that lost its power while it wrote."""

_BATCH = (b"FHS", b"BHS", b"BTS", b"FTS")
_BOMS = ((codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"), (codecs.BOM_UTF16_LE, "utf-16"),
         (codecs.BOM_UTF16_BE, "utf-16"), (codecs.BOM_UTF8, "utf-8-sig"))  # fmt: skip

# HL7 table 0211. The names on the right are those of Python's codecs.
_CHARACTER_SETS = {
    "": "utf-8", "ASCII": "ascii", "ISO IR6": "ascii", "UNICODE": "utf-8", "UNICODE UTF-8": "utf-8", "UTF-8": "utf-8",
    "UTF8": "utf-8", "ISO IR87": "iso2022_jp", "ISO IR14": "iso2022_jp", "ISO IR159": "iso2022_jp_1",
    "GB 18030-2000": "gb18030", "BIG-5": "big5", "KS X 1001": "euc_kr",
    **{f"8859/{part}": f"iso8859-{part}" for part in (1, 2, 3, 4, 5, 6, 7, 8, 9, 15)},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class RawMessage:
    """One message as text: its place in the file, its lines, the codec of hexadecimal escapes, and what is wrong.

    `cut` says that it surely breaks off: its frame has no end, or a further message begins in its midst; `open_end`
    that its last line has no end, as many writers leave it; `doubt` that its characters are not what it declares.
    """

    source: str
    number: int
    lines: tuple[str, ...]
    codec: str
    cut: bool = False
    open_end: bool = False
    doubt: str = ""


@dataclass
class _Piece:
    """The bytes of one message while the file is taken apart."""

    lines: list[bytes] = field(default_factory=list)
    framed: bool = False
    ended: bool = False
    last_line_ended: bool = True
    broken: bool = False


def looks_like_hl7v2(raw: bytes) -> bool:
    """Whether a file begins as HL7 v2 does: with MSH, FHS or BHS, perhaps in an MLLP frame."""
    return _BEGINS.match(_as_bytes_of_utf8(raw[:4_000])[0]) is not None


def raw_messages(raw: bytes, shown_as: str, settings: CensusSettings, problems: Problems) -> Iterator[RawMessage]:
    """The messages of a file in its order; raises InputError where there is none."""
    plain, was_unicode = _as_bytes_of_utf8(raw)
    pieces, batch = _pieces(plain, problems)
    if not pieces:
        raise InputError(
            "no HL7 message is in this file" if plain.strip() else "the file is empty",
            why="a message begins with MSH and its separators" if plain.strip() else "",
            do="look whether the interface wrote it whole", where=shown_as,
        )  # fmt: skip
    _check_counts(batch, len(pieces), problems)
    for number, piece in enumerate(pieces, 1):
        text, codec, doubt = _decoded(b"\r".join(piece.lines), settings, was_unicode)
        cut = piece.broken or (piece.framed and not piece.ended)
        yield RawMessage(shown_as, number, tuple(text.split("\r")), codec, cut, not piece.last_line_ended, doubt)


def _as_bytes_of_utf8(raw: bytes) -> tuple[bytes, bool]:
    """The file with one byte for each plain letter; UTF-16 and UTF-32 are turned into UTF-8."""
    for bom, name in _BOMS:
        if raw.startswith(bom):
            return (raw[3:], False) if name == "utf-8-sig" else (_recoded(raw, name), True)
    if raw[:8:2] == b"MSH|" or raw[:6:2] in (b"MSH", b"FHS", b"BHS"):
        return _recoded(raw, "utf-16-le"), True
    if raw[1:8:2] == b"MSH|" or raw[1:6:2] in (b"MSH", b"FHS", b"BHS"):
        return _recoded(raw, "utf-16-be"), True
    return raw, False


def _recoded(raw: bytes, codec: str) -> bytes:
    # A half character at the end is a file that breaks off: it becomes the mark of a damaged character.
    return raw.decode(codec, errors="replace").encode("utf-8", errors="replace")


def _pieces(raw: bytes, problems: Problems) -> tuple[list[_Piece], list[bytes]]:
    found: list[_Piece] = []
    batch: list[bytes] = []
    now: _Piece | None = None
    framed = b"\x0b" in raw[: len(raw) - len(raw.lstrip(b"\r\n\x0b \t"))]
    stray = holes = 0
    for match in _LINE.finditer(raw):
        line, end = match[1], match[2]
        hole = line.find(_HOLE)
        if hole >= 0:
            line = line[:hole]
            holes += 1
        start = line.lstrip(b" \t\xef\xbb\xbf")
        if start[:3] == b"MSH" and start[3:4] and not start[3:4].isalnum():
            now = _Piece(framed=framed)
            found.append(now)
            line = start
        elif start[:3] in _BATCH and not start[3:4].isalnum():
            batch.append(start)
            now = None
        elif now is None and line.strip():
            stray += 1
        if now is not None:
            header = now.lines[0][:9] if now.lines else line[:9]
            first, *rest = _run_together(line, header)
            now.lines.append(first)
            for again in rest:  # the message before has no end: a writer was interrupted, and began anew
                now.broken = True
                now = _Piece(lines=[again], framed=framed)
                found.append(now)
            now.last_line_ended = bool(end)
            now.ended = now.ended or b"\x1c" in end
            if hole >= 0:  # who and what stood behind it is not known: nothing up to the next message is anybody's
                now.broken = True
                now = None
        if end:
            framed = b"\x0b" in end
            if framed or b"\x1c" in end:
                now = None
    if holes:
        what = "parts of this file were never written: messages break off there, and others may be MISSING"
        problems.add("file", what)
    if stray:
        problems.add("file", f"{stray} lines that belong to no message are not read")
    return found, batch


def _run_together(line: bytes, header: bytes) -> list[bytes]:
    """A line cut where the header of a further message stands in its middle; its separators never stand in text."""
    if len(header) < 8 or line.find(header, 1) < 0:
        return [line]
    first, *rest = line[1:].split(header)
    return [line[:1] + first, *(header + part for part in rest)]


def _check_counts(batch: list[bytes], count: int, problems: Problems) -> None:
    opened = sum(line[:3] == b"BHS" for line in batch)
    closed = [line for line in batch if line[:3] == b"BTS"]
    if opened > len(closed) or (batch and batch[0][:3] == b"FHS" and not any(line[:3] == b"FTS" for line in batch)):
        problems.add("batch", "the batch has no end: the file is not whole, and patients or orders may be missing")
    said = [re.match(rb"BTS[^A-Za-z0-9]([0-9]{1,9})", line) for line in closed]
    numbers = [int(match[1]) for match in said if match]
    if numbers and len(numbers) == len(closed) and sum(numbers) != count:
        problems.add("batch", f"the batch says that it has {sum(numbers)} messages, and {count} are here")


def _decoded(raw: bytes, settings: CensusSettings, was_unicode: bool) -> tuple[str, str, str]:
    """The text of a message, the codec of its escapes, and what is wrong with its character set."""
    declared = _declared(raw)
    codec = "utf-8" if was_unicode else _CHARACTER_SETS.get(declared.upper(), "")
    if raw.isascii() and codec not in ("iso2022_jp", "iso2022_jp_1"):
        return raw.decode("ascii"), codec or "utf-8", ""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        text = ""
    if text and codec.startswith(("iso8859", "ascii", "big5", "euc", "gb")):
        # Text of another set that happens to be sound UTF-8 with accents is not to be had by chance.
        return text, "utf-8", f"the message says that it is {declared}, and is UTF-8"
    if text and codec == "":
        return text, "utf-8", f"the character set “{declared[:30]}” is not known; it is read as UTF-8"
    house = settings.encoding if not declared else None
    for name in (codec, house):
        try:
            if name:
                return raw.decode(name), name, ""
        except UnicodeDecodeError:
            continue
    said = f"says that it is {declared[:30]}, and is not" if declared else "does not say its character set"
    return raw.decode("utf-8", errors="replace"), "utf-8", f"the message {said}; damaged characters are marked"


def _declared(raw: bytes) -> str:
    """MSH-18, its first repetition: the character set of the message."""
    header = raw[:4_000].split(b"\r", 1)[0]
    fields = header.split(header[3:4], 19)
    if len(fields) < 18:
        return ""
    repetition = fields[1][1:2]
    value = fields[17].split(repetition)[0] if repetition else fields[17]
    return " ".join(value.decode("ascii", errors="replace").replace('"', "").split())
