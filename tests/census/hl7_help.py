"""What the tests of the HL7 v2 reader share: messages written in a few words, and the file that they make."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from example_table import TAKEN_AT, ZONE
from reading_help import mrn, riverside, site, told

from downtime.census.hl7v2 import read_hl7v2
from downtime.census.snapshot import MedicationOrder, Patient, Snapshot
from downtime.site.facility import Facility

NOW = datetime(2026, 11, 16, 7, 0, tzinfo=ZONE)
SMITH = "PID|1||111^^^HOSP^MR||Smith^John||19490404|M"
JONES = "PID|1||222^^^HOSP^MR||Jones^Mary||19720414|F"
HERE = "PV1|1|I|ICU^01^ICU-01||||||||||||||||V1"
RXE = "RXE||^meropenem|1||^g||^every 8 hours"
TQ1 = "TQ1|1||Q8H||||20261115080000"
RXR = "RXR|IV"

__all__ = ["HERE", "JONES", "NOW", "RXE", "RXR", "SMITH", "TAKEN_AT", "TQ1", "adt", "message", "mrn", "one", "only",
           "order", "read", "riverside", "site", "told"]  # fmt: skip


def message(kind: str, *segments: str, at: str = "20261116060000", charset: str = "") -> str:
    """A message with the usual bars and hats; lines end as the standard says."""
    return "\r".join((f"MSH|^~\\&|A|B|C|D|{at}||{kind}|1|P|2.5.1||||||{charset}", *segments)) + "\r"


def adt(event: str, *segments: str, **more: str) -> str:
    return message(f"ADT^{event}", f"EVN|{event}", *segments, **more)


def order(*segments: str, control: str = "NW", number: str = "1^EHR", pid: str = SMITH, **more: str) -> str:
    """An RDE of one order; without segments a complete one."""
    return message("RDE^O11", pid, f"ORC|{control}|{number}", *(segments or (RXE, TQ1, RXR)), **more)


def read(*messages: str | bytes, facility: Facility | None = None, now: datetime = NOW, **settings: Any) -> Snapshot:
    raw = b"".join(part if isinstance(part, bytes) else part.encode() for part in messages)
    return read_hl7v2(raw, "feed.hl7", facility or site(**settings), now)


def only(*messages: str | bytes, **more: Any) -> Patient:
    """The one patient of a file."""
    (patient,) = read(*messages, **more).patients
    return patient


def one(*segments: str, **more: Any) -> MedicationOrder:
    """The one order that segments make."""
    (found,) = only(order(*segments), **more).medications
    return found
