"""Who may pass: idle sessions end, and every address is checked against the one table of rules."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from downtime.desk.access import ACTS, Who, rule_of
from downtime.desk.accounts.models import User
from downtime.desk.store.preferences import IDLE_MINUTES, preferred
from downtime.desk.web.errors import problem

LAST_SEEN = "last_seen"
POLLING = "X-Desk-Polling"

# The time of the last act is written at most once a minute: a page that saves each field would write twice as often.
_RENEW_SECONDS = 60

Handler = Callable[[HttpRequest], HttpResponse]


def end_idle_sessions(get_response: Handler) -> Handler:
    """Sign out whoever did nothing for the idle time; a page that only refreshes itself counts as nothing."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            now = int(time.time())
            last = int(request.session.get(LAST_SEEN, now))
            if now - last > (preferred(IDLE_MINUTES) or settings.DESK.idle_minutes) * 60:
                logout(request)
            elif POLLING not in request.headers and (now - last >= _RENEW_SECONDS or LAST_SEEN not in request.session):
                request.session[LAST_SEEN] = now
        return get_response(request)

    return middleware


class CheckAccess:
    """Refuse what the table of rules does not allow; an address without a rule is refused to everybody."""

    def __init__(self, get_response: Handler) -> None:
        """The handler that comes after."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on; `process_view` stops it where it must not go on."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        """Stop a request that its user may not make."""
        match = request.resolver_match
        rule = rule_of(match.view_name if match else "")
        if rule is None:
            return problem(
                request,
                403,
                "This page is not open to anyone.",
                "It has no rule yet: tell the people who run the desk.",
            )
        if rule.who is Who.EVERYONE:
            return None
        user = request.user
        if not isinstance(user, User):
            return _sign_in_first(request)
        if user.must_change_password and match and match.view_name not in ("accounts:password", "accounts:logout"):
            return redirect("accounts:password")
        wanted = rule.act if request.method in ACTS else rule.see
        if rule.who is Who.ANY_ROLE or user.roles & wanted:
            return None
        words = " or ".join(sorted(role.label for role in wanted)) or "nobody"
        return problem(
            request,
            403,
            "Your account may not do this.",
            f"It is for: {words}. If you need it, ask an administrator for that role.",
        )


def _sign_in_first(request: HttpRequest) -> HttpResponse:
    """Send a browser to the sign-in page; tell a part of a page to ask for the password where it stands."""
    if request.headers.get("HX-Request"):
        response = HttpResponse(status=401)
        response["X-Desk-Sign-In"] = "again"
        return response
    target = request.get_full_path() if request.method == "GET" else "/"
    return redirect(f"{_login_path()}?next={_quoted(target)}")


def _login_path() -> str:
    from django.urls import reverse

    return reverse("accounts:login")


def _quoted(path: str) -> str:
    from urllib.parse import quote

    return quote(path, safe="/")
