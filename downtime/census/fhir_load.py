"""FHIR files to resources: Bundles of any type, NDJSON, single resources and lists of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn
from zoneinfo import ZoneInfo

from downtime.census.fhir_values import Json, number, part, raw, shown_number, text, when
from downtime.census.source import NotACensusError, Problems, SourceFile
from downtime.errors import InputError

_DEEPEST_BUNDLE = 3
_MOST_COPIES = 20
BundleTimes = list[tuple[int, datetime]]


@dataclass(frozen=True, slots=True, eq=False)
class Resource:
    """One resource of a file: `full_url` is its address in the Bundle, `where` names its place for people."""

    data: Json
    kind: str
    id: str
    full_url: str
    file: int
    where: str

    @property
    def base(self) -> str:
        """The server's address, where the full URL shows it; relative references are meant from there."""
        ending = f"/{self.kind}/{self.id}"
        return self.full_url.removesuffix(ending) if self.full_url.endswith(ending) else ""


@dataclass(frozen=True, slots=True)
class Loaded:
    """All resources of the files, and the time that each Bundle states, by the number of its file."""

    resources: tuple[Resource, ...]
    bundle_times: tuple[tuple[int, datetime], ...]


class _TwiceError(ValueError):
    """A key that stands twice in one object."""


def looks_like_fhir(start: bytes) -> bool:
    """Whether a file can be JSON, by its first character that is not blank."""
    return start.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"{", b"[")


def load(files: Sequence[SourceFile], zone: ZoneInfo, problems: Problems) -> Loaded:
    """Read the resources of all files; raises InputError where a file is no JSON at all."""
    found: list[Resource] = []
    times: list[tuple[int, datetime]] = []
    fault: NotACensusError | None = None
    for index, file in enumerate(files):
        before = len(found)
        for line, document in _documents(file, problems):
            place = f"{file.shown_as}, line {line}" if line else file.shown_as
            found += _resources(document, "", index, place, zone, times, problems, 0)
        if len(found) == before:
            fault = NotACensusError(
                "no FHIR resource stands in it", why="a census needs Patient resources",
                do="export a Bundle or NDJSON of FHIR R4", where=file.shown_as,
            )  # fmt: skip
            if not file.in_folder:
                raise fault
            problems.add("file", f"this file is not read: {fault.what}", where=file.shown_as)
    if fault is not None and not found:
        raise fault
    return Loaded(_newest_versions(found, zone), tuple(times))


def _documents(file: SourceFile, problems: Problems) -> Iterator[tuple[int, Any]]:
    """The JSON values of a file: one, or one on each line. A line that is broken is told; the others are read."""
    try:
        content = _decoded(file.raw)
    except UnicodeDecodeError as error:
        line = file.raw[: error.start].count(b"\n") + 1
        raise InputError(
            f"line {line} is not UTF-8 text", why="FHIR is always UTF-8, so the file is damaged", do="export it again",
            where=file.shown_as,
        ) from None  # fmt: skip
    try:
        yield 0, _parse(content)
        return
    except (ValueError, RecursionError, InvalidOperation) as error:
        # Only "\n" parts the lines of NDJSON: a name may hold other marks that Python takes for the end of a line.
        lines = [(at, row) for at, row in enumerate(content.split("\n"), start=1) if row.strip()]
        if len(lines) < 2 or not isinstance(_try(lines[0][1]), dict):
            raise _not_json(file, error) from None
    broken = []
    for at, row in lines:
        document = _try(row)
        if isinstance(document, dict):
            yield at, document
        else:
            broken.append(at)
    for at in broken:
        problems.add(
            "line", "this line is not a JSON object (cut short?); what it held is NOT printed",
            where=f"{file.shown_as}, line {at}",
        )  # fmt: skip


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16")
    return content.decode("utf-8-sig")


def _try(line: str) -> Any:
    try:
        return _parse(line)
    except (ValueError, RecursionError, InvalidOperation):
        return None


def _parse(content: str) -> Any:
    return json.loads(content, parse_float=Decimal, parse_constant=_no_constant, object_pairs_hook=_once)


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number")


def _once(pairs: list[tuple[str, Any]]) -> Json:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _TwiceError("a key stands twice in one object, and it cannot be told which is meant")
    return found


