"""All fields of a sheet in the order of keying: the layout's boxes, with the words of the form."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from downtime.desk.fields.keyed import KeyedField, KeyedKind, Option, union
from downtime.desk.fields.meaning import FormMeanings, Meaning, bounds_of, name_words, named_bounds, plain
from downtime.desk.fields.page_parts import FOOT_PREFIX, OWN_ON_EACH_PAGE, PAGE_PARTS, PagePart
from downtime.library.schema import FieldSpec, FieldType, FormSpec
from downtime.page.layout import FieldBox, Layout, choice_of

_SIDE = re.compile(r"@p?[0-9]+$")
_WORDS_OF_OPTION = re.compile(r"^(?P<choice>.+)\.(?P<option>[^.]+)\.text(?P<number>[0-9]*)$")
_WORDS_OF_BOX = re.compile(r"^(?P<box>.+)\.text(?P<number>[0-9]*)$")


def sheet_fields(layout: Layout, form: FormSpec | None) -> tuple[KeyedField, ...]:
    """The fields of a sheet; `form` as composed for the department, None where the revision is not known any more."""
    meanings = FormMeanings(form) if form is not None else None
    placed: list[tuple[tuple[int, int, int], KeyedField]] = []
    first_of_group: dict[tuple[int, str], int] = {}
    for page, gathered in _gathered(layout):
        field, order = _keyed(gathered, page, meanings)
        section = gathered.id.partition(".")[0]
        start = first_of_group.setdefault((page, section), len(placed))
        placed.append(((page, start, order), field))
    placed.sort(key=lambda item: item[0])
    return tuple(_with_checks([field for _, field in placed], layout))


def bare_id(field_id: str) -> str:
    """The id without the side that it stands on: what is repeated on a later page has the same one."""
    return _SIDE.sub("", field_id)


def _with_checks(fields: list[KeyedField], layout: Layout) -> Iterator[KeyedField]:
    """Put one look in the place of what is written again on a later page, and one at the end of each page."""
    for page in range(len(layout.pages)):
        here = [field for field in fields if field.page == page]
        repeated: dict[tuple[str, str], list[KeyedField]] = {}
        for field in here:
            if _is_repeated(field):
                repeated.setdefault((field.group, field.part), []).append(field)
        for field in here:
            if not _is_repeated(field):
                yield field
            elif repeated[field.group, field.part][0] is field:
                yield _same(repeated[field.group, field.part])
        yield KeyedField(
            id=f"check.page{page + 1}", kind="page", page=page, at=(0.0, 0.0, layout.width_mm, layout.height_mm),
            label="Nothing else is written on this page", group="The page as a whole", required=True,
        )  # fmt: skip


def _is_repeated(field: KeyedField) -> bool:
    bare = bare_id(field.id)
    return field.id != bare and bare not in OWN_ON_EACH_PAGE


def _same(repeated: list[KeyedField]) -> KeyedField:
    first = repeated[0]
    return KeyedField(
        id=f"check.{first.id}",
        kind="same",
        page=first.page,
        at=union([field.at for field in repeated]),
        label="The same as on the first page",
        group=first.group,
        part=first.part,
        critical=any(field.critical for field in repeated),
        covers=tuple(field.id for field in repeated),
    )


@dataclass(frozen=True, slots=True)
class _Gathered:
    """The boxes of one field of a page."""

    id: str
    boxes: tuple[FieldBox, ...]

    @property
    def bare(self) -> str:
        """The id without the side that it stands on."""
        return bare_id(self.id)


def _gathered(layout: Layout) -> Iterator[tuple[int, _Gathered]]:
    for number, page in enumerate(layout.pages):
        found: dict[str, list[FieldBox]] = {}
        for box in page.fields:
            if box.kind != "print" and not box.id.startswith(FOOT_PREFIX):
                found.setdefault(choice_of(box.id), []).append(box)
        for name, boxes in found.items():
            yield number, _Gathered(name, tuple(boxes))


def _keyed(gathered: _Gathered, page: int, meanings: FormMeanings | None) -> tuple[KeyedField, int]:
    part = PAGE_PARTS.get(gathered.bare)
    if part is not None:
        return _of_page(gathered, page, part), 0
    meaning = meanings.of(gathered.bare) if meanings else None
    if meaning is not None:
        return _of_form(gathered, page, meaning), meaning.order
    if meanings is not None and (found := _words_of(gathered, meanings)) is not None:
        label, owner = found
        field = replace(_bare(gathered, page), label=label, group=owner.group, part=owner.part, critical=owner.critical)
        return field, owner.order
    # Nobody knows what it is, so it is treated as what must not be wrong.
    return replace(_bare(gathered, page), critical=meanings is None), 0


def _bare(gathered: _Gathered, page: int) -> KeyedField:
    """A field as far as the layout alone tells."""
    first = gathered.boxes[0].kind
    kind: KeyedKind = "choice" if first == "option" else "text" if first == "print" else first
    name = gathered.bare.rsplit(".", 1)
    return KeyedField(
        id=gathered.id,
        kind=kind,
        page=page,
        at=union([box.at for box in gathered.boxes]),
        label=name_words(name[-1]),
        group=name_words(name[0]) if len(name) > 1 else "",
        options=_options(gathered, {}) if kind == "choice" else (),
    )


def _options(gathered: _Gathered, words: dict[str, str]) -> tuple[Option, ...]:
    found = []
    for box in gathered.boxes:
        name = _SIDE.sub("", box.id.partition("#")[2])
        found.append(Option(name, words.get(name) or name_words(name).lower(), box.at))
    return tuple(found)


def _of_page(gathered: _Gathered, page: int, part: PagePart) -> KeyedField:
    return replace(
        _bare(gathered, page),
        kind=part.kind,
        label=part.label,
        group=part.group,
        critical=part.critical,
        required=part.required,
        options=_options(gathered, dict(part.options)) if part.options else (),
        bounds=named_bounds(part.range, "kg") if part.range else None,
        decimals=1 if part.range else 0,
        unit="kg" if part.range else "",
    )


def _of_form(gathered: _Gathered, page: int, meaning: Meaning) -> KeyedField:
    spec = meaning.spec
    field = _bare(gathered, page)
    choice = spec.type is FieldType.CHOICE
    return replace(
        field,
        label=meaning.label,
        group=meaning.group,
        part=meaning.part,
        hint=plain(spec.hint),
        unit=plain(spec.unit),
        options=_options(gathered, _option_words(spec.options)) if choice else field.options,
        multiple=spec.multiple,
        required=spec.required,
        critical=meaning.critical,
        bounds=bounds_of(spec),
        decimals=spec.decimals or 0,
        boxes=spec.boxes,
        codes=_codes(spec),
    )


def _codes(spec: FieldSpec) -> tuple[tuple[str, str], ...]:
    return tuple(spec.code.model_dump(exclude_none=True).items()) if spec.code else ()


def _option_words(options: tuple[str, ...]) -> dict[str, str]:
    from downtime.library.option_ids import slug

    return {slug(option): re.sub(r"\s*_{4,}\s*", " … ", plain(option)).strip() for option in options}


def _words_of(gathered: _Gathered, meanings: FormMeanings) -> tuple[str, Meaning] | None:
    """The blanks (____) in the words of an option, of a box, or of printed text: what they belong to, with a label."""
    found = _WORDS_OF_OPTION.match(gathered.bare)
    if found and (owner := meanings.of(found["choice"])) is not None:
        return f"{owner.label}, {name_words(found['option']).lower()}", owner
    found = _WORDS_OF_BOX.match(gathered.bare)
    if found and (owner := meanings.of(found["box"])) is not None:
        return f"{owner.label}, in words", owner
    front, _, part = gathered.bare.rpartition(".")
    if front and (owner := meanings.of(front)) is not None:
        return f"{owner.label}, {name_words(part).lower()}", owner
    return None
