"""YAML read as text: every scalar stays the characters that stand in the file, and every value knows its line.

YAML 1.1 would turn an unquoted ``21:00`` into 1260, ``0555`` into 365 and ``no`` into False; a drug time must never
change on the way in. So only the structure is taken from YAML here, and pydantic parses the text.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError, ValidationInfo, model_validator

from downtime.errors import ConfigError, Finding, Level
from downtime.yamlwords import Key, Path_, explain, nearest, shown

MAX_FILE_BYTES = 1_000_000
MAX_SCALAR_CHARACTERS = 20_000
MAX_DEPTH = 40

# The C loader is ten times faster; the pure one serves where PyYAML was built without it (a browser, for one).
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class TextModel(BaseModel):
    """A frozen model read from YAML text; unknown keys are errors with a suggestion."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True, defer_build=True)

    @model_validator(mode="before")
    @classmethod
    def _remember_known_keys(cls, data: Any, info: ValidationInfo) -> Any:
        known = (info.context or {}).get("known")
        if known is not None and isinstance(data, dict):
            names = {field.alias or name for name, field in cls.model_fields.items()}
            known.setdefault(id(data), set()).update(names)
        return data


Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class YamlText:
    """A YAML file as plain dicts, lists and text, with the line of each value."""

    shown_as: str
    data: Any
    lines: dict[Path_, int]

    def line(self, path: Path_) -> int:
        """The 1-based line of the value at `path`, or of its nearest ancestor."""
        while path not in self.lines and path:
            path = path[:-1]
        return self.lines.get(path, 1)

    def finding(self, path: Path_, what: str, why: str = "", do: str = "", level: Level = Level.ERROR) -> Finding:
        """A finding at the value that stands at `path`."""
        return Finding(self.shown_as, self.line(path), level, what, why, do)

    def parse(self, model: type[Model]) -> Model:
        """Validate against `model`; raises ConfigError with one finding for every error."""
        known: dict[int, set[str]] = {}
        try:
            return model.model_validate(self.data, context={"known": known})
        except ValidationError as error:
            raise ConfigError(findings=list(self._findings(error, known))) from None

    def _findings(self, error: ValidationError, known: dict[int, set[str]]) -> Iterator[Finding]:
        seen: set[tuple[int, str]] = set()
        for item in error.errors(include_url=False):
            path, parent = self._walk(item["loc"])
            what, why, do = explain(item, path, parent, known)
            line = self.line(path)
            if (line, what) not in seen:
                seen.add((line, what))
                yield Finding(self.shown_as, line, Level.ERROR, what, why, do)

    def _walk(self, loc: tuple[Key, ...]) -> tuple[Path_, Any]:
        """The path of an error in the file: pydantic's own steps (the names of union members) are left out."""
        node: Any = self.data
        parent: Any = self.data
        path: list[Key] = []
        for step in loc:
            in_list = isinstance(node, list) and isinstance(step, int) and 0 <= step < len(node)
            if in_list or (isinstance(node, dict) and step in node):
                parent, node = node, node[step]
                path.append(step)
            elif step == loc[-1] and step != "[key]":  # pydantic's mark for “the key itself is wrong”
                parent = node
                path.append(step)
        return tuple(path), parent


def read_yaml(path: Path, shown_as: str | None = None) -> YamlText:
    """Read a YAML file as text; raises ConfigError (with file and line) for anything that is not plain YAML."""
    name = shown_as or str(path)
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        raise ConfigError("no such file", do="check the name", where=name) from None
    except OSError as error:
        raise ConfigError("cannot be read", why=error.strerror or str(error), where=name) from None
    return parse_yaml(raw, name)


