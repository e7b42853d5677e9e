"""The Markdown that cards and covers may use, as plain blocks; anything else is an error with its line.

Headings (``##``, ``###``), paragraphs, lists, ``- [ ] act`` to tick, tables, bold and italic. What Markdown has beside
that (pictures, links, code, quotations, HTML) would print as something nobody meant, so it is refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from downtime.errors import ConfigError
from downtime.library.templating import Rendered
from downtime.paper.ink import Face
from downtime.paper.textflow import Run

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

MAX_DEPTH = 2
_FACES: dict[tuple[bool, bool], Face] = {
    (False, False): "regular", (True, False): "bold", (False, True): "italic", (True, True): "bolditalic",
}  # fmt: skip
_NAMES = {
    "fence": "code", "code_block": "text indented by four spaces or more", "code_inline": "code (`…`)",
    "blockquote_open": "a quotation (>)", "hr": "a rule (---)", "html_block": "HTML", "html_inline": "HTML",
    "link_open": "a link", "image": "a picture",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; level 2 begins a card, level 3 a part of it."""

    level: int
    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text."""

    runs: tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """An item of a list: `marker` is a bullet or a number, `task` one with a box to tick."""

    runs: tuple[Run, ...]
    depth: int
    marker: str
    task: bool


@dataclass(frozen=True, slots=True)
class Table:
    """A table: cells of runs, the first row is its heading."""

    rows: tuple[tuple[tuple[Run, ...], ...], ...]
    right: tuple[bool, ...]


Block = Heading | Paragraph | Item | Table


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    # HTML is recognised only so that it can be refused: passed over, it would print as text nobody meant.
    return MarkdownIt("commonmark", {"html": True}).enable("table").disable("lheading")


def parse_markdown(rendered: Rendered) -> list[Block]:
    """Parse rendered Markdown; raises ConfigError with every construct that paper cannot show."""
    tokens = _parser().parse(rendered.text)
    findings = []
    for token, line in _with_lines(tokens):
        if token.type in _NAMES:
            findings.append(
                rendered.finding(
                    line, f"{_NAMES[token.type]} cannot be printed on a card",
                    "cards have headings, paragraphs, lists, tables, bold and italic",
                    "write it as plain text" + (", without the spaces in front" if token.type == "code_block" else ""),
                )
            )  # fmt: skip
        elif token.type == "heading_open" and token.tag not in ("h2", "h3"):
            what = "a first-level heading (#)" if token.tag == "h1" else f"a heading of level {token.tag[1:]}"
            why = "the title stands in the head of the file" if token.tag == "h1" else "cards have two levels"
            findings.append(rendered.finding(line, what, why, "write `##` for a card, `###` for a part of it"))
    if findings:
        raise ConfigError(findings=list(dict.fromkeys(findings)))
    return list(_blocks(tokens, rendered))


def _with_lines(tokens: Sequence[Token]) -> Iterator[tuple[Token, int]]:
    """All tokens, those inside lines too, with the line (0-based) they begin on."""
    line = 0
    for token in tokens:
        line = token.map[0] if token.map else line
        yield token, line
        inner = line
        for child in token.children or ():
            yield child, inner
            inner += child.type in ("softbreak", "hardbreak")


def _blocks(tokens: Sequence[Token], rendered: Rendered) -> Iterator[Block]:
    lists: list[int | None] = []
    marker = ""
    line = 0
    at = 0
    while at < len(tokens):
        token = tokens[at]
        line = token.map[0] if token.map else line
        if token.type == "heading_open":
            runs = _runs(tokens[at + 1].children or ())
            yield Heading(int(token.tag[1:]), "".join(text for text, _ in runs), rendered.line(line))
        elif token.type in ("bullet_list_open", "ordered_list_open"):
            lists.append(int(token.attrs.get("start", 1)) if token.type == "ordered_list_open" else None)
            if len(lists) > MAX_DEPTH:
                raise ConfigError(
                    findings=[rendered.finding(line, "a list within a list within a list", "", "make it flat")]
                )
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            lists.pop()
        elif token.type == "list_item_open":
            number = lists[-1]
            marker = "•" if number is None else f"{number}."
            if number is not None:
                lists[-1] = number + 1
        elif token.type == "paragraph_open":
            runs = _runs(tokens[at + 1].children or ())
            yield _item(runs, len(lists), marker, rendered, line) if lists else Paragraph(runs)
            marker = ""
        elif token.type == "table_open":
            end = next(n for n in range(at, len(tokens)) if tokens[n].type == "table_close")
            yield _table(tokens[at:end])
            at = end
        at += 1


def _item(runs: tuple[Run, ...], depth: int, marker: str, rendered: Rendered, line: int) -> Item:
    text = runs[0][0] if runs else ""
    if text[:3] in ("[x]", "[X]"):
        raise ConfigError(
            findings=[rendered.finding(line, "a box that is ticked already", "people tick on paper", "write [ ]")]
        )
    if marker and text.startswith("[ ]"):
        return Item(((text[3:].lstrip(), runs[0][1]), *runs[1:]), depth - 1, "" if marker == "•" else marker, True)
    return Item(runs, depth - 1, marker, False)


def _table(tokens: Sequence[Token]) -> Table:
    rows: list[list[tuple[Run, ...]]] = []
    right: list[bool] = []
    for token in tokens:
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "th_open":
            right.append("right" in str(token.attrs.get("style", "")))
        elif token.type == "inline":
            rows[-1].append(_runs(token.children or ()))
    return Table(tuple(tuple(row) for row in rows), tuple(right))


def _runs(children: Sequence[Token]) -> tuple[Run, ...]:
    runs: list[Run] = []
    bold = italic = 0
    for token in children:
        match token.type:
            case "strong_open" | "strong_close":
                bold += token.nesting
            case "em_open" | "em_close":
                italic += token.nesting
            case "softbreak":
                _add(runs, " ", bold, italic)
            case "hardbreak":
                _add(runs, "\n", bold, italic)
            case _:
                _add(runs, token.content, bold, italic)
    return tuple(runs)


def _add(runs: list[Run], text: str, bold: int, italic: int) -> None:
    face = _FACES[bold > 0, italic > 0]
    if runs and runs[-1][1] == face:
        runs[-1] = (runs[-1][0] + text, face)
    elif text:
        runs.append((text, face))
