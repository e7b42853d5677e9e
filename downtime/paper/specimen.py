"""A specimen: one form, blank, to look at, for nobody in particular or as a department would get it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from downtime import __version__
from downtime.errors import UsageError
from downtime.library.schema import FieldSpec, FormSpec
from downtime.library.shelf import LibraryForm, Shelf
from downtime.page.code import PageCoder, facility_number, kit_text, new_kit_id
from downtime.page.geometry import PaperSize
from downtime.page.layout import canonical_json
from downtime.paper.document import Document
from downtime.paper.header import Imprint
from downtime.paper.issuing import approval_words, issued_form
from downtime.paper.production import chosen_paper
from downtime.paper.surroundings import moment_text, surroundings
from downtime.site import Approvals, Department, Facility, Site, load_site
from downtime.textyaml import nearest

SPECIMEN = "specimen"


def specimen_pdf(
    form_id: str, site: Path | None, department: str | None, paper: str | None, made_at: datetime | None = None
) -> tuple[int, bytes]:
    """Print one blank form or sheet of labels; returns the number of pages and the PDF.

    Without a site it is for a facility called “Specimen”; with one, for its `department` and with its approvals.
    Raises UsageError for a form, department or paper that does not exist, ConfigError for a form that is wrong.
    """
    size = chosen_paper(paper)
    shelf = Shelf(site / "forms" if site else None)
    if form_id not in shelf.ids:
        raise UsageError(f"there is no form “{form_id}”", do=nearest(form_id, shelf.ids))
    if department is not None and site is None:
        raise UsageError(
            f"“{department}” is a department of no site", why="only a site folder has departments", do="add --site"
        )
    library = shelf.form(form_id)
    # Other forms of the site may be missing while somebody is still writing them.
    loaded = load_site(site) if site else neutral_site(size or PaperSize.LETTER)
    unit = loaded.department(department) if department else neutral_department(library.spec)
    return _printed(loaded, unit, library, size, made_at or datetime.now())


def neutral_site(paper: PaperSize) -> Site:
    """A site that is nobody's: Letter comes with US units, A4 with those of the rest of the world."""
    letter = paper is PaperSize.LETTER
    facility = Facility.model_validate(
        {
            "id": SPECIMEN, "name": "Specimen", "short_name": "Specimen", "country": "US" if letter else "UK",
            "paper": paper.value, "timezone": "UTC", "temperature_unit": "F" if letter else "C",
            "glucose_unit": "mg/dL" if letter else "mmol/L",
            "service_desk": {"name": "IT service desk", "phone": "________"},
            "medication_times": {"profile": "us_adult_inpatient" if letter else "uk_adult_inpatient"},
        }
    )  # fmt: skip
    return Site(
        root=Path(), facility=facility, departments={}, contacts={}, approvals=Approvals(), files={},
        department_files={},
    )  # fmt: skip


def neutral_department(form: FormSpec) -> Department:
    """A department that is nobody's; lists that only a department can fill hold examples."""
    lists = {str(spec.options_from): ("Example 1", "Example 2", "Example 3") for spec in _open_choices(form)}
    return Department.model_validate(
        {
            "id": SPECIMEN, "name": "Specimen", "kind": "other", "inpatient": "no", "beds": "0",
            "box": {"id": SPECIMEN, "location": SPECIMEN}, "lists": lists,
            "packet": {"sections": [{"section": SPECIMEN, "forms": [{"form": form.form, "copies": "1"}]}]},
        }
    )  # fmt: skip


def _open_choices(form: FormSpec) -> Iterator[FieldSpec]:
    for section in (part for whole in form.sections for part in whole.whole):
        columns = section.grid.columns if section.grid else ()
        cells = [spec for column in columns for line in column.cell for spec in line]
        repeated = section.repeat.fields if section.repeat else ()
        for spec in (*section.fields, *columns, *cells, *repeated):
            if spec.options_from and not spec.options:
                yield spec


def _printed(
    site: Site, department: Department, library: LibraryForm, paper: PaperSize | None, made_at: datetime
) -> tuple[int, bytes]:
    facility = site.facility
    size = paper or facility.paper
    seed = canonical_json([facility.id, department.id, library.digest, size.value, made_at.isoformat(), __version__])
    kit = new_kit_id(seed.encode())
    approved, approval = approval_words(site, department, library, made_at.date())
    imprint = Imprint(
        facility=facility.name, department=department.name, made_at=moment_text(made_at), expires="",
        approval=approval, kit=kit_text(kit), software=__version__, approved=approved, signed=False, kind="Specimen",
        number_label=facility.patient_number.label,
    )  # fmt: skip
    _, printed = issued_form(site, department, library, surroundings(site, department), imprint, paper)
    pages = len(printed.pages)
    document = Document(
        PageCoder(facility_number(facility.id), kit, pages), kit, drill=False,
        title=f"Specimen: {printed.title}", subject=f"Printed {imprint.made_at}",
    )  # fmt: skip
    document.define_form(printed.id, printed)
    for index in range(pages):
        document.place(printed.id, index)
    return pages, document.save()
