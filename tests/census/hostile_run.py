"""Reads one hostile file as a command would, from a folder, and says what came of it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import hostile_write
from example_table import TAKEN_AT
from hostile_file import HostileFile
from hostile_kinds import hostile_file
from hostile_oracle import faults_of
from reading_help import riverside

from downtime.census.reading import read_census
from downtime.errors import InputError

READ, FINDINGS, REFUSED = "read", "read with findings", "clear refusal"


@contextmanager
def _on_disk(file: HostileFile) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="hostile-") as folder:
        for name, raw in file.files.items():
            (Path(folder) / name).write_bytes(raw)
        yield Path(folder) if len(file.files) > 1 else Path(folder) / next(iter(file.files))


def outcome_of(file: HostileFile) -> tuple[str, list[str]]:
    """What the reader made of a file, and all that is wrong with that. Any exception but InputError goes through."""
    facility = riverside().model_copy(update={"census": hostile_write.settings(**file.settings)})
    with _on_disk(file) as path:
        try:
            snapshot = read_census([path], facility=facility, now=TAKEN_AT)
        except InputError as error:
            return REFUSED, faults_of(file, error)
    return FINDINGS if snapshot.problems else READ, faults_of(file, snapshot)


def explained(seed: int, number: int) -> str:
    """One file of a run with its content, what was read, all problems, and what the oracle says."""
    file = hostile_file(seed, number)
    lines = [f"kind: {file.kind}"]
    for name, raw in file.files.items():
        shown = raw[:6_000].decode("utf-8", "backslashreplace").replace("\r", "\n").replace("\0", "\\0")
        lines += [f"--- {name}, {len(raw):,} bytes", shown]
    facility = riverside().model_copy(update={"census": hostile_write.settings(**file.settings)})
    with _on_disk(file) as path:
        try:
            snapshot = read_census([path], facility=facility, now=TAKEN_AT)
        except InputError as error:
            return "\n".join([*lines, f"--- refused: {error}", *faults_of(file, error)])
    lines.append("--- patients")
    lines += [patient.model_dump_json(exclude_defaults=True) for patient in snapshot.patients]
    lines.append("--- problems")
    lines += [f"{p.where} | {p.patient} | {p.element} | {p.what} | {p.original}" for p in snapshot.problems]
    return "\n".join([*lines, "--- the oracle", *faults_of(file, snapshot)])
