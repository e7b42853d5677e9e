"""The recovery policy: what of each form goes back into the record after an outage, who enters it, and by which route.

No vendor takes everything in electronically, and no hospital keys everything again; how much depends on how long the
outage was. The site says it once, here; the desk, the worklists and the messages follow it.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from downtime.site.sending import Sending
from downtime.site.values import AT_LEAST_ONE, Id, Name, Whole
from downtime.textyaml import TextModel


class RecordSystem(StrEnum):
    """The record system that the site runs: its defaults and its limits."""

    EPIC = "epic"
    ORACLE_HEALTH = "oracle-health"
    EMIS = "emis"
    NONE = "none"


class Enter(StrEnum):
    """How much of a filled form is entered again; every form that is kept is scanned, too."""

    SCAN_ONLY = "scan-only"
    KEY_THESE = "key-these"
    KEY_ALL = "key-all"


class Rows(StrEnum):
    """Which filled rows of a form's grids are meant: all of them, or the last set alone."""

    EVERY = "every"
    LAST = "last"


class ValuesRoute(StrEnum):
    """How keyed values leave the desk; a worklist is keyed by people at the record system's own screens."""

    WORKLIST = "worklist"
    HL7V2 = "hl7v2"
    FHIR = "fhir"
    CHARGE_FILE = "charge-file"
    PAPER = "paper"


class PagesRoute(StrEnum):
    """How the scanned pages leave the desk; `paper`: they stay in the unit's binder or the records room."""

    HL7V2 = "hl7v2"
    FHIR = "fhir"
    INDEX_FILE = "index-file"
    EMIS_DOCUMENTS = "emis-documents"
    PAPER = "paper"


def _is_field_key(value: str) -> str:
    parts = value.split(".")
    if not all(part and part.replace("-", "").replace("_", "").isalnum() for part in parts):
        raise ValueError(f"“{value[:60]}” is no field; write its id without row numbers, as obs.rr.value")
    return value


FieldKey = Annotated[str, AfterValidator(_is_field_key)]
"""A field's id without row numbers (``obs.rr.value``), or the front part that several share (``obs.rr``)."""


class RecoveryRule(TextModel):
    """What is done with some forms after an outage of at most `up_to_minutes`; without it: of any length."""

    forms: Annotated[tuple[Id, ...], AT_LEAST_ONE] = Field(description="ids of forms")
    up_to_minutes: Annotated[int, Whole(1, 1_000_000)] | None = Field(
        default=None, description="how long the outage was at most; without it: any length"
    )
    enter: Enter
    fields: tuple[FieldKey, ...] = Field(default=(), description="with key-these: the fields, without row numbers")
    rows: Rows = Field(default=Rows.EVERY, description="last: the last filled row of each grid alone")
    what: Name | None = Field(default=None, description="with key-these: which, in words for whoever keys them")
    by: Name | None = Field(default=None, description="who enters it; nobody where it is scanned alone")
    values: ValuesRoute = Field(default=ValuesRoute.WORKLIST, description="how the keyed values leave")
    pages: PagesRoute | None = Field(default=None, description="how the scanned pages leave; else as the system does")

    @model_validator(mode="after")
    def _fits(self) -> Self:
        named = bool(self.fields or self.what or self.rows is Rows.LAST)
        if self.enter is Enter.KEY_THESE and not named:
            raise ValueError("key-these does not say which; add `fields:`, `rows: last` or `what:`")
        if self.enter is not Enter.KEY_THESE and named:
            raise ValueError(f"{self.enter.value} takes no `fields:`, `rows:` or `what:`; write key-these")
        if self.enter is Enter.SCAN_ONLY and self.values is not ValuesRoute.WORKLIST:
            raise ValueError("scan-only has no values to send; remove `values:`")
        if self.enter is not Enter.SCAN_ONLY and self.by is None:
            raise ValueError("nobody enters it; add `by:`")
        if self.what and not (self.fields or self.rows is Rows.LAST) and self.values is not ValuesRoute.WORKLIST:
            raise ValueError("no machine can choose by `what:` alone; add `fields:` or `rows: last`, or use a worklist")
        return self


class Recovery(TextModel):
    """What becomes of the paper after an outage."""

    system: RecordSystem = Field(default=RecordSystem.NONE, description="whose defaults and limits count")
    rules: tuple[RecoveryRule, ...] = Field(default=(), description="for each form the first that fits counts")
    sending: Sending = Sending()

    @model_validator(mode="after")
    def _each_is_reached(self) -> Self:
        longest: dict[str, int | None] = {}
        for number, rule in enumerate(self.rules, start=1):
            for form in rule.forms:
                before = longest.get(form, 0)
                if before is None or (rule.up_to_minutes is not None and rule.up_to_minutes <= before):
                    raise ValueError(f"rule {number} is never reached for “{form}”; put shorter outages first")
                longest[form] = rule.up_to_minutes
        return self
