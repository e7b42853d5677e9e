"""What the desk's tests share: a store folder for each test, people with roles, browsers that are signed in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from desk_help import PASSWORD
from django.test import Client

from downtime.desk.accounts.models import User
from downtime.desk.accounts.roles import Role
from downtime.desk.store.sheet_forms import forget_remembered

MODEL_BACKEND = "django.contrib.auth.backends.ModelBackend"

NewPerson = Callable[..., User]
SignedIn = Callable[..., Client]


@pytest.fixture(autouse=True)
def store_folder(tmp_path: Path, settings: Any) -> Path:
    """The store of this test; passwords are hashed quickly, except where a test says otherwise."""
    folder = tmp_path / "store"
    folder.mkdir()
    forget_remembered()
    settings.DESK = replace(settings.DESK, store=str(folder))
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return folder


@pytest.fixture
def new_person(db: None) -> NewPerson:
    """Makes a user with roles; each call another one."""

    def make(*roles: Role, username: str = "", break_glass: bool = False, active: bool = True) -> User:
        number = User.objects.count() + 1
        user = User(username=username or f"user{number}", name=f"Robin Alvarez {number}", break_glass=break_glass)
        user.roles, user.is_active = roles, active
        user.set_password(PASSWORD)
        user.save()
        return user

    return make


@pytest.fixture
def signed_in(new_person: NewPerson) -> SignedIn:
    """A browser in which somebody with these roles has signed in."""

    def make(*roles: Role, user: User | None = None) -> Client:
        client = Client(raise_request_exception=False)
        client.force_login(user or new_person(*roles), backend=MODEL_BACKEND)
        return client

    return make
