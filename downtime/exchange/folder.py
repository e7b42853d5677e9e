"""Files into a folder that an interface engine or a person fetches them from, each whole and only once.

Beside the files stands a manifest, a line of JSON for each: it is written before the file gets its name. So whatever
stands in the manifest may have been fetched; if its file is gone, nobody here knows, and it is not written again.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from downtime.errors import WriteError
from downtime.exchange.index_files import file_name
from downtime.exchange.outcome import Delivery, Outcome
from downtime.exchange.outgoing import Outgoing
from downtime.files import make_folder, sync_folder, write_whole
from downtime.lock import LockWords, only_one

MANIFEST = "downtime-manifest.jsonl"
_WORDS = LockWords("this folder", "two runs could write one file twice", "use a folder on a disk that knows locks")
_WAIT_S = 30.0


@dataclass(frozen=True, slots=True)
class FolderSender:
    """Delivers into one folder; a file name holds an id and no patient data."""

    folder: Path

    def send(self, one: Outgoing) -> Outcome:
        """Write one file, unless it was written before; what could not be written is `NOT_SENT`."""
        try:
            make_folder(self.folder)
            manifest = self.folder / MANIFEST
            with open(manifest, "a+b") as journal, only_one(journal.fileno(), manifest, _WORDS, wait_s=_WAIT_S):
                return self._write(one, journal.fileno(), manifest)
        except WriteError as error:
            return Outcome(Delivery.NOT_SENT, " – ".join(part for part in (error.what, error.why) if part))
        except OSError as error:
            return Outcome(Delivery.NOT_SENT, error.strerror or str(error))

    def _write(self, one: Outgoing, journal: int, manifest: Path) -> Outcome:
        path = self.folder / file_name(one.id, one.suffix)
        known = manifest.read_bytes()
        before, whole = _lines(known).get(path.name), known[-1:] in (b"", b"\n")
        if before is not None:
            if path.is_file():
                return Outcome(Delivery.SENT, "it was written before and still lies there")
            # Fetched, removed by hand, or never named because the power went: the manifest cannot tell which.
            return Outcome(Delivery.UNKNOWN, "it was written before, and is not there any more")
        if path.exists():
            return Outcome(Delivery.UNKNOWN, "a file of this name lies there that the manifest does not know")
        line = json.dumps(_line(one, path.name), ensure_ascii=False, sort_keys=True).encode("utf-8")
        size = os.fstat(journal).st_size
        try:
            os.write(journal, (b"" if whole else b"\n") + line + b"\n")
            os.fsync(journal)
            write_whole(path, one.content, private=True)
        except (OSError, WriteError):
            # The file never got its name, so nobody can have fetched it: the line is taken back.
            os.truncate(journal, size)
            raise
        sync_folder(self.folder)
        return Outcome(Delivery.SENT, "it lies in the folder")


def read_manifest(folder: Path) -> list[dict[str, Any]]:
    """The lines of a folder's manifest, in the order in which they were written."""
    path = folder / MANIFEST
    return list(_lines(path.read_bytes()).values()) if path.is_file() else []


def _line(one: Outgoing, name: str) -> dict[str, Any]:
    digest = hashlib.sha256(one.content).hexdigest()
    return {"file": name, "id": one.id, "kind": one.kind, "sha256": digest, "page": one.page, "facts": list(one.facts)}


def _lines(content: bytes) -> Mapping[str, dict[str, Any]]:
    """The manifest by file name; a last line that was cut off by a crash is of a file that never got its name."""
    found: dict[str, dict[str, Any]] = {}
    for line in content.split(b"\n"):
        try:
            entry = json.loads(line)
        except ValueError:
            continue
        if isinstance(entry, dict) and isinstance(entry.get("file"), str):
            found[entry["file"]] = entry
    return found
