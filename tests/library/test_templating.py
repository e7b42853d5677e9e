from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from downtime.errors import ConfigError, ExitCode
from downtime.library.template_limits import markdown_escaped
from downtime.library.templating import render


def text(source: str, **context: object) -> str:
    return render(source, "card.md", context).text


def error(source: str, **context: object) -> str:
    with pytest.raises(ConfigError) as caught:
        render(source, "card.md", context)
    assert caught.value.exit_code is ExitCode.CONFIG
    [finding] = caught.value.findings
    assert finding.file == "card.md"
    assert finding.what
    return str(finding)


def test_values_loops_and_conditions() -> None:
    source = "{% for who in people %}\n- {{ who.name }}\n{% endfor %}\n"
    source += "{% if late %}\nlate\n{% else %}\non time\n{% endif %}\n"
    people = [{"name": "Ana"}, {"name": "Bo"}]
    assert text(source, people=people, late=False) == "- Ana\n- Bo\non time\n"


def test_a_block_at_the_end_of_a_line_does_not_glue_paragraphs() -> None:
    assert text("a{% if x %} b{% endif %}\n\nc", x=True) == "a b\n\nc"


def test_macros_and_set_blocks_are_not_escaped_twice() -> None:
    source = "{% macro bold(x) %}**{{ x }}**{% endmacro %}{% set y %}*{{ n }}*{% endset %}"
    source += "{{ bold(n) }} {{ y }} {{ bold(n) ~ n }}"
    assert text(source, n="a_b") == r"**a\_b** *a\_b* **a\_b**a\_b"


@given(st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), max_size=200))
@settings(max_examples=200, deadline=None)
def test_a_value_is_text_and_never_markup(value: str) -> None:
    tokens = MarkdownIt("commonmark", {"html": True}).enable("table").parse(f"x{markdown_escaped(value)}x")
    [inline] = [token for token in tokens if token.type == "inline"]
    assert {child.type for child in inline.children or []} <= {"text", "text_special"}
    plain = "".join(child.content for child in inline.children or [])
    kept = "".join(char for char in value if char.isprintable() and not char.isspace())
    assert "".join(char for char in plain if char.isprintable() and not char.isspace()) == f"x{kept}x"


@pytest.mark.parametrize(
    "value", ["**Bold**", "<b>x</b>", "{{ 7*7 }}", "[x](http://y)", "a|b|c", "# h", "1. x", "&amp;"]
)
def test_markup_in_names_is_printed_as_it_stands(value: str) -> None:
    tokens = MarkdownIt("commonmark").parse(text("{{ name }}", name=value))
    assert "".join(c.content for t in tokens for c in t.children or []) == value
    assert render("{{ name }}", "x", {"name": value}, markup="plain").text == value


def test_a_telephone_number_with_spaces_stays_together() -> None:
    assert text("{{ n }}", n="020 7946 0100") == "020\u00a07946\u00a00100"


def test_each_line_of_output_knows_its_line_in_the_template() -> None:
    source = "one\n{% for i in [1, 2] %}\n- {{ i }}\n  more\n{% endfor %}\nlast {{ n }}\n"
    rendered = render(source, "card.md", {"n": "x"}, first_line=11)
    shown = dict(zip(rendered.text.split("\n"), rendered.lines, strict=True))
    assert (shown["one"], shown["- 1"], shown["- 2"], shown["last x"]) == (11, 13, 13, 16)


