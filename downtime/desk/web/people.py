"""Who makes a request."""

from __future__ import annotations

from django.http import HttpRequest

from downtime.desk.accounts.models import User


def person(request: HttpRequest) -> User:
    """The user of a request whose address is not open to everyone (`access` has let them in before)."""
    if not isinstance(request.user, User):
        raise TypeError("this address has no rule that asks for a user")
    return request.user
