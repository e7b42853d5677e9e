"""Reading acknowledgements: MSA-1 and MSA-2, and the words beside them, from whatever a receiver sends back."""

from __future__ import annotations

import re
from dataclasses import dataclass

from downtime.exchange.er7 import unescaped

ACCEPTED = ("AA", "CA")
REFUSED = ("AE", "AR", "CE", "CR")
"""Table 0008: application and commit accept; error and reject. Whatever is refused was not taken in."""

_MOST_WORDS = 500


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """An answer to one message: which (MSA-2), whether it was taken, and why not."""

    control_id: str
    accepted: bool
    why: str


def control_id_of(message: str) -> str:
    """MSH-10 of a message of ours; raises ValueError for a text without one."""
    fields = message.split("\r", 1)[0].split("|")
    if fields[0] != "MSH" or len(fields) < 10 or not fields[9]:
        raise ValueError("a message needs MSH-10")
    return fields[9]


def read_acknowledgement(text: str) -> Acknowledgement | str:
    """Read an answer leniently: segments may end with CR, LF or both. A text says why it is no acknowledgement."""
    segments = [segment for segment in re.split(r"[\r\n]+", text) if segment]
    if not segments or not segments[0].startswith("MSH") or len(segments[0]) < 8:
        return "it has no MSH"
    separator, component = segments[0][3], segments[0][4]
    msa = next((segment.split(separator) for segment in segments if segment.startswith("MSA" + separator)), None)
    if msa is None or len(msa) < 3 or not msa[2].strip():
        return "it has no MSA with a message number"
    code = msa[1].strip().upper()
    if code not in (*ACCEPTED, *REFUSED):
        return f"MSA-1 is “{code[:10]}”"
    words = [msa[3]] if len(msa) > 3 else []
    for segment in segments:
        if segment.startswith("ERR" + separator):
            words += [part for part in re.split(f"[{re.escape(separator + component)}]+", segment)[1:] if part]
    said = " – ".join(dict.fromkeys(unescaped(word).strip() for word in words if word.strip()))
    return Acknowledgement(msa[2].strip(), code in ACCEPTED, f"{code}: {said}"[:_MOST_WORDS] if said else code)
