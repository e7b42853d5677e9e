"""A cautious reader of instructions: what a text says of how often, where it says it in one way only.

It reads "2 times a day", "every 6 hours", "q8h", "daily for 5 days", "on Monday and Thursday"; it does not interpret.
A text that says two things, or has a word of time left that was not read, is not certain, and then no times are
printed. English only: words of another language are not read, and a text with no other source gives no times.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from downtime.clinical import due_words as words
from downtime.clinical.due_rhythm import Rhythm, covers
from downtime.clinical.frequencies import frequency, refusal

LONGEST_TEXT = 1000
_GAP = " ¦ "
_AMOUNT = re.compile(r"[0-9][0-9.,]*(?:%|[a-zµμ]{1,6})?(?:-[0-9][0-9.,]*)?")


@dataclass(frozen=True, slots=True)
class Sig:
    """What an instruction says: `rhythm` only where it is certain; `unclear` are words of time that were not read.

    `complete` says that every word was understood, so that the text may stand alone, without a code beside it.
    `starts` are the day and month, in whichever order, and the HHMM with which the text says that the order begins.
    """

    rhythm: Rhythm | None = None
    as_needed: bool = False
    for_days: int | None = None
    for_doses: int | None = None
    starts: tuple[int, int, str] | None = None
    unclear: str = ""
    complete: bool = False
    rate: bool = False


def read_sig(text: str) -> Sig:
    """Read an instruction; whatever is not certain is named in `unclear`, and never becomes a rhythm."""
    if not text.strip():
        return Sig()
    if len(text) > LONGEST_TEXT:
        return Sig(unclear="a text too long to be read")
    return _read(text)


@lru_cache(maxsize=4096)
def _read(text: str) -> Sig:
    rest = _plain(text)
    if not rest:
        return Sig(unclear="a number that is written in two ways")
    for pattern in words.HARMLESS:
        rest = pattern.sub(_GAP, rest)
    if words.RANGES.search(rest):
        return Sig(unclear="a range", as_needed=bool(words.AS_NEEDED.search(rest)))
    over = re.search(r"\bover [0-9]", _plain(text)) is not None
    if words.RATE.search(rest) and not over:
        return Sig(unclear="a rate", rate=True)
    rest, as_needed = _taken(words.RATE.sub(_GAP, rest), words.AS_NEEDED)
    rest, starts = _taken(rest, words.STARTS)
    rest, days = _taken(rest, words.FOR_DAYS)
    rest, weeks = _taken(rest, words.FOR_WEEKS)
    rest, doses = _taken(rest, words.FOR_DOSES)
    found: list[Rhythm] = []
    for pattern, reading in words.PHRASES:
        for match in pattern.finditer(rest):
            if (rhythm := reading(match)) is None:
                return Sig(unclear=match[0], as_needed=bool(as_needed))
            found.append(rhythm)
        rest = pattern.sub(_GAP, rest)
    unclear, complete = _left_over(rest)
    rhythm, conflict = _only_one(found)
    lengths = [int(next(group for group in match.groups() if group)) for match in (*days, *weeks, *doses)]
    if len(lengths) > 1 or len(starts) > 1 or 0 in lengths:
        unclear = unclear or "more than one length of time"
    return Sig(
        rhythm=None if conflict or unclear else rhythm,
        as_needed=bool(as_needed),
        for_days=lengths[0] * (7 if weeks else 1) if (days or weeks) and len(lengths) == 1 else None,
        for_doses=lengths[0] if doses and len(lengths) == 1 else None,
        starts=(int(starts[0][1]), int(starts[0][2]), (starts[0][3] or "") + (starts[0][4] or "")) if starts else None,
        unclear=conflict or unclear,
        complete=complete and not conflict and not unclear,
    )


def sig_rhythm(text: str) -> Rhythm | None:
    """Give the rhythm of a text that was understood to its last word, or nothing."""
    sig = read_sig(text)
    return sig.rhythm if sig.complete and not sig.as_needed else None


def _plain(text: str) -> str:
    """Lower case, plain dashes and digits, words of numbers as digits; empty where a number contradicts itself."""
    # Fractions would become digits with a slash: "½" must never be read as a count.
    plain = unicodedata.normalize("NFKC", re.sub(r"[¼-¾⅐-⅞]", " fraction ", text)).lower()
    plain = re.sub(r"[‐-―−]", "-", plain).replace("×", "x").replace("’", "'")
    plain = re.sub(r"\b(?:[a-z]\.){2,}", lambda found: found[0].replace(".", "") + " ", plain)
    plain = re.sub(r"(?<![0-9])\.|\.(?![0-9])", " . ", plain)
    plain = re.sub(r"\b(" + "|".join(words.NUMBER_WORDS) + r")\b", lambda found: words.NUMBER_WORDS[found[1]], plain)
    for first, second in re.findall(r"\b([0-9]+) ?\( ?([0-9]+) ?\)", plain):
        if first != second:
            return ""
    plain = re.sub(r"\b([0-9]+) ?\( ?\1 ?\)", r"\1", plain)
    return re.sub(r"\s+", " ", plain).strip()


def _taken(text: str, pattern: re.Pattern[str]) -> tuple[str, list[re.Match[str]]]:
    found = list(pattern.finditer(text))
    return (pattern.sub(_GAP, text), found) if found else (text, [])


def _only_one(found: list[Rhythm]) -> tuple[Rhythm | None, str]:
    """The one rhythm that all the phrases agree on ("once daily at bedtime"), or the words of those that do not."""
    distinct = list(dict.fromkeys(found))
    exact = [one for one in distinct if all(covers(other, one) for other in distinct)]
    if len(exact) == 1:
        return exact[0], ""
    return None, " and ".join(rhythm.words for rhythm in distinct)


def _left_over(rest: str) -> tuple[str, bool]:
    """The first word of time that nothing has read, and whether every word was understood."""
    complete = True
    tokens = re.findall(r"[^\s¦,;:()\[\]]+", rest)
    for token, following in pairwise([*tokens, ""]):
        bare = token.strip(".!\"'“”*")
        parts = [bare, *re.split(r"[-/+]", bare)]
        # "at 9", "@9" and a bare "0600" are hours of the day; "1000 mg" is not.
        hour = bare.startswith("@") or (bare == "at" and following[:1].isdigit())
        if hour or (following.split("/")[0] not in words.UNITS and any(map(words.BARE_HOUR.fullmatch, parts))):
            return f"{bare} {following}".strip() if bare == "at" else bare, False
        for part in parts:
            if words.CHANGES.fullmatch(part):
                return f"{part} …", False
            if words.TIME_WORDS.fullmatch(part):
                return part, False
            # "Infusion" alone is no frequency, but beside "every 6 hours" it is only the way of giving.
            if part not in words.PLAIN_WORDS and (refusal(part) or (part.isalpha() and frequency(part))):
                return part, False
        if bare and bare not in words.PLAIN_WORDS and not _AMOUNT.fullmatch(bare):
            complete = False
    return "", complete
