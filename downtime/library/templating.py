"""Templates as data: Jinja2 in a sandbox that can print what it is given, and nothing else.

A template may be edited in a hospital at night. So it can do no harm (it calls nothing but a short list of harmless
things), it always ends (loops, texts and output have limits), a hole in it never prints (a missing or empty variable is
an error), and what it prints from names and numbers is text, never markup: a patient called ``**Bold** <b>`` stays so.
Every error says file and line.
"""

from __future__ import annotations

import datetime
import re
import string
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal

from downtime.errors import ConfigError, Finding, Level
from downtime.textyaml import nearest

if TYPE_CHECKING:
    import jinja2

MAX_SOURCE_CHARACTERS = 200_000
MAX_OUTPUT_CHARACTERS = 500_000
MAX_TEXT_CHARACTERS = 100_000
MAX_TURNS = 50_000
MAX_RANGE = 5_000

Markup = Literal["markdown", "plain"]

FILTERS = (
    "abs", "capitalize", "count", "d", "default", "dictsort", "first", "float", "groupby", "int", "items", "join",
    "last", "length", "list", "lower", "map", "max", "min", "reject", "rejectattr", "replace", "reverse", "round",
    "select", "selectattr", "sort", "sum", "title", "trim", "truncate", "unique", "upper",
)  # fmt: skip
"""The Jinja filters that templates may use: none of them is random, unbounded, or about HTML."""

_METHODS: dict[type, frozenset[str]] = {
    str: frozenset({
        "lower", "upper", "title", "capitalize", "strip", "lstrip", "rstrip", "split", "startswith", "endswith",
        "removeprefix", "removesuffix", "isdigit", "isalpha", "find", "count",
    }),
    dict: frozenset({"items", "keys", "values", "get"}),
    list: frozenset({"index", "count"}),
    tuple: frozenset({"index", "count"}),
    datetime.datetime: frozenset({"date", "time", "isoformat"}),
    datetime.date: frozenset({"isoformat", "weekday"}),
}  # fmt: skip
_PRINTABLE = (str, int, float, Decimal, datetime.date, datetime.time)
_PUNCTUATION = str.maketrans({char: "\\" + char for char in string.punctuation})

# Each source line's number travels through the output between two control characters, so that an error found later in
# the Markdown can name the line of the template. Values cannot contain them: control characters are taken out.
_MARK = re.compile("\x02([0-9]+)\x03")
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_BLOCKS_ALONE = re.compile(r"[ \t]*(?:(?:\{%(?:(?!%\}).)*%\}|\{#(?:(?!#\}).)*#\})[ \t]*)+")
_BLANKS = re.compile(r"[ \t\r\n\u2028\u2029]+")


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


@dataclass(slots=True)
class _Budget:
    """What one rendering has used of its turns, and the names it may use."""

    names: frozenset[str] = frozenset()
    turns: int = 0
    line: int = field(default=0)


_budget: ContextVar[_Budget | None] = ContextVar("template_budget", default=None)


class _Refused(Exception):
    """What a template does is not allowed: (what, why, do)."""


def markdown_escaped(value: str) -> str:
    """The value as Markdown that shows exactly these characters, on one line."""
    return _cleaned(value).translate(_PUNCTUATION)


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
    budget = _Budget(frozenset(context))
    with _errors_placed(shown_as, budget):
        template = _compiled(source, shown_as, markup, first_line)
        token = _budget.set(budget)
        try:
            for piece in template.generate(**context):
                size += len(piece)
                if size > MAX_OUTPUT_CHARACTERS:
                    raise _Refused(
                        f"the template writes more than {MAX_OUTPUT_CHARACTERS:,} characters",
                        "nobody could read it; a loop runs too often",
                        "look at the loop around this line",
                    )
                pieces.append(piece)
                mark = _MARK.search(piece)
                if mark:
                    budget.line = int(mark[1])
        finally:
            _budget.reset(token)
    return _unmarked("".join(pieces), shown_as)


def _unmarked(text: str, shown_as: str) -> Rendered:
    rows, lines, current = [], [], 1
    for row in text.split("\n"):
        marks = _MARK.findall(row)
        lines.append(int(marks[0]) if marks else current)
        current = int(marks[-1]) if marks else current
        rows.append(_MARK.sub("", row).rstrip())
    return Rendered("\n".join(rows), tuple(lines), shown_as)


def _error(shown_as: str, line: int, what: str, why: str = "", do: str = "") -> ConfigError:
    return ConfigError(findings=[Finding(shown_as, line, Level.ERROR, what, why, do)])


@contextmanager
def _errors_placed(shown_as: str, budget: _Budget) -> Iterator[None]:
    """Turn what goes wrong inside a template into a ConfigError that names its line."""
    import jinja2
    from jinja2.exceptions import SecurityError

    try:
        yield
    except ConfigError:
        raise
    except _Refused as error:
        line = _line_in(error.__traceback__, shown_as) or budget.line
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


