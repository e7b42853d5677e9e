"""The journal of downtime numbers: one JSON line for each taking or voiding, only ever added to.

Each line ends with a CRC-32 of itself and of the line before, so that a changed, lost or moved line is found. A crash
can leave the last line torn, without its line end. The next run completes such a line in place: with the control
character CAN, which JSON never holds bare, and a record of the numbers that count as used because of it.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from downtime.errors import ConfigError

_CANCEL = b"\x18"
_CHECKED = re.compile(rb"(.*),\"crc\":\"([0-9a-f]{8})\"\}", re.DOTALL)
_TORN_TAKING = re.compile(rb"\{\"take\":([0-9]{1,6}),")
_NUMBER_LISTS = re.compile(rb"\"numbers\":\[([^\]]*)")
_WHOLE_STRING = re.compile(rb"\"([A-Z0-9./-]+)\"")


@dataclass(frozen=True, slots=True)
class Taking:
    """Who took numbers from which part of which source: enough to see that parts were never redistributed."""

    station: str
    source: str
    index: int
    of: int


@dataclass(frozen=True, slots=True)
class Journal:
    """What a journal says: every number never to be handed out again, in order, and how the file ends."""

    used: Mapping[str, None]
    voided: Mapping[str, str]
    takings: frozenset[Taking]
    last_crc: int
    torn: bytes


def read_journal(content: bytes, path: Path) -> Journal:
    """Read a whole journal; raises ConfigError with the line that is damaged, and guesses nothing."""
    *lines, torn = content.split(b"\n")
    used: dict[str, None] = {}
    voided: dict[str, str] = {}
    takings: set[Taking] = set()
    crc = 0
    for at, line in enumerate(lines, 1):
        where = f"{path}:{at}"
        checked = _CHECKED.fullmatch(line)
        if checked is None or zlib.crc32(checked[1], crc) != int(checked[2], 16):
            raise _damaged(where, "this line was changed, or a line before it is missing")
        crc = int(checked[2], 16)
        try:
            record = json.loads(checked[1].rpartition(_CANCEL)[2] + b"}")
            if "void" in record:
                number, reason = str(record["void"]), str(record["reason"])
                used.setdefault(number)
                voided[number] = reason
                continue
            numbers = [str(number) for number in record["numbers"]]
            if "take" in record:
                takings.add(Taking(str(record["station"]), str(record["source"]), *map(int, record["part"])))
                if not record["take"] == len(numbers) == len({*numbers} - used.keys()):
                    raise _damaged(where, "it hands out a number that was used before")
            elif "torn" not in record:
                raise _damaged(where, "this program did not write it")
            used.update(dict.fromkeys(numbers))
        except (ValueError, KeyError, TypeError):
            raise _damaged(where, "this program did not write it") from None
    return Journal(used, voided, frozenset(takings), crc, torn)


def _damaged(where: str, why: str) -> ConfigError:
    return ConfigError(
        "the journal of downtime numbers is damaged",
        why=f"{why}; numbers could be handed out twice",
        do="take blank numbers from registration by phone; keep this file, and give the department a new block or list "
        "and a new journal",
        where=where,
    )


def torn_numbers(torn: bytes, shortest: int) -> tuple[int, tuple[str, ...]]:
    """How many numbers a torn line took at most, and those that can be read in it."""
    if torn.startswith(b'{"void":'):
        return 0, ()
    readable = [found.decode() for part in _NUMBER_LISTS.findall(torn) for found in _WHOLE_STRING.findall(part)]
    head = _TORN_TAKING.match(torn)
    # Where even the count is lost (a disk may leave zeros), no more numbers fit than its length allows, each with two
    # quotes and a comma.
    most = int(head[1]) if head else len(torn) // (shortest + 3) + 1
    return most, tuple(dict.fromkeys(readable))


def journal_line(record: Mapping[str, Any], last_crc: int, torn: bytes = b"") -> tuple[bytes, int]:
    """The bytes to append for a record, and its CRC; with `torn` they complete that torn line."""
    body = json.dumps(record, separators=(",", ":")).encode("ascii")[:-1]
    lead = _CANCEL if torn else b""
    crc = zlib.crc32(torn + lead + body, last_crc)
    return lead + body + f',"crc":"{crc:08x}"}}\n'.encode("ascii"), crc
