"""The id of an option of a choice, made from its words: the same on paper, when read back, keyed and sent."""

from __future__ import annotations

import re
import unicodedata

BLANK = "____"


def slug(text: str) -> str:
    """An option's text as a stable id: ``walk-in``, ``type-1``; signs that tell options apart are spelled."""
    spelled = text.replace(BLANK, " ").replace("+", " plus ").replace("−", " minus ").replace("%", " percent ")
    plain = unicodedata.normalize("NFKD", spelled).encode("ascii", "ignore").decode().lower()
    words: str = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    return words or "x" + text.encode("utf-8").hex()[:12]
