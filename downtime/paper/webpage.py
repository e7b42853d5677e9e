"""Web pages that need nothing but themselves: templates in a sandbox, everything that is put into them escaped."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from downtime.library.procedures import shipped_templates

if TYPE_CHECKING:
    from jinja2.sandbox import ImmutableSandboxedEnvironment
    from markupsafe import Markup


@dataclass(frozen=True, slots=True)
class Inline:
    """A style sheet or script that stands in the page, and the source by which the page's own policy allows it."""

    text: Markup
    source: str


def web_page(template: str, values: Mapping[str, object]) -> str:
    """Render a shipped template; a value that is missing is an error, and no value can become markup."""
    return _environment().get_template(template).render(**values)


@cache
def inline(name: str) -> Inline:
    """A shipped style sheet or script, to be put into a page as it is."""
    from markupsafe import Markup

    text = (shipped_templates() / name).read_text("utf-8").replace("\r\n", "\n")
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return Inline(Markup(text), f"sha256-{digest}")  # our own file: none of the site's values is in it


@cache
def _environment() -> ImmutableSandboxedEnvironment:
    from jinja2 import FileSystemLoader, StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    return ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(shipped_templates()), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
