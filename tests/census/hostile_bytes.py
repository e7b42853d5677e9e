"""What happens to the bytes of any file: it is cut, bits fall over, holes of zeros, another character set."""

from __future__ import annotations

import codecs
from collections.abc import Callable
from dataclasses import replace
from random import Random

from hostile_file import HostileFile, Mutation, Sheet, changed, cut, made
from hostile_truth import TruePatient

People = tuple[TruePatient, ...]
SheetOf = Callable[[People, Random], Sheet]
_SETS = ("latin-1", "cp1252", "cp1250", "utf-16", "utf-32", "cp037", "shift_jis", "utf-7", "mac_roman", "cp437")


def kinds(name: str, sheet_of: SheetOf) -> dict[str, Mutation]:
    """The kinds of one format."""

    def truncated(chance: Random, people: People) -> HostileFile:
        file = made(f"{name} truncated", sheet_of(people, chance), people)
        (raw,) = file.files.values()
        return cut(file, chance.randrange(len(raw)))

    def changed_bytes(chance: Random, people: People) -> HostileFile:
        file = made(f"{name} changed bytes", sheet_of(people, chance), people)
        for _ in range(chance.choice([1, 1, 2, 3, 8])):
            (raw,) = file.files.values()
            file = changed(file, chance.randrange(len(raw)), 1, bytes([chance.randrange(256)]))
        return file

    def inserted_bytes(chance: Random, people: People) -> HostileFile:
        file = made(f"{name} inserted bytes", sheet_of(people, chance), people)
        for _ in range(chance.choice([1, 1, 2, 4])):
            (raw,) = file.files.values()
            new = bytes(chance.choice([0, 10, 13, 34, 44, 59, 92, 94, 124, 126, 38, 255]) for _ in range(3))
            file = changed(file, chance.randrange(len(raw)), 0, new[: chance.randint(1, 3)])
        return file

    def hole(chance: Random, people: People) -> HostileFile:
        """A block that was never written: zeros in its place, as after a computer lost power."""
        file = made(f"{name} hole", sheet_of(people, chance), people)
        (raw,) = file.files.values()
        length = chance.choice([16, 64, 300, 1000])
        start = chance.randrange(len(raw))
        length = min(length, len(raw) - start)
        return changed(file, start, length, bytes(length))

    def other_characters(chance: Random, people: People) -> HostileFile:
        """Another character set than the format says, or a mark that is not true."""
        sheet = replace(sheet_of(people, chance), encoding=chance.choice(_SETS))
        file = made(f"{name} other characters", sheet, people, values_hold=False)
        if chance.random() < 0.2:
            ((key, raw),) = file.files.items()
            file.files = {key: chance.choice([codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF32_BE]) + raw}
        return file

    def shuffled(chance: Random, people: People) -> HostileFile:
        sheet = sheet_of(people, chance)
        records = list(sheet.records)
        chance.shuffle(records)
        return made(f"{name} shuffled", sheet.with_records(records), people, values_hold=name != "hl7")

    def repeated(chance: Random, people: People) -> HostileFile:
        """Records that come twice, as after a re-send."""
        sheet = sheet_of(people, chance)
        records = list(sheet.records)
        for _ in range(chance.randint(1, 5)):
            records.insert(chance.randint(0, len(records)), chance.choice(records))
        return made(f"{name} repeated", sheet.with_records(records), people, values_hold=name != "hl7")

    found = (truncated, changed_bytes, inserted_bytes, hole, other_characters, shuffled, repeated)
    return {f"{name} {kind.__name__.replace('_', ' ')}": kind for kind in found}
