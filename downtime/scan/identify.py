"""Which printed page an image shows: from its codes, or from the code that a person typed. Never a guess.

A page is identified when its code's seal fits, it is one of this facility, and the manifest of its kit has the page
with the very layout that the code names. Two codes that name different pages identify none.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from downtime.page.code import Corner, PageCode, decode, facility_number, kit_text
from downtime.page.code_failure import CodeFailure, CodeReason
from downtime.page.states import PageReason
from downtime.page.typed_code import ShortCode
from downtime.scan.known import IssuedPage, KnownPages
from downtime.scan.model import HowRead, Identity
from downtime.scan.read_codes import CodesSeen, FoundCode

# Of several codes that were refused, the one that says most is told.
_MOST_TELLING = (
    CodeReason.OTHER_FACILITY, CodeReason.FORGED_OR_OTHER_KEY, CodeReason.NO_KEY, CodeReason.NEWER_FORMAT,
    CodeReason.UNUSED_BITS, CodeReason.IMPOSSIBLE_PAGE, CodeReason.CORRUPTED, CodeReason.WRONG_LENGTH,
    CodeReason.BAD_CHARACTER, CodeReason.NOT_OURS,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Identified:
    """What the codes of an image say.

    `identity` is what a valid code says, even where no manifest knows the page; `issued` is set exactly when the page
    may be read. `corners` are the codes that told it, by the corner of the page, for registration.
    """

    identity: Identity | None = None
    issued: IssuedPage | None = None
    failure: PageReason | None = None
    code_failure: CodeReason | None = None
    corners: dict[Corner, FoundCode] = field(default_factory=dict)

    def is_named_by(self, code: PageCode) -> bool:
        """Whether a code says the very page that was identified."""
        said = self.identity
        return said is not None and (said.kit, said.page, said.layout48, said.facility, said.drill) == (
            kit_text(code.kit), code.page, code.layout, code.facility, code.drill
        )  # fmt: skip


def is_page_code(text: str, known: KnownPages) -> bool:
    """Whether a QR code's text is a valid code of a page, here or elsewhere: then no further search is needed."""
    read = decode(text, known.key, facility=known.facility)
    return not isinstance(read, CodeFailure) or read.reason is CodeReason.OTHER_FACILITY


def identify(seen: CodesSeen, known: KnownPages, typed: ShortCode | None = None) -> Identified:
    """Say which page it is from the codes that were read and the code that was typed, or why it cannot be said."""
    valid: list[tuple[PageCode, FoundCode]] = []
    refused: list[CodeReason] = []
    for code in seen.codes:
        read = decode(code.text, known.key, facility=known.facility)
        if isinstance(read, CodeFailure):
            refused.append(read.reason)
        else:
            valid.append((read, code))
    told = min(refused, key=_MOST_TELLING.index, default=None)
    if told is CodeReason.OTHER_FACILITY:
        disagree = bool(valid)
        return Identified(
            failure=PageReason.CODES_DISAGREE if disagree else PageReason.OTHER_FACILITY, code_failure=told
        )
    pages = {(read.kit, read.page, read.pages, read.layout, read.facility, read.drill) for read, _ in valid}
    named = {(kit, page, drill) for kit, page, *_, drill in pages}
    if typed is not None:
        named.add((typed.kit, typed.page, typed.drill))
    if len(pages) > 1 or len(named) > 1:
        return Identified(failure=PageReason.CODES_DISAGREE)
    if valid:
        return _from_code(valid, known)
    if typed is not None:
        return _from_typed(typed, known, told)
    if told is not None and told is not CodeReason.NOT_OURS:
        return Identified(failure=PageReason.CODE_REFUSED, code_failure=told)
    if seen.unreadable:
        return Identified(failure=PageReason.CODE_UNREADABLE, code_failure=told)
    return Identified(failure=PageReason.NO_CODE, code_failure=told)


def _from_code(valid: list[tuple[PageCode, FoundCode]], known: KnownPages) -> Identified:
    read, found = valid[0]
    identity = Identity(
        kit=kit_text(read.kit), page=read.page, pages=read.pages, layout48=read.layout, facility=read.facility,
        drill=read.drill, copy_master=read.copy_master, signed=read.signed, how=found.how,
    )  # fmt: skip
    corners = {read.corner: code for read, code in reversed(valid)}
    issued = known.issued(read.kit, read.page)
    if isinstance(issued, PageReason):
        return Identified(identity, failure=issued, corners=corners)
    if issued.layout48 != read.layout:
        return Identified(identity, failure=PageReason.LAYOUT_DIFFERS, corners=corners)
    if known.is_drill(read.kit) != read.drill or read.pages < issued.manifest.page_count:
        return Identified(identity, failure=PageReason.NOT_IN_MANIFEST, corners=corners)
    return Identified(identity, issued, corners=corners)


def _from_typed(typed: ShortCode, known: KnownPages, told: CodeReason | None) -> Identified:
    """The manifest vouches for what the typed code lacks; a page that only a person named says so in its record."""
    issued = known.issued(typed.kit, typed.page)
    if isinstance(issued, PageReason):
        return Identified(failure=issued, code_failure=told)
    if known.is_drill(typed.kit) != typed.drill:
        return Identified(failure=PageReason.NOT_IN_MANIFEST, code_failure=told)
    manifest = issued.manifest
    identity = Identity(
        kit=manifest.kit, page=typed.page, pages=max(manifest.page_count, typed.page), layout48=issued.layout48,
        facility=facility_number(manifest.facility.id), drill=typed.drill, copy_master=False, signed=False,
        how=HowRead.TYPED,
    )  # fmt: skip
    return Identified(identity, issued, code_failure=told)
