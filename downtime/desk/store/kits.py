"""Kits come in: a manifest becomes a kit with its sheets, layouts, form definitions and the patients it names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db import transaction

from downtime.desk.accounts.models import User
from downtime.desk.audit.chain import record
from downtime.desk.fields.keyed import fields_json
from downtime.desk.fields.moments import date_of
from downtime.desk.fields.sheet_fields import sheet_fields
from downtime.desk.store.definitions import Definitions
from downtime.desk.store.models import FormDefinition, Kit, Layout, Patient, Sheet
from downtime.desk.store.patients import rows_of
from downtime.desk.store.pictures import pictures
from downtime.desk.store.priority import rank_of
from downtime.errors import InputError
from downtime.library.schema import FormSpec
from downtime.page.layout import Layout as PageLayouts
from downtime.page.manifest import Manifest, ManifestKind
from downtime.page.manifest import Sheet as IssuedSheet

_BATCH = 500


@dataclass(frozen=True, slots=True)
class AddedKit:
    """A kit that came in; `new` is false where it was here already."""

    kit: Kit
    new: bool


def add_kit(manifest: Manifest, by: User | None, definitions: Definitions) -> AddedKit:
    """Store a kit; the same manifest twice is one kit.

    Raises InputError for a kit of the same number with other content, and for one that is a rehearsal where this desk
    is live, or the other way round.
    """
    content = manifest.to_json()
    _check_mode(manifest)
    name = pictures().put(content)
    with transaction.atomic():
        known = Kit.objects.select_for_update().filter(kit=manifest.kit).first()
        if known is not None:
            if known.manifest != name:
                raise InputError(
                    f"there is another kit {manifest.kit} here",
                    why="two print runs with one number cannot be told apart on paper",
                    do="keep the sheets of the second one apart, and key them as unidentified pages",
                )
            return AddedKit(known, False)
        kit = _kit_row(manifest, name, by)
        kit.save()
        _keep_layouts(manifest)
        forms = _keep_definitions(manifest, definitions)
        people = _patients(manifest.sheets)
        Sheet.objects.bulk_create(
            (
                _sheet_row(kit, sheet, forms.get(sheet.layout), people)
                for sheet in manifest.sheets
                if not _is_card(sheet, manifest)
            ),
            batch_size=_BATCH,
        )
        record(by, "kit.added", f"kit:{kit.kit}", kind=kit.kind, sheets=len(manifest.sheets), signed=kit.signed)
    return AddedKit(kit, True)


def _check_mode(manifest: Manifest) -> None:
    rehearsal = manifest.kind is ManifestKind.DRILL
    if rehearsal and not settings.DESK.drill:
        raise InputError(
            f"the kit {manifest.kit} was printed for a rehearsal",
            why="this desk is live, and nothing rehearsed may reach a record",
            do="start a desk for rehearsals: downtime desk --drill",
        )
    if settings.DESK.drill and not rehearsal:
        raise InputError(
            f"the kit {manifest.kit} is a live one",
            why="this desk is for rehearsals, and what it holds is thrown away",
            do="add the kit to the live desk, started without --drill",
        )


def _is_card(sheet: IssuedSheet, manifest: Manifest) -> bool:
    """Whether nothing can be written on a sheet: covers, role cards, phone trees, dividers, label sheets."""
    return not any(page.fields for page in manifest.layouts[sheet.layout].pages)


def _kit_row(manifest: Manifest, name: str, by: User | None) -> Kit:
    return Kit(
        kit=manifest.kit,
        kind=manifest.kind.value,
        facility=manifest.facility.id,
        facility_name=manifest.facility.name,
        department=manifest.department.id,
        department_name=manifest.department.name,
        made_at=manifest.made_at,
        data_as_of=manifest.data_as_of,
        signed=manifest.signed,
        page_count=manifest.page_count,
        manifest=name,
        added_by=by,
    )


def _keep_layouts(manifest: Manifest) -> None:
    rows = [
        Layout(
            id=layout_id, id48=layout.id48, form=layout.form, revision=layout.revision, paper=layout.paper,
            json=layout.canonical_json(),
        )
        for layout_id, layout in manifest.layouts.items()
    ]  # fmt: skip
    Layout.objects.bulk_create(rows, ignore_conflicts=True)


def _keep_definitions(manifest: Manifest, definitions: Definitions) -> dict[str, FormSpec]:
    """Keep what is keyed from each layout, and return the forms by layout; one that is not known is left out."""
    department = manifest.department.id
    found = {
        layout_id: form
        for layout_id, layout in manifest.layouts.items()
        if (form := definitions.form(layout, department)) is not None
    }
    kept = FormDefinition.objects.filter(layout__in=manifest.layouts, department=department)
    there = set(kept.values_list("layout_id", flat=True))
    rows = [
        _definition_row(layout_id, layout, department, found.get(layout_id))
        for layout_id, layout in manifest.layouts.items()
        if layout_id not in there and any(page.fields for page in layout.pages)
    ]
    FormDefinition.objects.bulk_create(rows, ignore_conflicts=True)
    return found


def _definition_row(layout_id: str, layout: PageLayouts, department: str, form: FormSpec | None) -> FormDefinition:
    return FormDefinition(
        layout_id=layout_id,
        department=department,
        known=form is not None,
        targets=[target.value for target in form.record.targets] if form else [],
        fields=fields_json(sheet_fields(layout, form)),
    )


def _patients(sheets: Sequence[IssuedSheet]) -> dict[str, int]:
    """Rows for the patients that sheets name, by reference; existing ones are left as they are."""
    named = {sheet.patient: sheet for sheet in reversed(sheets) if sheet.patient}
    references = sorted(named)
    new = rows_of((reference, *_printed_details(named[reference])) for reference in references)
    Patient.objects.bulk_create(new, ignore_conflicts=True, batch_size=_BATCH)
    found: dict[str, int] = {}
    for start in range(0, len(references), _BATCH):
        batch = references[start : start + _BATCH]
        found |= dict(Patient.objects.filter(reference__in=batch).values_list("reference", "pk"))
    return found


def _printed_details(sheet: IssuedSheet) -> tuple[str, date | None, str]:
    """Name, date of birth and sex as they were printed on a sheet."""
    printed = sheet.printed
    names = (printed.get("patient.surname", ""), printed.get("patient.given", ""))
    born = date_of(printed.get("patient.birth_date", ""))
    return ", ".join(part for part in names if part), born, printed.get("patient.sex", "")[:20]


def _sheet_row(kit: Kit, sheet: IssuedSheet, form: FormSpec | None, people: dict[str, int]) -> Sheet:
    return Sheet(
        kit=kit,
        number=sheet.number,
        form=sheet.form,
        title=sheet.title,
        revision=sheet.revision,
        layout_id=sheet.layout,
        first_page=sheet.first_page,
        last_page=sheet.last_page,
        step=sheet.step,
        copy_number=sheet.copy_number,
        unit=sheet.unit or "",
        printed=sheet.printed,
        patient_id=people.get(sheet.patient or ""),
        rank=rank_of(form),
        fate=form.record.fate.value if form else "",
    )
