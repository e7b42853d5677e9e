"""The desk's letters: Atkinson Hyperlegible, from the same package that the paper is printed with."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

_PACKAGE = "fontpkg_atkinson_hyperlegible"
_PREFIX = "fonts"


class FontFinder(BaseFinder):
    """Finds ``fonts/AtkinsonHyperlegible-Regular.ttf`` and its sisters in the font package."""

    def __init__(self, app_names: Any = None, *args: Any, **kwargs: Any) -> None:
        """The package is found once; it comes with the bare installation."""
        spec = find_spec(_PACKAGE)
        places = spec.submodule_search_locations if spec else None
        self._storage = FileSystemStorage(location=str(Path(next(iter(places))) / "files") if places else None)
        self._storage.prefix = _PREFIX  # type: ignore[attr-defined]

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        """The file of a font by its static name; an empty list where it is not one."""
        prefix, _, name = path.partition("/")
        if prefix != _PREFIX or "/" in name or not self._storage.exists(name):
            return []
        found = self._storage.path(name)
        return [found] if find_all else found

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterable[Any]:
        """Every font file with its storage."""
        for name in self._storage.listdir("")[1]:
            yield name, self._storage