def _cleaned(value: str) -> str:
    """A value on one line without control characters."""
    return _BLANKS.sub(" ", _CONTROLS.sub("", value))


def _limited(length: int) -> None:
    if length > MAX_TEXT_CHARACTERS:
        raise _Refused(
            f"a text or list of {length:,} items is built",
            f"the limit is {MAX_TEXT_CHARACTERS:,}",
            "take out the multiplication or the loop that makes it",
        )


def _scalar(value: Any) -> str:
    """The text of a value that can be printed; anything else is refused."""
    if isinstance(value, Enum):
        value = value.value
    if value is None:
        raise _Refused(
            "a value to be printed here is empty",
            "a page with a hole in it must not print",
            "fill it in in the site folder, or put {% if … %} around it",
        )
    if not isinstance(value, _PRINTABLE):
        raise _Refused(
            f"a {type(value).__name__} cannot be printed",
            "only text, numbers and dates can",
            "print one of its parts, or write a {% for %} loop",
        )
    text = str(value)
    _limited(len(text))
    return text


def _checked_range(*numbers: int) -> range:
    result = range(*numbers)
    if len(result) > MAX_RANGE:
        raise _Refused(f"range() of {len(result):,} numbers", f"the limit is {MAX_RANGE:,}", "count less far")
    return result


def _join(values: Iterable[Any], between: str = "") -> str:
    texts = [_scalar(value) for value in values]
    _limited(sum(map(len, texts)) + len(between) * len(texts))
    return between.join(texts)


def _replace(value: Any, old: str, new: str) -> str:
    text = _scalar(value)
    _limited(len(text) + text.count(old) * len(new))
    return text.replace(old, new)


@lru_cache(maxsize=64)
def _compiled(source: str, shown_as: str, markup: Markup, first_line: int) -> jinja2.Template:
    environment = _environment(markup)
    # Blank lines stand for what is before `first_line`, so that Jinja's own line numbers are the file's.
    text = "\n" * (first_line - 1) + _without_lone_blocks(_CONTROLS.sub("", source))
    code = environment.compile(text, shown_as, shown_as)
    return environment.template_class.from_code(environment, code, environment.make_globals(None), None)


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


