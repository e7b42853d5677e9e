"""Reading the audit log."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from downtime.desk.audit.models import AuditEvent

LINES_A_PAGE = 100


@require_safe
def lines(request: HttpRequest) -> HttpResponse:
    """The newest lines first; `before` goes back in the log, `about` shows one subject alone."""
    before = request.GET.get("before", "")
    about = request.GET.get("about", "")[:60]
    found = AuditEvent.objects.order_by("-sequence")
    if before.isascii() and before.isdigit() and len(before) < 19:
        found = found.filter(sequence__lt=int(before))
    if about:
        found = found.filter(subject=about)
    shown = list(found[:LINES_A_PAGE])
    older = shown[-1].sequence if len(shown) == LINES_A_PAGE else None
    return render(request, "audit/list.html", {"lines": shown, "older": older, "about": about})
