"""Tall-man lettering: printing look-alike drug names so that the eye sees where they differ.

For printed names only: searching, matching and export use the plain name. One scheme per hospital.
"""

from __future__ import annotations

import re
from functools import cache

from downtime.clinical._data import LazyTable, Row, by_name, load
from downtime.clinical.textrules import TextFinding
from downtime.errors import ConfigError, Level

DEFAULT_SCHEME = "fda+ismp"
# Names are whole words; a hyphen or a digit ends one, as in "DOPamine-dextrose".
_WORD = re.compile(r"[^\W\d_]+")


class TallManScheme(Row):
    """A jurisdiction's choice of lists; ``complete`` is false where names are missing on purpose."""

    id: str
    jurisdiction: str
    title: str
    lists: tuple[str, ...]
    complete: bool
    note: str = ""


class TallManSet(Row):
    """Names that are confused with each other, each as it is printed."""

    names: tuple[str, ...]
    source: str


class _TallManFile(Row):
    schemes: tuple[TallManScheme, ...]
    lists: dict[str, tuple[TallManSet, ...]]


@cache
def _file() -> _TallManFile:
    return load("tallman.yaml", _TallManFile)


@cache
def _schemes() -> dict[str, TallManScheme]:
    return by_name(_file().schemes, lambda scheme: scheme.id, "tallman.yaml")


SCHEMES: LazyTable[TallManScheme] = LazyTable(_schemes)


@cache
def tall_man_sets(scheme: str = DEFAULT_SCHEME) -> tuple[TallManSet, ...]:
    """Give the sets of look-alike names of a scheme."""
    if scheme not in SCHEMES:
        raise ConfigError(
            f"there is no tall-man scheme “{scheme}”",
            why="names would be printed in no known lettering",
            do=f"use one of: {', '.join(SCHEMES)}",
        )
    return tuple(group for name in SCHEMES[scheme].lists for group in _file().lists[name])


@cache
def _spellings(scheme: str) -> dict[str, str]:
    spellings: dict[str, str] = {}
    for group in tall_man_sets(scheme):
        for name in group.names:
            if name == name.lower():
                continue
            if spellings.setdefault(name.lower(), name) != name:
                raise ConfigError(
                    f"“{name}” and “{spellings[name.lower()]}” are two spellings of one name in scheme {scheme}",
                    why="one hospital prints each name in one way",
                    do="keep one of them",
                    where="downtime/clinical/data/tallman.yaml",
                )
    return spellings


def tall_man(name: str, scheme: str = DEFAULT_SCHEME) -> str:
    """Write a drug name with tall-man letters where the scheme has it, and leave every other word as it is."""
    spellings = _spellings(scheme)
    return _WORD.sub(lambda word: spellings.get(word.group().lower(), word.group()), name)


def check_tall_man(text: str, scheme: str = DEFAULT_SCHEME) -> list[TextFinding]:
    """Find drug names of the scheme that a text writes without their tall-man letters."""
    spellings = _spellings(scheme)
    findings = []
    for word in _WORD.finditer(text):
        use = spellings.get(word.group().lower())
        if use is not None and use != word.group():
            findings.append(
                TextFinding(
                    rule="tall-man",
                    matched=word.group(),
                    span=word.span(),
                    severity=Level.WARNING,
                    meaning="a drug with a look-alike name",
                    misread=" or ".join(sorted(look_alikes(use, scheme))) or "a similar name",
                    use_instead=use,
                )
            )
    return findings


@cache
def look_alikes(name: str, scheme: str = DEFAULT_SCHEME) -> frozenset[str]:
    """Give the names a drug is confused with; none of them may stand on a neighbouring line of a pick list."""
    wanted = name.lower()
    return frozenset(
        other
        for group in tall_man_sets(scheme)
        if any(member.lower() == wanted for member in group.names)
        for other in group.names
        if other.lower() != wanted
    )
