"""The start page, and the address that says that the server is alive."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from downtime.desk.access import may
from downtime.desk.web.navigation import PLACES
from downtime.desk.web.people import person


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The first place that the user's roles have something to do at; their roles in words where there is none."""
    user = person(request)
    for place in PLACES:
        if may(user.roles, place.view):
            return redirect(place.view)
    return render(request, "web/home.html", {"roles": sorted(user.roles)})


@require_safe
def alive(request: HttpRequest) -> HttpResponse:
    """Says that the server runs; asks nothing of the store."""
    return HttpResponse("alive", content_type="text/plain")
