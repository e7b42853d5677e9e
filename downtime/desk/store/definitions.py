"""The forms behind layouts: the library's, composed for a department as it prints them."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from downtime.errors import ConfigError
from downtime.library.schema import FormSpec
from downtime.library.shelf import Shelf
from downtime.page.layout import Layout
from downtime.paper.compose import compose
from downtime.paper.surroundings import surroundings
from downtime.site import Site


@dataclass
class Definitions:
    """Finds the form that a layout was printed from, as the department had it; read once for a kit."""

    shelf: Shelf
    site: Site | None
    _found: dict[tuple[str, str, str], FormSpec | None] = field(default_factory=dict)

    @classmethod
    def of(cls, site: Site | None) -> Definitions:
        """The shipped library, with the site's own forms before it."""
        folder: Path | None = site.forms_folder if site else None
        return cls(Shelf(folder), site)

    def form(self, layout: Layout, department: str) -> FormSpec | None:
        """The form of this revision; None where the library has another one, or none, or cannot read it.

        Without the department's site folder the form is taken as it stands in the library, its texts not filled in.
        """
        key = (layout.form, layout.revision, department)
        if key not in self._found:
            self._found[key] = self._read(layout, department)
        return self._found[key]

    def _read(self, layout: Layout, department: str) -> FormSpec | None:
        if layout.form not in self.shelf.ids:
            return None
        try:
            form = self.shelf.form(layout.form)
            if form.spec.revision != layout.revision:
                return None
            if self.site is None or department not in self.site.departments:
                return form.spec
            return compose(form, surroundings(self.site, self.site.departments[department]))
        except ConfigError:
            # A site's own form may be broken since: its pages are keyed from the layout alone, and `check` tells why.
            return None
