"""Comments of a YAML file that stand behind an entry and speak of what comes next, as the heading of a section.

ruamel.yaml keeps them with the last value of the entry before. Whoever takes an entry away, or puts one behind it, must
move them first.
"""

from __future__ import annotations

from typing import Any

from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import CommentMark
from ruamel.yaml.tokens import CommentToken


def take_out(holder: Any, key: Any) -> None:
    """Remove an entry; what stands behind it goes to the entry before. Raises KeyError where there is none."""
    rest = _cut(*_last_value(holder, key))
    if "#" in rest:
        keys = _keys(holder)
        place = keys.index(key)
        if place == 0:
            raise KeyError("the comment behind the first entry has no other place")
        _add(*_last_value(holder, keys[place - 1]), rest)
    del holder[key]


def put_behind(holder: Any, key: Any, new_key: Any, entry: Any) -> None:
    """Put an entry behind another one, before what stands there for the next; `new_key` counts in a map alone."""
    rest = _cut(*_last_value(holder, key))
    if isinstance(holder, CommentedSeq):
        new_key = key + 1
        holder.insert(new_key, entry)
    else:
        holder.insert(_keys(holder).index(key) + 1, new_key, entry)
    _cut(*_last_value(holder, new_key))
    if rest:
        _add(*_last_value(holder, new_key), rest)


def _keys(holder: Any) -> list[Any]:
    return list(range(len(holder))) if isinstance(holder, CommentedSeq) else list(holder)


def _last_value(holder: Any, key: Any) -> tuple[Any, Any]:
    """Where an entry ends: the innermost last value that stands on lines of its own."""
    inner = holder[key]
    if isinstance(inner, CommentedMap | CommentedSeq) and len(inner) and not inner.fa.flow_style():
        return _last_value(inner, _keys(inner)[-1])
    return holder, key


def _slot(holder: Any) -> int:
    """Where ruamel keeps the comment after a value: in a map the third place, in a list the first."""
    return 0 if isinstance(holder, CommentedSeq) else 2


def _cut(holder: Any, key: Any) -> str:
    """Take off what follows on the next lines; a comment on the value's own line stays. Returns it."""
    places = holder.ca.items.get(key)
    token = places[_slot(holder)] if places else None
    if token is None:
        return ""
    own, end, rest = token.value.partition("\n")
    token.value = own + end
    return str(rest)


def _add(holder: Any, key: Any, rest: str) -> None:
    places = holder.ca.items.setdefault(key, [None, None, None, None])
    slot = _slot(holder)
    if places[slot] is None:
        places[slot] = CommentToken("\n" + rest, CommentMark(0), None)
    else:
        places[slot].value = f"{places[slot].value}{rest}"
