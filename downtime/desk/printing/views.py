"""Printing's pages: ask for a packet or a kit, see it being made, download it, and what was made before."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from downtime.desk.accounts.models import User
from downtime.desk.audit.chain import record_alone
from downtime.desk.store.jobs import ask
from downtime.desk.store.models import Job, JobKind, JobState
from downtime.desk.store.pictures import pictures
from downtime.desk.web.errors import problem
from downtime.desk.web.facility import site
from downtime.desk.web.people import person
from downtime.errors import ConfigError, InputError
from downtime.paper.kit_numbers import MOST_ARRIVALS
from downtime.site import Site
from downtime.site.kit_settings import MOST_HOURS

A_PAGE = 30
MOST_CENSUS_BYTES = 50_000_000
_SUFFIXES = frozenset({".csv", ".json", ".ndjson", ".hl7", ".txt", ".sealed"})


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """What may be made, and what was made."""
    user = person(request)
    wrong = ""
    loaded: Site | None = None
    try:
        loaded = site()
    except ConfigError as error:
        wrong = str(error)
    choices = _departments(loaded, user)
    context = {
        "choices": choices, "wrong": wrong, "no_site": loaded is None and not wrong, "most_hours": MOST_HOURS,
        "most_arrivals": MOST_ARRIVALS, "kept": loaded is not None and loaded.snapshots_folder.is_dir(),
    }  # fmt: skip
    return render(request, "printing/list.html", context | _jobs(request, user))


@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """The list alone, asked for again and again while something is being made."""
    return render(request, "printing/jobs.html", _jobs(request, person(request)))


@require_POST
def packet(request: HttpRequest) -> HttpResponse:
    """Ask for the packet of a department."""
    name = _chosen(request)
    if name is None:
        return _not_theirs(request)
    ask(
        JobKind.PACKET, request.POST["department"], person(request), title=name,
        single_sided=request.POST.get("single_sided") == "yes",
    )  # fmt: skip
    messages.success(request, f"The packet of {name} is being made. It appears below.")
    return redirect("printing:list")


@require_POST
def kit(request: HttpRequest) -> HttpResponse:
    """Ask for the kit of a department, for the patients of a census."""
    name = _chosen(request)
    if name is None:
        return _not_theirs(request)
    hours = _number(request.POST.get("hours", ""), MOST_HOURS)
    blank = _number(request.POST.get("blank", ""), MOST_ARRIVALS)
    if hours is None or blank is None:
        messages.error(
            request,
            f"Type whole numbers: hours up to {MOST_HOURS}, arrivals up to {MOST_ARRIVALS}, or leave them empty.",
        )
        return redirect("printing:list")
    try:
        census = [_kept(one) for one in request.FILES.getlist("census")]
    except InputError as error:
        messages.error(request, str(error))
        return redirect("printing:list")
    ask(
        JobKind.KIT, request.POST["department"], person(request), title=name, hours=hours, blank=blank, census=census,
        single_sided=request.POST.get("single_sided") == "yes",
    )  # fmt: skip
    messages.success(request, f"The kit of {name} is being made. It appears below.")
    return redirect("printing:list")


@require_safe
def download(request: HttpRequest, number: int) -> HttpResponse:
    """The PDF of a packet or kit; each download is noted."""
    user = person(request)
    job = get_object_or_404(Job, pk=number, kind__in=[JobKind.PACKET, JobKind.KIT])
    if not user.may_work_for(job.subject):
        return _not_theirs(request)
    if not job.file:
        return problem(request, 404, "This PDF is no longer kept.", "Make it again: the data in it are old.")
    try:
        content = pictures().get(job.file)
    except InputError as error:
        return problem(request, 404, f"{error.what[:1].upper()}{error.what[1:]}.", "Make it again.")
    record_alone(user, f"{job.kind}.downloaded", f"job:{job.pk}", kit=job.kit)
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{job.kind}-{job.subject}-{job.kit}.pdf"'
    return answer


def departments(user: User) -> list[tuple[str, str]]:
    """The departments that a user prints for: id and name; none while the site folder cannot be read."""
    try:
        return _departments(site(), user)
    except ConfigError:
        return []


def _departments(loaded: Site | None, user: User) -> list[tuple[str, str]]:
    found = loaded.departments.values() if loaded else ()
    return [(one.id, one.name) for one in found if user.may_work_for(one.id)]


def _jobs(request: HttpRequest, user: User) -> dict[str, Any]:
    after = _number(request.GET.get("after", ""), 2**31) or 0
    jobs = Job.objects.filter(kind__in=[JobKind.PACKET, JobKind.KIT]).select_related("by").order_by("-pk")
    if user.departments and not user.break_glass:
        jobs = jobs.filter(subject__in=user.departments)
    found = list(jobs[after : after + A_PAGE + 1])
    return {
        "jobs": found[:A_PAGE], "busy": any(job.is_open for job in found), "after": after, "states": JobState,
        "next_after": after + A_PAGE if len(found) > A_PAGE else None,
    }  # fmt: skip


def _chosen(request: HttpRequest) -> str | None:
    """The name of the chosen department; None for one that is not this user's, or none at all."""
    return dict(departments(person(request))).get(request.POST.get("department", ""))


def _not_theirs(request: HttpRequest) -> HttpResponse:
    return problem(
        request, 422, "This department is not one that you print for.",
        "Choose one of the list. An administrator says for which departments you work.",
    )  # fmt: skip


def _number(text: str, most: int) -> int | None:
    """A whole number that was typed, 0 for nothing; None for anything else."""
    text = text.strip()
    if not text:
        return 0
    return int(text) if text.isascii() and text.isdigit() and len(text) < 11 and int(text) <= most else None


def _kept(one: Any) -> tuple[str, str]:
    """Keep an uploaded census until the kit is made: the end of its name, which says what it is, and its hash."""
    suffix = Path(one.name or "").suffix.lower()
    if suffix not in _SUFFIXES:
        raise InputError("this is no census file", why="it is not CSV, FHIR JSON or HL7 v2", do="choose another file")
    if not one.size or one.size > MOST_CENSUS_BYTES:
        raise InputError("this census file is empty, or too large", do="export it again, for one unit")
    if not isinstance(one, TemporaryUploadedFile):
        raise TypeError("uploads are written to disk (FILE_UPLOAD_HANDLERS)")
    return suffix, pictures().put_file(Path(one.temporary_file_path()))
