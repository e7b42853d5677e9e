"""A hostile file: records of known owners, what was done to them, and which of them are still whole."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from random import Random

from hostile_truth import TruePatient


@dataclass(frozen=True, slots=True)
class Record:
    """A row, message or entry: of whom it is (None: of nobody), and whether anything was done to it."""

    text: str
    owner: int | None
    whole: bool = True
    copy: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file of records before it becomes bytes: what stands before, between and after them."""

    format: str
    records: tuple[Record, ...]
    before: str = ""
    between: str = "\n"
    after: str = ""
    encoding: str = "utf-8"
    bom: bytes = b""

    def with_records(self, records: Iterable[Record]) -> Sheet:
        """The same file with other records."""
        return replace(self, records=tuple(records))

    @property
    def owned(self) -> list[int]:
        """The places of the records that are somebody's."""
        return [place for place, record in enumerate(self.records) if record.owner is not None]


@dataclass(frozen=True, slots=True)
class Piece:
    """Where a record lies in the bytes of the file."""

    record: Record
    start: int
    end: int
    whole: bool


@dataclass
class HostileFile:
    """What is given to the reader: files by name, the truth, and where each record lies in the one that has them.

    `may_refuse` is false where the reader must read it, for nothing is wrong with it; `merged` are the patients who
    became another; `settings` are changes of the example site's census settings.
    """

    kind: str
    files: dict[str, bytes]
    truth: tuple[TruePatient, ...]
    pieces: list[Piece] = field(default_factory=list)
    must_refuse: bool = False
    may_refuse: bool = True
    merged: dict[int, int] = field(default_factory=dict)
    same_number: frozenset[int] = frozenset()
    settings: dict[str, object] = field(default_factory=dict)
    values_hold: bool = True
    """Whether a whole record's values can be compared: not where a later record rightly changes them."""
    bytes_ratio: float = 0.0


Mutation = Callable[[Random, tuple[TruePatient, ...]], HostileFile]


def rendered(sheet: Sheet) -> tuple[bytes, list[Piece]]:
    """The bytes of a file, and where its records lie in them."""
    out = bytearray(sheet.bom + sheet.before.encode(sheet.encoding, errors="replace"))
    pieces = []
    for place, record in enumerate(sheet.records):
        if place:
            out += sheet.between.encode(sheet.encoding)
        start = len(out)
        out += record.text.encode(sheet.encoding, errors="surrogatepass" if "utf" in sheet.encoding else "replace")
        pieces.append(Piece(record, start, len(out), record.whole))
    out += sheet.after.encode(sheet.encoding)
    return bytes(out), pieces


def made(kind: str, sheet: Sheet, truth: tuple[TruePatient, ...], **more: object) -> HostileFile:
    """A file of one sheet."""
    raw, pieces = rendered(sheet)
    name = {"csv": "census.csv", "fhir": "bundle.json", "ndjson": "all.ndjson", "hl7": "feed.hl7"}[sheet.format]
    found = HostileFile(kind, {name: raw}, truth, pieces)
    for key, value in more.items():
        setattr(found, key, value)
    return found


def cut(file: HostileFile, length: int) -> HostileFile:
    """The file as far as it came."""
    ((name, raw),) = file.files.items()
    pieces = [Piece(p.record, p.start, min(p.end, length), p.whole and p.end <= length) for p in file.pieces]
    return replaced(file, {name: raw[:length]}, pieces)


def changed(file: HostileFile, place: int, gone: int, new: bytes) -> HostileFile:
    """The file with some of its bytes replaced by others; records they lie in are no longer whole."""
    ((name, raw),) = file.files.items()
    shift = len(new) - gone
    pieces = []
    for piece in file.pieces:
        hit = piece.start <= place + max(gone, 1) - 1 and place < piece.end
        start = piece.start if piece.start <= place else max(place, piece.start + shift)
        end = piece.end if piece.end <= place else max(start, piece.end + shift)
        pieces.append(Piece(piece.record, start, end, piece.whole and not hit))
    return replaced(file, {name: raw[:place] + new + raw[place + gone :]}, pieces)


def replaced(file: HostileFile, files: dict[str, bytes], pieces: list[Piece]) -> HostileFile:
    """The same with other bytes."""
    return HostileFile(**{**file.__dict__, "files": files, "pieces": pieces})
