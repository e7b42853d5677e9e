"""One run of reading: files into pages, pages into the batch folder, the batch into a result.

Every page is put into the folder as it is finished, so a run may end at any moment, and the next one goes on. The
result is made from the folder alone.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from downtime.page.manifest import Manifest
from downtime.page.states import PageReason
from downtime.scan.batch import Batch, open_batch
from downtime.scan.collate import collate
from downtime.scan.intake_files import FoundFile, HashedFile, RefusedFile, hash_file, same_bytes
from downtime.scan.judge import UNREADABLE, JudgedPage, Trust, issued_page, judge
from downtime.scan.known import KnownPages
from downtime.scan.model import GreyImage, Mark, PageSource
from downtime.scan.page_work import Setting, count_pages, prepare, put_failure, take_page
from downtime.scan.picture_names import PAGE_PICTURE
from downtime.scan.records import FileRecord, PageRecord, page_id
from downtime.scan.result import ScanResult
from downtime.scan.same_ink import read_picture, same_ink
from downtime.scan.scores import EMPTY_TILE, ScoredMark, mark_tile, scored_marks, shown_marks
from downtime.scan.scores_pdf import scores_pdf
from downtime.scan.settings import ScanSettings
from downtime.scan.workers import Bounds, Crew, Done, Job, Loss, Lost

Progress = Callable[[int, int], None]

MOST_PROCESSES = 8
_TRY_AGAIN = frozenset({PageReason.READER_CRASHED, PageReason.READER_HUNG, PageReason.VANISHED})
_LOSSES = {Loss.CRASHED: PageReason.READER_CRASHED, Loss.HUNG: PageReason.READER_HUNG}


@dataclass(frozen=True)
class Request:
    """What is asked of a run; `facility` and `key` are None where no site was given, `key` where the site has none."""

    manifests: tuple[Manifest, ...]
    facility: str | None = None
    key: bytes | None = field(default=None, repr=False)
    settings: ScanSettings = field(default_factory=ScanSettings)
    drill: bool = False
    processes: int = 0

    @property
    def trust(self) -> Trust:
        """What is known for checking codes."""
        return Trust(self.facility is not None, self.key is not None)


class Run:
    """A batch folder at work; make one with `start`."""

    def __init__(self, batch: Batch, request: Request) -> None:
        """Take a batch that this process has locked."""
        self.batch = batch
        self._request = request
        self._known = KnownPages.of(request.manifests, request.facility, request.key)
        self._digest = known_digest(request)
        self.setting = Setting(
            batch.pages_folder, self._known, self._digest, request.settings.thresholds, request.settings.limits
        )
        self._files = batch.file_records()
        self._typed = dict(batch.typed_codes())
        self._judged: dict[str, JudgedPage] = {}
        self._same: dict[tuple[str, str], bool] = {}
        self._refused: dict[Path, RefusedFile] = {}
        limits = request.settings.limits
        processes = request.processes or min(os.cpu_count() or 1, MOST_PROCESSES)
        self.crew = Crew(processes, Bounds(limits.page_seconds, limits.memory_mb), prepare, self.setting)

    def page_ids(self) -> list[str]:
        """The pages of all files that ever came into this batch."""
        return [page_id(one.sha256, index) for one in self._files.values() for index in range(one.pages)]

    def type_codes(self, codes: Mapping[str, str]) -> None:
        """Keep codes that a person typed; their pages are read with them when their files come in again."""
        self._typed |= codes
        self.batch.put_typed_codes(self._typed)

    def take(self, found: Iterable[FoundFile | RefusedFile], progress: Progress) -> int:
        """Take files in and read what is not read yet; returns how many pages were read. Raises WriteError."""
        hashed: list[HashedFile] = []
        for one in found:
            seen = hash_file(one, self._request.settings.limits.file_bytes) if isinstance(one, FoundFile) else one
            if isinstance(seen, RefusedFile):
                self._refused[seen.path] = seen
            else:
                self._refused.pop(seen.path, None)
                hashed.append(seen)
        groups = same_bytes(hashed)
        for sha, group in groups.items():
            self._name(sha, group)
        self._count([group[0] for sha, group in groups.items() if self._is_new(sha)])
        jobs = list(self._page_jobs(group[0] for group in groups.values()))
        for number, outcome in enumerate(self.crew.run(jobs), start=1):
            self._finish(outcome)
            progress(number, len(jobs))
        return len(jobs)

    def forget_refused(self, gone: Iterable[Path]) -> None:
        """Let go of what could not be read and is not there any more: somebody has seen to it."""
        for path in gone:
            self._refused.pop(path, None)

    @property
    def refused_paths(self) -> frozenset[Path]:
        """What lies where scans are looked for and could not be read."""
        return frozenset(self._refused)

    def result(self) -> ScanResult:
        """Judge and collate all that is in the batch."""
        for record in self._files.values():
            for index in range(record.pages if record.failure is None else 0):
                self._judge(record, index)
        return collate(
            self._judged.values(),
            self._files,
            list(self._refused.values()),
            self._request.manifests,
            self._same_ink,
            drill=self._request.drill,
            checked=self._request.facility is not None,
        )

    def scores_pdf(self) -> bytes:
        """All marks of the batch by their score, as a PDF."""
        thresholds = self._request.settings.thresholds
        counted: dict[Mark, list[float]] = {mark: [] for mark in Mark}
        found: list[ScoredMark] = []
        for page in self.page_ids():
            record = self.batch.page_record(page)
            issued = issued_page(record.reading.identity, self._known) if record else None
            if record is None or issued is None or record.reading.failure is not None:
                continue
            for mark in scored_marks(page, record.reading, issued, thresholds):
                counted[mark.verdict].append(mark.score)
                found.append(mark)
        shown = shown_marks(found)
        return scores_pdf(shown, self._tiles(shown), counted, thresholds)

    def _tiles(self, marks: Iterable[ScoredMark]) -> Iterator[GreyImage]:
        picture = lru_cache(maxsize=64)(lambda page: read_picture(self.batch.pages_folder / page / PAGE_PICTURE))
        for mark in marks:
            page = picture(mark.page)
            yield EMPTY_TILE if page is None else mark_tile(page, mark)

    def _name(self, sha: str, group: Sequence[HashedFile]) -> None:
        """Add the names under which bytes came in to what is known of them."""
        before = self._files.get(sha)
        names = tuple(sorted({*(before.names if before else ()), *(file.name for file in group)}))
        size = group[0].fingerprint.size
        record = FileRecord(sha256=sha, size=size, names=names)
        record = before.model_copy(update={"names": names}) if before else record
        if record != before:
            self._keep(record)
            for index in range(record.pages):
                self._judged.pop(page_id(sha, index), None)

    def _is_new(self, sha: str) -> bool:
        record = self._files[sha]
        return record.failure is not None or record.pages == 0

    def _count(self, files: Sequence[HashedFile]) -> None:
        by_sha = {file.sha256: file for file in files}
        jobs = [Job(sha, count_pages, (file,)) for sha, file in by_sha.items()]
        for outcome in self.crew.run(jobs):
            record = self._files[outcome.job.key]
            counted = outcome.value if isinstance(outcome, Done) else _LOSSES[outcome.loss]
            failed = counted if isinstance(counted, PageReason) else None
            pages = 0 if isinstance(counted, PageReason) else counted
            self._keep(record.model_copy(update={"pages": pages, "failure": failed}))

    def _page_jobs(self, files: Iterable[HashedFile]) -> Iterator[Job]:
        for file in sorted(files, key=lambda one: one.name):
            record = self._files[file.sha256]
            for index in range(record.pages if record.failure is None else 0):
                page = page_id(file.sha256, index)
                if self._is_to_be_read(page, self.batch.page_record(page)):
                    arguments = (file, record.names[0], index, self._typed.get(page, ""))
                    yield Job(page, take_page, arguments)

    def _is_to_be_read(self, page: str, record: PageRecord | None) -> bool:
        """Whether a page was never read, or what it was read with has changed so that it may come out otherwise."""
        if record is None or record.typed != self._typed.get(page, ""):
            return True
        failure = record.reading.failure
        if failure in _TRY_AGAIN:
            return True
        if record.known == self._digest or failure in UNREADABLE:
            return False
        return failure is not None or record.known.partition(".")[0] != self._digest.partition(".")[0]

    def _finish(self, outcome: Done | Lost) -> None:
        job = outcome.job
        self._judged.pop(job.key, None)
        self._same = {pair: same for pair, same in self._same.items() if job.key not in pair}
        if isinstance(outcome, Lost):
            file, name, index, typed = job.arguments
            source = PageSource(file=name, sha256=file.sha256, index=index)
            put_failure(self.setting, source, _LOSSES[outcome.loss], typed)

    def _judge(self, record: FileRecord, index: int) -> None:
        page = page_id(record.sha256, index)
        if page in self._judged:
            return
        read = self.batch.page_record(page)
        if read is None:
            return
        source = read.reading.source.model_copy(update={"file": record.names[0]})
        read = read.model_copy(update={"reading": read.reading.model_copy(update={"source": source})})
        request = self._request
        self._judged[page] = judge(read, self._known, request.settings.thresholds, request.trust, drill=request.drill)

    def _same_ink(self, one: JudgedPage, other: JudgedPage) -> bool:
        pair = (one.id, other.id) if one.id < other.id else (other.id, one.id)
        if pair not in self._same:
            first, second = (read_picture(self.batch.pages_folder / page / PAGE_PICTURE) for page in pair)
            self._same[pair] = first is not None and second is not None and same_ink(first, second)
        return self._same[pair]

    def _keep(self, record: FileRecord) -> None:
        self._files[record.sha256] = record
        self.batch.put_file(record)


@contextmanager
def start(folder: Path, request: Request) -> Iterator[Run]:
    """Lock a batch folder and be ready to read; workers end with the context. Raises as `open_batch`."""
    with open_batch(folder) as batch:
        run = Run(batch, request)
        with run.crew:
            yield run


def known_digest(request: Request) -> str:
    """What decides how a page is read: the site's facility and key, then the kits. Nothing of the key can be learnt."""
    trust = hmac.new(request.key or b"", repr(request.facility).encode(), "sha256").hexdigest()
    kits = hashlib.sha256(" ".join(sorted(one.kit for one in request.manifests)).encode()).hexdigest()
    return f"{trust[:16]}.{kits[:16]}"
