"""The settings that an administrator changes while the desk runs."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from downtime.desk.store.preferences import PREFERENCES, all_preferred, prefer
from downtime.desk.store.sealing import NAME
from downtime.desk.web.people import person


@require_http_methods(["GET", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    """How long sessions, pictures and kits are kept; and what the desk was started with, to be read only."""
    wrong: list[str] = []
    set_now = {name: str(value) for name, value in all_preferred().items()}
    if request.method == "POST":
        typed = {one.name: request.POST.get(one.name, "")[:20] for one in PREFERENCES}
        wrong = prefer(typed, person(request))
        if not wrong:
            messages.success(request, "Kept. It holds from now on.")
            return redirect("administration:settings")
        set_now = typed
    desk = settings.DESK
    engine = settings.DATABASES["default"]["ENGINE"].rpartition(".")[2]
    facts = (
        ("Store", desk.store), ("Site folder", desk.site or "none"), ("Address", desk.address),
        ("TLS", "yes" if desk.tls else "no: this computer only"),
        ("Database", "PostgreSQL" if engine == "postgresql" else "SQLite"),
        ("Pictures encrypted", "yes" if (desk.store_folder / NAME).exists() else "no: no passphrase was given"),
        ("Watched folder", desk.watched or "none"), ("For rehearsals", "yes" if desk.drill else "no"),
    )  # fmt: skip
    rows = [(one, set_now.get(one.name, "")) for one in PREFERENCES]
    context = {"rows": rows, "wrong": wrong, "facts": facts}
    return render(request, "administration/settings.html", context, status=422 if wrong else 200)
