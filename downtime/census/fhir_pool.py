"""References between resources of the same files: what one points at, or nothing where that is not certain."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from downtime.census.fhir_load import Resource
from downtime.census.fhir_values import Json, part, parts, raw, text
from downtime.census.source import NAME_CHARACTERS, Problems, printable
from downtime.site.census import CensusSettings

_MOST_STEPS = 12
_TYPED = re.compile(r"(?:(?P<base>.+)/)?(?P<kind>[A-Z][A-Za-z]+)/(?P<id>[A-Za-z0-9\-._]{1,200})(?:/_history/[^/]+)?")


class Pool:
    """All resources by address and by type and id; two under one name are ambiguous, and nothing is found by it."""

    def __init__(self, resources: Iterable[Resource]) -> None:
        self.resources = tuple(resources)
        self._by_url: dict[str, list[Resource]] = {}
        self._by_name: dict[tuple[str, str], list[Resource]] = {}
        self._by_identifier: dict[tuple[str, str, str], list[Resource]] = {}
        for resource in self.resources:
            for item in parts(resource.data, "identifier"):
                if value := raw(item, "value"):
                    key = (resource.kind, raw(item, "system"), value)
                    self._by_identifier.setdefault(key, []).append(resource)
            if resource.full_url:
                self._by_url.setdefault(resource.full_url, []).append(resource)
            if resource.id:
                self._by_name.setdefault((resource.kind, resource.id), []).append(resource)

    def of_kind(self, kind: str) -> list[Resource]:
        """All resources of a type, in the order of the files."""
        return [resource for resource in self.resources if resource.kind == kind]

    def find(self, reference: object, source: Resource, kind: str = "") -> Resource | None:
        """What a Reference points at; None where that is not here, is ambiguous, or is of another type than `kind`."""
        named = raw(reference, "reference")
        found = self._contained(named, source) if named.startswith("#") else self._outside(named, source)
        return found if found is None or not kind or found.kind == kind else None

    def _contained(self, named: str, source: Resource) -> Resource | None:
        inside = [item for item in parts(source.data, "contained") if raw(item, "id") == named[1:]]
        if len(inside) != 1:
            return None
        return Resource(inside[0], raw(inside[0], "resourceType"), named[1:], "", source.file, source.where)

    def _outside(self, named: str, source: Resource) -> Resource | None:
        if not named:
            return None
        if (found := self._by_url.get(named)) is not None:
            return _only(found, source)
        match = _TYPED.fullmatch(named)
        if match is None:
            return None
        base, kind, identity = match["base"] or "", match["kind"], match["id"]
        same = self._by_name.get((kind, identity), [])
        if base:
            # Another server's Patient/1 is another person; one without any address may be the one that is meant.
            exact = [resource for resource in same if resource.base == base]
            return _only(exact or [resource for resource in same if not resource.full_url], source)
        if source.base:
            at_home = [resource for resource in same if resource.base == source.base]
            return _only(at_home or [resource for resource in same if not resource.base], source)
        return _only(same, source)

    def by_identifier(self, reference: object, kind: str) -> Resource | None:
        """What a Reference names by an identifier with its system, if one resource alone carries it."""
        wanted = part(reference, "identifier")
        system, value = raw(wanted, "system"), raw(wanted, "value")
        found = self._by_identifier.get((kind, system, value), []) if system and value else []
        return found[0] if len({id(resource) for resource in found}) == 1 else None

    def chain(self, resource: Resource, key: str) -> list[Resource]:
        """A resource and those it is part of, one after the other; a circle ends where it closes."""
        found = [resource]
        while len(found) < _MOST_STEPS:
            further = self.find(part(found[-1].data, key), found[-1])
            if further is None or any(further.data is known.data for known in found):
                break
            found.append(further)
        return found


def _only(found: list[Resource], source: Resource) -> Resource | None:
    """The one there is; of several in different files the one in the file that refers to it."""
    if len(found) > 1:
        found = [resource for resource in found if resource.file == source.file]
    return found[0] if len(found) == 1 else None


@dataclass(frozen=True, slots=True)
class FhirContext:
    """What reading one resource needs to know of the others and of the site, and where problems go."""

    pool: Pool
    settings: CensusSettings
    zone: ZoneInfo
    now: datetime
    problems: Problems

    def tell(self, resource: Resource, what: str, patient: str, *, element: str = "", original: str = "") -> None:
        """Add a problem of a resource."""
        name = f"{resource.kind}.{element}" if element else resource.kind
        self.problems.add(name, what, patient=patient, original=original, where=resource.where)

    def person(self, reference: object, source: Resource) -> str:
        """The name of whom a reference means: as displayed there, else as the person's own resource says."""
        if shown := text(reference, "display", NAME_CHARACTERS):
            return shown
        found = self.pool.find(reference, source)
        if found is not None and found.kind == "PractitionerRole":
            return self.person(part(found.data, "practitioner"), found) if source.kind != "PractitionerRole" else ""
        return full_name(found.data) if found is not None else ""


def full_name(data: Json) -> str:
    """A person's or organisation's name on one line."""
    names = parts(data, "name")
    if not names:
        return text(data, "name", NAME_CHARACTERS)
    if shown := text(names[0], "text", NAME_CHARACTERS):
        return shown
    words: list[Any] = []
    for key in ("prefix", "given", "family", "suffix"):
        value = names[0].get(key)
        words += value if isinstance(value, list) else [value]
    return printable(" ".join(word[:NAME_CHARACTERS] for word in words[:20] if isinstance(word, str)), NAME_CHARACTERS)
