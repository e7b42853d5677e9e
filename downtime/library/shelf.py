"""Finding and reading form definitions: the site's own folder first, then the shipped library.

Blocks are expanded here, so that a form's content digest covers everything that its sheet prints from the library:
whoever approves a form approves its common blocks too.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TypeVar

from downtime.errors import ConfigError, Finding, Level
from downtime.library.schema import BlockSpec, FormSpec, SectionSpec
from downtime.page.layout import canonical_json
from downtime.textyaml import Path_, TextModel, YamlText, nearest, read_yaml

Spec = TypeVar("Spec", bound=TextModel)


@lru_cache(maxsize=1)
def shipped_folder() -> Path:
    """The folder with the shipped `forms` and `templates`: inside the wheel, or the top of a working copy."""
    package = Path(__file__).resolve().parent
    for folder in (package / "shipped", package.parents[1]):
        if (folder / "forms").is_dir():
            return folder
    raise ConfigError(
        "the shipped forms are missing", why=f"looked beside {package}", do="install Downtime again, whole"
    )


@dataclass(frozen=True)
class LibraryForm:
    """One form as the library holds it: blocks expanded, with its file for messages."""

    spec: FormSpec
    source: YamlText
    own: bool
    origins: Mapping[Path_, tuple[YamlText, Path_]] = field(default_factory=dict, repr=False)

    def place(self, path: Path_) -> tuple[YamlText, Path_]:
        """The file that a part of `spec` was written in, and its path there: a block's part stands in the block."""
        for length in range(len(path), 0, -1):
            if origin := self.origins.get(path[:length]):
                return origin[0], origin[1] + path[length:]
        return self.source, path

    def finding(self, path: Path_, what: str, why: str = "", do: str = "", level: Level = Level.ERROR) -> Finding:
        """A finding at the part of `spec` that stands at `path`."""
        source, there = self.place(path)
        return source.finding(there, what, why, do, level)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of all that prints, blocks and reference tables included; comments and key order do not count."""
        content = canonical_json(self.spec.model_dump(mode="json", exclude_defaults=True))
        return hashlib.sha256((content + self._reference_words(content)).encode("utf-8")).hexdigest()

    def _reference_words(self, content: str) -> str:
        """The code tables and score bands that the form prints: who approves the form approves them too."""
        tables = [part.table for section in self.spec.sections for part in section.whole if part.table]
        if not tables and "news2" not in content:
            return ""
        from downtime.clinical.legend import legend_rows, news2_words

        words: list[object] = [[table.value, *legend_rows(table)] for table in tables]
        if "news2" in content:
            words += [news2_words("C"), news2_words("F")]
        return canonical_json(words)


class Shelf:
    """All forms that a site can print; definitions are read when asked for."""

    def __init__(self, site_forms: Path | None = None) -> None:
        """`site_forms` is the site's own `forms` folder, whose files stand before the shipped ones of the same id."""
        shipped = shipped_folder() / "forms"
        own = site_forms if site_forms is not None and site_forms.is_dir() else None
        self._own = _files(own) if own else {}
        self._files = {**_files(shipped), **self._own}
        self._blocks = {**_files(shipped / "blocks"), **(_files(own / "blocks") if own else {})}
        self._read: dict[str, LibraryForm] = {}

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of all forms, in order."""
        return tuple(sorted(self._files))

    def form(self, form_id: str) -> LibraryForm:
        """The form of this id; raises ConfigError if there is none or its file is wrong."""
        if form_id not in self._read:
            path = self._files.get(form_id)
            if path is None:
                raise ConfigError(
                    f"there is no form “{form_id}”", why="it would be missing in the box", do=nearest(form_id, self.ids)
                )
            self._read[form_id] = self.read_form(path, own=form_id in self._own)
        return self._read[form_id]

    def read_form(self, path: Path, *, own: bool = True) -> LibraryForm:
        """Read a form file from anywhere, with the blocks of this shelf; raises ConfigError if it is wrong."""
        source = read_yaml(path, shown_path(path))
        spec = _parsed(source, FormSpec)
        if spec.form != path.stem:
            raise ConfigError(
                findings=[
                    source.finding(
                        ("form",),
                        f"the form calls itself “{spec.form}”",
                        f"the file is {path.name}",
                        "give file and form the same id",
                    )
                ]
            )
        origins: dict[Path_, tuple[YamlText, Path_]] = {}
        sections = tuple(self._expanded(spec.sections, source, ("sections",), ("sections",), origins))
        return LibraryForm(spec.model_copy(update={"sections": sections}), source, own, origins)

    @property
    def own_ids(self) -> tuple[str, ...]:
        """The ids of the forms that the site keeps itself."""
        return tuple(sorted(self._own))

    def titles(self) -> dict[str, str]:
        """The title of every form by id, from the head of its file alone: a card names forms that nobody prints now."""
        return {
            form_id: self._read[form_id].spec.title if form_id in self._read else _title(path)
            for form_id, path in self._files.items()
        }

    def all_forms(self) -> Iterator[LibraryForm]:
        """Every form, read and checked, in the order of ids."""
        for form_id in self.ids:
            yield self.form(form_id)

    def _expanded(
        self,
        sections: tuple[SectionSpec, ...],
        source: YamlText,
        path: Path_,
        to: Path_,
        origins: dict[Path_, tuple[YamlText, Path_]],
    ) -> Iterator[SectionSpec]:
        """The sections with blocks in place of `use:`; `origins` learns where each was written, at `to`."""
        count = 0
        for index, section in enumerate(sections):
            here = (*path, index)
            if section.beside or section.stack:
                name = "beside" if section.beside else "stack"
                origins[(*to, count)] = (source, here)
                inner = self._expanded(
                    section.beside or section.stack, source, (*here, name), (*to, count, name), origins
                )
                yield section.model_copy(update={name: tuple(inner)})
                count += 1
            elif section.use:
                for block_source, number, part in self._block(section, source, here):
                    origins[(*to, count)] = (block_source, ("sections", number))
                    for key in ("use", "heading", "note", "when"):
                        if getattr(section, key):
                            origins[(*to, count, key)] = (source, (*here, key))
                    yield part
                    count += 1
            else:
                origins[(*to, count)] = (source, here)
                yield section
                count += 1

    def _block(
        self, section: SectionSpec, source: YamlText, path: Path_
    ) -> Iterator[tuple[YamlText, int, SectionSpec]]:
        name = section.use or ""
        file = self._blocks.get(name)
        if file is None:
            raise ConfigError(
                findings=[
                    source.finding(
                        (*path, "use"), f"there is no block “{name}”", "", nearest(name, tuple(self._blocks))
                    )
                ]
            )
        block_source = read_yaml(file, shown_path(file))
        block = _parsed(block_source, BlockSpec)
        for number, inner in enumerate(block.sections):
            if inner.use or inner.beside or inner.stack:
                raise ConfigError(
                    findings=[
                        block_source.finding(("sections", number), "a block holds no block and nothing side by side")
                    ]
                )
            yield block_source, number, _prefixed(inner, section.as_id or block.block, section)


def _title(path: Path) -> str:
    """The title that stands in a form file; the file's name where there is none (reading the form will complain)."""
    for line in path.read_text("utf-8", errors="replace").split("\n")[:40]:
        if line.startswith("title:"):
            return line.removeprefix("title:").strip().strip("\"'")
    return path.stem


