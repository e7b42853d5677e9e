"""The site editor's pages: the files, one file as fields to type in, and what became of a change."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from downtime.desk.accounts.models import User
from downtime.desk.site_editor.changing import Wanted, change
from downtime.desk.site_editor.folder import SiteFile, digest, editable_files, file_named, may_change, read
from downtime.desk.site_editor.tree import nodes_of, path_of
from downtime.desk.store.jobs import ask
from downtime.desk.store.models import Job, JobKind, JobState
from downtime.desk.store.pictures import pictures
from downtime.desk.web.errors import problem
from downtime.desk.web.people import person
from downtime.errors import ConfigError, DowntimeError, InputError
from downtime.textyaml import Path_, parse_yaml

_VALUE, _DOUBLE, _REMOVE, _COPY = "value:", "double:", "remove:", "copy:"
_NEWEST = 20


@require_safe
def files(request: HttpRequest) -> HttpResponse:
    """The files of the site folder that this user may change, and the newest changes."""
    user = person(request)
    changes = Job.objects.filter(kind=JobKind.EDIT).select_related("by").order_by("-pk")[:_NEWEST]
    try:
        shown, wrong = [(one, may_change(user, one)) for one in editable_files()], ""
    except InputError as error:
        shown, wrong = [], str(error)
    return render(request, "site_editor/list.html", {"files": shown, "wrong": wrong, "changes": changes})


@require_http_methods(["GET", "POST"])
def file(request: HttpRequest, which: str) -> HttpResponse:
    """One file as fields; saving it begins a check, and only a change that passes it is written."""
    user = person(request)
    try:
        found = file_named(which)
        if found is None or not may_change(user, found):
            return problem(request, 404, "There is no such file for you to change.", "Choose one of the list.")
        raw = read(found)
        if request.method == "POST":
            return _saved(request, user, found, raw)
        return _form(request, found, raw, _resumed(request, found) or raw)
    except ConfigError as error:
        return problem(request, 422, "This file is not sound YAML.", f"Mend it with a text editor first. {error}")
    except InputError as error:
        return problem(request, 404, f"{error.what[:1].upper()}{error.what[1:]}.", error.do or "Look at the folder.")


@require_safe
def outcome(request: HttpRequest, number: int) -> HttpResponse:
    """What became of a change: it is being checked, was written, or was refused and why."""
    job = get_object_or_404(Job.objects.select_related("by"), pk=number, kind=JobKind.EDIT)
    part = request.headers.get("HX-Request") == "true"
    return render(request, "site_editor/outcome_part.html" if part else "site_editor/outcome.html", {"job": job})


def _form(
    request: HttpRequest, found: SiteFile, raw: bytes, text: bytes, why: DowntimeError | None = None, status: int = 200
) -> HttpResponse:
    context = {
        "file": found, "nodes": nodes_of(parse_yaml(text, found.name).data), "base": digest(raw), "why": why,
        "resumed": text != raw and why is None,
    }  # fmt: skip
    return render(request, "site_editor/file.html", context, status=status)


def _resumed(request: HttpRequest, found: SiteFile) -> bytes | None:
    """What somebody typed in a change that was refused, to go on from there."""
    number = request.GET.get("from", "")
    if not (number.isascii() and number.isdigit() and len(number) < 18):
        return None
    job = Job.objects.filter(pk=int(number), kind=JobKind.EDIT, state=JobState.REFUSED, subject=found.name).first()
    return pictures().get(job.asked["text"]) if job is not None else None


def _saved(request: HttpRequest, user: User, found: SiteFile, raw: bytes) -> HttpResponse:
    base = request.POST.get("base", "")
    # What was typed belongs to the version that the page was made from: a number of an entry may mean another one now.
    if base != digest(raw):
        return problem(
            request, 409, "Somebody else changed this file while you did, so nothing was written.",
            "Go back to copy what you typed, load the page again, and make your change once more.",
        )  # fmt: skip
    try:
        changed = change(raw, found.name, _wanted(request))
    except InputError as error:
        return _form(request, found, raw, raw, error, status=422)
    if not changed.changes:
        messages.info(request, "Nothing was changed.")
        return redirect("site_editor:file", which=found.name)
    job = ask(
        JobKind.EDIT, found.name, user, title=found.title, file=found.name, base=base,
        text=pictures().put(changed.content), changes=list(changed.changes),
    )  # fmt: skip
    return redirect("site_editor:outcome", number=job.pk)


def _wanted(request: HttpRequest) -> Wanted:
    typed: dict[str, dict[Path_, str]] = {_VALUE: {}, _DOUBLE: {}, _REMOVE: {}, _COPY: {}}
    for field, text in request.POST.items():
        for prefix, places in typed.items():
            if field.startswith(prefix) and (path := path_of(field[len(prefix) :])):
                places[path] = str(text)
    copies = {path: text.strip() for path, text in typed[_COPY].items() if text.strip()}
    return Wanted(typed[_VALUE], tuple(typed[_DOUBLE]), tuple(typed[_REMOVE]), copies)
