"""Spans of time as they are typed and as they are told: 15m, 2 h 05 min."""

from __future__ import annotations

import re
from datetime import timedelta

from downtime.errors import UsageError

_SPAN = re.compile(r"([0-9]{1,6})\s*(s|m|h|d)")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def span_of(text: str, *, least: timedelta, most: timedelta) -> timedelta:
    """Read ``30s``, ``15m``, ``12h`` or ``3d``; raises UsageError for anything else, or outside `least` to `most`."""
    found = _SPAN.fullmatch(text.strip().lower())
    if found is None:
        raise UsageError(f"“{text[:40]}” is not a span of time", do="write it as 30s, 15m, 12h or 3d")
    span = timedelta(**{_UNITS[found[2]]: int(found[1])})
    if not least <= span <= most:
        raise UsageError(f"“{text[:40]}” is out of range", do=f"give {span_text(least)} to {span_text(most)}")
    return span


def span_text(span: timedelta) -> str:
    """A span in words: ``40 s``, ``25 min``, ``2 h 05 min``, ``3 days 4 h``."""
    seconds = int(span.total_seconds())
    minutes, hours, days = seconds // 60, seconds // 3600, seconds // 86_400
    if seconds < 60:
        return f"{seconds} s"
    if minutes < 60:
        return f"{minutes} min"
    if hours < 48:
        return f"{hours} h {minutes % 60:02d} min" if minutes % 60 else f"{hours} h"
    return f"{days} days {hours % 24} h" if hours % 24 else f"{days} days"
