"""The accuracy page: the counts of a run as tables, with the range that chance leaves where counts are small."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from compare import WRITING_INKS, Answer, Counts, FieldClass, Tallies, total

# Two-sided, 95 %.
NORMAL_QUANTILE = 1.96
HEAD = (
    "pages", "identified", "wrong page", "read", "scan again", "boxes", "wrong", "to a person", "written", "missed",
    "empty", "falsely written", "printed", "as writing",
)  # fmt: skip


@dataclass
class Results:
    """What came of all images, by source and kind of damage and by pen; `seed` is the first of so many seeds.

    `when` says when they were read, and with which version.
    """

    seed: int
    seeds: int
    when: str
    kinds: dict[tuple[bool, str], Counts] = field(default_factory=dict)
    pens: dict[tuple[bool, str], Counts] = field(default_factory=dict)
    pairs: dict[tuple[str, str], Counts] = field(default_factory=dict)

    def take(self, ours: bool, kind: str, pen: str, counts: Counts) -> None:
        """Count one image."""
        for table, key in ((self.kinds, (ours, kind)), (self.pens, (ours, pen))):
            table.setdefault(key, Counts()).add(counts)
        if ours:
            self.pairs.setdefault((kind, pen), Counts()).add(counts)

    def of(self, ours: bool) -> dict[str, Counts]:
        """The counts of one source by kind."""
        return {kind: counts for (mine, kind), counts in self.kinds.items() if mine is ours}

    def everything(self, ours: bool) -> Counts:
        """The counts of one source together."""
        return summed(self.of(ours).values())


def summed(parts: Iterable[Counts]) -> Counts:
    """Several counts as one."""
    whole = Counts()
    for part in parts:
        whole.add(part)
    return whole


def interval(count: int, of: int) -> tuple[float, float]:
    """The range in which a share lies at 95 %: the score interval (Wilson 1927), which holds for counts of nothing."""
    if not of:
        return 0.0, 1.0
    share, square = count / of, NORMAL_QUANTILE**2
    middle = share + square / (2 * of)
    wide = NORMAL_QUANTILE * math.sqrt(share * (1 - share) / of + square / (4 * of * of))
    low, high = ((middle + sign * wide) / (1 + square / of) for sign in (-1, 1))
    return (0.0 if count == 0 else max(low, 0.0)), (1.0 if count == of else min(high, 1.0))


def percent(share: float) -> str:
    """A share with as many places as say something."""
    value = 100 * share
    return (
        "0 %"
        if not value
        else f"{value:.3f} %"
        if value < 0.1
        else f"{value:.2f} %"
        if value < 10
        else f"{value:.1f} %"
    )


def share(count: int, of: int) -> str:
    """A count as a share of many, and the range that chance leaves: ``3 (0.12 %; 0.04–0.35)``."""
    if not of:
        return "–"
    low, high = interval(count, of)
    if not count:
        return f"0 (≤ {percent(high)})"
    return f"{count:,} ({percent(count / of)}; {percent(low)[:-2]}–{percent(high)[:-2]})"


def row(counts: Counts) -> list[str]:
    """One line of a table of damage."""
    boxes, fields = total(counts.boxes), counts.fields
    written, missed = total(fields, kinds=WRITING_INKS), total(fields, Answer.WRONG, WRITING_INKS)
    empty, printed = (total(fields, kinds=[kind]) for kind in (FieldClass.EMPTY, FieldClass.PRINTED))
    false, taken = (total(fields, Answer.WRONG, [kind]) for kind in (FieldClass.EMPTY, FieldClass.PRINTED))
    return [
        f"{counts.pages:,}", f"{counts.identified:,}", str(counts.wrong_page), f"{counts.read:,}", str(counts.again),
        f"{boxes:,}", share(total(counts.boxes, Answer.WRONG), boxes),
        percent(total(counts.boxes, Answer.PERSON) / boxes) if boxes else "–",
        f"{written:,}", share(missed, written), f"{empty:,}", share(false, empty), f"{printed:,}", str(taken),
    ]  # fmt: skip


def table(first: str, rows: Iterable[tuple[str, list[str]]], head: Iterable[str]) -> str:
    """Rows as Markdown: names at the left, figures at the right."""
    columns = [first, *head]
    lines = ["| " + " | ".join(columns) + " |", "| --- |" + " ---: |" * (len(columns) - 1)]
    return "\n".join([*lines, *("| " + " | ".join([name, *cells]) + " |" for name, cells in rows)])


def by_ink(tallies: Tallies, kinds: Iterable[str] | None = None) -> str:
    """Answers by kind of ink."""
    wanted = sorted({kind for kind, _ in tallies}) if kinds is None else list(kinds)
    rows = []
    for kind in wanted:
        of = total(tallies, kinds=[kind])
        if of:
            person, wrong = (total(tallies, said, [kind]) for said in (Answer.PERSON, Answer.WRONG))
            rows.append((kind, [f"{of:,}", share(person, of), share(wrong, of)]))
    return table("what stands there", rows, ("how many", "to a person", "wrong"))


def damage(results: Results, ours: bool) -> str:
    """The table of one source of damage by kind, all of them last."""
    rows = [(f"`{kind}`", row(counts)) for kind, counts in results.of(ours).items()]
    return table("damage", [*rows, ("**all**", row(results.everything(ours)))], HEAD)


def crossed(results: Results) -> str:
    """Wrong boxes and boxes sent to a person by damage and pen."""
    pens = list(dict.fromkeys(pen for _, pen in results.pairs))
    rows = []
    for kind in results.of(True):
        cells = []
        for pen in pens:
            counts = results.pairs.get((kind, pen), Counts())
            boxes = total(counts.boxes)
            wrong, person = total(counts.boxes, Answer.WRONG), total(counts.boxes, Answer.PERSON)
            cells += [f"{boxes:,}", str(wrong), percent(person / boxes) if boxes else "–"]
        rows.append((f"`{kind}`", cells))
    head = [f"{pen}: {what}" for pen in pens for what in ("boxes", "wrong", "to a person")]
    return table("damage", rows, head)


def outcomes(counts: Counts) -> str:
    """The named reasons of pages that were not read."""
    found: Counter[str] = counts.outcomes
    if not found:
        return "Every page was read."
    return table("reason", [(f"`{name}`", [str(count)]) for name, count in found.most_common()], ("pages",))


def aims(results: Results) -> str:
    """What the reader is meant to reach, and what it reaches."""
    ours = results.everything(True)
    identified = (
        f"{percent(ours.identified / ours.pages)} ({ours.identified:,} of {ours.pages:,})" if ours.pages else "–"
    )
    rows = [
        ("pages taken for another page", ["0", share(ours.wrong_page, ours.pages)]),
        ("pages identified", ["≥ 99.5 %", identified]),
    ]
    for (mine, pen), counts in results.pens.items():
        boxes = total(counts.boxes)
        if mine and boxes:
            wrong, person = (total(counts.boxes, answer) for answer in (Answer.WRONG, Answer.PERSON))
            rows += [
                (f"boxes wrong without a person being asked, {pen}", ["≤ 0.02 %", share(wrong, boxes)]),
                (f"boxes sent to a person, {pen}", ["≤ 1 %", percent(person / boxes)]),
            ]
    return table("all damage of ours together", rows, ("aim", "measured"))


def page_text(results: Results) -> str:
    """The whole page."""
    from accuracy_words import AUGRAPHY_MISSING, BOXES, FIELDS, FINDINGS, HOW, OTHER, OURS, PENS

    ours, other = results.everything(True), results.everything(False)
    pens = [(pen, row(counts)) for (mine, pen), counts in results.pens.items() if mine]
    last = results.seed + results.seeds - 1
    found = [*ours.findings, *other.findings]
    shown = [one for one in found if "taken for" in one or (" box " in one and ", hostile: " not in one)]
    parts = [
        HOW.format(first=results.seed, last=last, seeds=results.seeds, pages=ours.pages + other.pages,
                   forms=len(ours.forms | other.forms), when=results.when),
        aims(results), OURS, damage(results, True), PENS, table("pen", pens, HEAD), crossed(results),
        BOXES, by_ink(ours.boxes), FIELDS,
        by_ink(ours.fields, [*WRITING_INKS, *(kind.value for kind in (FieldClass.EMPTY, FieldClass.PRINTED))]),
        "## Pages that were not read", outcomes(ours),
        OTHER, *((damage(results, False), outcomes(other)) if other.pages else (AUGRAPHY_MISSING,)),
        FINDINGS, "\n".join(f"- {one}" for one in sorted(shown)) or "None.",
    ]  # fmt: skip
    return "\n\n".join(parts) + "\n"
