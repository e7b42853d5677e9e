"""What keeps a phone tree from being drawn or from working: circles, people nobody calls, calls that go nowhere."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from downtime.errors import Level
from downtime.site.contacts import Contact
from downtime.site.department import PhoneTreeSpec
from downtime.textyaml import nearest


@dataclass(frozen=True, slots=True)
class TreeProblem:
    """What is wrong with a phone tree; `path` leads to the value in the department's file or in contacts.yaml."""

    where: Literal["department", "contacts"]
    path: tuple[str | int, ...]
    what: str
    why: str = ""
    do: str = ""
    level: Level = Level.ERROR


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