def parse_yaml(raw: bytes, shown_as: str) -> YamlText:
    """Parse YAML bytes as text; raises ConfigError with one finding for the first thing that is not plain YAML."""

    def fail(line: int, what: str, why: str = "", do: str = "") -> ConfigError:
        return ConfigError(findings=[Finding(shown_as, line, Level.ERROR, what, why, do)])

    if len(raw) > MAX_FILE_BYTES:
        raise fail(
            0,
            f"the file has {len(raw):,} bytes",
            f"more than {MAX_FILE_BYTES:,} is not a configuration",
            "keep pictures and long texts out of it",
        )
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise fail(
            line, "the file is not UTF-8 text", "names would print wrong", "save it again with the encoding UTF-8"
        ) from None
    if not text.strip():
        raise fail(0, "the file is empty", "", "fill it in, or remove it")
    for number, row in enumerate(text.split("\n"), start=1):
        if "\t" in row[: len(row) - len(row.lstrip())]:
            raise fail(number, "a tab stands at the start of the line", "YAML indents with spaces", "use two spaces")
        if len(row) > MAX_SCALAR_CHARACTERS:
            raise fail(
                number, f"a line of {len(row):,} characters", f"the limit is {MAX_SCALAR_CHARACTERS:,}", "shorten it"
            )
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problem = " ".join(part for part in (error.context, error.problem) if part)
        raise fail(
            mark.line + 1 if mark else 0,
            f"this is not YAML: {problem}",
            "",
            "look at the indentation, colons and quotes of this line and the one before",
        ) from None
    except (yaml.YAMLError, RecursionError) as error:
        detail = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise fail(0, f"this is not YAML: {detail}", "", "save it as plain text") from None
    finally:
        loader.dispose()
    if node is None:
        raise fail(0, "the file holds only comments", "", "fill it in, or remove it")
    lines: dict[Path_, int] = {}
    problems: list[Finding] = []
    data = _plain(node, (), lines, problems, shown_as, set())
    if problems:
        raise ConfigError(findings=problems)
    return YamlText(shown_as, data, lines)


def _plain(
    node: Any, path: Path_, lines: dict[Path_, int], problems: list[Finding], shown_as: str, seen: set[int]
) -> Any:
    line = node.start_mark.line + 1
    lines.setdefault(path, line)

    def problem(what: str, why: str, do: str, at: int = line) -> None:
        problems.append(Finding(shown_as, at, Level.ERROR, what, why, do))

    if id(node) in seen:
        # An alias is the very same node again: refusing them makes alias bombs and cycles impossible.
        problem("an alias (*name) repeats a part of the file", "aliases are not read", "write the part out again")
        return None
    seen.add(id(node))
    if len(path) > MAX_DEPTH:
        problem("the file is nested too deeply", f"the limit is {MAX_DEPTH} levels", "flatten it")
        return None
    if not node.tag.startswith("tag:yaml.org,2002:") or "python" in node.tag:
        problem(f"the tag {node.tag} is not read", "configuration is data, never program", "remove it")
        return None
    if isinstance(node, yaml.ScalarNode):
        if len(node.value) > MAX_SCALAR_CHARACTERS:
            problem(
                f"a text of {len(node.value):,} characters", f"the limit is {MAX_SCALAR_CHARACTERS:,}", "shorten it"
            )
            return None
        # A plain scalar has no style: None from the pure loader, '' from the C one.
        return None if node.value == "" and not node.style else node.value
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, (*path, index), lines, problems, shown_as, seen) for index, item in enumerate(node.value)]
    result: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key = key_node.value
        key_line = key_node.start_mark.line + 1
        if not isinstance(key, str):
            problem("a key must be one word", "", "write `name: value`", key_line)
        elif key == "<<":
            problem("a merge key (<<) is not read", "each file says what it means", "write the part out", key_line)
        elif key in result:
            first = lines.get((*path, key), line)
            problem(f"“{key}” stands twice", f"first on line {first}; one of them would be lost", "keep one", key_line)
        else:
            result[key] = _plain(value_node, (*path, key), lines, problems, shown_as, seen)
            lines[(*path, key)] = key_line
    return result


__all__ = ["Key", "Path_", "TextModel", "YamlText", "nearest", "parse_yaml", "read_yaml", "shown"]
