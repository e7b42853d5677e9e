"""`downtime backup make`: the backup as a file, whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from downtime.desk.environment import DeskEnvironment
from downtime.desk.serve.backup import Backup
from downtime.desk.serve.prepare import load
from downtime.errors import WriteError
from downtime.files import PART_PREFIX, PART_SUFFIX, make_folder, sync_folder
from downtime.page.passphrase import Passphrase


def write_backup(desk: DeskEnvironment, out: Path, passphrase: Passphrase) -> int:
    """Write a backup, readable by its owner alone; returns its size in bytes. Raises WriteError, UsageError."""
    load(desk)
    from downtime.desk.audit.chain import record_alone

    make_folder(out.resolve().parent)
    record_alone(None, "backup.made")
    temporary = ""
    try:
        handle, temporary = tempfile.mkstemp(prefix=PART_PREFIX, suffix=PART_SUFFIX, dir=out.resolve().parent)
        with os.fdopen(handle, "wb") as file:
            for part in Backup.prepared(desk, passphrase).parts():
                file.write(part)
            file.flush()
            os.fsync(file.fileno())
            size = file.tell()
        os.replace(temporary, out)
        sync_folder(out.resolve().parent)
    except OSError as error:
        raise WriteError(
            "the backup cannot be written", why=error.strerror or str(error), where=str(out),
            do="free some space, or name another file with -o",
        ) from None  # fmt: skip
    finally:
        if temporary:
            Path(temporary).unlink(missing_ok=True)
    return size
