"""The forms of a department, and a preview of each: blank, as the department would get it today."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from downtime.desk.printing.views import departments
from downtime.desk.web.errors import problem
from downtime.desk.web.facility import site
from downtime.desk.web.people import person
from downtime.errors import ConfigError, DowntimeError
from downtime.library.shelf import Shelf
from downtime.paper.specimen import specimen_pdf


@require_safe
def forms(request: HttpRequest) -> HttpResponse:
    """The forms of one department: title, id, whether it stands in the packet or kit."""
    choices = departments(person(request))
    chosen = request.GET.get("department", "")[:80]
    if chosen not in dict(choices):
        chosen = choices[0][0] if choices else ""
    rows: list[tuple[str, str]] = []
    wrong = ""
    try:
        loaded = site()
        if loaded is not None and chosen:
            titles = Shelf(loaded.forms_folder).titles()
            rows = [(id, titles.get(id, id)) for id in dict.fromkeys(loaded.department(chosen).form_ids)]
    except ConfigError as error:
        wrong = str(error)
    context = {"choices": choices, "chosen": chosen, "rows": rows, "wrong": wrong}
    return render(request, "readiness/forms.html", context)


@require_safe
def preview(request: HttpRequest, department: str, form: str) -> HttpResponse:
    """One blank form as PDF, shown in the browser."""
    if department not in dict(departments(person(request))):
        return problem(request, 404, "There is no such department for you.", "Choose one of the list.")
    try:
        _, pdf = specimen_pdf(form, settings.DESK.site_folder, department, None)
    except DowntimeError as error:
        return problem(request, 404, f"This form cannot be shown: {error.what}.", error.do or "Check the site folder.")
    answer = HttpResponse(pdf, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{form}.pdf"'
    # The browser's own viewer is an object in a page of its own; the policy of our pages would keep it from starting.
    answer["Content-Security-Policy"] = "default-src 'self'; object-src 'self'; base-uri 'none'; frame-ancestors 'none'"
    return answer
