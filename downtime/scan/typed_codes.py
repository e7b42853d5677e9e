"""Codes that people typed for pages that could not be identified: a file of ``page: code`` lines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from downtime.errors import ConfigError, Finding
from downtime.page.code_failure import CodeFailure
from downtime.page.typed_code import parse_short, short_text
from downtime.textyaml import read_yaml

LEAST_DIGITS = 4


def short_page_ids(pages: Iterable[str]) -> Mapping[str, str]:
    """The shortest name of each page that people can type: the first digits of its file's hash, and its number.

    Names of all pages of one batch differ; ``3f2a9c-12`` is the twelfth page of the file whose hash begins so.
    """
    split = {page: page.rpartition("-") for page in pages}
    hashes = sorted({file for file, _, _ in split.values()})
    digits = {}
    for at, file in enumerate(hashes):
        near = hashes[max(at - 1, 0) : at] + hashes[at + 1 : at + 2]
        digits[file] = max([6, *(_common(file, other) + 1 for other in near)])
    return {page: f"{file[: digits[file]]}-{int(number)}" for page, (file, _, number) in split.items()}


def _common(one: str, other: str) -> int:
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def read_typed_codes(path: Path, pages: Iterable[str]) -> dict[str, str]:
    """Read the file: page ids of this batch to codes in their one spelling.

    Raises ConfigError with every line whose page is not in the batch, or whose code is mistyped.
    """
    text = read_yaml(path)
    if not isinstance(text.data, dict):
        raise ConfigError(
            findings=[text.finding((), "this is not a list of codes", do="write one line a page: 3f2a9c-12: XXXX …")]
        )
    known = sorted(pages)
    codes: dict[str, str] = {}
    findings: list[Finding] = []
    for name, typed in text.data.items():
        found = _named(str(name), known)
        code = parse_short(str(typed))
        if len(found) != 1:
            what = "no page of this batch" if not found else "more than one page"
            do = "take the page's name from the report" if not found else "write more of its first part"
            findings.append(text.finding((name,), f"“{str(name)[:40]}” names {what}", do=do))
        elif isinstance(code, CodeFailure):
            findings.append(
                text.finding((name,), f"the code of {name}: {code.remedy.meaning}", code.detail, code.remedy.do)
            )
        else:
            codes[found[0]] = short_text(code.kit, code.page, code.drill)
    if findings:
        raise ConfigError(findings=findings)
    return codes


def _named(name: str, known: list[str]) -> list[str]:
    digits, dash, number = name.strip().lower().rpartition("-")
    if not dash or len(digits) < LEAST_DIGITS or not number.isdecimal():
        return []
    return [page for page in known if page.startswith(digits) and page.endswith(f"-{int(number):04d}")]
