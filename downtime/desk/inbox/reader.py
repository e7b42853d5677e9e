"""The reader: takes files from the line, has their pages read by worker processes, and stores what comes back."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from downtime.desk.inbox.comparing import same_page
from downtime.desk.inbox.reading_jobs import ReadOne, look, read_one, unread
from downtime.desk.store import files
from downtime.desk.store.definitions import Definitions
from downtime.desk.store.kits import add_kit
from downtime.desk.store.models import FileState, IncomingFile, Kit, ScannedPage
from downtime.desk.store.pages import NewPage, add_page, read_again, wake_pages_of
from downtime.desk.store.pictures import pictures
from downtime.errors import InputError
from downtime.page.manifest import Manifest, from_json
from downtime.page.states import PageReason
from downtime.scan.intake_files import Fingerprint, HashedFile
from downtime.scan.judge import Trust
from downtime.scan.known import KnownPages
from downtime.scan.model import PageSource
from downtime.scan.page_work import Setting, prepare
from downtime.scan.settings import ScanSettings
from downtime.scan.workers import Bounds, Crew, Done, Job, Loss, Lost
from downtime.site.model import Site

_LOSSES = {Loss.CRASHED: PageReason.READER_CRASHED, Loss.HUNG: PageReason.READER_HUNG}


@dataclass(frozen=True)
class ReaderSettings:
    """What pages are read with: the site (its forms, facility and key), limits and thresholds, how many at a time."""

    site: Site | None = None
    key: bytes | None = field(default=None, repr=False)
    scan: ScanSettings = field(default_factory=ScanSettings)
    drill: bool = False
    processes: int = 1


class Reader:
    """Reads until there is nothing more in the line. Use it as a context: its processes end with it."""

    def __init__(self, settings: ReaderSettings, scratch: Path) -> None:
        """`scratch` is a folder of the store, for files while they are read."""
        self._settings, self._scratch = settings, scratch
        self._definitions = Definitions.of(settings.site)
        self._crew: Crew | None = None
        self._kits = -1
        self._trust = Trust(settings.site is not None, settings.key is not None)

    def __enter__(self) -> Reader:
        return self

    def __exit__(self, *_: object) -> None:
        self._dismiss()

    def work(self) -> bool:
        """Do one thing: read a file, or pages again; returns whether there was anything to do."""
        file = files.claim()
        if file is not None:
            self._read(file)
            return True
        again = files.pages_to_read_again()
        if again:
            self._read_again(again)
        return bool(again)

    def _read(self, file: IncomingFile) -> None:
        with self._taken_out(file) as hashed:
            found = self._looked_at(hashed)
            if isinstance(found, Manifest):
                self._add_kit(file, found)
                return
            if isinstance(found, PageReason):
                files.finish(file, FileState.FAILED, reason=found)
                return
            done = set(ScannedPage.objects.filter(file=file).values_list("index", flat=True))
            jobs = [self._job(hashed, index, "") for index in range(found) if index not in done]
            for outcome in self._crew_now().run(jobs):
                index = int(outcome.job.key)
                add_page(_new_page(file, index, _read_from(outcome, hashed, index)), same_page)
                files.still_at_work(file)
        files.finish(file, FileState.DONE, pages=found)

    def _looked_at(self, hashed: HashedFile) -> int | Manifest | PageReason:
        [outcome] = self._crew_now().run([Job("look", look, (hashed,))])
        found: int | Manifest | PageReason = outcome.value if isinstance(outcome, Done) else _LOSSES[outcome.loss]
        return found

    def _add_kit(self, file: IncomingFile, manifest: Manifest) -> None:
        try:
            added = add_kit(manifest, file.by, self._definitions)
        except InputError as refused:
            # A rehearsal's kit at a live desk, or another kit of the same number.
            files.finish(file, FileState.FAILED, kit=manifest.kit, note=str(refused))
            return
        if added.new:
            wake_pages_of(manifest.kit)
        files.finish(file, FileState.DONE, kit=manifest.kit)

    def _read_again(self, pages: list[ScannedPage]) -> None:
        for page in pages:
            with self._taken_out(page.file) as hashed:
                [outcome] = self._crew_now().run([self._job(hashed, page.index, page.typed)])
                read_again(page, _new_page(page.file, page.index, _read_from(outcome, hashed, page.index)), same_page)

    def _job(self, hashed: HashedFile, index: int, typed: str) -> Job:
        return Job(str(index), read_one, (hashed, index, typed, self._trust, self._settings.drill))

    def _crew_now(self) -> Crew:
        """The worker processes, knowing all kits that are here; hired anew when another kit has come in."""
        kits = Kit.objects.count()
        if self._crew is None or kits != self._kits:
            self._dismiss()
            limits = self._settings.scan.limits
            setting = Setting(self._scratch, self._known(), "", self._settings.scan.thresholds, limits)
            bounds = Bounds(limits.page_seconds, limits.memory_mb)
            self._crew, self._kits = Crew(self._settings.processes, bounds, prepare, setting), kits
        return self._crew

    def _known(self) -> KnownPages:
        store = pictures()
        names = Kit.objects.order_by("pk").values_list("kit", "manifest")
        manifests = [from_json(store.get(name), where=f"kit {kit}") for kit, name in names]
        facility = self._settings.site.facility.id if self._settings.site else None
        return KnownPages.of(manifests, facility, self._settings.key)

    def _dismiss(self) -> None:
        if self._crew is not None:
            self._crew.close()
            self._crew = None

    @contextmanager
    def _taken_out(self, file: IncomingFile) -> Iterator[HashedFile]:
        """The file as it came in, in a folder of the store, while it is read; it lies there in the clear no longer."""
        folder = Path(tempfile.mkdtemp(prefix="file-", dir=self._scratch))
        try:
            path = folder / "file"
            with path.open("wb") as out:
                pictures().copy(file.sha256, out)
            yield HashedFile(path, "file", Fingerprint.of(path.stat()), file.sha256)
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _read_from(outcome: Done | Lost, hashed: HashedFile, index: int) -> ReadOne:
    if isinstance(outcome, Lost):
        return unread(PageSource(file="", sha256=hashed.sha256, index=index), _LOSSES[outcome.loss])
    read: ReadOne = outcome.value
    return read


def _new_page(file: IncomingFile, index: int, read: ReadOne) -> NewPage:
    return NewPage(
        file.pk, index, read.reading, read.verdict, read.straight, read.picture, read.thumbnail, read.entered
    )  # fmt: skip
