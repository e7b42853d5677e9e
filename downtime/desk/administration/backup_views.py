"""The backup as a download: one file, encrypted with a passphrase that only the person who typed it knows."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from downtime.desk.audit.chain import record_alone
from downtime.desk.audit.models import AuditEvent
from downtime.desk.serve.backup import Backup
from downtime.desk.web.people import person
from downtime.errors import DowntimeError
from downtime.page.passphrase import SHORT_CHARACTERS, Passphrase


@never_cache
@sensitive_post_parameters("passphrase", "again")
@require_http_methods(["GET", "POST"])
def backup(request: HttpRequest) -> HttpResponseBase:
    """Say when the last one was made; make one, and send it while it is being made."""
    wrong = ""
    if request.method == "POST":
        made = _prepared(request)
        if isinstance(made, Backup):
            record_alone(person(request), "backup.made")
            name = f"desk-{timezone.localtime():%Y%m%d-%H%M}.dtbackup"
            answer = StreamingHttpResponse(made.parts(), content_type="application/octet-stream")
            answer["Content-Disposition"] = f'attachment; filename="{name}"'
            return answer
        wrong = made
    last = AuditEvent.objects.filter(action="backup.made").order_by("-sequence").first()
    return _page(request, last, wrong)


def _prepared(request: HttpRequest) -> Backup | str:
    """The backup that can be sent now, or what is wrong with what was typed."""
    if request.POST.get("passphrase", "") != request.POST.get("again", ""):
        return "The two passphrases are not the same. Type both again."
    try:
        passphrase = Passphrase.of(request.POST.get("passphrase", ""))
        if len(passphrase.text) < SHORT_CHARACTERS:
            return f"The passphrase is short. Take at least {SHORT_CHARACTERS} characters, as four random words."
        return Backup.prepared(settings.DESK, passphrase)
    except DowntimeError as error:
        return f"{error.what[:1].upper()}{error.what[1:]}. {error.do}"


def _page(request: HttpRequest, last: AuditEvent | None, wrong: str) -> HttpResponse:
    context = {"last": last, "wrong": wrong, "least": SHORT_CHARACTERS}
    return render(request, "administration/backup.html", context, status=422 if wrong else 200)
