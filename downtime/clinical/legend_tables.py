"""The names of the tables of reference words: a module of its own, because reading any form needs the names only."""

from __future__ import annotations

from enum import StrEnum


class LegendTable(StrEnum):
    """A table of reference words that a form can print."""

    NOT_GIVEN = "not_given"
    SITES = "sites"
    ROUTES = "routes"
    UNITS = "units"
    DO_NOT_WRITE = "do_not_write"
    NEWS2_RESPONSE = "news2_response"
