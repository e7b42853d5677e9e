"""A CSV file as Excel and report writers make it: encoding, separator, header and rows, or one clear error."""

from __future__ import annotations

import codecs
import contextlib
import csv
import io
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass

from downtime.census.csv_columns import known_headers, same_header
from downtime.census.csv_rows import Row, fitting_rows
from downtime.census.source import NotACensusError, Problems, SourceFile
from downtime.errors import InputError
from downtime.site.census import CensusSettings

SEPARATORS = (",", ";", "\t", "|")
_HEADER_WITHIN = 25
"""Report writers put a title, a date and a filter above the header; never so much as this."""

_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
         (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Table:
    """A CSV file taken apart: the header as it stands there, and the rows that fit it."""

    shown_as: str
    header_line: int
    header: tuple[str, ...]
    rows: tuple[Row, ...]


def decode(file: SourceFile, settings: CensusSettings) -> str:
    """The text of a CSV file; raises InputError where the encoding can only be guessed."""
    raw = file.raw
    encoding = next((name for bom, name in _BOMS if raw.startswith(bom)), None) or _wide_without_bom(raw)
    try:
        return raw.decode(encoding or "utf-8")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        if encoding:
            do = "export it again; copy it whole"
            raise InputError(
                f"the text breaks off or is damaged near line {line}", why="it says that it is Unicode, and is not",
                do=do, where=file.shown_as,
            ) from None  # fmt: skip
    if settings.encoding is None:
        raise InputError(
            f"line {line} is not UTF-8 text",
            why="letters of names would print as others if the encoding were guessed",
            do="save it as “CSV UTF-8”, or say in facility.yaml which one your export uses, as "
            "census: {encoding: windows-1252}",
            where=file.shown_as,
        )
    try:
        return raw.decode(settings.encoding)
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise InputError(
            f"line {line} is neither UTF-8 nor {settings.encoding}", why="names would print wrong",
            do="save it as “CSV UTF-8”", where=file.shown_as,
        ) from None  # fmt: skip


def read_table(file: SourceFile, settings: CensusSettings, problems: Problems) -> Table:
    """Take a CSV file apart; raises InputError where it has no header that is known or its quotes do not close."""
    text = _plain_quotes(decode(file, settings))
    separator, skipped = _separator_and_header(text, settings, file.shown_as)
    rows = _rows(text, separator, file.shown_as)
    rows = rows[skipped:]
    header_line, header = rows[0]
    if any("\x00" in cell for cell in header):
        raise InputError(
            "the header has a hole: part of it was never written", why="its columns cannot be told apart",
            do="export it again; copy it whole", where=f"{file.shown_as}, line {header_line}",
        )  # fmt: skip
    if skipped:
        problems.add("lines above the header", f"{skipped} lines before line {header_line} are not read")
    kept = fitting_rows(rows[1:], header, separator, file.shown_as, problems)
    while header and not header[-1].strip():
        header = header[:-1]
    return Table(file.shown_as, header_line, tuple(header), tuple(kept))


def _wide_without_bom(raw: bytes) -> str | None:
    """UTF-16 without its mark: in the header every other byte is NUL."""
    start = raw[:200]
    if len(start) < 8 or len(raw) % 2:
        return None
    odd, even = start[1::2].count(0), start[0::2].count(0)
    half = len(start) // 2
    if odd > 0.8 * half and not even:
        return "utf-16-le"
    return "utf-16-be" if even > 0.8 * half and not odd else None


def _plain_quotes(text: str) -> str:
    """Curly quotes around cells become plain ones, where a text program has turned all of them."""
    if '"' in text or "“" not in text:
        return text
    return re.sub(r"”(?=[,;\t|\r\n]|$)", '"', re.sub(r"(^|(?<=[,;\t|\n]))“", '"', text))


def _separator_and_header(text: str, settings: CensusSettings, shown_as: str) -> tuple[str, int]:
    """The separator, and how many rows stand above the header: the row with the most headers that are known."""
    known = known_headers(settings)
    # Rows, not lines: a title may be one quoted cell over several lines.
    beginning = "".join(text.splitlines(keepends=True)[: 2 * _HEADER_WITHIN])[:200_000]
    best = (0, 0, SEPARATORS[0], 0)
    for separator in SEPARATORS:
        for index, (_, cells) in enumerate(_first_rows(beginning, separator)):
            hits = len({same_header(cell) for cell in cells} & known)
            if (hits, len(cells)) > best[:2]:
                best = (hits, len(cells), separator, index)
    if not best[0]:
        first = next((line for line in text.splitlines() if line.strip()), "")
        what = "no row of it names columns that are known" if first else "the file is empty"
        raise NotACensusError(
            what,
            why="without a header it cannot be told which column is the patient number" if first else "",
            do="name your headers in facility.yaml under census: columns, or start from: downtime kit --csv-template"
            if first else "export it again", where=shown_as,
        )  # fmt: skip
    return best[2], best[3]


def _first_rows(beginning: str, separator: str) -> list[tuple[int, list[str]]]:
    """The rows at the beginning, as far as they can be taken apart with this separator."""
    rows: list[tuple[int, list[str]]] = []
    with contextlib.suppress(csv.Error):
        rows.extend(itertools.islice(_parse(beginning, separator, strict=False), _HEADER_WITHIN))
    return rows


def _parse(text: str, separator: str, *, strict: bool) -> Iterator[tuple[int, list[str]]]:
    """The rows that are not blank, each with the line it begins on."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=strict, doublequote=True)
    line = 1
    try:
        for cells in reader:
            if cells:
                yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        raise csv.Error(f"line {line}: {error}") from None


def _rows(text: str, separator: str, shown_as: str) -> list[tuple[int, list[str]]]:
    try:
        rows = list(_parse(text, separator, strict=True))
    except csv.Error as error:
        long_field = "field limit" in str(error)
        raise InputError(
            "a cell has more than 131,072 characters" if long_field else f"the quotes of a cell do not fit, {error}",
            why="a quote that opens and never closes swallows the rows behind it",
            do="export it again, or look for a lone quotation mark", where=shown_as,
        ) from None  # fmt: skip
    for line, cells in rows:
        for cell in cells:
            # A swallowed row shows itself: within one cell a further line has nearly as many separators as a row.
            if "\n" in cell and any(part.count(separator) >= max(3, len(rows[0][1]) // 2) for part in cell.split("\n")):
                raise InputError(
                    f"from line {line} on a quote opens and does not close",
                    why="whole rows would be taken for one cell",
                    do="close the quote, or take it away",
                    where=shown_as,
                )
    return rows
