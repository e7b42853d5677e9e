"""Users of the desk."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower

from downtime.desk.accounts.roles import EVERY_ROLE, Role


class UserManager(BaseUserManager["User"]):
    """Finds users by the name they sign in with, whatever its capitals."""

    def get_by_natural_key(self, username: str | None) -> User:
        """The user of this name."""
        return self.get(username__iexact=username)


class User(AbstractBaseUser):
    """A person who signs in. Users are switched off, never deleted: their entries go on naming them."""

    username = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    roles_text = models.CharField(max_length=200, blank=True, db_column="roles")
    is_active = models.BooleanField(default=True)
    break_glass = models.BooleanField(default=False)
    must_change_password = models.BooleanField(default=False)
    dark = models.BooleanField(default=False)
    departments = models.JSONField(default=list)
    record_id = models.CharField(max_length=60, blank=True)  # how the record system knows the person
    created_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects = UserManager()

    class Meta:
        constraints = [models.UniqueConstraint(Lower("username"), name="one_user_a_name")]

    def __str__(self) -> str:
        return self.username

    @property
    def roles(self) -> frozenset[Role]:
        """The roles of the user; the break-glass account has all of them."""
        return EVERY_ROLE if self.break_glass else frozenset(Role(word) for word in self.roles_text.split())

    @roles.setter
    def roles(self, roles: Any) -> None:
        self.roles_text = " ".join(sorted(Role(role).value for role in roles))

    def may_work_for(self, department: str) -> bool:
        """Whether printing and the files of a department are this user's: those named for them, or all if none is."""
        return not self.departments or department in self.departments or self.break_glass

    @property
    def short_name(self) -> str:
        """The name as it stands in the bar at the top: “R. Alvarez”."""
        first, _, rest = self.name.partition(" ")
        return f"{first[0]}. {rest}" if rest else self.name
