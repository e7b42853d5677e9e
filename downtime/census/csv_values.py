"""The cells of a census CSV: dates in three styles, kilograms, yes and no, sex, numbers of patients, allergies."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from downtime.census.allergy_words import in_words
from downtime.census.snapshot import Allergy, AllergyState, Sex
from downtime.census.source import NUMBER_CHARACTERS, When, at_wall_clock, iso_moment, printable
from downtime.errors import InputError
from downtime.site.census import CensusSettings

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_FULL_MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
                "november", "december")  # fmt: skip
_CLOCK = r"(?:[ T,]{1,3}(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::[0-9]{2})?\s?(?P<half>[AaPp]\.?[Mm]\.?)?)?"
_NAMED = re.compile(r"(?P<day>[0-9]{1,2})[ .-]{0,2}(?P<month>[A-Za-z]{3,9})[ .,-]{0,2}(?P<year>[0-9]{4})" + _CLOCK)
_SLASH = re.compile(r"(?P<first>[0-9]{1,2})[/.-](?P<second>[0-9]{1,2})[/.-](?P<year>[0-9]{4})" + _CLOCK)
_SLASH_LIKE = re.compile(r"[0-9]{1,2}[/.-][0-9]{1,2}[/.-][0-9]{2,4}(?![0-9])")
_KG = re.compile(r"([0-9]{1,3}(?:[.,][0-9]{1,3})?)\s*(kg|kgs|kilograms?)?", re.IGNORECASE)
_POUNDS = re.compile(r"lbs?\b|pound|#|\bst\b|stone|\boz\b", re.IGNORECASE)
HEAVIEST_KG = 650

_SEVERITIES = {"mild", "moderate", "severe", "low", "high", "life-threatening"}
_YES, _NO = {"yes", "y", "true", "t", "1", "x"}, {"no", "n", "false", "f", "0", ""}
_SEXES = {
    **dict.fromkeys(("f", "female", "w", "woman"), Sex.FEMALE), **dict.fromkeys(("m", "male", "man"), Sex.MALE),
    **dict.fromkeys(("x", "other", "o", "non-binary", "nonbinary", "intersex"), Sex.OTHER),
    **dict.fromkeys(("u", "unknown", "unk", "not known", ""), Sex.UNKNOWN),
}  # fmt: skip


def unwrapped(cell: str) -> str:
    """A cell without what Excel puts around text: ``="007"``, a leading apostrophe, curly quotes around all of it."""
    text = cell.strip()
    if text.startswith('="') and text.endswith('"') and text.count('"') == 2:
        text = text[2:-1]
    if text.startswith("“") and text.endswith("”") and len(text) > 1:
        text = text[1:-1]
    return text[1:] if text.startswith("'") and len(text) > 1 and text[1].isdigit() else text


def number_fault(number: str, settings: CensusSettings) -> tuple[bool, str]:
    """Whether a patient number can be used at all, and what is wrong with it; two empty answers where it is sound."""
    if re.fullmatch(r"[0-9]+(?:[.,][0-9]+)?[eE][+-]?[0-9]+", number):
        return False, "the number was turned into powers of ten by a spreadsheet, and digits are lost"
    if re.fullmatch(r"[0-9]+[.,][0-9]+|[0-9]{1,3}(?:,[0-9]{3})+", number):
        return False, "the number was turned into a decimal by a spreadsheet"
    if len(number) > NUMBER_CHARACTERS or "\ufffd" in number or re.fullmatch(r"#[A-Z/0!?]+", number):
        return False, "this is not a number of a patient"
    if settings.mrn_length and len(number) != settings.mrn_length:
        less = len(number) < settings.mrn_length
        why = "leading zeros were probably lost" if less and number.isdigit() else "it may be another kind of number"
        return True, f"the number has {len(number)} characters, and {settings.mrn_length} belong there: {why}"
    return True, ""


class Dates:
    """Reads the dates of one file. Dates as 03/04/2026 need the order that facility.yaml states, never a guess."""

    def __init__(self, settings: CensusSettings, zone: ZoneInfo) -> None:
        self._order = settings.date_order
        self._zone = zone

    def check_order(self, cells: Iterable[tuple[int, str, str]], shown_as: str) -> None:
        """Look at all dates (line, header, cell) first; raises InputError where their order is unknown or wrong."""
        slashed = [(line, header, cell) for line, header, cell in cells if _SLASH_LIKE.match(cell.strip()[:40])]
        if not slashed:
            return
        header = slashed[0][1]
        if self._order is None:
            raise InputError(
                f"dates as 03/04/2026 stand in “{header}”, on {_lines(slashed)}",
                why="nothing says whether the day or the month comes first, and a guess would be wrong for many",
                do="say it in facility.yaml, as census: {date_order: mdy} or dmy, or export dates as 2026-04-03",
                where=shown_as,
            )
        impossible, proven = [], False
        for line, name, cell in slashed:
            if match := _SLASH.fullmatch(cell.strip()[:40]):
                day, month = self._day_month(match)
                if month > 12 >= day:
                    impossible.append((line, name, cell))
                proven = proven or (day > 12 >= month)
        if impossible and not proven:
            raise InputError(
                f"the dates in “{impossible[0][1]}” on {_lines(impossible)} contradict date_order: {self._order}",
                why="if they are in the other order, all the others are misread too",
                do="correct date_order in facility.yaml, or the file",
                where=shown_as,
            )

    def read(self, cell: str) -> When | None:
        """A day, or a moment of the hospital's clock; None where it is neither, or could be read in two ways."""
        text = cell.strip()
        if len(text) > 40:
            return None
        if when := iso_moment(text, self._zone):
            return when
        if match := _NAMED.fullmatch(text):
            name = match["month"].lower()
            names = _MONTHS if len(name) == 3 else _FULL_MONTHS
            return self._when(match, int(match["day"]), names.index(name) + 1) if name in names else None
        if self._order and (match := _SLASH.fullmatch(text)):
            return self._when(match, *self._day_month(match))
        return None

    def _day_month(self, match: re.Match[str]) -> tuple[int, int]:
        first, second = int(match["first"]), int(match["second"])
        return (first, second) if self._order == "dmy" else (second, first)

    def _when(self, match: re.Match[str], day: int, month: int) -> When | None:
        try:
            if match["hour"] is None:
                return When(datetime(int(match["year"]), month, day).date())
            hour, half = int(match["hour"]), (match["half"] or "").lower()[:1]
            if half:
                if not 1 <= hour <= 12:
                    return None
                hour = hour % 12 + (12 if half == "p" else 0)
            return at_wall_clock(datetime(int(match["year"]), month, day, hour, int(match["minute"])), self._zone)
        except ValueError:
            return None


