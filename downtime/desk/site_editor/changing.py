"""Changing values of a YAML file so that its comments, its order and all that was not touched stay as they are.

ruamel.yaml writes the file; what it wrote is read again as the program reads site folders, and must be the old file
with the wanted changes and nothing else.
"""

from __future__ import annotations

import copy
import io
import operator
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.util import load_yaml_guess_indent

from downtime.desk.site_editor.comments import put_behind, take_out
from downtime.desk.site_editor.tree import at, is_words, lines
from downtime.errors import ConfigError, InputError
from downtime.textyaml import Path_, parse_yaml

_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_WIDEST = 100_000
"""No line is broken that was not broken before."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody typed: values by place, which entries of lists to double, which to remove.

    `copy` names entries that have an id, each with the new id under which it is doubled.
    """

    values: Mapping[Path_, str]
    double: tuple[Path_, ...] = ()
    remove: tuple[Path_, ...] = ()
    copy: Mapping[Path_, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Changed:
    """A file's new content, and each change in a line: where, before, now."""

    content: bytes
    changes: tuple[str, ...]


def change(raw: bytes, shown_as: str, wanted: Wanted) -> Changed:
    """Make the changes; what is typed as it was is none. Raises InputError for a place that is not there.

    Raises ConfigError for a file that is not YAML.
    """
    before = parse_yaml(raw, shown_as).data
    expected = copy.deepcopy(before)
    text = raw.decode("utf-8-sig")
    written = _Written(text, shown_as)
    told: list[str] = []
    try:
        for path, typed in wanted.values.items():
            old = at(before, path)
            new = _typed(old, typed)
            if new != old:
                told.append(_line(path, old, new))
                _set(expected, path, new)
                written.set(path, old, new)
        for path, new_id in wanted.copy.items():
            _check_id(expected, path, new_id, shown_as)
            _copy(at(expected, path[:-1]), path[-1], new_id)
            written.copy(path, new_id)
            told.append(f"{_shown(path)}: doubled as {new_id}")
        for path in _last_first((*wanted.double, *wanted.remove)):
            if path in wanted.remove:
                _remove(expected, path)
                written.remove(path)
                told.append(f"{_shown(path)}: removed")
            else:
                _double(expected, path)
                written.double(path)
                told.append(f"{_shown(path)}: doubled")
    except (KeyError, IndexError, TypeError):
        raise InputError(
            "this page does not fit the file any more", why="a place that it names is not there",
            do="load the page again", where=shown_as,
        ) from None  # fmt: skip
    _tidy(expected)
    try:
        content = written.text().encode()
    except KeyError:
        raise _cannot_keep(shown_as) from None
    if _data(content, shown_as) != expected:
        raise _cannot_keep(shown_as)
    return Changed(content, tuple(told))


class _Written:
    """The file as ruamel.yaml holds it, with its comments."""

    def __init__(self, text: str, shown_as: str) -> None:
        _, indent, offset = load_yaml_guess_indent(text)
        self._yaml = YAML()
        self._yaml.preserve_quotes = True
        self._yaml.width = _WIDEST
        sequence = indent or 4
        self._yaml.indent(mapping=2, sequence=sequence, offset=offset if offset is not None else 2)
        try:
            self._data: Any = self._yaml.load(text)
        except YAMLError:
            raise _cannot_keep(shown_as) from None

    def set(self, path: Path_, old: Any, new: Any) -> None:
        holder = self._at(path[:-1])
        if new is None:
            holder[self._key(holder, path[-1])] = _GONE
        elif isinstance(new, list):
            self._set_words(holder[self._key(holder, path[-1])], old, new)
        else:
            holder[self._key(holder, path[-1])] = _scalar(new)

    def _set_words(self, held: Any, old: list[str], new: list[str]) -> None:
        for index in range(len(old) - 1, len(new) - 1, -1):
            take_out(held, index)
        for index, word in enumerate(new):
            if index >= len(old) and index:
                put_behind(held, index - 1, index, _scalar(word))
            elif index >= len(old):
                held.append(_scalar(word))
            elif word != old[index]:
                held[index] = _scalar(word)

    def double(self, path: Path_) -> None:
        holder, index = self._at(path[:-1]), int(path[-1])
        put_behind(holder, index, index + 1, copy.deepcopy(holder[index]))

    def copy(self, path: Path_, new_id: str) -> None:
        holder = self._at(path[:-1])
        key = self._key(holder, path[-1])
        put_behind(holder, key, new_id, copy.deepcopy(holder[key]))

    def remove(self, path: Path_) -> None:
        holder = self._at(path[:-1])
        take_out(holder, self._key(holder, path[-1]))

    def text(self) -> str:
        _tidy(self._data, take_out)
        out = io.StringIO()
        self._yaml.dump(self._data, out)
        return out.getvalue()

    def _at(self, path: Path_) -> Any:
        data = self._data
        for key in path:
            data = data[self._key(data, key)]
        return data

    def _key(self, holder: Any, key: str | int) -> Any:
        """The key as ruamel reads it: 401 may be a number there, and is text to this program."""
        if isinstance(key, int) or key in holder:
            return key
        return next(known for known in holder if str(known) == key)


class _Gone:
    """Stands where a value was taken away, until all changes are made: places keep their numbers so long."""

    def __deepcopy__(self, memo: object) -> _Gone:
        return self


_GONE: Any = _Gone()


def _tidy(data: Any, take: Callable[[Any, Any], None] = operator.delitem) -> None:
    """Take out what was emptied: a key without value, an entry without words."""
    if isinstance(data, dict):
        for key in [key for key, value in data.items() if value is _GONE]:
            take(data, key)
    elif isinstance(data, list):
        for index in [index for index, value in enumerate(data) if value is _GONE][::-1]:
            take(data, index)
    for value in data.values() if isinstance(data, dict) else data if isinstance(data, list) else ():
        _tidy(value, take)


def _typed(old: Any, typed: str) -> Any:
    """What was typed, as it would stand in the file: words of a list, one value, or None for nothing."""
    text = typed.replace("\r\n", "\n").replace("\r", "\n")
    if isinstance(old, list):
        if not is_words(old):
            raise KeyError("a list of parts has no text of its own")
        return old if text == lines(old) else [line.strip() for line in text.split("\n") if line.strip()]
    if isinstance(old, dict):
        raise KeyError("a part has no text of its own")
    if text == (old or ""):
        return old
    return text.strip() or None


def _data(content: bytes, shown_as: str) -> Any:
    try:
        return parse_yaml(content, shown_as).data
    except ConfigError:
        raise _cannot_keep(shown_as) from None


def _cannot_keep(shown_as: str) -> InputError:
    return InputError(
        "this file, or what you typed, is written in a way that the web page cannot keep", where=shown_as,
        do="make this change in the file itself, with a text editor",
    )  # fmt: skip


def _scalar(text: str) -> Any:
    """The value in the plainest spelling that reads as this very text: 0700 stays 0700."""
    yaml = YAML()
    try:
        value = yaml.load(text)
    except YAMLError:
        return text
    if not isinstance(value, int | float | date):
        return text
    out = io.StringIO()
    yaml.dump([value], out)
    return value if out.getvalue() == f"- {text}\n" else text


def _set(data: Any, path: Path_, new: Any) -> None:
    at(data, path[:-1])[path[-1]] = _GONE if new is None else new


def _double(data: Any, path: Path_) -> None:
    holder = at(data, path[:-1])
    if not isinstance(holder, list):
        raise KeyError("only an entry of a list can be doubled")
    holder.insert(int(path[-1]) + 1, copy.deepcopy(holder[int(path[-1])]))


def _copy(holder: dict[str, Any], key: str | int, new_id: str) -> None:
    """Put the copy behind what it is a copy of."""
    entries = list(holder.items())
    holder.clear()
    for name, value in entries:
        holder[name] = value
        if name == key:
            holder[new_id] = copy.deepcopy(value)


def _check_id(data: Any, path: Path_, new_id: str, shown_as: str) -> None:
    holder = at(data, path[:-1])
    at(data, path)
    if not isinstance(holder, dict):
        raise KeyError("an entry of a list has no id")
    if not _ID.fullmatch(new_id) or new_id in holder:
        raise InputError(
            f"“{new_id[:60]}” cannot be the id of another entry", where=shown_as,
            do="take one that is not there yet: small letters, digits and hyphens, as ward-charge-night",
        )  # fmt: skip


def _remove(data: Any, path: Path_) -> None:
    at(data, path)
    del at(data, path[:-1])[path[-1]]


def _last_first(paths: Iterable[Path_]) -> list[Path_]:
    """So that what is done at one place does not move another."""
    return sorted(
        set(paths), key=lambda path: [(isinstance(key, str), str(key).zfill(8)) for key in path], reverse=True
    )


def _line(path: Path_, old: Any, new: Any) -> str:
    return f"{_shown(path)}: {_words(old)} → {_words(new)}"


def _words(value: Any) -> str:
    return ", ".join(item or "" for item in value) if isinstance(value, list) else (value or "nothing")


def _shown(path: Path_) -> str:
    return " › ".join(str(key + 1) if isinstance(key, int) else str(key).replace("_", " ") for key in path)
