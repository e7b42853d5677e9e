"""The readiness board: which box can be opened with confidence, which not and why; boxes are declared filled here."""

from __future__ import annotations

import tempfile
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from downtime.desk.accounts.models import User
from downtime.desk.audit.chain import record
from downtime.desk.printing.views import departments
from downtime.desk.store.jobs import ask
from downtime.desk.store.models import Job, JobKind, JobState
from downtime.desk.store.pictures import pictures
from downtime.desk.web.people import person
from downtime.errors import DowntimeError
from downtime.paper.batch import read_site
from downtime.paper.placement import MOST_LETTERS, place, placed_boxes
from downtime.paper.readiness import BoxStatus, Readiness, State, readiness


@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """Every box with its state and every reason; the packets that can be declared placed."""
    user = person(request)
    context: dict[str, object] = {
        "wrong": "", "report": None, "boxes": [], "packets": [], "most_letters": MOST_LETTERS, "states": State,
        "last_check": _last_check(),
    }  # fmt: skip
    folder = settings.DESK.site_folder
    if folder is not None:
        try:
            report = _report(folder)
        except DowntimeError as error:
            context["wrong"] = str(error)
        else:
            mine = [box for box in report.boxes if user.may_work_for(box.department)]
            context |= {"report": report, "boxes": sorted(mine, key=_worst_first), "packets": _packets(user, report)}
    return render(request, "readiness/board.html", context)


@require_POST
def place_packet(request: HttpRequest) -> HttpResponse:
    """Declare a box filled with a packet that was made here."""
    user = person(request)
    number = request.POST.get("packet", "")
    job = _placeable(user).filter(pk=int(number)).first() if number.isascii() and number.isdigit() else None
    folder = settings.DESK.site_folder
    if job is None or folder is None:
        messages.error(request, "Choose a packet of the list: it must have been made here, for a department of yours.")
        return redirect("readiness:board")
    try:
        site, shelf = read_site(folder)
        with tempfile.TemporaryDirectory(dir=settings.DESK.store_folder) as scratch:
            pdf = Path(scratch) / "packet.pdf"
            pdf.write_bytes(pictures().get(job.file))
            done = place(site, shelf, pdf, box=request.POST.get("box", ""), by=user.name)
    except DowntimeError as error:
        messages.error(request, f"Nothing was noted: {error.what}. {error.do}")
        return redirect("readiness:board")
    with transaction.atomic():
        record(user, "box.placed", f"kit:{done.record.kit}", department=job.subject, box=done.record.box)
    old = done.replaced
    destroy = f" It replaces packet {old.kit}: destroy the old paper." if old and old.kit != done.record.kit else ""
    messages.success(request, f"Box {done.record.box} holds packet {done.record.kit}.{destroy}")
    return redirect("readiness:board")


@require_POST
def ask_check(request: HttpRequest) -> HttpResponse:
    """Ask for a check of the whole site folder; it takes some seconds."""
    if not Job.objects.filter(kind=JobKind.CHECK, state__in=[JobState.WAITING, JobState.WORKING]).exists():
        ask(JobKind.CHECK, "", person(request), title="site folder")
    return redirect("readiness:findings")


@require_safe
def findings(request: HttpRequest) -> HttpResponse:
    """What the last check found."""
    job = _last_check()
    part = request.headers.get("HX-Request") == "true"
    return render(request, "readiness/findings_part.html" if part else "readiness/findings.html", {"job": job})


def _report(folder: Path) -> Readiness:
    site, shelf = read_site(folder)
    day = datetime.now(ZoneInfo(str(site.facility.timezone))).date()
    return readiness(site, shelf, placed_boxes(site.root), day)


def _worst_first(box: BoxStatus) -> tuple[bool, str, str]:
    return box.state is State.READY, box.name, box.box


def _placeable(user: User) -> QuerySet[Job]:
    jobs = Job.objects.filter(kind=JobKind.PACKET, state=JobState.DONE, subject__in=[id for id, _ in departments(user)])
    return jobs.exclude(file="")


def _packets(user: User, report: Readiness) -> list[tuple[Job, str]]:
    """The newest packet of each department, with the box that it belongs into."""
    own = {box.department: box.box for box in reversed(report.boxes)}
    newest: dict[str, Job] = {}
    for job in _placeable(user).order_by("pk"):
        newest[job.subject] = job
    return [(job, own.get(job.subject, "")) for job in newest.values()]


def _last_check() -> Job | None:
    return Job.objects.filter(kind=JobKind.CHECK).select_related("by").order_by("-pk").first()
