"""Signing in, being locked out, sessions that end, the first administrator, and the break-glass account."""

from __future__ import annotations

import time

from desk_help import PASSWORD, words
from django.test import Client
from django.urls import reverse

from downtime.desk.accounts import first
from downtime.desk.accounts.middleware import LAST_SEEN
from downtime.desk.accounts.models import User
from downtime.desk.accounts.people import change_roles
from downtime.desk.accounts.roles import Role
from downtime.desk.audit.models import AuditEvent

LOGIN = "/sign-in"


def sign_in(client: Client, username: str, password: str = PASSWORD, target: str = "", **extra):
    return client.post(LOGIN, {"username": username, "password": password, "next": target}, **extra)


def actions() -> list[str]:
    return list(AuditEvent.objects.order_by("sequence").values_list("action", flat=True))


def test_signing_in_goes_where_one_wanted_to_go(new_person):
    new_person(Role.AUDITOR, username="ida")
    client = Client()
    answer = client.get("/audit/?about=sheet:1")
    assert answer["Location"] == "/sign-in?next=/audit/%3Fabout%3Dsheet%3A1"
    answer = sign_in(client, "IDA", target="/audit/?about=sheet:1")
    assert (answer.status_code, answer["Location"]) == (302, "/audit/?about=sheet:1")
    assert client.get("/audit/").status_code == 200
    assert actions() == ["user.signed_in"]


def test_signing_in_never_leads_away(new_person):
    new_person(Role.AUDITOR, username="ida")
    for target in ("https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)"):
        assert sign_in(Client(), "ida", target=target)["Location"] == "/"


def test_five_wrong_passwords_lock_name_and_computer_but_nobody_else(new_person):
    new_person(Role.CLERK, username="ida")
    new_person(Role.CLERK, username="ben")
    for _ in range(4):
        assert sign_in(Client(), "ida", "wrong").status_code == 403
    locked = sign_in(Client(), "ida", "wrong")
    assert locked.status_code == 429 and "15 minutes" in words(locked)
    assert sign_in(Client(), "ida").status_code == 429
    assert sign_in(Client(), "ben").status_code == 302
    assert sign_in(Client(), "ida", REMOTE_ADDR="10.0.0.7").status_code == 302
    assert "user.locked_out" in actions()


def test_a_session_ends_when_nobody_does_anything_and_polling_is_not_doing(signed_in, settings):
    client = signed_in(Role.AUDITOR)
    client.get("/audit/")
    session = client.session
    idle = settings.DESK.idle_minutes * 60
    session[LAST_SEEN] = int(time.time()) - idle + 30
    session.save()
    assert client.get("/audit/", headers={"X-Desk-Polling": "yes"}).status_code == 200
    assert client.session[LAST_SEEN] < time.time() - 60
    session = client.session
    session[LAST_SEEN] = int(time.time()) - idle - 5
    session.save()
    assert client.get("/audit/").status_code == 302


def test_signing_in_again_over_a_page_keeps_to_the_same_person(new_person):
    new_person(Role.CLERK, username="ida")
    new_person(Role.CLERK, username="ben")
    client = Client()
    wrong = client.post("/sign-in/again", {"username": "ben", "password": PASSWORD, "expected": "ida"})
    assert wrong.status_code == 403 and "belongs to ida" in words(wrong)
    right = client.post("/sign-in/again", {"username": "ida", "password": PASSWORD, "expected": "ida"})
    assert right.status_code == 204 and right["HX-Trigger"] == "desk-signed-in"


def test_somebody_elses_choice_of_a_password_must_be_changed_first(new_person, signed_in):
    user = new_person(Role.AUDITOR)
    user.must_change_password = True
    user.save()
    client = signed_in(user=user)
    assert client.get("/audit/")["Location"] == reverse("accounts:password")
    new = {"old": PASSWORD, "password": "quite other words", "again": "quite other words"}
    assert client.post("/password", {**new, "password": "short", "again": "short"}).status_code == 422
    assert client.post("/password", {**new, "old": "no"}).status_code == 422
    assert client.post("/password", new).status_code == 302
    assert client.get("/audit/").status_code == 200


def test_the_setup_link_serves_once(db):
    client = Client()
    assert client.get(LOGIN).status_code == 503
    old, token = first.new_setup_token(), first.new_setup_token()
    typed = {"username": "root", "name": "Ada Byron", "password": PASSWORD, "again": PASSWORD}
    assert client.post(f"/setup/{old}", typed).status_code == 404
    assert client.post(f"/setup/{token}", {**typed, "password": "short", "again": "short"}).status_code == 422
    assert not User.objects.exists()
    assert client.post(f"/setup/{token}", typed).status_code == 302
    assert User.objects.get().roles == {Role.ADMINISTRATOR}
    assert Client().get(f"/setup/{token}").status_code == 404
    assert isinstance(first.set_up("two", "Two", PASSWORD), list)


def test_the_break_glass_account_may_everything_and_every_page_says_so(new_person, signed_in):
    new_person(username="glass", break_glass=True)
    other = signed_in(Role.AUDITOR)
    assert "break-glass" not in words(other.get("/audit/"))
    client = Client()
    sign_in(client, "glass")
    assert client.get("/audit/").status_code == 200
    assert "The break-glass account was used" in words(other.get("/audit/"))
    assert "break_glass.signed_in" in actions()


def test_the_last_administrator_stays_one(new_person):
    ada, ben = new_person(Role.ADMINISTRATOR), new_person(Role.CLERK)
    assert change_roles(ada, [Role.CLERK], active=True, by=ada)
    assert change_roles(ada, [Role.ADMINISTRATOR], active=False, by=ada)
    assert not change_roles(ben, [Role.ADMINISTRATOR], active=True, by=ada)
    assert not change_roles(ada, [], active=True, by=ben)
    assert User.objects.get(pk=ada.pk).roles == frozenset()


def test_a_user_who_was_switched_off_is_out_at_once(new_person, signed_in):
    user, admin = new_person(Role.AUDITOR), new_person(Role.ADMINISTRATOR)
    client = signed_in(user=user)
    assert client.get("/audit/").status_code == 200
    change_roles(user, [Role.AUDITOR], active=False, by=admin)
    assert client.get("/audit/").status_code == 302


def test_passwords_are_kept_with_argon2(new_person, settings):
    from downtime.desk import settings as shipped

    settings.PASSWORD_HASHERS = shipped.PASSWORD_HASHERS
    assert new_person(Role.CLERK).password.startswith("argon2$argon2id$")
