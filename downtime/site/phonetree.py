"""The phone tree of a department as a frozen tree to draw: who calls whom, by which ways, and who takes over.

Every node has a number to call out over a radio ("1.2 reached"): the start is 1, whom it calls 1.1, 1.2 and so on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from downtime.errors import ConfigError, Finding
from downtime.site.contacts import AnyWay, Contact, NoAnswer
from downtime.site.department import PhoneTreeSpec
from downtime.site.phonetree_problems import tree_problems


@dataclass(frozen=True, slots=True)
class PhoneWay:
    """One way to reach somebody, as printed: ``radio · channel 3``."""

    label: str
    text: str
    note: str
    over_network: bool


@dataclass(frozen=True, slots=True)
class Takeover:
    """Who takes over after how many minutes; at the end of the line `title` says what to do instead."""

    after_minutes: int
    title: str
    contact: str | None
    ways: tuple[PhoneWay, ...]


@dataclass(frozen=True, slots=True)
class PhoneNode:
    """One box of the drawn tree."""

    number: str
    contact: str
    title: str
    person: str
    ways: tuple[PhoneWay, ...]
    takeover: Takeover
    verified: date
    stale: bool
    parent: str | None
    calls: tuple[str, ...]

    @property
    def depth(self) -> int:
        """How many calls lie between the start and this contact."""
        return self.number.count(".")


@dataclass(frozen=True, slots=True)
class PhoneTree:
    """The whole tree; `nodes` stand in the order of their numbers: each before those it calls."""

    nodes: tuple[PhoneNode, ...]
    script: tuple[str, ...]
    stale_after_days: int

    @property
    def start(self) -> PhoneNode:
        """The contact who begins."""
        return self.nodes[0]

    def node(self, number: str) -> PhoneNode:
        """The node with this number."""
        return next(node for node in self.nodes if node.number == number)

    def children(self, node: PhoneNode) -> tuple[PhoneNode, ...]:
        """The nodes that `node` calls, in order."""
        wanted = set(node.calls)
        return tuple(other for other in self.nodes if other.number in wanted)


def is_stale(verified: date, today: date, limit_days: int) -> bool:
    """Whether a number was last tried more than `limit_days` ago."""
    return (today - verified).days > limit_days


def build_phone_tree(
    spec: PhoneTreeSpec, contacts: Mapping[str, Contact], *, today: date, stale_after_days: int
) -> PhoneTree:
    """Build the tree to draw; raises ConfigError when `tree_problems` finds any."""
    if problems := tree_problems(spec, contacts):
        raise ConfigError(findings=[Finding(p.where, 0, p.level, p.what, p.why, p.do) for p in problems])
    nodes: list[PhoneNode] = []
    waiting: list[tuple[str, str, str | None]] = [(spec.start, "1", None)]
    while waiting:
        who, number, parent = waiting.pop()
        contact = contacts[who]
        called = [(to, f"{number}.{at}", number) for at, to in enumerate(spec.calls.get(who, ()), start=1)]
        answer = contact.no_answer or spec.no_answer
        if answer is None:  # tree_problems has said so already
            raise ConfigError(f"nobody takes over from {who}")
        nodes.append(
            PhoneNode(
                number=number,
                contact=who,
                title=contact.title,
                person=contact.person,
                ways=tuple(_printed(way) for way in contact.ways),
                takeover=_takeover(answer, contacts),
                verified=contact.verified,
                stale=is_stale(contact.verified, today, stale_after_days),
                parent=parent,
                calls=tuple(child for _, child, _ in called),
            )
        )
        waiting.extend(reversed(called))
    return PhoneTree(tuple(nodes), spec.script, stale_after_days)


def _printed(way: AnyWay) -> PhoneWay:
    return PhoneWay(way.label, way.text, way.note or "", way.over_network)


def _takeover(answer: NoAnswer, contacts: Mapping[str, Contact]) -> Takeover:
    if answer.then is None:
        return Takeover(answer.after_minutes, answer.do or "", None, ())
    deputy = contacts[answer.then]
    return Takeover(answer.after_minutes, deputy.title, answer.then, tuple(_printed(way) for way in deputy.ways))


__all__ = [
    "PhoneNode", "PhoneTree", "PhoneWay", "Takeover", "build_phone_tree", "is_stale", "tree_problems",
]  # fmt: skip
