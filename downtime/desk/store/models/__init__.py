"""The tables of the store, a module for each thing."""

from downtime.desk.store.models.entries import Entry, EntryKind, EntryRound, EntrySource
from downtime.desk.store.models.files import FileSource, FileState, IncomingFile
from downtime.desk.store.models.issued import FormDefinition, Kit, Layout
from downtime.desk.store.models.jobs import Job, JobKind, JobState
from downtime.desk.store.models.leases import Lease, LeasePurpose
from downtime.desk.store.models.pages import DecisionKind, PageDecision, ScannedPage
from downtime.desk.store.models.patients import Patient, PatientLink
from downtime.desk.store.models.settings import Setting
from downtime.desk.store.models.sheets import Sheet, SheetEvent, SheetStatus

__all__ = [
    "DecisionKind", "Entry", "EntryKind", "EntryRound", "EntrySource", "FileSource", "FileState", "FormDefinition",
    "IncomingFile", "Job", "JobKind", "JobState", "Kit", "Layout", "Lease", "LeasePurpose", "PageDecision", "Patient",
    "PatientLink", "ScannedPage", "Setting", "Sheet", "SheetEvent", "SheetStatus",
]  # fmt: skip
