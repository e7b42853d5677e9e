"""The ways in which a page code fails to be read, each with its meaning and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class CodeReason(StrEnum):
    """Why a code is not a page of ours; what each means and what to do stands in ``CODE_REMEDIES``."""

    NOT_OURS = "not_ours"
    NEWER_FORMAT = "newer_format"
    WRONG_LENGTH = "wrong_length"
    BAD_CHARACTER = "bad_character"
    CORRUPTED = "corrupted"
    NO_KEY = "no_key"
    OTHER_FACILITY = "other_facility"
    FORGED_OR_OTHER_KEY = "forged_or_other_key"
    UNUSED_BITS = "unused_bits"
    IMPOSSIBLE_PAGE = "impossible_page"


class CodeRemedy(NamedTuple):
    """What a reason means, and what the person at the desk does about it."""

    meaning: str
    do: str


CODE_REMEDIES: dict[CodeReason, CodeRemedy] = {
    CodeReason.NOT_OURS: CodeRemedy(
        "The code was not made by Downtime.", "File the page as what it is; it needs no Downtime entry."
    ),
    CodeReason.NEWER_FORMAT: CodeRemedy(
        "The page was printed by a newer version of Downtime.", "Update Downtime on this computer, then scan again."
    ),
    CodeReason.WRONG_LENGTH: CodeRemedy(
        "Characters are missing or too many.", "Scan the page again, or type the code printed beside the QR code."
    ),
    CodeReason.BAD_CHARACTER: CodeRemedy(
        "A character cannot occur in a page code.",
        "Type the code again; with a handheld scanner, check that its keyboard language is the computer's.",
    ),
    CodeReason.CORRUPTED: CodeRemedy(
        "The check over the code is wrong: it was misread, mistyped or damaged.",
        "Scan the page again, or type the code printed beside the QR code and compare each character.",
    ),
    CodeReason.NO_KEY: CodeRemedy(
        "The code is signed, and there is no facility key here to check it with.",
        "Put the facility's key file in the site folder, then scan again; until then identify the page by eye.",
    ),
    CodeReason.OTHER_FACILITY: CodeRemedy(
        "The page says that it belongs to another facility.", "Send the page to that facility; do not enter it here."
    ),
    CodeReason.FORGED_OR_OTHER_KEY: CodeRemedy(
        "The signature does not fit the facility's key: another key was used, or the code was not printed by us.",
        "Check whether the key was replaced since printing; otherwise ask who printed the page before entering it.",
    ),
    CodeReason.UNUSED_BITS: CodeRemedy(
        "Bits that must be zero are set: this version of Downtime did not make the code.",
        "Update Downtime if a newer version printed the page; otherwise ask who printed it before entering it.",
    ),
    CodeReason.IMPOSSIBLE_PAGE: CodeRemedy(
        "The page number is 0 or greater than the number of pages.",
        "Type the code again; if it was scanned, ask who printed the page before entering it.",
    ),
}


@dataclass(frozen=True, slots=True)
class CodeFailure:
    """A code that names no page of ours: the reason, and what was seen."""

    reason: CodeReason
    detail: str = ""

    @property
    def remedy(self) -> CodeRemedy:
        """Return what the reason means and what to do."""
        return CODE_REMEDIES[self.reason]

    def __str__(self) -> str:
        meaning, do = self.remedy
        return " – ".join(part for part in (meaning, self.detail, do) if part)
