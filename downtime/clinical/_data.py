"""Reading the packaged reference tables: every scalar as text, parsed and checked by frozen models, once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib import resources
from typing import TypeVar

from pydantic import ConfigDict

from downtime.errors import ConfigError
from downtime.textyaml import TextModel, parse_yaml

M = TypeVar("M", bound=TextModel)
V = TypeVar("V")

# What an entry says when no public source was compared; a test holds every entry to having some source.
CONVENTION = "clinical convention, verify locally"


class Row(TextModel):
    """An entry of a reference table; its checks are built on first use, so that importing stays cheap."""

    model_config = ConfigDict(defer_build=True)


def load(name: str, model: type[M]) -> M:
    """Load one packaged table; a fault in it is a configuration error with file and line."""
    raw = (resources.files("downtime.clinical") / "data" / name).read_bytes()
    return parse_yaml(raw, f"downtime/clinical/data/{name}").parse(model)


def by_name(rows: Iterable[V], name: Callable[[V], str], where: str) -> dict[str, V]:
    """Index rows by name, refusing a name that stands twice."""
    table: dict[str, V] = {}
    for row in rows:
        key = name(row)
        if key in table:
            raise ConfigError(
                f"“{key}” stands twice",
                why="one of the two would be silently ignored",
                do="remove or rename one of them",
                where=f"downtime/clinical/data/{where}",
            )
        table[key] = row
    return table


class LazyTable(Mapping[str, V]):
    """A read-only table that loads itself the first time it is looked at, so that importing costs nothing."""

    def __init__(self, loader: Callable[[], Mapping[str, V]]) -> None:
        self._loader = loader

    def __getitem__(self, key: str) -> V:
        return self._loader()[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._loader())

    def __len__(self) -> int:
        return len(self._loader())
