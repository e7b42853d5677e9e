"""Addresses of static files that change with their content, so that a browser may keep them."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from django.contrib.staticfiles import finders
from django.templatetags.static import static


@lru_cache(maxsize=64)
def asset(name: str) -> str:
    """The address of a static file with the start of its hash; raises FileNotFoundError for a name that is wrong."""
    found = finders.find(name)
    if not isinstance(found, str):
        raise FileNotFoundError(f"there is no static file {name}")
    return f"{static(name)}?{hashlib.sha256(Path(found).read_bytes()).hexdigest()[:12]}"
