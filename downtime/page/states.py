"""The states of a scanned page, and the reasons for them: one table for command line, desk and documentation.

Every page that comes in ends in exactly one state. A state says what happened to the page, a reason why; each has a
meaning and what the person at the desk does about it.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class PageState(StrEnum):
    """What became of a scanned page; meaning and remedy stand in ``STATE_REMEDIES``."""

    READ = "read"
    NEEDS_REVIEW = "needs_review"
    UNIDENTIFIED = "unidentified"
    UNREGISTERED = "unregistered"
    BLANK = "blank"
    ALREADY_SEEN = "already_seen"
    RESCAN = "rescan"
    CONFLICT = "conflict"
    UNKNOWN_LAYOUT = "unknown_layout"
    DRILL_PAGE = "drill_page"
    FOREIGN = "foreign"
    UNREADABLE_FILE = "unreadable_file"


class PageReason(StrEnum):
    """Why a page is in its state; meaning and remedy stand in ``REASON_REMEDIES``."""

    # of needs_review
    UNSURE_MARK = "unsure_mark"
    CONFLICTING_MARKS = "conflicting_marks"
    INK_WITHOUT_MARK = "ink_without_mark"
    MARK_WITHOUT_INK = "mark_without_ink"
    INK_OUTSIDE_FIELDS = "ink_outside_fields"
    LOW_QUALITY = "low_quality"
    STREAK = "streak"
    SCALED = "scaled"
    STRETCHED = "stretched"
    PARTLY_MISSING = "partly_missing"
    VOIDED = "voided"
    UNSIGNED = "unsigned"
    COPY = "copy"
    LOSSY_COMPRESSION = "lossy_compression"
    CODES_DISAGREE = "codes_disagree"
    LIVE_PAGE = "live_page"
    UNKNOWN_FIELD = "unknown_field"
    # of unidentified
    NO_CODE = "no_code"
    CODE_UNREADABLE = "code_unreadable"
    CODE_REFUSED = "code_refused"
    # of unknown_layout and foreign
    NO_MANIFEST = "no_manifest"
    NOT_IN_MANIFEST = "not_in_manifest"
    LAYOUT_DIFFERS = "layout_differs"
    OTHER_FACILITY = "other_facility"
    # of unregistered
    TOO_FEW_MARKS = "too_few_marks"
    DOES_NOT_FIT = "does_not_fit"
    SCALE_TOO_FAR_OFF = "scale_too_far_off"
    # of unreadable_file
    NOTHING_FILLED = "nothing_filled"
    EMPTY_FILE = "empty_file"
    NOT_A_SCAN = "not_a_scan"
    NOT_A_FILE = "not_a_file"
    ENCRYPTED = "encrypted"
    DAMAGED = "damaged"
    TOO_LARGE = "too_large"
    TOO_MANY_PIXELS = "too_many_pixels"
    TOO_MANY_PAGES = "too_many_pages"
    PAPER_SIZE = "paper_size"
    NO_PERMISSION = "no_permission"
    VANISHED = "vanished"
    READER_CRASHED = "reader_crashed"
    READER_HUNG = "reader_hung"


NEED_A_PERSON = frozenset(
    {
        PageState.NEEDS_REVIEW, PageState.UNIDENTIFIED, PageState.UNREGISTERED, PageState.CONFLICT,
        PageState.UNKNOWN_LAYOUT, PageState.DRILL_PAGE, PageState.FOREIGN, PageState.UNREADABLE_FILE,
    }
)  # fmt: skip
"""The states in which a page waits until a person has done something about it."""


class Remedy(NamedTuple):
    """What a state or reason means, and what the person at the desk does about it."""

    meaning: str
    do: str


STATE_REMEDIES: dict[PageState, Remedy] = {
    PageState.READ: Remedy("Identified, straightened and read; nothing is in doubt.", "Key its handwriting."),
    PageState.NEEDS_REVIEW: Remedy("Identified and read, but something is in doubt.", "Look at the page and decide."),
    PageState.UNIDENTIFIED: Remedy(
        "No code on the page could be read.", "Type the code printed beside the square code, or pick form and patient."
    ),
    PageState.UNREGISTERED: Remedy(
        "The page is known, but its marks could not be found well enough to tell where its fields lie.",
        "Scan it again, flat and whole; if that fails, key it from the picture.",
    ),
    PageState.BLANK: Remedy(
        "Nothing stands on the page: an empty back, or the wrong side.", "Nothing, if it is a back; otherwise turn it."
    ),
    PageState.ALREADY_SEEN: Remedy("The same file was read before, byte for byte.", "Nothing: it counts once."),
    PageState.RESCAN: Remedy(
        "The same page with the same ink came in before.", "Nothing: the better picture is used, both are kept."
    ),
    PageState.CONFLICT: Remedy(
        "The same page came in with different ink: written on later, or photocopied and used twice.",
        "Compare the pictures side by side; both are kept until a person decides.",
    ),
    PageState.UNKNOWN_LAYOUT: Remedy(
        "The code is ours, but no manifest here knows the page.",
        "Add the manifest or PDF of the kit it was printed with, then read again.",
    ),
    PageState.DRILL_PAGE: Remedy(
        "The page was printed for a rehearsal.", "Keep it out of the record; in a rehearsal, read it with --drill."
    ),
    PageState.FOREIGN: Remedy(
        "The page carries a code, but not one of this facility.", "Send it to whom it belongs; do not enter it here."
    ),
    PageState.UNREADABLE_FILE: Remedy("The file could not be read as a scan.", "See the reason; scan again."),
}

REASON_REMEDIES: dict[PageReason, Remedy] = {
    PageReason.UNSURE_MARK: Remedy("A box is neither clearly empty nor clearly marked.", "Look at it and decide."),
    PageReason.CONFLICTING_MARKS: Remedy(
        "Two boxes are marked where one answer is allowed.", "See which was crossed out, or ask who wrote it."
    ),
    PageReason.INK_WITHOUT_MARK: Remedy(
        "Something is written beside a box that is not marked.", "Decide whether the box was meant."
    ),
    PageReason.MARK_WITHOUT_INK: Remedy(
        "A box is marked that asks for words, and none are written.", "Ask who wrote it, or enter it as illegible."
    ),
    PageReason.INK_OUTSIDE_FIELDS: Remedy(
        "Something is written where there is no field.", "Read it; it may be an order, or void the page."
    ),
    PageReason.LOW_QUALITY: Remedy(
        "The picture is too faint, dark, coarse or noisy to be sure.", "Scan again at 300 dpi, grey."
    ),
    PageReason.STREAK: Remedy(
        "A straight streak runs over fields: dirt on the scanner's glass.", "Clean the glass strip and scan again."
    ),
    PageReason.SCALED: Remedy(
        "The page is smaller or larger than it was laid out.", "Print at 100 %, scan at 100 %; its fields were found."
    ),
    PageReason.STRETCHED: Remedy(
        "The page is longer or shorter in one direction: it slipped in the feeder.", "Scan it again if a field is cut."
    ),
    PageReason.PARTLY_MISSING: Remedy(
        "A part of the page is torn off, folded or cut, and fields lie there.", "Unfold it and scan again."
    ),
    PageReason.VOIDED: Remedy("The box VOID is marked.", "Confirm it; nothing on the page is entered."),
    PageReason.UNSIGNED: Remedy(
        "Nothing proves that the page was printed with the facility's key: its code has no seal, or was typed.",
        "See that the page is yours; ask who printed it before it is entered.",
    ),
    PageReason.COPY: Remedy(
        "The page comes from a sheet that was made to be photocopied.", "Say whose it is: the code cannot tell."
    ),
    PageReason.LOSSY_COMPRESSION: Remedy(
        "The scanner compressed the page so that digits can be exchanged (JBIG2).",
        "Turn off “compact” or “high compression” on the scanner; check every number on paper.",
    ),
    PageReason.CODES_DISAGREE: Remedy(
        "The two codes of the page name different pages.", "Two pages were scanned on top of each other: scan again."
    ),
    PageReason.LIVE_PAGE: Remedy(
        "A live page came in with a drill.", "Take it out and read it with the live pages at once: it is a record."
    ),
    PageReason.UNKNOWN_FIELD: Remedy(
        "The filled PDF has a field that its form does not have.", "Read it in the file; ask who changed the PDF."
    ),
    PageReason.NO_CODE: Remedy("There is no square code on the page.", "If it is not from a kit, file it as it is."),
    PageReason.CODE_UNREADABLE: Remedy(
        "There is a square code, but neither can be read.", "Type the code that is printed beside it."
    ),
    PageReason.CODE_REFUSED: Remedy(
        "A code was read and is not valid.", "See what is wrong with the code; ask who printed the page."
    ),
    PageReason.NO_MANIFEST: Remedy("No manifest of that kit is here.", "Add the kit's PDF or manifest."),
    PageReason.NOT_IN_MANIFEST: Remedy(
        "The kit's manifest has no such page.", "Check that it is the manifest of the same print run."
    ),
    PageReason.LAYOUT_DIFFERS: Remedy(
        "The page was printed from another layout than the manifest says.", "Find the manifest it was printed with."
    ),
    PageReason.OTHER_FACILITY: Remedy("The code names another facility.", "Send the page there."),
    PageReason.TOO_FEW_MARKS: Remedy(
        "Fewer corner marks were found than are needed.", "Flatten the corners, take out staples, scan again."
    ),
    PageReason.DOES_NOT_FIT: Remedy(
        "The marks do not lie as on the printed page.", "Scan the page flat, one at a time."
    ),
    PageReason.SCALE_TOO_FAR_OFF: Remedy(
        "The page is far from its printed size.", "Print and scan at 100 %; key this page from the picture."
    ),
    PageReason.NOTHING_FILLED: Remedy(
        "The PDF is a packet or kit as it was made: nothing is typed or drawn in it.",
        "Scan the paper; or fill the form on the screen, save it without flattening, and bring that file.",
    ),
    PageReason.EMPTY_FILE: Remedy("The file is empty.", "Scan again; check that the scanner's disk is not full."),
    PageReason.NOT_A_SCAN: Remedy("The file is not a PDF, TIFF, JPEG or PNG.", "Scan to PDF or TIFF."),
    PageReason.NOT_A_FILE: Remedy("It is a link or a device, not a file.", "Copy the file itself into the folder."),
    PageReason.ENCRYPTED: Remedy("The file needs a password.", "Scan without a password."),
    PageReason.DAMAGED: Remedy("The file is damaged or incomplete.", "Copy or scan it again."),
    PageReason.TOO_LARGE: Remedy("The file is larger than the limit.", "Scan fewer pages at a time, at 300 dpi."),
    PageReason.TOO_MANY_PIXELS: Remedy("The picture is larger than the limit.", "Scan at 300 dpi."),
    PageReason.TOO_MANY_PAGES: Remedy("The file has more pages than the limit.", "Split the batch."),
    PageReason.PAPER_SIZE: Remedy("The picture has the shape of no page of ours.", "Scan one page at a time, whole."),
    PageReason.NO_PERMISSION: Remedy("The file may not be read.", "Ask for the right to read the folder."),
    PageReason.VANISHED: Remedy(
        "The file went away or changed while it was read.", "Put it back; it will be read again."
    ),
    PageReason.READER_CRASHED: Remedy("The reader stopped on this page twice.", "Scan the page again as TIFF or PNG."),
    PageReason.READER_HUNG: Remedy("The reader did not finish this page.", "Scan the page again at 300 dpi."),
}
