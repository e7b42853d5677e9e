"""Error-prone abbreviations and number rules: what must not stand on a form, and what to write instead."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from typing import Literal

from pydantic import field_validator

from downtime.clinical._data import Row, by_name, load
from downtime.errors import Level


class Scope(StrEnum):
    """The kind of text that is checked; a rule for ``ANY`` applies to every kind."""

    ANY = "any"
    DOSE = "dose"
    ROUTE = "route"
    FREQUENCY = "frequency"
    DRUGNAME = "drugname"
    SIG = "sig"


class TextRule(Row):
    """One expression that must not be printed: where it applies, why, and what to write instead."""

    id: str
    authority: Literal["joint_commission", "ismp", "local"]
    scope: tuple[Scope, ...]
    severity: Level
    pattern: str
    intended: str
    misread: str
    use: str
    note: str = ""
    source: str

    @field_validator("pattern")
    @classmethod
    def _compiles(cls, pattern: str) -> str:
        try:
            re.compile(pattern)
        except re.error as error:
            raise ValueError(f"not a regular expression: {error}") from error
        return pattern


class _RulesFile(Row):
    rules: tuple[TextRule, ...]


@dataclass(frozen=True, slots=True)
class TextFinding:
    """One hit of a rule: what was written, where, how it can be misread and what to write instead."""

    rule: str
    matched: str
    span: tuple[int, int]
    severity: Level
    meaning: str
    misread: str
    use_instead: str

    @property
    def message(self) -> str:
        """The finding as one sentence for a report."""
        return f"{self.matched!r} ({self.meaning}) can be misread as {self.misread}: write {self.use_instead}"


@cache
def text_rules() -> dict[str, TextRule]:
    """Every rule by its id."""
    return by_name(load("abbreviations.yaml", _RulesFile).rules, lambda rule: rule.id, "abbreviations.yaml")


@cache
def _compiled(scope: Scope) -> tuple[tuple[TextRule, re.Pattern[str]], ...]:
    return tuple(
        (rule, re.compile(rule.pattern))
        for rule in text_rules().values()
        if Scope.ANY in rule.scope or scope in rule.scope
    )


# Labels repeat on every page of a packet; a cache makes checking a page almost free.
@lru_cache(maxsize=4096)
def _check(text: str, scope: Scope) -> tuple[TextFinding, ...]:
    findings = [
        TextFinding(
            rule=rule.id,
            matched=hit.group(),
            span=hit.span(),
            severity=rule.severity,
            meaning=rule.intended,
            misread=rule.misread,
            use_instead=rule.use,
        )
        for rule, pattern in _compiled(scope)
        for hit in pattern.finditer(text)
    ]
    return tuple(sorted(findings, key=lambda finding: (finding.span, finding.rule)))


def check_text(text: str, scope: Scope = Scope.ANY) -> list[TextFinding]:
    """Find every error-prone expression in a text, in reading order.

    ``Scope.ANY`` is for labels and prose; a cell of one kind (a dose, a route) takes its own scope, and a whole line of
    an order ``Scope.SIG``, which holds the rules for doses and frequencies too.
    """
    return list(_check(text, Scope(scope)))
