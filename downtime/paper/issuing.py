"""One form as it prints for one department: composed, laid out, with its approval, labels and the site's own codes."""

from __future__ import annotations

from datetime import date

from downtime.library.schema import FormSpec
from downtime.library.shelf import LibraryForm
from downtime.page.geometry import PaperSize
from downtime.paper.compose import Surroundings, compose
from downtime.paper.header import Imprint
from downtime.paper.labels import DEFAULT_STOCK, STOCKS, LabelStock, build_label_sheet
from downtime.paper.sheet import PrintedForm, build_form
from downtime.paper.surroundings import date_text
from downtime.site import Department, Facility, Site, approval_state

CodeText = tuple[str, str] | None
"""Kind and text of one of the site's own codes; None where it needs a patient."""


def issued_form(
    site: Site,
    department: Department,
    library: LibraryForm,
    around: Surroundings,
    imprint: Imprint,
    paper: PaperSize | None = None,
) -> tuple[FormSpec, PrintedForm]:
    """Compose and lay out a form or a sheet of labels for one department.

    `paper` is another paper than the site's. Raises ConfigError for a form that cannot be printed.
    """
    spec = compose(library, around)
    return spec, laid_out(spec, site.facility, department, imprint, paper)


def laid_out(
    spec: FormSpec, facility: Facility, department: Department, imprint: Imprint, paper: PaperSize | None = None
) -> PrintedForm:
    """Lay a composed form or sheet of labels out for one department."""
    if spec.labels:
        stock, x_offset_mm, y_offset_mm = label_setting(facility, paper)
        return build_label_sheet(spec, stock, imprint, x_offset_mm, y_offset_mm)
    places = tuple(code.position for code in facility.site_codes)
    return build_form(spec, paper or facility.paper, imprint, places, site_code_texts(facility, department, spec))


def label_setting(facility: Facility, paper: PaperSize | None = None) -> tuple[LabelStock, float, float]:
    """The label stock, and how far the site's printer is off in mm; another paper than the site's has its own stock."""
    labels = facility.labels
    name = labels.sheet if labels and paper is None else DEFAULT_STOCK[paper or facility.paper]
    return STOCKS[name], labels.x_offset_mm if labels else 0, labels.y_offset_mm if labels else 0


def site_code_texts(facility: Facility, department: Department, spec: FormSpec) -> tuple[CodeText, ...]:
    """What each of the site's own codes says on a page without a patient; None where it needs one."""
    known = site_code_words(facility, department, spec)
    texts: list[CodeText] = []
    for code in facility.site_codes:
        try:
            texts.append((code.kind, code.text.format(**known)))
        except KeyError:
            texts.append(None)
    return tuple(texts)


def site_code_words(facility: Facility, department: Department, spec: FormSpec) -> dict[str, str]:
    """What the text of a site's own code may name in braces, as far as it is known without a patient."""
    types = facility.document_types
    return {
        "form_document_type": types.get(spec.form, types.get("default", "")),
        "form": spec.form,
        "revision": spec.revision,
        "facility": facility.id,
        "department": department.id,
    }


def approval_words(site: Site, department: Department, library: LibraryForm, today: date) -> tuple[bool, str]:
    """Whether a form may be used for patients of a department, and the footer's words: by whom, or why not."""
    state = approval_state(
        site.approvals, form=library.spec.form, revision=library.spec.revision, content=library.digest,
        department=department.id, today=today,
    )  # fmt: skip
    if state.approved and state.form and state.department:
        return True, (
            f"Approved: {state.form.by}, {state.form.role}, {date_text(state.form.date)}; "
            f"unit: {state.department.by}, {date_text(state.department.date)}"
        )
    return False, f"Not approved: {state.why}"