@lru_cache(maxsize=2)
def _environment(markup: Markup) -> jinja2.Environment:
    """The sandbox; built on first use, for importing Jinja takes longer than many a run needs."""
    import jinja2
    import markupsafe
    from jinja2 import nodes
    from jinja2.compiler import CodeGenerator, Frame
    from jinja2.exceptions import SecurityError
    from jinja2.ext import Extension
    from jinja2.filters import FILTERS as JINJA_FILTERS
    from jinja2.lexer import Token, TokenStream
    from jinja2.runtime import LoopContext, Macro
    from jinja2.sandbox import ImmutableSandboxedEnvironment
    from jinja2.utils import Cycler, Joiner, Namespace

    class Hole(jinja2.StrictUndefined):
        """A name that nothing stands behind: any use of it is an error that suggests the right name."""

        __slots__ = ()

        @property
        def _undefined_message(self) -> str:
            if self._undefined_hint:
                return str(self._undefined_hint)
            name, owner = str(self._undefined_name), self._undefined_obj
            if owner is jinja2.utils.missing:
                known: Iterable[str] = getattr(_budget.get(), "names", ())
            elif isinstance(owner, Mapping):
                known = map(str, owner)
            elif type(owner).__module__ == "builtins":
                known = ()
            else:
                known = [key for key in dir(owner) if not key.startswith(("_", "model_"))]
            hint = nearest(name, set(known) - {"range", "namespace"})
            return f"“{name}” is not known here" + (f" ({hint})" if hint else "")

    class LineMarks(Extension):
        """Writes the number of each source line into the output."""

        def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
            for token in stream:
                if token.type == "data":
                    rows = token.value.split("\n")
                    marked = [f"\x02{token.lineno + offset}\x03{row}" for offset, row in enumerate(rows)]
                    token = Token(token.lineno, "data", "\n".join(marked))
                yield token

    class Generator(CodeGenerator):
        """Compiles `a ~ b` to a call that knows the limit of a text, and works nothing out ahead of time."""

        def _output_child_to_const(self, node: nodes.Expr, frame: Frame, finalize: Any) -> str:
            if not isinstance(node, nodes.TemplateData):
                raise nodes.Impossible  # a constant is escaped like any other value
            return super()._output_child_to_const(node, frame, finalize)

        def visit_Concat(self, node: nodes.Concat, frame: Frame) -> None:
            self.write("environment.joined((")
            for part in node.nodes:
                self.visit(part, frame)
                self.write(", ")
            self.write("))")

    class Sandbox(ImmutableSandboxedEnvironment):
        """Prints values, counts turns, calls next to nothing."""

        intercepted_binops = frozenset({"+", "*", "**", "%", "//"})
        code_generator_class = Generator

        def turn(self) -> str:
            """Count a turn of a loop or a call of a macro."""
            budget = _budget.get()
            if budget is not None:
                budget.turns += 1
                if budget.turns > MAX_TURNS:
                    raise _Refused(
                        f"the template's loops turn more than {MAX_TURNS:,} times",
                        "it would take for ever",
                        "loop over less, or not inside another loop",
                    )
            return ""

        def joined(self, parts: tuple[Any, ...]) -> str:
            """Join the parts of `a ~ b`; if one of them is already escaped, all of the result is."""
            if any(isinstance(part, markupsafe.Markup) for part in parts):
                return markupsafe.Markup(_join([_final(part) for part in parts]))
            return _join(parts)

        def _generate(self, source: nodes.Template, *args: Any, **kwargs: Any) -> Any:
            for other in source.find_all((nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends)):
                raise jinja2.TemplateSyntaxError(
                    f"{{% {type(other).__name__.lower()} %}} is not possible, a template stands alone", other.lineno
                )
            for node in source.find_all((nodes.For, nodes.Macro, nodes.CallBlock)):
                count = nodes.Call(nodes.EnvironmentAttribute("turn"), [], [], None, None, lineno=node.lineno)
                body: list[nodes.Node] = node.body  # type: ignore[attr-defined]
                body.insert(0, nodes.ExprStmt(count, lineno=node.lineno))
            source.set_environment(self)
            return super()._generate(source, *args, **kwargs)

        def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
            return not attr.startswith("model_") and super().is_safe_attribute(obj, attr, value)

        def call(self, context: Any, obj: Any, *args: Any, **kwargs: Any) -> Any:
            if not isinstance(obj, jinja2.Undefined) and not self.is_safe_callable(obj):
                name = getattr(obj, "__name__", type(obj).__name__)
                raise SecurityError(f"“{name}” cannot be called")
            return super().call(context, obj, *args, **kwargs)

        def is_safe_callable(self, obj: Any) -> bool:
            if obj in (_checked_range, self.turn, dict, Namespace, Cycler, Joiner):
                return True
            if isinstance(obj, (Macro, LoopContext, Joiner)):
                return True
            owner = getattr(obj, "__self__", None)
            name = getattr(obj, "__name__", "")
            if isinstance(owner, (LoopContext, Cycler)):
                return name in ("cycle", "changed", "next", "reset")
            return any(type(owner) is kind and name in allowed for kind, allowed in _METHODS.items())

        def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
            sizes = [len(side) for side in (left, right) if isinstance(side, (str, list, tuple))]
            numbers = [abs(side) for side in (left, right) if isinstance(side, (int, float))]
            if operator == "*" and sizes and numbers:
                _limited(int(sizes[0] * numbers[0]))
            elif operator == "+" and sizes:
                _limited(sum(sizes))
            elif operator == "%" and isinstance(left, str):
                raise _Refused("“%” between texts", "it is only for numbers", "join texts with ~")
            elif operator == "**" and max(numbers, default=0) > 1000:
                raise _Refused("a power of numbers over 1,000", "nothing on paper is so large", "write the number")
            elif max(numbers, default=0) > 10**18:
                raise _Refused("a number of more than 18 digits", "nothing on paper is so large", "write less")
            return super().call_binop(context, operator, left, right)

    def _final(value: Any) -> markupsafe.Markup:
        # Jinja marks what macros and {% set %} blocks have printed as Markup: that has been through here already.
        if isinstance(value, markupsafe.Markup):
            return value
        if isinstance(value, jinja2.Undefined):
            str(value)  # raises, with the name of the hole
        text = _scalar(value)
        return markupsafe.Markup(markdown_escaped(text) if markup == "markdown" else _cleaned(text))

    environment = Sandbox(
        undefined=Hole, autoescape=True, finalize=_final,
        keep_trailing_newline=True, extensions=[LineMarks], cache_size=0,
    )  # fmt: skip
    environment.filters = {name: JINJA_FILTERS[name] for name in FILTERS}
    environment.filters |= {"join": _join, "replace": _replace}
    for name in ("lower", "upper", "title", "capitalize", "trim"):
        environment.filters[name] = _on_text(JINJA_FILTERS[name])
    environment.globals = {
        "range": _checked_range, "dict": dict, "namespace": Namespace, "cycler": Cycler, "joiner": Joiner,
    }  # fmt: skip
    return environment


def _on_text(function: Any) -> Any:
    """A text filter that takes nothing but printable values (the text of a nested list may be endless)."""

    def wrapped(value: Any, *args: Any) -> Any:
        return function(value if isinstance(value, str) else _scalar(value), *args)

    return wrapped
