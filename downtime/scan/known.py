"""The pages that may come in: what the manifests at hand issued, and whose facility and key they are checked with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from downtime.page.code import facility_number, layout_number
from downtime.page.layout import Layout, PageLayout
from downtime.page.manifest import Manifest, ManifestKind, Sheet
from downtime.page.states import PageReason
from downtime.page.typed_code import parse_kit
from downtime.scan.fit import PageFrame


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
    frames: tuple[PageFrame, ...] = ()

    @classmethod
    def of(cls, manifests: Iterable[Manifest], facility_id: str | None = None, key: bytes | None = None) -> KnownPages:
        """Put manifests together; of two with the same kit the later stands (the same kit is the same manifest)."""
        by_kit = {kit: manifest for manifest in manifests if isinstance(kit := parse_kit(manifest.kit), int)}
        facility = None if facility_id is None else facility_number(facility_id)
        return cls(by_kit, facility, key, _frames(by_kit.values()))

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


def _frames(manifests: Iterable[Manifest]) -> tuple[PageFrame, ...]:
    """The frames of all known pages; most kits have two or three."""
    return tuple(
        dict.fromkeys(
            PageFrame.of(page)
            for manifest in manifests
            for layout in manifest.layouts.values()
            for page in layout.pages
            if page.marks
        )
    )