@pytest.mark.parametrize(
    ("source", "line", "words"),
    [
        ("a\n\n{{ nobody }}", 3, "“nobody” is not known here"),
        ("\n{{ department.phoen }}", 2, "did you mean “phone”?"),
        ("{{ department.desk }}", 1, "is empty"),
        ("{% if nobody %}x{% endif %}", 1, "nobody"),
        ("{% for x in nobody %}x{% endfor %}", 1, "nobody"),
        ("\n{{ department", 2, "cannot be read"),
        ("{% for x in [1] %}", 1, "cannot be read"),
        ("\n\n{{ 1 / 0 }}", 3, "division by zero"),
        ("{{ [1, 2] }}", 1, "a list cannot be printed"),
        ("{{ x | shout }}", 1, "shout"),
        ("{% include 'other.md' %}", 1, "stands alone"),
        ("{% extends 'other.md' %}", 1, "stands alone"),
        ("{% import 'other.md' as o %}", 1, "stands alone"),
    ],
)
def test_mistakes_name_file_and_line(source: str, line: int, words: str) -> None:
    message = error(source, department={"phone": "555-0142", "desk": None}, x="y")
    assert message.startswith(f"card.md:{line}: error:")
    assert words in message


@pytest.mark.parametrize(
    "source",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ name['__class__'] }}",
        "{{ name|attr('__class__') }}",
        "{{ range.__globals__ }}",
        "{{ cycler.__init__.__globals__ }}",
        "{{ self.__init__ }}",
        "{{ lipsum }}",
        "{{ path.write_text('x') }}",
        "{{ path.read_text() }}",
        "{{ hook() }}",
        "{{ '{0.__class__}'.format(name) }}",
        "{{ thing.method() }}",
        "{{ people.append(1) }}",
        "{{ people|map(attribute='__class__')|list|first }}",
    ],
)
def test_python_cannot_be_reached(source: str, tmp_path: Path) -> None:
    called: list[int] = []
    target = tmp_path / "x"
    target.write_text("secret")
    message = error(
        source, name="n", path=target, hook=lambda: called.append(1), people=["a"],
        thing=SimpleNamespace(method=lambda: called.append(1)),
    )  # fmt: skip
    assert not called
    assert target.read_text() == "secret"
    assert "secret" not in message


DOUBLE = "{% set a = 'xxxxxxxxxxxxxxxx' %}"


@pytest.mark.parametrize(
    "source",
    [
        "{% for i in range(10 ** 9) %}x{% endfor %}",
        "\n{% for i in range(3000) %}{% for j in range(3000) %}{% endfor %}{% endfor %}",
        "{% for i in range(3000) %}{{ 'x' * 1000 }}{% endfor %}",
        "{{ 'x' * 10 ** 9 }}",
        "{{ [0] * 10 ** 9 }}",
        "{{ 9 ** 9999 ** 999 }}",
        "{{ '%999999999d' % 1 }}",
        "{{ '{:>999999999}'.format(1) }}",
        DOUBLE + "{% set a = a + a %}" * 40,
        DOUBLE + "{% set a = a ~ a %}" * 40,
        "{% set a = [1] %}" + "{% set a = [a, a] %}" * 60 + "{{ a }}",
        "{% set a = [1] %}" + "{% set a = [a, a] %}" * 60 + "{{ a|upper }}",
        "{{ 'a'|replace('a', 'b' * 90000)|replace('b', 'c' * 90000) }}",
        "{{ ['x' * 90000, 'y' * 90000]|join('-') }}",
        "{% macro m() %}{{ m() }}{{ m() }}{% endmacro %}{{ m() }}",
        "{% macro m(n) %}{% if n %}{{ m(n - 1) }}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(30) }}",
        "{% for x in [[1]] recursive %}{{ loop([[1]]) }}{% endfor %}",
        "{{ " + "(" * 5000 + ")" * 5000 + " }}",
        "x" * 300_000,
    ],
)
def test_a_template_that_never_ends_or_never_stops_writing_is_stopped(source: str) -> None:
    assert error(source).startswith("card.md")


def test_a_name_that_is_a_control_character_soup_cannot_forge_line_marks() -> None:
    rendered = render("a\n{{ n }}\nb", "card.md", {"n": "\x02999\x03z"})
    assert rendered.text == "a\n999z\nb"
    assert rendered.lines == (1, 2, 3)