def _not_json(file: SourceFile, error: Exception) -> InputError:
    if isinstance(error, RecursionError):
        what, why = "it is nested too deeply", "no FHIR file is"
    elif isinstance(error, json.JSONDecodeError):
        what = f"it is not JSON from line {error.lineno}, column {error.colno} on"
        why = error.msg[:1].lower() + error.msg[1:]
    else:
        what, why = "it is not JSON that can be read", str(error)[:120]
    return InputError(what, why=why, do="copy it again whole, or export it again", where=file.shown_as)


def _resources(
    document: Any, full_url: str, file: int, where: str, zone: ZoneInfo, times: BundleTimes, problems: Problems,
    depth: int,
) -> Iterator[Resource]:  # fmt: skip
    if isinstance(document, list):
        for index, item in enumerate(document, start=1):
            if isinstance(item, dict):
                yield from _resources(item, "", file, f"{where}, item {index}", zone, times, problems, depth)
        return
    if not isinstance(document, dict):
        return
    kind = raw(document, "resourceType")
    if kind != "Bundle":
        if kind:
            yield Resource(document, kind, raw(document, "id"), full_url, file, where)
        elif depth or document:
            problems.add("resource", "an object without a resourceType is not used", where=where)
        return
    if depth >= _DEEPEST_BUNDLE:
        problems.add("Bundle", "Bundles within Bundles within Bundles are not read", where=where)
        return
    for stamp in (document.get("timestamp"), part(document, "meta").get("lastUpdated")):
        if (moment := when(stamp, zone)) and moment.moment:
            times.append((file, moment.moment))
            break
    yield from _entries(document, file, where, zone, times, problems, depth)


def _entries(
    bundle: Json, file: int, where: str, zone: ZoneInfo, times: BundleTimes, problems: Problems, depth: int
) -> Iterator[Resource]:
    entries = bundle.get("entry")
    if entries is not None and not isinstance(entries, list):
        problems.add("Bundle.entry", "this is not a list, so nothing of it is read", where=where)
    listed = entries if isinstance(entries, list) else []
    links = bundle.get("link")
    if any(raw(link, "relation") == "next" for link in (links if isinstance(links, list) else [])):
        what = "the Bundle is one page of several, and names a next one: patients or orders may be MISSING here"
        problems.add("Bundle.link", what, where=where)
    total = number(bundle.get("total"))
    matches = sum(1 for entry in listed if text(part(entry, "search"), "mode") in ("", "match"))
    if total is not None and total > matches:
        what = f"the Bundle says {shown_number(total)} and holds {matches}: some are MISSING here"
        problems.add("Bundle.total", what, where=where)
    for index, entry in enumerate(listed, start=1):
        place = f"{where}, entry {index}"
        resource = entry.get("resource") if isinstance(entry, dict) else None
        if isinstance(resource, dict):
            yield from _resources(resource, raw(entry, "fullUrl"), file, place, zone, times, problems, depth + 1)
        elif raw(part(entry, "request"), "method") not in ("DELETE", "GET"):
            problems.add("entry", "there is no resource in this entry", where=place)


def _newest_versions(resources: Iterable[Resource], zone: ZoneInfo) -> tuple[Resource, ...]:
    """Of the versions of one resource in one file (a history) only the newest, and of copies only one."""
    newest: dict[object, Resource] = {}
    copies: dict[object, list[Resource]] = {}
    for resource in resources:
        # Two people under one id are no two versions: only versions that say which is newer replace each other.
        key: object = (resource.file, resource.kind, resource.id or resource.full_url, resource.base)
        stamped = bool(raw(part(resource.data, "meta"), "versionId") or raw(part(resource.data, "meta"), "lastUpdated"))
        if not (resource.id and stamped):
            same = copies.setdefault(key, []) if resource.id or resource.full_url else []
            if any(resource.data == known.data for known in same[:_MOST_COPIES]):
                continue
            same.append(resource)
            key = id(resource)
        held = newest.get(key)
        if held is None or _version(resource, zone) >= _version(held, zone):
            newest[key] = resource
    return tuple(newest.values())


def _version(resource: Resource, zone: ZoneInfo) -> tuple[float, int]:
    meta = part(resource.data, "meta")
    moment = when(meta.get("lastUpdated"), zone)
    version = raw(meta, "versionId")
    return (
        moment.moment.timestamp() if moment and moment.moment else 0.0,
        int(version) if version.isascii() and version.isdigit() and len(version) < 12 else 0,
    )
