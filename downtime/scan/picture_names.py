"""What the pictures of a page are called below its folder: by the field's number and id, and nothing of the patient."""

from __future__ import annotations

import re

PAGE_PICTURE, THUMBNAIL = "page.jpg", "thumb.jpg"
FIELDS, MARKS = "fields", "marks"
_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9._-]+")
_LONGEST_NAME = 60


def field_picture_name(number: int, field_id: str) -> str:
    """Where the cut of a write-in field lies below its page's folder; `number` is its place in the page's layout."""
    return f"{FIELDS}/{_name(number, field_id)}"


def mark_picture_name(number: int, box_id: str) -> str:
    """Where the cut of a box in doubt lies below its page's folder."""
    return f"{MARKS}/{_name(number, box_id)}"


def _name(number: int, field_id: str) -> str:
    return f"{number:04d}-{_NOT_IN_NAMES.sub('-', field_id)[:_LONGEST_NAME]}.png"
