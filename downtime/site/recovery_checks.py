"""What is wrong in a site's recovery policy beside the other files: unknown forms, routes that the system has not."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from downtime.errors import Finding, Level
from downtime.site.facility import Facility
from downtime.site.recovery import PagesRoute, ValuesRoute
from downtime.site.recovery_defaults import TAKES
from downtime.textyaml import YamlText, nearest


def recovery_errors(facility: Facility, text: YamlText, known_forms: Collection[str] | None) -> Iterator[Finding]:
    """Every error of `recovery:` that needs more than the rule itself; `text` is facility.yaml."""
    recovery = facility.recovery
    values, pages, why = TAKES[recovery.system]
    for at, rule in enumerate(recovery.rules):
        path = ("recovery", "rules", at)
        for number, form in enumerate(rule.forms):
            if known_forms is not None and form not in known_forms:
                do = nearest(form, list(known_forms))
                yield text.finding((*path, "forms", number), f"there is no form “{form}”", "it has no effect", do)
        if rule.values not in values:
            what = f"{recovery.system.value} takes no values by {rule.values.value}"
            yield text.finding((*path, "values"), what, why, _allowed(values))
        if rule.pages is not None and rule.pages not in pages:
            what = f"{recovery.system.value} takes no pages by {rule.pages.value}"
            yield text.finding((*path, "pages"), what, why, _allowed(pages))
    for key in recovery.sending.row_codes:
        form = key.partition(".")[0]
        if known_forms is not None and form not in known_forms:
            where = ("recovery", "sending", "row_codes", key)
            do = nearest(form, list(known_forms))
            yield text.finding(where, f"there is no form “{form}”", "a key is form.field, as in the form", do)


def recovery_warnings(facility: Facility, text: YamlText) -> Iterator[Finding]:
    """What is unwise: messages that are marked as live, before anybody has said where they go."""
    sending = facility.recovery.sending
    if sending.processing == "P" and sending.receiving_application is None:
        what = "messages are marked P, for real patients, but receiving_application is not given"
        do = "name it, or leave processing at T until the interface is tested"
        yield text.finding(("recovery", "sending", "processing"), what, "", do, Level.WARNING)


def _allowed(routes: frozenset[ValuesRoute] | frozenset[PagesRoute]) -> str:
    return "allowed: " + ", ".join(sorted(route.value for route in routes))
