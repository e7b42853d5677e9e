"""The Jinja sandbox: prints values, counts turns, calls next to nothing. Imported only when a template is rendered."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, Literal

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

from downtime.library.template_limits import (
    MAX_TURNS,
    Refused,
    budget,
    checked_range,
    cleaned,
    join,
    limited,
    markdown_escaped,
    replace,
    scalar,
)
from downtime.textyaml import nearest

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


class _Hole(jinja2.StrictUndefined):
    """A name that nothing stands behind: any use of it is an error that suggests the right name."""

    __slots__ = ()

    @property
    def _undefined_message(self) -> str:
        if self._undefined_hint:
            return str(self._undefined_hint)
        name, owner = str(self._undefined_name), self._undefined_obj
        if owner is jinja2.utils.missing:
            known: Iterable[str] = getattr(budget.get(), "names", ())
        elif isinstance(owner, Mapping):
            known = map(str, owner)
        elif type(owner).__module__ == "builtins":
            known = ()
        else:
            known = [key for key in dir(owner) if not key.startswith(("_", "model_"))]
        hint = nearest(name, set(known) - {"range", "namespace"})
        return f"“{name}” is not known here" + (f" ({hint})" if hint else "")


class _LineMarks(Extension):
    """Writes the number of each source line into the output."""

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        for token in stream:
            if token.type == "data":
                rows = token.value.split("\n")
                marked = [f"\x02{token.lineno + offset}\x03{row}" for offset, row in enumerate(rows)]
                token = Token(token.lineno, "data", "\n".join(marked))
            yield token


class _Generator(CodeGenerator):
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


class _Sandbox(ImmutableSandboxedEnvironment):
    """Prints values, counts turns, calls next to nothing."""

    intercepted_binops = frozenset({"+", "*", "**", "%", "//"})
    code_generator_class = _Generator
    printed: Callable[[Any], markupsafe.Markup]

    def turn(self) -> str:
        """Count a turn of a loop or a call of a macro."""
        used = budget.get()
        if used is not None:
            used.turns += 1
            if used.turns > MAX_TURNS:
                raise Refused(
                    f"the template's loops turn more than {MAX_TURNS:,} times",
                    "it would take for ever",
                    "loop over less, or not inside another loop",
                )
        return ""

    def joined(self, parts: tuple[Any, ...]) -> str:
        """Join the parts of `a ~ b`; if one of them is already escaped, all of the result is."""
        if any(isinstance(part, markupsafe.Markup) for part in parts):
            return markupsafe.Markup(join([self.printed(part) for part in parts]))
        return join(parts)

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
        if obj in (checked_range, self.turn, dict, Namespace, Cycler, Joiner):
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
            limited(int(sizes[0] * numbers[0]))
        elif operator == "+" and sizes:
            limited(sum(sizes))
        elif operator == "%" and isinstance(left, str):
            raise Refused("“%” between texts", "it is only for numbers", "join texts with ~")
        elif operator == "**" and max(numbers, default=0) > 1000:
            raise Refused("a power of numbers over 1,000", "nothing on paper is so large", "write the number")
        elif max(numbers, default=0) > 10**18:
            raise Refused("a number of more than 18 digits", "nothing on paper is so large", "write less")
        return super().call_binop(context, operator, left, right)


def _final(value: Any, escaped: Callable[[str], str]) -> markupsafe.Markup:
    """A value as it is printed; what macros and {% set %} blocks have printed is Markup and has been here already."""
    if isinstance(value, markupsafe.Markup):
        return value
    if isinstance(value, jinja2.Undefined):
        str(value)  # raises, with the name of the hole
    return markupsafe.Markup(escaped(scalar(value)))


@lru_cache(maxsize=2)
def environment(markup: Markup) -> jinja2.Environment:
    """The sandbox that escapes values for Markdown, or leaves them as they are."""
    escaped = markdown_escaped if markup == "markdown" else cleaned

    def printed(value: Any) -> markupsafe.Markup:
        return _final(value, escaped)

    made = _Sandbox(
        undefined=_Hole, autoescape=True, finalize=printed, keep_trailing_newline=True,
        extensions=[_LineMarks], cache_size=0,
    )  # fmt: skip
    made.printed = printed
    made.filters = {name: JINJA_FILTERS[name] for name in FILTERS}
    made.filters |= {"join": join, "replace": replace}
    for name in ("lower", "upper", "title", "capitalize", "trim"):
        made.filters[name] = _on_text(JINJA_FILTERS[name])
    made.globals = {
        "range": checked_range, "dict": dict, "namespace": Namespace, "cycler": Cycler, "joiner": Joiner,
    }  # fmt: skip
    return made


def _on_text(function: Any) -> Any:
    """A text filter that takes nothing but printable values (the text of a nested list may be endless)."""

    def wrapped(value: Any, *args: Any) -> Any:
        return function(value if isinstance(value, str) else scalar(value), *args)

    return wrapped