def _prefixed(inner: SectionSpec, prefix: str, outer: SectionSpec) -> SectionSpec:
    """A block's section as it stands in a form: ids under the block's own, heading and number of rows from the form."""
    update: dict[str, object] = {"width": outer.width}
    if outer.heading:
        update["heading"] = outer.heading
    if outer.note:
        update["note"] = outer.note
    if outer.when:
        update["when"] = f"({outer.when}) and ({inner.when})" if inner.when else outer.when
    if inner.fields:
        update["fields"] = tuple(f.model_copy(update={"id": f"{prefix}.{f.id}"}) for f in inner.fields)
    if inner.grid:
        rows = inner.grid.rows
        if outer.rows:
            rows = rows.model_copy(update={"count": outer.rows})
        update["grid"] = inner.grid.model_copy(update={"id": f"{prefix}.{inner.grid.id}", "rows": rows})
    if inner.repeat:
        update["repeat"] = inner.repeat.model_copy(update={"id": f"{prefix}.{inner.repeat.id}"})
    return inner.model_copy(update=update)


def _parsed(source: YamlText, model: type[Spec]) -> Spec:
    if not isinstance(source.data, dict):
        raise ConfigError(
            findings=[
                Finding(
                    source.shown_as, 1, Level.ERROR, "the file is not a form", "it has no keys", "begin with `form:`"
                )
            ]
        )
    return source.parse(model)


def _files(folder: Path) -> dict[str, Path]:
    return {path.stem: path for path in sorted(folder.glob("*.yaml"))} if folder.is_dir() else {}


def shown_path(path: Path) -> str:
    """A path as short as it can be shown from where the user stands."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)
