"""Kept snapshots: a Snapshot as a file of its own, in an envelope, that a kit can be made from days later.

The content is the Snapshot's own JSON with a format version; the envelope checks that it is whole and encrypts it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal, TypeVar
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, ValidationError

from downtime import __version__
from downtime.census.snapshot import Snapshot
from downtime.census.source import CLOCKS_DIFFER, Problems, SourceFile, zone_of
from downtime.errors import InputError
from downtime.page.envelope import About, Holds, about_envelope, unwrapped, wrapped
from downtime.page.passphrase import Passphrase
from downtime.site.facility import Facility

FORMAT_VERSION = 1
KEPT_SUFFIX = ".snapshot"

Model = TypeVar("Model", bound=BaseModel)


class _Kept(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    format_version: Literal[1]
    snapshot: Snapshot


def kept_bytes(snapshot: Snapshot, facility: Facility, now: datetime, passphrase: Passphrase | None) -> bytes:
    """The file of a snapshot; encrypted where there is a passphrase."""
    content = f'{{"format_version":{FORMAT_VERSION},"snapshot":{snapshot.model_dump_json()}}}'
    about = About(
        holds=Holds.SNAPSHOT, facility=facility.id, made_at=now, data_as_of=snapshot.taken_at,
        patients=len(snapshot.patients), software_version=__version__,
    )  # fmt: skip
    return wrapped(content.encode(), about, passphrase)


def read_kept(raw: bytes, where: str, facility: Facility, passphrase: Passphrase | None) -> Snapshot:
    """Read a kept snapshot; its moments come back in the facility's time zone.

    Raises InputError for one that is damaged, of a newer format or of another facility, PassphraseMissingError and
    PassphraseWrongError for one that stays closed.
    """
    _about(raw, where, facility)
    content = unwrapped(raw, where, passphrase)
    try:
        snapshot = _Kept.model_validate_json(content).snapshot
    except ValidationError as error:
        _check_version(content, where)
        # The words of the error itself may show a value of a patient: only the place is told.
        place = ".".join(str(part) for part in error.errors(include_input=False)[0]["loc"]) or "its content"
        why = f"{place} is not as it must be"
        raise InputError("this snapshot cannot be used", why=why, do=_DO, where=where) from None
    return in_zone(snapshot, zone_of(facility.timezone))


def _check_version(content: bytes, where: str) -> None:
    """Raise InputError where the content is of a newer format: then nothing else about it can be judged."""
    try:
        version = json.loads(content)["format_version"]
        newer = isinstance(version, int) and version > FORMAT_VERSION
    except (ValueError, LookupError, TypeError, RecursionError):
        return
    if newer:
        raise InputError(
            "this snapshot was kept by a newer version of Downtime", where=where,
            why=f"it has format {version}, this version reads up to {FORMAT_VERSION}",
            do="update Downtime on this computer",
        )  # fmt: skip


def newest_kept(
    files: Sequence[SourceFile],
    facility: Facility,
    now: datetime,
    passphrase: Passphrase | None,
    problems: Problems,
) -> Snapshot:
    """The newest of several kept snapshots that is whole; those that are not are told. Raises as `read_kept`.

    One that is dated after now was kept while a clock was wrong: it is taken only where there is no other.
    """
    faults: list[InputError] = []
    whole: list[tuple[bool, datetime, SourceFile]] = []
    for file in files:
        try:
            about = _about(file.raw, file.shown_as, facility)
            taken = about.data_as_of or about.made_at
            whole.append((taken <= now + CLOCKS_DIFFER, taken, file))
        except InputError as error:
            faults.append(error)
            problems.add("file", f"a newer snapshot may be lost: {error.what}", where=file.shown_as)
    if not whole:
        raise faults[0]
    file = max(whole, key=lambda item: item[:2])[2]
    return read_kept(file.raw, file.shown_as, facility, passphrase)


def in_zone(model: Model, zone: ZoneInfo) -> Model:
    """The model with every moment on the clock of `zone`: JSON keeps the offset of a moment, and not its zone."""
    changed = {}
    for name in type(model).model_fields:
        before = getattr(model, name)
        after = _value_in_zone(before, zone)
        if after is not before:
            changed[name] = after
    return model.model_copy(update=changed) if changed else model


def _value_in_zone(value: Any, zone: ZoneInfo) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(zone) if value.tzinfo is not None else value
    if isinstance(value, BaseModel):
        return in_zone(value, zone)
    if isinstance(value, tuple):
        moved = tuple(_value_in_zone(item, zone) for item in value)
        return moved if any(new is not old for new, old in zip(moved, value, strict=True)) else value
    return value


def _about(raw: bytes, where: str, facility: Facility) -> About:
    about = about_envelope(raw, where)
    if about.holds is not Holds.SNAPSHOT:
        raise InputError("this is the manifest of a kit, and no snapshot", do=_DO, where=where)
    if about.facility != facility.id:
        why = f"the site folder is that of {facility.id}"
        raise InputError(f"this snapshot is from another facility, {about.facility}", why=why, do=_DO, where=where)
    return about


_DO = "name a file that `downtime snapshot` kept for this site"
