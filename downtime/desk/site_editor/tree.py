"""A YAML file as fields to type in: every value at its place, lists of words as one field with a line each."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from downtime.textyaml import Path_

_WITH_IDS = ("contacts", "calls")
_NAMED_BY = ("title", "name", "label", "section", "form", "by", "id", "kind")


@dataclass(frozen=True, slots=True)
class Node:
    """A place in the file. `kind` is line, lines, map or list; `name` is what the browser sends it back as.

    An entry of a list can be doubled or removed; one that has an id of its own (`has_id`) can be doubled under another.
    """

    kind: str
    key: str
    name: str
    value: str = ""
    called: str = ""
    in_list: bool = False
    has_id: bool = False
    children: tuple[Node, ...] = ()


def nodes_of(data: Any) -> tuple[Node, ...]:
    """The fields of a file, in its order."""
    return tuple(_node(value, (key,), False) for key, value in data.items()) if isinstance(data, dict) else ()


def name_of(path: Path_) -> str:
    """What a place is called in a form: a JSON list of its keys."""
    return json.dumps(list(path), ensure_ascii=False, separators=(",", ":"))


def path_of(name: str) -> Path_ | None:
    """The place that a form means; None for anything else."""
    try:
        path = json.loads(name)
    except ValueError:
        return None
    good = isinstance(path, list) and all(isinstance(key, str | int) and not isinstance(key, bool) for key in path)
    return tuple(path) if good else None


def at(data: Any, path: Path_) -> Any:
    """What stands at a place; raises KeyError where there is none."""
    for key in path:
        in_list = isinstance(data, list) and isinstance(key, int) and 0 <= key < len(data)
        if not in_list and not (isinstance(data, dict) and key in data):
            raise KeyError(name_of(path))
        data = data[key]
    return data


def lines(value: Any) -> str:
    """A list of words as the lines of a field."""
    return "\n".join(item or "" for item in value)


def is_words(value: Any) -> bool:
    """Whether a list holds words alone, none of them of several lines."""
    return isinstance(value, list) and all(
        item is None or (isinstance(item, str) and "\n" not in item) for item in value
    )


def _node(value: Any, path: Path_, in_list: bool) -> Node:
    key, name = _said(path[-1]), name_of(path)
    has_id = len(path) > 1 and path[-2] in _WITH_IDS
    if isinstance(value, dict):
        children = tuple(_node(inner, (*path, inner_key), False) for inner_key, inner in value.items())
        return Node("map", key, name, called=_called(value), in_list=in_list, has_id=has_id, children=children)
    if is_words(value):
        return Node("lines", key, name, lines(value), in_list=in_list, has_id=has_id)
    if isinstance(value, list):
        children = tuple(_node(inner, (*path, index), True) for index, inner in enumerate(value))
        return Node("list", key, name, in_list=in_list, children=children)
    return Node("line", key, name, value or "", in_list=in_list)


def _said(key: str | int) -> str:
    return str(key + 1) if isinstance(key, int) else str(key).replace("_", " ")


def _called(value: dict[str, Any]) -> str:
    """What a part is called in its own words, to find it in a list."""
    for key in _NAMED_BY:
        if isinstance(found := value.get(key), str):
            return found[:80]
    return ""
