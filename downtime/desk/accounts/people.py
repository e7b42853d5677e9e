"""Making and changing users: the only functions that do, each with its line in the audit log."""

from __future__ import annotations

import secrets
from collections.abc import Iterable

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from downtime.desk.accounts.models import User
from downtime.desk.accounts.roles import Role
from downtime.desk.audit.chain import record


def new_user(
    username: str,
    name: str,
    password: str,
    roles: Iterable[Role],
    *,
    by: User | None,
    break_glass: bool = False,
    must_change_password: bool = True,
    departments: Iterable[str] = (),
    record_id: str = "",
) -> User | list[str]:
    """Make a user, or say what is wrong with the name or password, a sentence each."""
    user = User(
        username=username.strip(), name=" ".join(name.split()), break_glass=break_glass,
        must_change_password=must_change_password, departments=sorted(set(departments)),
        record_id=" ".join(record_id.split()),
    )  # fmt: skip
    user.roles = roles
    wrong = what_is_wrong(user, password)
    if wrong:
        return wrong
    user.set_password(password)
    with transaction.atomic():
        user.save()
        record(
            by, "user.created", f"user:{user.pk}", roles=user.roles_text, break_glass=break_glass,
            departments=" ".join(user.departments),
        )  # fmt: skip
    return user


def what_is_wrong(user: User, password: str) -> list[str]:
    """What is wrong with a new user or password; empty if nothing is."""
    wrong = []
    if not user.username or not user.username.isprintable() or " " in user.username:
        wrong.append("The sign-in name is one word without spaces. Type another.")
    elif User.objects.exclude(pk=user.pk).filter(username__iexact=user.username).exists():
        wrong.append("This sign-in name is taken. Type another.")
    if not user.name:
        wrong.append("The name is missing. Type first and last name, as colleagues know it.")
    try:
        validate_password(password, user)
    except ValidationError as error:
        wrong += error.messages
    return wrong


def change_password(user: User, password: str, *, by: User) -> list[str]:
    """Set a password, or say what is wrong with it; if somebody else chose it, the next sign-in asks for a new one."""
    wrong = what_is_wrong(user, password)
    if wrong:
        return wrong
    user.set_password(password)
    user.must_change_password = by.pk != user.pk
    with transaction.atomic():
        user.save(update_fields=["password", "must_change_password"])
        record(by, "user.password", f"user:{user.pk}")
    return []


def reset_password(user: User, *, by: User) -> str:
    """Give a user a password that was made up now, and return it: shown once, and the next sign-in asks for another.

    The break-glass account keeps it: it lies in a sealed envelope, and nobody may be asked to choose in an emergency.
    """
    password = made_up_password()
    user.set_password(password)
    user.must_change_password = not user.break_glass
    with transaction.atomic():
        user.save(update_fields=["password", "must_change_password"])
        record(by, "user.password_reset", f"user:{user.pk}")
    return password


def made_up_password() -> str:
    """A password of 16 letters and digits in groups, none of which is taken for another: about 79 bits."""
    signs = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(signs) for _ in range(4)) for _ in range(4))


def change_roles(
    user: User,
    roles: Iterable[Role],
    *,
    active: bool,
    by: User,
    departments: Iterable[str] | None = None,
    record_id: str | None = None,
) -> list[str]:
    """Give a user other roles, departments or id in the record system, or switch them on or off.

    The last administrator stays one. What is None stays as it is.
    """
    wanted = frozenset(roles)
    with transaction.atomic():
        others = [
            other
            for other in User.objects.select_for_update().filter(is_active=True, break_glass=False).exclude(pk=user.pk)
            if Role.ADMINISTRATOR in other.roles
        ]
        keeps = active and Role.ADMINISTRATOR in wanted
        if user.is_active and Role.ADMINISTRATOR in user.roles and not user.break_glass and not keeps and not others:
            return ["This is the only administrator. Make somebody else one first."]
        user.roles = wanted
        user.is_active = active
        if departments is not None:
            user.departments = sorted(set(departments))
        if record_id is not None:
            user.record_id = " ".join(record_id.split())
        user.save(update_fields=["roles_text", "is_active", "departments", "record_id"])
        record(
            by, "user.roles", f"user:{user.pk}", roles=user.roles_text, active=active,
            departments=" ".join(user.departments), record_id=user.record_id,
        )  # fmt: skip
    return []
