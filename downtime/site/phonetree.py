"""The phone tree of a department as a frozen tree to draw: who calls whom, by which ways, and who takes over.

Every node has a number to call out over a radio ("1.2 reached"): the start is 1, whom it calls 1.1, 1.2 and so on.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from downtime.errors import ConfigError, Finding, Level
from downtime.site.contacts import AnyWay, Contact, NoAnswer
from downtime.site.department import PhoneTreeSpec
from downtime.textyaml import nearest


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


@dataclass(frozen=True, slots=True)
class TreeProblem:
    """What is wrong with a phone tree; `path` leads to the value in the department's file or in contacts.yaml."""

    where: Literal["department", "contacts"]
    path: tuple[str | int, ...]
    what: str
    why: str = ""
    do: str = ""
    level: Level = Level.ERROR


def is_stale(verified: date, today: date, limit_days: int) -> bool:
    """Whether a number was last tried more than `limit_days` ago."""
    return (today - verified).days > limit_days


def tree_problems(
    spec: PhoneTreeSpec, contacts: Mapping[str, Contact], known: Collection[str] | None = None
) -> list[TreeProblem]:
    """Everything that keeps a phone tree from being drawn or from working.

    `known` are the ids that contacts.yaml holds, where some of its contacts could not be read: those are complained
    of once, there.
    """
    ids = set(contacts if known is None else known)
    return [*_structure_problems(spec, ids), *_contact_problems(spec, contacts, ids)]


def _structure_problems(spec: PhoneTreeSpec, ids: set[str]) -> Iterator[TreeProblem]:
    def unknown(contact: str, path: tuple[str | int, ...]) -> TreeProblem:
        why = f"contacts.yaml has nobody called “{contact}”"
        return TreeProblem("department", path, f"phone_tree: unknown contact “{contact}”", why, nearest(contact, ids))

    if spec.start not in ids:
        yield unknown(spec.start, ("phone_tree", "start"))
    caller: dict[str, str] = {}
    for who, called in spec.calls.items():
        if who not in ids:
            yield unknown(who, ("phone_tree", "calls", who))
        for at, contact in enumerate(called):
            path = ("phone_tree", "calls", who, at)
            if contact not in ids:
                yield unknown(contact, path)
            if contact == who:
                yield TreeProblem("department", path, f"phone_tree: {who} calls itself", "", "remove it")
            elif contact == spec.start:
                what = f"phone_tree goes round in a circle: {who} calls {contact}, who began"
                yield TreeProblem("department", path, what, "nobody would know when it is done", "remove the call")
            elif contact in caller:
                what = f"phone_tree: {contact} is called by {caller[contact]} and again by {who}"
                yield TreeProblem("department", path, what, "one call is enough, two cost time", "keep one of them")
            else:
                caller[contact] = who
    if spec.start not in ids:
        return  # from an unknown start nobody is reached, which would be told of everybody
    reached = _reached(spec)
    told: set[frozenset[str]] = set()
    for who in spec.calls:
        if who in reached:
            continue
        above, circle = _callers_above(who, caller)
        if frozenset(circle) not in told:
            yield _not_reached(who, above, circle)
        if circle:
            told.add(frozenset(circle))


def _reached(spec: PhoneTreeSpec) -> set[str]:
    reached, waiting = {spec.start}, [spec.start]
    while waiting:
        for contact in spec.calls.get(waiting.pop(), ()):
            if contact not in reached:
                reached.add(contact)
                waiting.append(contact)
    return reached


def _callers_above(who: str, caller: Mapping[str, str]) -> tuple[list[str], list[str]]:
    """The chain of callers from `who` upwards, and the part of it that goes round in a circle, if any does."""
    chain = [who]
    while (above := caller.get(chain[-1])) is not None:
        if above in chain:
            return chain, chain[chain.index(above) :]
        chain.append(above)
    return chain, []


def _not_reached(who: str, chain: list[str], circle: list[str]) -> TreeProblem:
    path = ("phone_tree", "calls", who)
    if circle:
        what = "phone_tree goes round in a circle: " + " calls ".join([circle[0], *reversed(circle)])
        why = "the call from the start never comes"
        return TreeProblem("department", path, what, why, "let one of them be called from the start instead")
    if len(chain) == 1:
        what = f"phone_tree: nobody calls {who}"
        return TreeProblem("department", path, what, "the contact would never hear of it", "add it to somebody's calls")
    what = f"phone_tree: {who} is called by {chain[1]}, but nobody calls {chain[-1]}"
    return TreeProblem("department", path, what, "", f"add {chain[-1]} to somebody's calls")


def _contact_problems(spec: PhoneTreeSpec, contacts: Mapping[str, Contact], ids: set[str]) -> Iterator[TreeProblem]:
    for who in dict.fromkeys((spec.start, *spec.calls, *(to for called in spec.calls.values() for to in called))):
        contact = contacts.get(who)
        if contact is None:
            continue
        if not contact.reachable_without_network:
            yield TreeProblem(
                "contacts",
                ("contacts", who, "ways"),
                f"contacts.{who}: every way runs over the network",
                "nobody could be reached in a network outage",
                "add a mobile, red-phone, satellite, radio, runner or in-person way",
            )
        answer = contact.no_answer or spec.no_answer
        own = contact.no_answer is not None
        if answer is None:
            yield TreeProblem(
                "contacts",
                ("contacts", who),
                f"contacts.{who}: nobody takes over when there is no answer",
                "",
                "add `no_answer: {after_minutes: 5, then: …}` here, or to the phone_tree",
            )
            continue
        where: Literal["contacts", "department"] = "contacts" if own else "department"
        path: tuple[str | int, ...] = ("contacts", who, "no_answer", "then") if own else ("phone_tree", "no_answer")
        prefix = f"contacts.{who}" if own else "phone_tree"
        if answer.then == who:
            do = "name another contact" if own else f"give {who} a no_answer of its own in contacts.yaml"
            yield TreeProblem(where, path, f"{prefix}.no_answer: {who} would take over from itself", "", do)
        elif answer.then is not None and answer.then not in ids:
            what = f"{prefix}.no_answer: unknown contact “{answer.then}”"
            yield TreeProblem(where, path, what, "contacts.yaml has nobody of that name", nearest(answer.then, ids))


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
