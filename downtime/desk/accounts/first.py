"""The first administrator: made in the terminal, or through a link that is printed there once. No default password."""

from __future__ import annotations

import hashlib
import hmac
import secrets

from django.db import transaction

from downtime.desk.accounts.models import User
from downtime.desk.accounts.people import new_user
from downtime.desk.accounts.roles import Role
from downtime.desk.store.models import Setting

SETUP = "setup_link"


def is_set_up() -> bool:
    """Whether there is a user already."""
    return User.objects.exists()


def new_setup_token() -> str:
    """A new token for the setup link; the one before is worth nothing any more. Only its hash is kept."""
    token = secrets.token_urlsafe(24)
    Setting.objects.update_or_create(name=SETUP, defaults={"value": _hash(token)})
    return token


def token_fits(token: str) -> bool:
    """Whether the setup link with this token is open: nobody has been set up, and it is the newest."""
    row = Setting.objects.filter(name=SETUP).first()
    return row is not None and hmac.compare_digest(str(row.value), _hash(token)) and not is_set_up()


def set_up(username: str, name: str, password: str) -> User | list[str]:
    """Make the first administrator, or say what is wrong; nothing is made where there is a user already."""
    with transaction.atomic():
        if User.objects.select_for_update().exists():
            return ["The desk has been set up already. Sign in, or ask an administrator for an account."]
        made = new_user(username, name, password, [Role.ADMINISTRATOR], by=None, must_change_password=False)
        if isinstance(made, User):
            Setting.objects.filter(name=SETUP).delete()
    return made


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).hexdigest()
