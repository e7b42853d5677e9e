"""Wording: no error-prone abbreviation, no doubtful number, drug names in tall-man letters, in all that a form prints.

Which rules a text is held to depends on what it is (ISMP list of error-prone abbreviations 2024; Joint Commission
“Do Not Use” list): a unit is read as the end of a dose (“1 mL”), the options of a field called `route` or `frequency`
as such, and running text of a form that orders or gives drugs as a line of directions. Everything else is held to
the rules for any text, which never hit plain English.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from downtime.clinical.tallman import DEFAULT_SCHEME, check_tall_man
from downtime.clinical.textrules import Scope, TextFinding, check_text
from downtime.clinical.vocabulary import Target
from downtime.errors import Finding, Level
from downtime.library.schema import FormSpec
from downtime.library.shelf import LibraryForm
from downtime.paper.lint_walk import PrintedText, printed_texts

_TEMPLATE = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_ONE = "1 "
_FIELD_SCOPES: dict[str, Scope] = {
    "dose": Scope.DOSE, "unit": Scope.DOSE, "units": Scope.DOSE, "amount": Scope.DOSE, "volume": Scope.DOSE,
    "strength": Scope.DOSE, "rate": Scope.DOSE, "route": Scope.ROUTE, "frequency": Scope.FREQUENCY,
    "how_often": Scope.FREQUENCY, "times_a_day": Scope.FREQUENCY, "drug": Scope.DRUGNAME, "medicine": Scope.DRUGNAME,
    "medication": Scope.DRUGNAME, "fluid": Scope.DRUGNAME,
}  # fmt: skip


def handles_drugs(form: FormSpec) -> bool:
    """Whether a form gives or orders treatment for a patient; a requisition, whose target is a result, does not."""
    if form.scope.value != "patient":
        return False
    targets = set(form.record.targets)
    return bool(targets & {Target.MED_ADMIN, Target.BLOOD_BANK}) or targets & {Target.ORDER, Target.RESULT} == {
        Target.ORDER
    }


def wording_findings(form: LibraryForm, scheme: str = DEFAULT_SCHEME) -> Iterator[Finding]:
    """Everything in a form's printed texts that can be misread; `scheme` is the tall-man scheme of the hospital."""
    drugs = handles_drugs(form.spec)
    for printed in printed_texts(form.spec):
        text = _TEMPLATE.sub("…", printed.text)
        for scope, shown in _readings(printed, text, drugs):
            for hit in check_text(shown, scope):
                yield _finding(form, printed, hit, shown)
        for hit in check_tall_man(text, scheme):
            yield _finding(form, printed, hit, text)


def text_findings(text: str, scheme: str = DEFAULT_SCHEME) -> list[tuple[Level, str, str, str]]:
    """What can be misread in a text of no certain kind: level, what, why, what to do."""
    return [(hit.severity, *_words(hit, text)) for hit in (*check_text(text), *check_tall_man(text, scheme))]


def _readings(printed: PrintedText, text: str, drugs: bool) -> Iterator[tuple[Scope, str]]:
    """How a text is read: under which rules, and as which words."""
    yield Scope.ANY, text
    if printed.kind == "unit":
        yield Scope.DOSE, _ONE + text
    elif printed.kind == "option" and printed.field in _FIELD_SCOPES:
        scope = _FIELD_SCOPES[printed.field]
        yield scope, (_ONE + text if scope is Scope.DOSE and text[:1].isalpha() else text)
    elif printed.kind in ("prose", "option") and drugs:
        yield Scope.SIG, text
    if printed.kind in ("prose", "label", "option"):
        for hit in _numbers(text):
            yield Scope.DOSE, hit


@lru_cache(maxsize=4096)
def _numbers(text: str) -> tuple[str, ...]:
    """The numbers of a text with the word behind each: doses wherever they stand."""
    return tuple(
        found.group()
        for found in re.finditer(
            r"(?<![\w.,])[0-9]*\.?[0-9][0-9,.]*[0-9]?\s{0,2}(?:mg|mcg|[\u00b5\u03bc]g|ug|ng|g|mL|ml|cc|L|l|units?|[uU]|IU|mEq|mmol|kg)(?![A-Za-z])",
            text,
        )
    )


def _finding(form: LibraryForm, printed: PrintedText, hit: TextFinding, shown: str) -> Finding:
    what, why, do = _words(hit, shown)
    return form.finding(printed.path, what, why, do, hit.severity)


def _words(hit: TextFinding, shown: str) -> tuple[str, str, str]:
    start, end = hit.span
    # A rule may hit a part of a word; the reader looks for the whole one.
    start = max((shown.rfind(sign, 0, start) for sign in " \n"), default=-1) + 1
    end = min((at for sign in " \n" if (at := shown.find(sign, end)) >= 0), default=len(shown))
    words = shown[start:end].removeprefix(_ONE).strip() or hit.matched
    return f"“{words}” ({hit.meaning})", f"can be misread as {hit.misread}", f"write {hit.use_instead}"
