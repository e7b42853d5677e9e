"""facility.yaml: what is the same for every department of a site."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, field_validator, model_validator

from downtime.page.geometry import PaperSize
from downtime.site.census import CensusSettings
from downtime.site.keeping import Protection, Snapshots
from downtime.site.recovery import Recovery
from downtime.site.values import AT_LEAST_ONE, ClockTime, Id, Name, Number, Prose, Text, Whole, WordName
from downtime.textyaml import TextModel, nearest

SITE_CODE_WORDS = (
    "form_document_type", "form", "revision", "mrn", "encounter", "patient_number", "facility", "department", "page",
)  # fmt: skip
"""What the text of a site's own barcode may name in braces."""

LEVELS = ("L0", "L1", "L2", "L3", "L4")


def _read_time_zone(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    # zoneinfo reads a file for each name, so a stray path must not reach it.
    import zoneinfo

    name = value.strip()
    try:
        if not re.fullmatch(r"[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+)*", name):
            raise ValueError
        zoneinfo.ZoneInfo(name)
    except (ValueError, OSError, zoneinfo.ZoneInfoNotFoundError):
        known = zoneinfo.available_timezones()
        if not known:  # a computer without any time zone data cannot tell right from wrong
            return name
        hint = nearest(name, sorted(known)) or "write it as America/Chicago or Europe/London"
        raise ValueError(f"“{name[:60]}” is not a time zone; {hint}") from None
    return name


TimeZone = Annotated[str, BeforeValidator(_read_time_zone)]


class ServiceDesk(TextModel):
    """Whom to tell that a system is down."""

    name: Name
    phone: Name
    backup: Name | None = Field(None, description="how to reach it when the phones are down, too")


class PatientNumber(TextModel):
    """What patients are numbered by: printed as the label of the box, and checked on entry."""

    label: Name = "MRN"
    kind: Literal["mrn", "nhs-number"] = "mrn"


class SiteCode(TextModel):
    """One of the site's own barcodes, for document-imaging systems that find it by its place on the page."""

    kind: Literal["code128", "datamatrix"]
    text: Annotated[str, Text(80)]
    position: Literal["header", "footer"]

    @field_validator("text")
    @classmethod
    def _names_known_words(cls, text: str) -> str:
        rest = re.sub(r"\{([a-z_]*)\}", lambda match: "" if match[1] in SITE_CODE_WORDS else match[0], text)
        if found := re.search(r"\{([^{}]*)\}", rest):
            raise ValueError(f"“{{{found[1]}}}” is not known here; {nearest(found[1], list(SITE_CODE_WORDS))}")
        if "{" in rest or "}" in rest:
            raise ValueError(f"“{text}” has a brace without its partner")
        if not all(32 <= ord(character) < 127 for character in rest):
            raise ValueError(f"“{text}” holds a character that a barcode cannot carry; use plain ASCII")
        return text


class MedicationTimes(TextModel):
    """The clock times that stand for “2 times a day” and its kin: a profile, and what differs from it here."""

    profile: Name
    mar_starts: ClockTime = Field("0700", description="the hour at which a medication page begins")
    overrides: dict[Name, tuple[ClockTime, ...]] = Field({}, description="code -> times, as BID: [0900, 2100]")

    @model_validator(mode="after")
    def _times_ascend(self) -> Self:
        for code, times in self.overrides.items():
            if not times:
                raise ValueError(f"overrides of “{code}” name no time; list them, or remove the code")
            if list(times) != sorted(set(times)):
                raise ValueError(f"the times of “{code}” do not ascend: {', '.join(times)}")
        return self


class Supply(TextModel):
    """One line of the box inventory; how many is the sum of its parts, rounded up."""

    item: Name
    fixed: Annotated[int, Whole(0, 10_000)] = 0
    per_bed: Annotated[float, Number(0, 100)] = 0
    per_staff: Annotated[float, Number(0, 100)] = 0
    per_patient: Annotated[float, Number(0, 100)] = Field(0, description="patients of one day, arrivals included")

    @model_validator(mode="after")
    def _is_some(self) -> Self:
        if not (self.fixed or self.per_bed or self.per_staff or self.per_patient):
            raise ValueError("no number is given; add `fixed:`, `per_bed:`, `per_staff:` or `per_patient:`")
        return self


class Labels(TextModel):
    """The label stock, and how far this site's printer is off: print one sheet on plain paper and hold it against."""

    sheet: Literal["avery-5160", "l7160"]
    x_offset_mm: Annotated[float, Number(-10, 10)] = 0
    y_offset_mm: Annotated[float, Number(-10, 10)] = 0
    per_patient_day: Annotated[int, Whole(0, 200)] = 30


class DowntimeLevel(TextModel):
    """From how many minutes on a downtime has this level, and who declares it."""

    from_minutes: Annotated[int, Whole(0, 100_000)]
    name: Name
    declared_by: Name | None = None


class Facility(TextModel):
    """A hospital or practice."""

    id: Id
    name: Name
    short_name: Annotated[str, Text(40)]
    fiction: Prose | None = Field(None, description="only for examples: says that nothing here is real")
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$", description="two letters: US, UK, CA, IE, AU …")]
    address: tuple[Name, ...] = Field((), max_length=6)
    paper: PaperSize
    timezone: TimeZone
    temperature_unit: Literal["C", "F"]
    glucose_unit: Literal["mg/dL", "mmol/L"]
    patient_number: PatientNumber = PatientNumber()
    service_desk: ServiceDesk
    key: Annotated[str, Text(300)] | None = Field(None, description="the key file, relative to this folder")
    site_codes: tuple[SiteCode, ...] = Field((), max_length=2)
    document_types: dict[WordName, Annotated[str, Text(40)]] = Field(
        {}, description="form id -> the type under which your document-imaging system files it; `default` for the rest"
    )
    medication_times: MedicationTimes
    shift_starts: Annotated[tuple[ClockTime, ...], AT_LEAST_ONE] = Field(("0700", "1900"), max_length=6)
    numbers_stale_after_days: Annotated[int, Whole(1, 3650)] = 90
    packet_valid_days: Annotated[int, Whole(1, 3650)] = 90
    surge: dict[WordName, Annotated[float, Number(1, 20)]] = Field(
        {"normal": 1.0}, description="name -> by how much more paper is used"
    )
    spoilage: Annotated[float, Number(0, 1)] = Field(0.15, description="the part spoiled by mistakes: 0.15 is 15 %")
    levels: dict[Literal["L0", "L1", "L2", "L3", "L4"], DowntimeLevel] = Field({}, description="from when on")
    labels: Labels | None = None
    census: CensusSettings = CensusSettings()
    stations: tuple[Name, ...] = Field(
        (), max_length=50, description="the computers that hand out downtime numbers, each its own part of every block"
    )
    protection: Protection = Protection()
    snapshots: Snapshots = Snapshots()
    recovery: Recovery = Recovery()
    supplies: tuple[Supply, ...] = ()
    not_in_front_pocket: dict[Id, Name] = Field({}, description="form id -> why no department has it in front")
    words: dict[WordName, Prose] = Field({}, description="your own words for the templates")

    @field_validator("country", mode="before")
    @classmethod
    def _is_two_letters(cls, country: Any) -> Any:
        if isinstance(country, str) and not re.fullmatch(r"[A-Z]{2}", country.strip()):
            raise ValueError(f"“{country[:60]}” is not a country; write its two letters, as US or UK")
        return country

    @field_validator("site_codes")
    @classmethod
    def _places_differ(cls, codes: tuple[SiteCode, ...]) -> tuple[SiteCode, ...]:
        if len({code.position for code in codes}) != len(codes):
            raise ValueError("two barcodes stand at the same place; one goes in the header, one in the footer")
        return codes

    @model_validator(mode="after")
    def _levels_ascend(self) -> Self:
        minutes = [self.levels[level].from_minutes for level in LEVELS if level in self.levels]
        if minutes != sorted(minutes):
            raise ValueError("the levels do not ascend: a higher level cannot begin sooner")
        if any("{form_document_type}" in code.text for code in self.site_codes) and not self.document_types:
            raise ValueError("site_codes print {form_document_type}, but there are no document_types")
        return self
