"""What is wrong with a value of a YAML file, in words that a reader without a programmer's training can act on."""

from __future__ import annotations

import difflib
from typing import Any

Key = str | int
Path_ = tuple[Key, ...]


def shown(path: Path_) -> str:
    """A path as people write it: ``staff[2].phone``."""
    text = ""
    for step in path:
        text += f"[{step + 1}]" if isinstance(step, int) else f".{step}" if text else str(step)
    return text or "the file"


def nearest(word: str, known: set[str] | list[str] | tuple[str, ...]) -> str:
    """The most similar known word as a hint (``did you mean “phone”?``), or the list of all, if it is short."""
    if hint := _closest(word, list(known)):
        return hint
    return "allowed: " + ", ".join(sorted(known)) if 0 < len(known) <= 30 else ""


def _closest(word: str, known: list[str]) -> str:
    close = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    return f"did you mean “{close[0]}”?" if close else ""


def explain(item: Any, path: Path_, parent: Any, known: dict[int, set[str]]) -> tuple[str, str, str]:
    """What, why and what to do, for one of pydantic's errors.

    `known` are the keys that the models of the file know, by the identity of the mapping that they were read from.
    """
    kind, context = item["type"], item.get("ctx", {})
    name, value = shown(path), item.get("input")
    seen_value = f"“{value if len(value) <= 60 else value[:57] + '…'}”" if isinstance(value, str) else _kind_of(value)
    if kind == "extra_forbidden":
        if value is None and " " in str(path[-1]):
            # `{place: building C, floor 1}` reads as two keys, the second without a value.
            return (
                f"{name}: unknown key",
                "a comma between { and } begins a new key, and this one has no value",
                "if it belongs to the text before it, put the whole text in quotes",
            )
        here = known.get(id(parent), set())
        unused = here - set(parent) if isinstance(parent, dict) else here
        return f"{name}: unknown key", "it would have no effect", nearest(str(path[-1]), unused or here)
    if kind == "missing":
        return f"{name} is missing", "", f"add `{path[-1]}:`"
    if value is None:
        return f"{name} is empty", "", "fill it in, or remove the line"
    if kind in ("literal_error", "enum"):
        allowed = [word.strip("'") for word in str(context.get("expected", "")).replace(" or ", ", ").split(", ")]
        return f"{name} is {seen_value}", "allowed: " + ", ".join(allowed), _closest(str(value), allowed)
    if kind == "union_tag_not_found":
        word = str(context.get("discriminator", "")).strip("'")
        return f"{name}.{word} is missing", "it says what kind this is", f"add `{word}:`"
    if kind == "union_tag_invalid":
        word = str(context.get("discriminator", "")).strip("'")
        allowed = [tag.strip(" '") for tag in str(context.get("expected_tags", "")).split(",")]
        tag = str(context.get("tag", ""))
        return f"{name}.{word} is “{tag[:60]}”", "allowed: " + ", ".join(allowed), _closest(tag, allowed)
    if kind == "value_error":
        return f"{name}: {context.get('error', item['msg'])}", "", ""
    message = str(item["msg"])
    return f"{name} is {seen_value}", message[:1].lower() + message[1:], ""


def _kind_of(value: object) -> str:
    if isinstance(value, dict):
        return "a group of keys"
    if isinstance(value, list):
        return "a list"
    return f"“{value}”"
