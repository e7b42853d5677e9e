"""Templates as data: Jinja2 in a sandbox that can print what it is given, and nothing else.

A template may be edited in a hospital at night. So it can do no harm (it calls nothing but a short list of harmless
things), it always ends (loops, texts and output have limits), a hole in it never prints (a missing or empty variable is
an error), and what it prints from names and numbers is text, never markup: a patient called ``**Bold** <b>`` stays so.
Every error says file and line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from types import TracebackType
from typing import TYPE_CHECKING, Literal

from downtime.errors import ConfigError, Finding, Level
from downtime.library.template_limits import Budget, Refused, budget, without_controls

if TYPE_CHECKING:
    import jinja2

MAX_SOURCE_CHARACTERS = 200_000
MAX_OUTPUT_CHARACTERS = 500_000
Markup = Literal["markdown", "plain"]

# Each source line's number travels through the output between two control characters, so that an error found later in
# the Markdown can name the line of the template. Values cannot contain them: control characters are taken out.
_MARK = re.compile("\x02([0-9]+)\x03")
_LEADING_MARKS = re.compile("(?:\x02([0-9]+)\x03)+")
_BLOCKS_ALONE = re.compile(r"[ \t]*(?:(?:\{%(?:(?!%\}).)*%\}|\{#(?:(?!#\}).)*#\})[ \t]*)+")


@dataclass(frozen=True, slots=True)
class Rendered:
    """A template's output, and for each line of it the line of the template that it came from."""

    text: str
    lines: tuple[int, ...]
    shown_as: str

    def line(self, index: int) -> int:
        """The template's line (1-based) of the output's line `index` (0-based)."""
        return self.lines[min(max(index, 0), len(self.lines) - 1)] if self.lines else 1

    def finding(self, index: int, what: str, why: str = "", do: str = "") -> Finding:
        """An error at the output's line `index` (0-based), placed where it stands in the template."""
        return Finding(self.shown_as, self.line(index), Level.ERROR, what, why, do)


def render(
    source: str, shown_as: str, context: Mapping[str, object], *, markup: Markup = "markdown", first_line: int = 1
) -> Rendered:
    """Render template text with the given variables; every mistake in it is a ConfigError with file and line.

    `first_line` is the line of `shown_as` on which `source` begins (a template behind its front matter).
    """
    if len(source) > MAX_SOURCE_CHARACTERS:
        raise _error(
            shown_as, 0, f"a template of {len(source):,} characters", f"the limit is {MAX_SOURCE_CHARACTERS:,}",
            "split it",
        )  # fmt: skip
    pieces: list[str] = []
    size = 0
    used = Budget(frozenset(context))
    with _errors_placed(shown_as, used):
        template = _compiled(source, shown_as, markup, first_line)
        token = budget.set(used)
        try:
            for piece in template.generate(**context):
                size += len(piece)
                if size > MAX_OUTPUT_CHARACTERS:
                    raise Refused(
                        f"the template writes more than {MAX_OUTPUT_CHARACTERS:,} characters",
                        "nobody could read it; a loop runs too often",
                        "look at the loop around this line",
                    )
                pieces.append(piece)
                mark = _MARK.search(piece)
                if mark:
                    used.line = int(mark[1])
        finally:
            budget.reset(token)
    return _unmarked("".join(pieces), shown_as)


def _unmarked(text: str, shown_as: str) -> Rendered:
    rows, lines, current = [], [], 1
    for row in text.split("\n"):
        # A row begins with the mark of the line it was broken at, and then with that of the line its text is from.
        leading, marks = _LEADING_MARKS.match(row), _MARK.findall(row)
        lines.append(int(leading[1]) if leading else current)
        current = int(marks[-1]) if marks else current
        rows.append(_MARK.sub("", row).rstrip())
    return Rendered("\n".join(rows), tuple(lines), shown_as)


def _error(shown_as: str, line: int, what: str, why: str = "", do: str = "") -> ConfigError:
    return ConfigError(findings=[Finding(shown_as, line, Level.ERROR, what, why, do)])


@contextmanager
def _errors_placed(shown_as: str, used: Budget) -> Iterator[None]:
    """Turn what goes wrong inside a template into a ConfigError that names its line."""
    import jinja2
    from jinja2.exceptions import SecurityError

    try:
        yield
    except ConfigError:
        raise
    except Refused as error:
        line = _line_in(error.__traceback__, shown_as) or used.line
        raise _error(shown_as, line, *error.args) from None
    except jinja2.TemplateSyntaxError as error:
        raise _error(
            shown_as, error.lineno, f"the template cannot be read: {error.message}", "",
            "look for an unclosed {{ }}, {% %} or a missing {% endif %}, {% endfor %}",
        ) from None  # fmt: skip
    except jinja2.UndefinedError as error:
        raise _error(
            shown_as, _line_in(error.__traceback__, shown_as), str(error.message),
            "a page with a hole in it must not print", "correct the name, or fill in the value in the site folder",
        ) from None  # fmt: skip
    except SecurityError as error:
        raise _error(
            shown_as, _line_in(error.__traceback__, shown_as), f"the template tries to use Python itself: {error}",
            "a template may only print what it is given", "use the variables listed in templates/README.md",
        ) from None  # fmt: skip
    except RecursionError as error:
        line = _line_in(error.__traceback__, shown_as, first=True)
        raise _error(shown_as, line, "the template is nested too deeply", "it calls itself", "make it flat") from None
    except (jinja2.TemplateError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError) as error:
        detail = str(error) or type(error).__name__
        raise _error(
            shown_as, _line_in(error.__traceback__, shown_as), f"this cannot be worked out: {detail}", "",
            "correct the expression on this line",
        ) from None  # fmt: skip


def _line_in(trace: TracebackType | None, shown_as: str, first: bool = False) -> int:
    """The template's line that an exception came from (Jinja rewrites its tracebacks to the template's lines)."""
    found = 0
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == shown_as:
            found = trace.tb_lineno
            if first:
                break
        trace = trace.tb_next
    return found


@lru_cache(maxsize=64)
def _compiled(source: str, shown_as: str, markup: Markup, first_line: int) -> jinja2.Template:
    from downtime.library.template_sandbox import environment

    sandbox = environment(markup)
    # Blank lines stand for what is before `first_line`, so that Jinja's own line numbers are the file's.
    text = "\n" * (first_line - 1) + _without_lone_blocks(without_controls(source))
    code = sandbox.compile(text, shown_as, shown_as)
    return sandbox.template_class.from_code(sandbox, code, sandbox.make_globals(None), None)


def _without_lone_blocks(source: str) -> str:
    """Let a line that holds nothing but {% … %} leave no line behind, by moving its end inside the last block.

    Jinja's own trim_blocks also eats the line's end behind `text {% endif %}`, which glues two paragraphs together.
    """
    rows = source.split("\n")
    ends = ["\n"] * (len(rows) - 1) + [""]
    for number, row in enumerate(rows[:-1]):
        if _BLOCKS_ALONE.fullmatch(row):
            row = row.strip()
            inside = -3 if row[-3] in "-+" else -2
            rows[number], ends[number] = row[:inside] + "\n" + row[inside:], ""
    return "".join(row + end for row, end in zip(rows, ends, strict=True))
