"""The Jinja2 environment of the desk's pages: strict, autoescaped, with a short list of helpers."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import jinja2
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone

from downtime.desk.web.assets import asset
from downtime.page.states import REASON_REMEDIES, PageReason


def environment(**options: Any) -> jinja2.Environment:
    """Made once by Django. A name that does not exist is an error, never an empty place on a clerk's screen."""
    made = jinja2.Environment(
        **{**options, "undefined": jinja2.StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}
    )
    made.globals.update(url=_url, static=static, asset=asset)
    made.filters.update(day=day, clock=clock, moment=moment, count=count, reason_words=reason_words)
    return made


def _url(name: str, **values: object) -> str:
    return reverse(name, kwargs=values or None)


def day(value: date | None) -> str:
    """A date as it stands on paper: 19 JUL 2026; a dash where there is none."""
    return value.strftime("%d %b %Y").upper() if value else "–"


def clock(value: datetime | None) -> str:
    """A time of day on the 24-hour clock: 0942."""
    return timezone.localtime(value).strftime("%H%M") if value else "–"


def moment(value: datetime | None) -> str:
    """Date and time: 19 JUL 2026 0942."""
    return timezone.localtime(value).strftime("%d %b %Y %H%M").upper() if value else "–"


def reason_words(reason: str) -> str:
    """A reason of the reader in words, with what to do about it."""
    if reason not in set(PageReason):
        return reason.replace("_", " ")
    remedy = REASON_REMEDIES[PageReason(reason)]
    return f"{remedy.meaning} {remedy.do}"


def count(number: int, one: str, many: str = "") -> str:
    """A number with its word: 1 page, 12 pages, 1,200 pages."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
