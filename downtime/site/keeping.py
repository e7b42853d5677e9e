"""What a site says of its patient data on disk: how it is encrypted, which snapshots are kept, when kits go."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from downtime.site.kit_settings import MOST_HOURS
from downtime.site.values import AT_LEAST_ONE, Id, Name, Number, Text, Whole, YesNo
from downtime.textyaml import TextModel

KITS_FOLDER = ".downtime/kits"

Place = Annotated[str, Text(300)]
"""A file or folder: relative to the site folder, or a whole path."""


def _is_pattern(value: str) -> str:
    if "/" in value or "\\" in value:
        raise ValueError(f"“{value[:60]}” names a folder; only files in the inbox itself are read, as census-*.csv")
    return value


Pattern = Annotated[str, Text(100), AfterValidator(_is_pattern)]


class Protection(TextModel):
    """How kits and snapshots are encrypted, and when kits are removed."""

    passphrase_file: Place | None = Field(
        default=None, description="its only line is the passphrase; kits are then encrypted"
    )
    passphrase_kept: Name | None = Field(
        default=None, description="where people find the passphrase in an outage; it prints"
    )
    keep_kits_hours: Annotated[int, Whole(1, 8784)] = Field(
        default=72, description="`downtime purge` removes older kits"
    )
    keep_pictures_days: Annotated[int, Whole(1, 36_500)] = Field(
        default=90, description="the desk keeps a kit's page pictures so long after its sign-off"
    )


class KitsAhead(TextModel):
    """Kits that are made after each good snapshot, so that paper exists even if nothing can be run later."""

    departments: Annotated[tuple[Id, ...], AT_LEAST_ONE]
    hours: Annotated[int, Whole(1, MOST_HOURS)] | None = Field(
        default=None, description="if not as the department says"
    )
    folder: Place = KITS_FOLDER
    keep: Annotated[int, Whole(1, 100)] = Field(default=2, description="how many sets of kits are kept")

    @model_validator(mode="after")
    def _departments_differ(self) -> Self:
        if twice := next((name for name in self.departments if self.departments.count(name) > 1), None):
            raise ValueError(f"“{twice}” stands twice; keep one")
        return self


class Snapshots(TextModel):
    """Which files of the inbox make a snapshot, and how many snapshots are kept."""

    folder: Place = Field(default=".downtime/snapshots", description="where they are kept")
    newest_of: tuple[Pattern, ...] = Field(
        default=(), description="of the files that match each, only the newest is read"
    )
    all_of: tuple[Pattern, ...] = Field(
        default=(), description="of the files that match each, all are read, as HL7 messages"
    )
    keep: Annotated[int, Whole(1, 10_000)] = Field(default=48, description="how many are kept at most")
    keep_hours: Annotated[int, Whole(1, 8784)] = Field(default=72, description="how old one may become; the last stays")
    least_share: Annotated[float, Number(0, 1)] = Field(
        default=0.5, description="a drop with fewer patients than this part of the last good one is not believed"
    )
    protected: YesNo = Field(default=True, description="no: keep them unencrypted, because the whole disk is encrypted")
    kits: KitsAhead | None = None

    @property
    def patterns(self) -> tuple[str, ...]:
        """Every pattern; without any, all files of the inbox are read."""
        return (*self.newest_of, *self.all_of)
