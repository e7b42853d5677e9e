"""The pages that may come in: what the manifests at hand issued, and whose facility and key they are checked with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from downtime.page.code import facility_number, layout_number
from downtime.page.layout import Layout, PageLayout
from downtime.page.manifest import Manifest, ManifestKind, Sheet
from downtime.page.states import PageReason
from downtime.page.typed_code import parse_kit
from downtime.scan.read_codes import CodePlace


@dataclass(frozen=True, slots=True)
class IssuedPage:
    """One page of a manifest: its sheet, its place in it (from 0) and its layout."""

    manifest: Manifest
    sheet: Sheet
    index: int
    layout: Layout

    @property
    def page_layout(self) -> PageLayout:
        """Where everything lies on this page."""
        return self.layout.pages[self.index]

    @property
    def layout48(self) -> int:
        """The first 48 bits of the layout's id, as the page's code carries them."""
        return layout_number(self.sheet.layout)


@dataclass(frozen=True)
class KnownPages:
    """Manifests by the number of their kit; facility and key as the site has them.

    Without a facility's number no page is called foreign; without its key a signed code cannot be read.
    """

    manifests: Mapping[int, Manifest]
    facility: int | None = None
    key: bytes | None = None
    code_places: tuple[CodePlace, ...] = field(default=())

    @classmethod
    def of(cls, manifests: Iterable[Manifest], facility_id: str | None = None, key: bytes | None = None) -> KnownPages:
        """Put manifests together; of two with the same kit the later stands (the same kit is the same manifest)."""
        by_kit = {kit: manifest for manifest in manifests if isinstance(kit := parse_kit(manifest.kit), int)}
        facility = None if facility_id is None else facility_number(facility_id)
        return cls(by_kit, facility, key, _code_places(by_kit.values()))

    def issued(self, kit: int, page: int) -> IssuedPage | PageReason:
        """The page of that number in that kit, or why there is none."""
        manifest = self.manifests.get(kit)
        if manifest is None:
            return PageReason.NO_MANIFEST
        sheet = manifest.page_sheet(page)
        if sheet is None:
            return PageReason.NOT_IN_MANIFEST
        return IssuedPage(manifest, sheet, sheet.pages.index(page), manifest.layouts[sheet.layout])

    def is_drill(self, kit: int) -> bool:
        """Whether the kit was printed for a rehearsal."""
        manifest = self.manifests.get(kit)
        return manifest is not None and manifest.kind is ManifestKind.DRILL


# Where the two codes stand beside their marks on every page of this version, for pages whose manifest is not here.
_USUAL = (CodePlace(1, -23.0, 0.0, 20.0), CodePlace(3, 13.0, -10.0, 20.0))


def _code_places(manifests: Iterable[Manifest]) -> tuple[CodePlace, ...]:
    """Where the codes of all known layouts stand, each from the mark that is nearest; most pages have the same two."""
    places = dict.fromkeys(_USUAL)
    for manifest in manifests:
        for layout in manifest.layouts.values():
            for page in layout.pages:
                for x, y, w, _ in page.codes if page.marks else ():
                    mark = min(range(len(page.marks)), key=lambda at: _distance(page.marks[at], (x, y)))
                    left, top = page.marks[mark][:2]
                    places[CodePlace(mark, round(x - left, 1), round(y - top, 1), round(w, 1))] = None
    return tuple(places)


def _distance(mark: tuple[float, float, float, float], point: tuple[float, float]) -> float:
    return abs(mark[0] - point[0]) + abs(mark[1] - point[1])
