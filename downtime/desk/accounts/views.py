"""Signing in and out, the first administrator, one's own password, and the theme."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from downtime.desk.accounts import first
from downtime.desk.accounts.middleware import LAST_SEEN
from downtime.desk.accounts.models import User
from downtime.desk.accounts.people import change_password
from downtime.desk.accounts.signin import note_sign_in
from downtime.desk.audit.chain import record_alone
from downtime.desk.web.errors import problem
from downtime.desk.web.people import person

_WRONG = "Name or password is wrong. Type both again; after five wrong tries this computer must wait for 15 minutes."


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """The sign-in page."""
    if not first.is_set_up():
        return render(request, "accounts/not_set_up.html", status=503)
    target = _safe_target(request, request.POST.get("next") or request.GET.get("next", ""))
    if request.method == "GET":
        return render(request, "accounts/login.html", {"next": target, "wrong": ""})
    user = _signed_in(request)
    if user is None:
        # Axes answers by itself once the limit is reached (`locked_out`).
        return render(request, "accounts/login.html", {"next": target, "wrong": _WRONG}, status=403)
    return redirect(target)


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_in_again(request: HttpRequest) -> HttpResponse:
    """The small window over a page whose session has ended: what was typed stays there and is saved afterwards."""
    if request.method == "GET":
        return render(request, "accounts/again.html", {"wrong": "", "username": request.GET.get("who", "")[:60]})
    expected = request.POST.get("expected", "")
    typed = request.POST.get("username", "")
    if expected and typed.casefold() != expected.casefold():
        wrong = f"This page belongs to {expected}. Sign in under that name, or leave the page first."
        return render(request, "accounts/again.html", {"wrong": wrong, "username": expected}, status=403)
    user = _signed_in(request)
    if user is None:
        return render(request, "accounts/again.html", {"wrong": _WRONG, "username": typed[:60]}, status=403)
    response = HttpResponse(status=204)
    response["HX-Trigger"] = "desk-signed-in"
    return response


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Sign out."""
    record_alone(person(request), "user.signed_out")
    logout(request)
    return redirect("accounts:login")


@never_cache
@sensitive_post_parameters("password", "again")
@require_http_methods(["GET", "POST"])
def set_up(request: HttpRequest, token: str) -> HttpResponse:
    """The first administrator, through the link that was printed in the terminal."""
    if not first.token_fits(token):
        return problem(
            request, 404, "This setup link is no longer good.",
            "It serves once, until the first administrator is made. Start the desk again for a new one.",
        )  # fmt: skip
    if request.method == "GET":
        return render(request, "accounts/setup.html", {"wrong": [], "typed": {}})
    typed = {key: request.POST.get(key, "") for key in ("username", "name")}
    wrong = _not_the_same(request)
    if not wrong:
        made = first.set_up(typed["username"], typed["name"], request.POST.get("password", ""))
        if isinstance(made, User):
            _begin(request, made)
            return redirect("web:home")
        wrong = made
    return render(request, "accounts/setup.html", {"wrong": wrong, "typed": typed}, status=422)


@never_cache
@sensitive_post_parameters("old", "password", "again")
@require_http_methods(["GET", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """One's own password."""
    user = person(request)
    wrong: list[str] = []
    if request.method == "POST":
        if not user.check_password(request.POST.get("old", "")):
            wrong = ["The password you have now is wrong. Type it again."]
        else:
            wrong = _not_the_same(request) or change_password(user, request.POST.get("password", ""), by=user)
        if not wrong:
            _begin(request, user)
            return redirect("web:home")
    context = {"wrong": wrong, "must": user.must_change_password}
    return render(request, "accounts/password.html", context, status=422 if wrong else 200)


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Change between the light and the dark-room theme."""
    user = person(request)
    user.dark = not user.dark
    user.save(update_fields=["dark"])
    return redirect(_safe_target(request, request.POST.get("next", "")))


def locked_out(
    request: HttpRequest, credentials: dict[str, Any] | None = None, *args: Any, **kwargs: Any
) -> HttpResponse:
    """What Axes shows after too many wrong passwords."""
    record_alone(None, "user.locked_out", name=str((credentials or {}).get("username", ""))[:60])
    return problem(
        request, 429, "Too many wrong passwords for this name on this computer.",
        "Wait 15 minutes, then try again. If you forgot the password, ask an administrator for a new one.",
    )  # fmt: skip


def _signed_in(request: HttpRequest) -> User | None:
    user = authenticate(
        request, username=request.POST.get("username", ""), password=request.POST.get("password", "")
    )  # fmt: skip
    if not isinstance(user, User):
        return None
    _begin(request, user)
    return user


def _begin(request: HttpRequest, user: User) -> None:
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    request.session.pop(LAST_SEEN, None)
    note_sign_in(user)


def _not_the_same(request: HttpRequest) -> list[str]:
    same = request.POST.get("password", "") == request.POST.get("again", "")
    return [] if same else ["The two passwords are not the same. Type both again."]


def _safe_target(request: HttpRequest, target: str) -> str:
    if target and url_has_allowed_host_and_scheme(target, allowed_hosts=None):
        return target
    return reverse("web:home")
