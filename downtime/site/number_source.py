"""Where downtime patient numbers come from: the department's block, or a list that registration supplied."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Protocol

from downtime.errors import ConfigError, Finding, Level, UsageError
from downtime.site.department import DRILL_PREFIX, DowntimeNumbers
from downtime.site.numbers import downtime_number, number_is_sound

_SHAPE = re.compile(r"(?=[^0-9]*[0-9])[A-Z0-9]+(?:[-./][A-Z0-9]+)*")
_OUR_OWN = re.compile(r"[A-Z]{2}-[0-9]{2}-[0-9]{5}-[0-9]")
_BLOCK_LABEL = re.compile(r"block ([A-Z]{2}-[0-9]{2}) ([0-9]+)-([0-9]+)")
_SHORTEST, _LONGEST = 3, 20
_MOST_NUMBERS = 10_000
_MOST_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class StationShare:
    """Part `index` of `of` equal parts (counted from 1): what one station may hand out. 1 of 1 is everything."""

    index: int = 1
    of: int = 1

    def __post_init__(self) -> None:
        if not 1 <= self.index <= self.of:
            raise UsageError(
                f"there is no part {self.index} of {self.of}",
                do="give each station a part from 1 to the number of parts",
            )

    def positions(self, count: int) -> range:
        """The contiguous positions of this part among `count` numbers."""
        return range((self.index - 1) * count // self.of, self.index * count // self.of)

    def __str__(self) -> str:
        return f"part {self.index} of {self.of}"


WHOLE = StationShare()


class NumberSource(Protocol):
    """Numbers in a fixed order; `label` names them in the journal."""

    @property
    def label(self) -> str:
        """What the journal calls this source; two sources with one label hold the same numbers."""
        ...

    @property
    def count(self) -> int:
        """How many numbers there are."""
        ...

    @property
    def shortest(self) -> int:
        """The characters of the shortest number."""
        ...

    def number(self, position: int) -> str:
        """The number at a position, counted from 0."""
        ...


@dataclass(frozen=True, slots=True)
class BlockSource:
    """The numbers of a department's own block."""

    block: DowntimeNumbers

    @property
    def label(self) -> str:
        """Prefix, site, first and last."""
        return f"block {self.block.prefix}-{self.block.site} {self.block.first}-{self.block.last}"

    @property
    def count(self) -> int:
        """How many numbers the block holds."""
        return self.block.count

    @property
    def shortest(self) -> int:
        """Every number of a block has this many characters."""
        return len(self.number(0))

    def number(self, position: int) -> str:
        """The number at a position, counted from 0."""
        return downtime_number(self.block, self.block.first + position)


@dataclass(frozen=True, slots=True)
class NumberList:
    """The numbers of a list, in its order."""

    numbers: tuple[str, ...]

    @property
    def label(self) -> str:
        """A digest of all the numbers."""
        return "list " + sha256("\n".join(self.numbers).encode()).hexdigest()[:16]

    @property
    def count(self) -> int:
        """How many numbers the list holds."""
        return len(self.numbers)

    @property
    def shortest(self) -> int:
        """The characters of the shortest number."""
        return min(map(len, self.numbers))

    def number(self, position: int) -> str:
        """The number at a position, counted from 0."""
        return self.numbers[position]


def nothing_in_common(label: str, other: str) -> bool:
    """Whether two sources are known to share no number; lists are not known by their labels."""
    one, two = _BLOCK_LABEL.fullmatch(label), _BLOCK_LABEL.fullmatch(other)
    if one is None or two is None:
        return False
    return one[1] != two[1] or int(one[3]) < int(two[2]) or int(two[3]) < int(one[2])


def read_number_list(path: Path) -> NumberList:
    """Read a text file with one number a line (blank lines and # comments are skipped).

    Raises ConfigError with every line that is wrong.
    """
    try:
        with path.open("rb") as stream:
            content = stream.read(_MOST_BYTES + 1)
    except OSError as error:
        raise ConfigError("the list of downtime numbers cannot be read", why=error.strerror or str(error),
                          do="put the list there, or correct its path", where=str(path)) from None  # fmt: skip
    if len(content) > _MOST_BYTES:
        raise ConfigError(f"the list of downtime numbers is larger than {_MOST_BYTES:,} bytes",
                          do=f"give at most {_MOST_NUMBERS:,} numbers, one a line", where=str(path))  # fmt: skip
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ConfigError("the list of downtime numbers is not a text file in UTF-8",
                          do="save it as plain text, one number a line", where=f"{path}:{line}") from None  # fmt: skip
    numbers: dict[str, tuple[str, int]] = {}
    findings: list[Finding] = []
    for line, written in _written_numbers(text):
        # Written with and without separators it is the same number to whoever types it.
        bare = re.sub("[-./]", "", written)
        if (complaint := _complaint(written)) is not None:
            findings.append(Finding(str(path), line, Level.ERROR, *complaint))
        elif bare in numbers:
            what, do = f"“{written}” stands already on line {numbers[bare][1]}", "keep one of them"
            findings.append(Finding(str(path), line, Level.ERROR, what, "two patients would have one number", do))
        else:
            numbers[bare] = (written, line)
    if findings:
        raise ConfigError(findings=findings)
    if not 1 <= len(numbers) <= _MOST_NUMBERS:
        raise ConfigError(f"the list holds {len(numbers):,} downtime numbers",
                          do=f"give 1 to {_MOST_NUMBERS:,}, one a line", where=str(path))  # fmt: skip
    return NumberList(tuple(written for written, _ in numbers.values()))


def _written_numbers(text: str) -> Iterator[tuple[int, str]]:
    for line, written in enumerate(text.split("\n"), 1):
        if number := written.partition("#")[0].strip():
            yield line, number.upper()


def _complaint(number: str) -> tuple[str, str, str] | None:
    shown = f"“{number[:40]}”"
    if not _SHORTEST <= len(number) <= _LONGEST or _SHAPE.fullmatch(number) is None:
        why = f"a number is {_SHORTEST} to {_LONGEST} letters A to Z and digits, with -, . or / between them"
        return f"{shown} is not a patient number", why, "write one number a line and nothing else"
    if _OUR_OWN.fullmatch(number) is None:
        return None
    if not number_is_sound(number):
        return (
            f"{shown} has a wrong check digit",
            "a digit was copied wrongly",
            "correct it from registration's own list",
        )
    if number.startswith(DRILL_PREFIX):
        why = f"the prefix {DRILL_PREFIX} is kept for drills"
        return f"{shown} is a number of a drill", why, "ask registration for numbers with another prefix"
    return None