def _lines(cells: list[tuple[int, str, str]]) -> str:
    numbers = list(dict.fromkeys(str(line) for line, _, _ in cells))
    more = f" and {len(numbers) - 5} more" if len(numbers) > 5 else ""
    return f"line{'s' if len(numbers) > 1 else ''} {', '.join(numbers[:5])}{more}"


def kilograms(cell: str) -> tuple[Decimal | None, str]:
    """A weight in kilograms, or why the cell is none; pounds are refused, never converted."""
    text = cell.strip()
    if _POUNDS.search(text):
        return None, "the weight is not in kilograms; it is not converted, weigh again or look it up"
    match = _KG.fullmatch(text)
    if match is None or re.search(r",[0-9]{3}$", match[1]):  # 71,500 could be thousands
        return None, "this is not a weight in kilograms"
    value = Decimal(match[1].replace(",", "."))
    return (value, "") if 0 < value <= HEAVIEST_KG else (None, "no person has this weight")


def is_weight(cell: str) -> bool:
    """Whether a cell holds a number with at most a unit, be it one that is read or not."""
    return re.fullmatch(r"[0-9]{1,4}(?:[.,][0-9]{1,3})?\s?[A-Za-z]{0,9}\.?", cell.strip()) is not None


def names_pounds(header: str) -> bool:
    """Whether the header of the column of weights says that they are pounds."""
    return bool(_POUNDS.search(header))


def yes_no(cell: str) -> bool | None:
    """Yes, no (also an empty cell), or None where it is neither."""
    word = cell.strip().lower()
    return True if word in _YES else False if word in _NO else None


def sex(cell: str) -> Sex | None:
    """Administrative sex, or None where the word is not known."""
    return _SEXES.get(cell.strip().lower())


def items(cell: str, settings: CensusSettings) -> tuple[str, ...]:
    """The items of a cell that lists several."""
    parts = (printable(part) for part in cell.split(settings.list_separator.strip() or settings.list_separator))
    return tuple(part for part in parts if part)


def allergies(cell: str, settings: CensusSettings) -> tuple[AllergyState, tuple[Allergy, ...], str]:
    """What a cell says of allergies, and what was unclear about it. An empty cell says nothing at all."""
    said = items(cell, settings)
    states: set[AllergyState] = set()
    listed: list[Allergy] = []
    doubt = ""
    for item in said:
        read = in_words(item)
        doubt = doubt or read.doubt
        if read.state is AllergyState.LISTED:
            listed.append(_allergy(item))
        elif not read.doubt:
            states.add(read.state)
    if listed:
        if not doubt and states & {AllergyState.NONE_KNOWN, AllergyState.NOT_ASKED}:
            doubt = "allergies are listed beside words that say there are none, or that nobody asked"
        return AllergyState.LISTED, tuple(dict.fromkeys(listed)), doubt
    if doubt or not states:
        return AllergyState.NOT_IN_SNAPSHOT, (), doubt
    if len(states) > 1:
        if states == {AllergyState.NONE_KNOWN, AllergyState.NO_DRUG_KNOWN}:
            return AllergyState.NO_DRUG_KNOWN, (), ""
        return AllergyState.NOT_IN_SNAPSHOT, (), "it says two things that exclude each other"
    return states.pop(), (), ""


def _allergy(item: str) -> Allergy:
    match = re.fullmatch(r"(?P<substance>[^()]+)\((?P<about>[^()]*)\)", item)
    if match is None:
        return Allergy(substance=item)
    about = match["about"].strip()
    reaction, _, last = about.rpartition(",")
    if last.strip().lower() in _SEVERITIES:
        return Allergy(substance=match["substance"].strip(), reaction=reaction.strip(), severity=last.strip())
    return Allergy(substance=match["substance"].strip(), reaction=about)
