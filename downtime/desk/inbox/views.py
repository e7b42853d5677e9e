"""The inbox: dropping files, seeing pages arrive, and opening a page by its code."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from downtime.desk.accounts.models import User
from downtime.desk.inbox import queries
from downtime.desk.inbox.codes import NotNamed, page_named
from downtime.desk.store.files import receive, refuse
from downtime.desk.store.models import FileSource, FileState
from downtime.desk.web.facility import facility_key_or_none
from downtime.desk.web.people import person
from downtime.errors import ConfigError
from downtime.page.states import PageReason, PageState
from downtime.scan.limits import Limits

SHOWN = ("waiting", "all", *(state.value for state in PageState))


@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """The page to drop files on, with the newest pages."""
    return render(request, "inbox/inbox.html", _screen(request) | {"states": list(PageState)})


@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """The part that changes, asked for every few seconds: nothing is sent while nothing has changed."""
    if request.GET.get("stamp") == queries.stamp():
        return HttpResponse(status=204)
    return render(request, "inbox/live.html", _screen(request))


@require_POST
def upload(request: HttpRequest) -> HttpResponse:
    """Take files in; each is kept before anything looks at it."""
    given = request.FILES.getlist("files")
    by = person(request)
    states = [_taken(one, by) for one in given]
    new, seen = states.count(FileState.WAITING), states.count(FileState.SEEN)
    if not given:
        messages.warning(request, "No file was chosen. Drop files on the page, or choose them.")
    if new:
        messages.success(
            request, f"{new} {'file' if new == 1 else 'files'} came in. Pages appear below as they are read."
        )
    if seen:
        messages.info(request, f"{seen} came in before, byte for byte: counted once.")
    if refused := len(states) - new - seen:
        messages.error(request, f"{refused} could not be taken: see the list of files below.")
    return redirect(f"{reverse('inbox:list')}?show=all")


@require_POST
def find(request: HttpRequest) -> HttpResponse:
    """Open the page of a code that was typed, or that a handheld scanner typed."""
    found = page_named(request.POST.get("code", ""), facility_key_or_none())
    if isinstance(found, NotNamed):
        messages.error(request, f"{found.why} {found.do}")
        return redirect("inbox:list")
    if found.scan is not None:
        return redirect("inbox:page", number=found.scan.pk)
    context = {"found": found}
    return render(request, "inbox/not_back.html", context, status=404)


def _screen(request: HttpRequest) -> dict[str, object]:
    show = request.GET.get("show", "waiting")
    show = show if show in SHOWN else "waiting"
    before = request.GET.get("before", "")
    older_than = int(before) if before.isascii() and before.isdigit() and len(before) < 18 else None
    arrivals = queries.arrivals(show, older_than)
    return {"arrivals": arrivals, "show": show, "before": older_than, "remedy": queries.remedy_of_state}


def _taken(one: UploadedFile[Any], by: User) -> str:
    """Keep one uploaded file; its name is shown and never trusted."""
    limits = _limits()
    size = one.size or 0
    name = one.name or ""
    if size == 0 or size > limits.file_bytes:
        reason = PageReason.EMPTY_FILE if size == 0 else PageReason.TOO_LARGE
        return refuse(name, size, FileSource.DROPPED, reason, by).state
    if not isinstance(one, TemporaryUploadedFile):
        raise TypeError("uploads are written to disk (FILE_UPLOAD_HANDLERS)")
    return receive(Path(one.temporary_file_path()), name, FileSource.DROPPED, by).state


def _limits() -> Limits:
    from downtime.scan.settings import read_settings

    folder = settings.DESK.site_folder
    own = folder / "scan.yaml" if folder else None
    try:
        return read_settings(own).limits if own is not None and own.exists() else Limits()
    except ConfigError:
        return Limits()  # `check` tells what is wrong with the file; scans come in all the same
