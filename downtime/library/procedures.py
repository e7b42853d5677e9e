"""Procedure cards as files: Markdown templates with a YAML head, a site's own before the shipped ones."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import Field, StringConstraints, field_validator

from downtime.errors import ConfigError, Finding, Level
from downtime.library.templating import Rendered, render
from downtime.textyaml import MAX_FILE_BYTES, TextModel, YamlText, nearest, parse_yaml

Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=40)]
Line = Annotated[str, StringConstraints(min_length=1, max_length=200)]

_FENCE = re.compile(rb"---[ \t]*\r?\n")
BLANK = "_" * 18
"""What stands on paper for a word that the site has not given: a line to write it on."""


class ProcedureHead(TextModel):
    """The head of a procedure card: what it is, whose it is, where its content comes from."""

    procedure: Id
    title: Annotated[str, StringConstraints(min_length=3, max_length=60)]
    revision: Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}(\.\d+)?$")]
    owner: Line
    source: tuple[Line, ...] = Field(min_length=1)
    roles: tuple[Line, ...] = Field(min_length=1)
    kinds: tuple[Id, ...] = Field((), description="the kinds of department it is for; none means all")
    words: dict[str, Line] = Field({}, description="the site's own words that the card prints, and what each means")

    @field_validator("words")
    @classmethod
    def _are_names(cls, words: dict[str, str]) -> dict[str, str]:
        if bad := next((word for word in words if not re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", word)), None):
            raise ValueError(f"the word “{bad}” is not a name; use small letters, digits and underscores")
        return words


@dataclass(frozen=True, slots=True)
class Procedure:
    """A procedure card as read: its head, its template, and the line of the file on which the template begins."""

    head: ProcedureHead
    template: str
    first_line: int
    shown_as: str

    def rendered(self, context: Mapping[str, object]) -> Rendered:
        """The card's Markdown for one department; raises ConfigError with file and line."""
        return render(self.template, self.shown_as, context, first_line=self.first_line)

    def words(self, given: Mapping[str, str]) -> dict[str, str]:
        """The site's words with a blank to write on for each that it has not given."""
        return dict.fromkeys(self.head.words, BLANK) | dict(given)

    def missing_words(self, given: Mapping[str, str]) -> list[Finding]:
        """One warning for each word that the site has not given."""
        return [
            Finding(
                self.shown_as, 1, Level.WARNING, f"the word “{word}” is not given ({meaning})",
                "the card prints a line to write it on by hand", f"add `{word}: …` under `words:` in the site folder",
            )
            for word, meaning in self.head.words.items()
            if word not in given
        ]  # fmt: skip


@cache
def shipped_templates() -> Path:
    """The folder of the templates that come with the program: inside the wheel, or beside the source."""
    packed = Path(__file__).parent / "shipped" / "templates"
    return packed if packed.is_dir() else Path(__file__).parents[2] / "templates"


def procedure_paths(site_folder: Path | None = None) -> dict[str, Path]:
    """The file of every procedure card by id; a site's own file of the same name takes the place of the shipped one."""
    paths: dict[str, Path] = {}
    for root in (shipped_templates(), *((site_folder / "templates",) if site_folder else ())):
        folder = root / "procedures"
        if folder.is_dir():
            paths |= {path.stem: path for path in sorted(folder.glob("*.md"))}
    return paths


def load_procedure(procedure_id: str, site_folder: Path | None = None) -> Procedure:
    """Read the procedure card of that id; raises ConfigError if there is none or it is wrong."""
    paths = procedure_paths(site_folder)
    if procedure_id not in paths:
        raise ConfigError(
            f"there is no procedure card “{procedure_id}”", do=nearest(procedure_id, list(paths)) or "check the id"
        )
    path = paths[procedure_id]
    shown_as = str(path)
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise ConfigError("cannot be read", why=error.strerror or str(error), where=shown_as) from None
    procedure = parse_procedure(raw, shown_as)
    if procedure.head.procedure != path.stem:
        raise ConfigError(
            findings=[
                Finding(
                    shown_as, 2, Level.ERROR, f"the card calls itself “{procedure.head.procedure}”",
                    "cards are found by file name", f"write `procedure: {path.stem}`, or rename the file",
                )
            ]
        )  # fmt: skip
    return procedure


def parse_procedure(raw: bytes, shown_as: str) -> Procedure:
    """Read a procedure card: a head of YAML between two lines of `---`, then Markdown."""

    def fail(line: int, what: str, why: str = "", do: str = "") -> ConfigError:
        return ConfigError(findings=[Finding(shown_as, line, Level.ERROR, what, why, do)])

    if len(raw) > MAX_FILE_BYTES:
        raise fail(0, f"the file has {len(raw):,} bytes", f"the limit is {MAX_FILE_BYTES:,}", "split it")
    raw = raw.removeprefix(b"\xef\xbb\xbf")
    opening = _FENCE.match(raw)
    closing = _FENCE.search(raw, opening.end()) if opening else None
    while closing and raw[closing.start() - 1 : closing.start()] != b"\n":
        closing = _FENCE.search(raw, closing.end())
    if opening is None or closing is None:
        raise fail(
            1, "the head is missing", "it says what the card is, its revision and its owner",
            "begin the file with a line `---`, then `procedure:`, `title:` …, then a line `---`",
        )  # fmt: skip
    yaml = _head(raw[opening.end() : closing.start()], shown_as)
    head = yaml.parse(ProcedureHead)
    try:
        template = raw[closing.end() :].decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = raw[: closing.end() + error.start].count(b"\n") + 1
        raise fail(
            line, "the file is not UTF-8 text", "names would print wrong", "save it again with the encoding UTF-8"
        ) from None
    first_line = raw[: closing.end()].count(b"\n") + 1
    if not template.strip():
        raise fail(first_line, "the card is empty below its head", "", "write at least one `## heading` and one act")
    return Procedure(head, template, first_line, shown_as)


def _head(raw: bytes, shown_as: str) -> YamlText:
    # The blank line stands for the opening `---`, so that the lines in messages are those of the file.
    return parse_yaml(b"\n" + raw, shown_as)
