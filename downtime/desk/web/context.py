"""What every page's template may use besides what its view gives it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from downtime.desk.access import may
from downtime.desk.accounts.models import User
from downtime.desk.accounts.signin import glass_broken_at
from downtime.desk.web.navigation import links


def desk(request: HttpRequest) -> dict[str, Any]:
    """Names for templates: `me`, `places`, `facility`, `glass_broken`, `may(view)`, `drill`, `here`."""
    user = getattr(request, "user", None)
    me = user if isinstance(user, User) else None
    match = request.resolver_match
    view_name = match.view_name if match else ""
    # A part of a page has no bar: its counts are not asked for.
    whole = request.headers.get("HX-Request") != "true"
    return {
        "me": me,
        "places": list(links(me, view_name)) if me and whole else [],
        "facility": settings.DESK.facility,
        "glass_broken": glass_broken_at() if me and whole else None,
        "may": lambda view, act=False: me is not None and may(me.roles, view, act=act),
        "drill": settings.DESK.drill,
        "here": request.path,
    }
