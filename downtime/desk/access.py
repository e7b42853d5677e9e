"""Who may open which address: the one table of rules. An address that is not in it is closed to everybody.

`see` is for reading (GET, HEAD), `act` for changing (POST and the rest). A test fails when an address has no rule, or a
rule no address.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from downtime.desk.accounts.roles import EVERY_ROLE, Role

ACTS = frozenset({"POST", "PUT", "PATCH", "DELETE"})


class Who(Enum):
    """Whom a rule lets in at all."""

    EVERYONE = "everyone"
    ANY_ROLE = "any_role"
    THESE = "these"


@dataclass(frozen=True, slots=True)
class Rule:
    """Which roles may read and which may change at an address."""

    who: Who
    see: frozenset[Role] = EVERY_ROLE
    act: frozenset[Role] = EVERY_ROLE


def _for(see: Iterable[Role], act: Iterable[Role] | None = None) -> Rule:
    readers = frozenset(see)
    return Rule(Who.THESE, readers, readers if act is None else frozenset(act))


_EVERYONE = Rule(Who.EVERYONE)
_SIGNED_IN = Rule(Who.ANY_ROLE)

M, N, C, V, S, A, U = (
    Role.MANAGER, Role.CHARGE_NURSE, Role.CLERK, Role.VERIFIER, Role.SUPERVISOR, Role.ADMINISTRATOR, Role.AUDITOR,
)  # fmt: skip

RULES: dict[str, Rule] = {
    # web: what all pages share
    "web:home": _SIGNED_IN,
    "web:alive": _EVERYONE,
    # accounts
    "accounts:login": _EVERYONE,
    "accounts:again": _EVERYONE,
    "accounts:setup": _EVERYONE,
    "accounts:logout": _SIGNED_IN,
    "accounts:password": _SIGNED_IN,
    "accounts:theme": _SIGNED_IN,
    # inbox
    "inbox:list": _for((M, N, C, V, S), ()),
    "inbox:live": _for((M, N, C, V, S), ()),
    "inbox:upload": _for((), (M, N, C, S)),
    "inbox:find": _for((), (M, N, C, V, S)),
    "inbox:page": _for((M, N, C, V, S), ()),
    "inbox:type_code": _for((), (C, S)),
    "inbox:choose": _for((), (C, S)),
    "inbox:search": _for((), (C, S)),
    "inbox:decide": _for((), (C, N, S)),
    "inbox:picture": _for((M, N, C, V, S), ()),
    # keying
    "keying:queue": _for((C, N, S), ()),
    "keying:next": _for((), (C, N, S)),
    "keying:sheet": _for((C, N, S)),
    "keying:save": _for((), (C, N, S)),
    "keying:take_over": _for((), (C, N, S)),
    "keying:leave": _for((), (C, N, S)),
    "keying:done": _for((), (C, N, S)),
    # verification
    "verification:queue": _for((V, S), ()),
    "verification:next": _for((), (V, S)),
    "verification:sheet": _for((V, S), ()),
    "verification:save": _for((), (V, S)),
    "verification:take_over": _for((), (V, S)),
    "verification:leave": _for((), (V, S)),
    "verification:done": _for((), (V, S)),
    "verification:differences": _for((V, S), ()),
    "verification:decide": _for((V, S)),
    "verification:verified": _for((N, V, S), ()),
    "verification:trace": _for((N, V, S), ()),
    "verification:correct": _for((), (V, S)),
    # patients
    "patients:list": _for((N, C, V, S), ()),
    "patients:search": _for((), (N, C, V, S)),
    "patients:registration": _for((N, S)),
    "patients:settle": _for((), (N, S)),
    "patients:sheet": _for((N, C, V, S), (N, S)),
    "patients:person": _for((N, C, V, S), ()),
    "patients:join": _for((), (N, S)),
    "patients:part": _for((), (N, S)),
    # reconciliation
    "reconciliation:list": _for((M, N, S, U), ()),
    "reconciliation:kit": _for((M, N, S), ()),
    "reconciliation:account": _for((), (N, S)),
    "reconciliation:report": _for((M, N, S, U), ()),
    "reconciliation:sign": _for((), (S,)),
    "reconciliation:purge": _for((), (S,)),
    # printing
    "printing:list": _for((M, N), ()),
    "printing:live": _for((M, N), ()),
    "printing:packet": _for((), (M,)),
    "printing:kit": _for((), (M, N)),
    "printing:download": _for((M, N), ()),
    # readiness
    "readiness:board": _for((M, N, S, U), ()),
    "readiness:place": _for((), (M, N)),
    "readiness:check": _for((), (M,)),
    "readiness:findings": _for((M, N, S, U), ()),
    "readiness:forms": _for((M, N, S), ()),
    "readiness:preview": _for((M, N, S), ()),
    # site editor
    "site_editor:list": _for((M,), ()),
    "site_editor:file": _for((M,)),
    "site_editor:outcome": _for((M,), ()),
    # administration
    "administration:users": _for((A,)),
    "administration:user": _for((A,)),
    "administration:reset": _for((), (A,)),
    "administration:settings": _for((A,)),
    "administration:backup": _for((A,)),
    # audit
    "audit:list": _for((A, U, S), ()),
}


def rule_of(view_name: str) -> Rule | None:
    """The rule of an address by its view name, such as ``inbox:list``."""
    return RULES.get(view_name)


def may(roles: Iterable[Role], view_name: str, *, act: bool = False) -> bool:
    """Whether somebody with these roles may open (or change something at) an address: for links and buttons."""
    rule = rule_of(view_name)
    if rule is None:
        return False
    return rule.who is not Who.THESE or bool(frozenset(roles) & (rule.act if act else rule.see))
