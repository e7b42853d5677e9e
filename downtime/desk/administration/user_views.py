"""Users: who there is, new ones, their roles and departments, and new passwords for those who lost theirs."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from downtime.desk.accounts.models import User
from downtime.desk.accounts.people import change_roles, made_up_password, new_user, reset_password
from downtime.desk.accounts.roles import Role
from downtime.desk.web.facility import site
from downtime.desk.web.people import person
from downtime.errors import ConfigError


@never_cache
@require_http_methods(["GET", "POST"])
def users(request: HttpRequest) -> HttpResponse:
    """All users, and a form for a new one; the password is made up and shown once."""
    wrong: list[str] = []
    typed = {key: request.POST.get(key, "") for key in ("username", "name", "record_id")}
    if request.method == "POST":
        password = made_up_password()
        glass = request.POST.get("break_glass") == "yes"
        made = new_user(
            typed["username"], typed["name"][:120], password, _roles(request), by=person(request), break_glass=glass,
            must_change_password=not glass, departments=_departments(request), record_id=typed["record_id"][:60],
        )  # fmt: skip
        if isinstance(made, User):
            return _shown_once(request, made, password)
        wrong = made
    context = {
        "users": User.objects.order_by("-is_active", "username"), "wrong": wrong, "typed": typed, "roles": list(Role),
        "chosen": _roles(request), "departments": _all_departments(), "own": _departments(request),
    }  # fmt: skip
    return render(request, "administration/users.html", context, status=422 if wrong else 200)


@never_cache
@require_http_methods(["GET", "POST"])
def user(request: HttpRequest, number: int) -> HttpResponse:
    """One user: roles, departments, switched on or off."""
    found = get_object_or_404(User, pk=number)
    wrong: list[str] = []
    if request.method == "POST":
        active = request.POST.get("active") == "yes"
        wrong = change_roles(
            found, _roles(request), active=active, by=person(request), departments=_departments(request),
            record_id=request.POST.get("record_id", "")[:60],
        )  # fmt: skip
        if not wrong:
            messages.success(request, f"{found.name}: changed." if active else f"{found.name} can no longer sign in.")
            return redirect("administration:users")
        found.refresh_from_db()
    context = {
        "found": found, "wrong": wrong, "roles": list(Role), "chosen": found.roles, "departments": _all_departments(),
        "own": found.departments,
    }  # fmt: skip
    return render(request, "administration/user.html", context, status=422 if wrong else 200)


@never_cache
@require_POST
def reset(request: HttpRequest, number: int) -> HttpResponse:
    """A new password for somebody who lost theirs, shown once."""
    found = get_object_or_404(User, pk=number)
    return _shown_once(request, found, reset_password(found, by=person(request)))


def _shown_once(request: HttpRequest, found: User, password: str) -> HttpResponse:
    return render(request, "administration/password.html", {"found": found, "password": password})


def _roles(request: HttpRequest) -> frozenset[Role]:
    return frozenset(role for role in Role if role.value in request.POST.getlist("role"))


def _departments(request: HttpRequest) -> list[str]:
    known = dict(_all_departments())
    return [name for name in request.POST.getlist("department") if name in known]


def _all_departments() -> list[tuple[str, str]]:
    try:
        loaded = site()
    except ConfigError:
        return []
    return [(one.id, one.name) for one in loaded.departments.values()] if loaded else []
