"""Every address has a rule, every rule an address, and the rules hold for every role."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from downtime.desk.access import RULES, Who
from downtime.desk.accounts.roles import Role

# Something to put into the address of each view that needs it; numbers that do not exist are fine: a role that may not
# pass must be refused before anything is looked up.
EXAMPLES: dict[str, dict[str, Any]] = {"accounts:setup": {"token": "x"}}


def view_names(patterns: list[Any], space: str = "") -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from view_names(pattern.url_patterns, f"{pattern.namespace}:" if pattern.namespace else space)
        else:
            assert isinstance(pattern, URLPattern)
            yield f"{space}{pattern.name}"


ADDRESSES = sorted(set(view_names(get_resolver().url_patterns)))


def address(view: str) -> str:
    match = next(p for p in all_patterns(get_resolver().url_patterns) if p[0] == view)
    values = EXAMPLES.get(view) or {name: converter_example(kind) for name, kind in match[1].items()}
    return reverse(view, kwargs=values)


def all_patterns(patterns: list[Any], space: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from all_patterns(pattern.url_patterns, f"{pattern.namespace}:" if pattern.namespace else space)
        else:
            yield f"{space}{pattern.name}", pattern.pattern.converters


def converter_example(converter: Any) -> object:
    return 999_999 if type(converter).__name__ == "IntConverter" else "x"


def test_every_address_has_a_rule_and_every_rule_an_address():
    assert set(ADDRESSES) == set(RULES)


@pytest.mark.parametrize("view", ADDRESSES)
def test_nobody_passes_without_signing_in_unless_the_rule_says_everyone(view, db):
    answer = Client(raise_request_exception=False).get(address(view))
    if RULES[view].who is Who.EVERYONE:
        assert answer.status_code in (200, 404, 503)
    else:
        assert answer.status_code == 302 and answer["Location"].startswith(reverse("accounts:login"))
    part = Client(raise_request_exception=False).get(address(view), headers={"HX-Request": "true"})
    assert RULES[view].who is Who.EVERYONE or part.status_code == 401


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("view", [view for view in ADDRESSES if RULES[view].who is Who.THESE])
def test_a_role_passes_exactly_where_the_table_lets_it(view, method, signed_in):
    rule = RULES[view]
    allowed = rule.see if method == "get" else rule.act
    for role in Role:
        status = getattr(signed_in(role), method)(address(view)).status_code
        assert status != 500
        assert (status == 403) == (role not in allowed), f"{role} {method} {view}: {status}"


def test_an_address_without_a_rule_is_closed_to_everybody(signed_in, monkeypatch):
    monkeypatch.delitem(RULES, "audit:list")
    assert signed_in(*Role).get(reverse("audit:list")).status_code == 403
