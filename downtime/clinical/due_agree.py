"""Code, structure and words of one order, brought together: one rhythm on which they agree, or why there is none.

This is not rare. Of HL7's own R4 examples one says "One tablet daily for 4 days" and is coded 4 times a day, another
says "twice daily" and is coded once in 2 days. Such a row prints its words, "check order", and no times.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from downtime.clinical import due_rhythm as rhythms
from downtime.clinical.due_codes import Code, read_code, read_repeat
from downtime.clinical.due_rhythm import A_DAY_CODES, Beat, Rhythm, Unread, covers
from downtime.clinical.frequencies import FREQUENCIES
from downtime.clinical.sig import Sig, read_sig
from downtime.clinical.timing import OrderTiming


@dataclass(frozen=True, slots=True)
class Agreed:
    """What the sources agree on; with a `why` they do not, and nothing may be computed."""

    rhythm: Rhythm | None = None
    as_needed: bool = False
    why: str = ""
    sig: Sig = field(default_factory=Sig)


def agreed(timing: OrderTiming) -> Agreed:
    """Compare all that an order says of how often, and give the one rhythm that none of it contradicts."""
    code = read_code(timing.code)
    code_rhythm = code.rhythm
    if isinstance(code_rhythm, Unread) and code.refused is None:
        spelled = read_sig(timing.code)
        bounded = spelled.for_days or spelled.for_doses or spelled.starts
        if spelled.complete and not bounded and (spelled.rhythm or spelled.as_needed):
            code_rhythm, code = spelled.rhythm, Code(spelled.rhythm, spelled.as_needed)
    sig = read_sig(timing.text)
    coded = code_rhythm is not None or timing.repeat is not None
    as_needed = timing.as_needed or code.as_needed or (sig.as_needed and not coded)
    structured = _structured(code_rhythm, code.refused, timing, sig)
    if isinstance(structured, Unread):
        return Agreed(None, as_needed, structured.why, sig)
    if structured is None and timing.continuous:
        structured = rhythms.of_frequency(FREQUENCIES["CONT"])
    if sig.as_needed and not as_needed:
        return Agreed(None, False, "text says as needed, code does not", sig)
    if timing.text.strip() == timing.code.strip() and coded:
        sig = Sig()  # the same words twice are one source
    result = _with_words(structured, sig, as_needed)
    if isinstance(result, Unread):
        return Agreed(None, as_needed, result.why, sig)
    return Agreed(_with_flags(result, timing), as_needed, _flag_conflict(result, timing), sig)


def _structured(
    code: Rhythm | Unread | None, refused: Rhythm | None, timing: OrderTiming, sig: Sig
) -> Rhythm | Unread | None:
    repeat = read_repeat(timing.repeat) if timing.repeat is not None else None
    if isinstance(repeat, Unread):
        return repeat
    if isinstance(code, Unread):
        others = [one for one in (repeat, sig.rhythm) if one is not None]
        if refused is None or not others or not all(covers(one, refused) for one in others):
            return code
        return repeat if repeat is not None else refused
    if code is None or repeat is None:
        return code if repeat is None else repeat
    if covers(repeat, code):
        return code
    if covers(code, repeat):
        return repeat
    if code.beat is Beat.ONCE and timing.repeat is not None and timing.repeat.count == 1:
        return code
    return Unread(f"code says {code.words}, its timing says {repeat.words}")


def _with_words(structured: Rhythm | None, sig: Sig, as_needed: bool) -> Rhythm | Unread | None:
    """Words may say less than the code, and they may name what a bare count leaves open; nothing else."""
    if structured is None:
        if sig.unclear:
            return Unread(f"text cannot be read with certainty: “{sig.unclear}”")
        # As needed there are no times to print, so that the rest of the words need not be understood.
        if sig.rhythm is not None and not (sig.complete or as_needed):
            return Unread("text is not understood to its last word")
        return sig.rhythm
    if structured.beat is Beat.CONTINUOUS and sig.rate:
        return structured
    if sig.rate:
        return Unread(f"text says a rate, code says {structured.words}")
    if sig.unclear:
        return Unread(f"text says more than the code ({structured.words}): “{sig.unclear}”")
    if sig.rhythm is None or covers(sig.rhythm, structured):
        return structured
    open_ended = structured.loose or structured == rhythms.every_days(7) or structured.per_week
    if open_ended and covers(structured, sig.rhythm):
        return sig.rhythm
    return Unread(f"text says {sig.rhythm.words}, code says {structured.words}")


def _flag_conflict(rhythm: Rhythm | None, timing: OrderTiming) -> str:
    if timing.continuous and (timing.one_time or (rhythm is not None and rhythm.beat is not Beat.CONTINUOUS)):
        other = rhythm.words if rhythm is not None else "one time only"
        return f"order says continuous, code says {other}"
    single = timing.repeat is not None and timing.repeat.count == 1
    if timing.one_time and rhythm is not None and rhythm.beat is not Beat.ONCE and not single:
        return f"order says one time only, code says {rhythm.words}"
    return ""


def _with_flags(rhythm: Rhythm | None, timing: OrderTiming) -> Rhythm | None:
    """The rhythm that flags give where codes are silent; a schedule of one dose in all is a single dose."""
    single = timing.repeat is not None and timing.repeat.count == 1 and timing.repeat.count_max in (None, 1)
    # A single dose "at bedtime" keeps its hour; one that is only counted is due when the order starts.
    placed = rhythm is not None and (rhythm.clock or rhythm.events or rhythm.code not in A_DAY_CODES.values())
    if timing.one_time or (single and not (placed and rhythm and rhythm.beat in (Beat.A_DAY, Beat.DATED))):
        known = rhythm if rhythm is not None and rhythm.beat is Beat.ONCE else None
        return known or rhythms.of_frequency(FREQUENCIES["STAT" if timing.immediate else "ONCE"])
    return rhythm
