"""Small things that several of the desk's tests need."""

from __future__ import annotations

from typing import Any

PASSWORD = "four words in a row"


def words(response: Any) -> str:
    """The text of an answer."""
    return response.content.decode()
