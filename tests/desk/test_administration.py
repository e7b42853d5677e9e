"""The administrator's pages: users, settings, the backup; and a restore that brings every field back."""

from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from desk_help import PASSWORD, words
from django.test import Client
from django.urls import reverse
from example_packets import ROOT

from downtime.desk.accounts.models import User
from downtime.desk.accounts.roles import Role
from downtime.desk.audit.models import AuditEvent
from downtime.desk.environment import DeskEnvironment
from downtime.desk.serve.backup import CHUNK_BYTES, Backup
from downtime.desk.serve.restoring import restore
from downtime.desk.store.preferences import IDLE_MINUTES, KEEP_PICTURES_DAYS, preferred
from downtime.desk.web.keeping import keep_pictures_days
from downtime.errors import InputError, UsageError
from downtime.page.passphrase import Passphrase, PassphraseWrongError

pytestmark = pytest.mark.django_db
WORDS = "correct horse battery staple"


def made_up(answer: object) -> str:
    return re.search(r'id="made-up">([a-z0-9-]+)<', words(answer))[1]


def sign_in(username: str, password: str) -> Client:
    client = Client()
    client.post(reverse("accounts:login"), {"username": username, "password": password})
    return client


def test_a_user_is_made_with_a_password_that_is_shown_once_and_must_be_changed(signed_in):
    admin = signed_in(Role.ADMINISTRATOR)
    form = {"name": "Lee  Wong", "username": "lee", "role": ["clerk", "verifier", "nonsense"]}
    answer = admin.post(reverse("administration:users"), form)
    password = made_up(answer)
    user = User.objects.get(username="lee")
    assert user.roles == {Role.CLERK, Role.VERIFIER} and user.name == "Lee Wong"
    assert password not in words(admin.get(reverse("administration:users")))
    lee = sign_in("lee", password)
    assert lee.get(reverse("keying:queue"))["Location"] == reverse("accounts:password")
    assert admin.post(reverse("administration:users"), form).status_code == 422, "the name is taken"
    assert password not in str(list(AuditEvent.objects.values()))


def test_somebody_who_leaves_is_switched_off_at_once_and_their_name_stays(signed_in, new_person):
    admin, clerk = signed_in(Role.ADMINISTRATOR), new_person(Role.CLERK, username="kim")
    there = sign_in("kim", PASSWORD)
    assert there.get(reverse("keying:queue")).status_code == 200
    admin.post(reverse("administration:user", kwargs={"number": clerk.pk}), {"role": "clerk"})
    assert there.get(reverse("keying:queue")).status_code == 302, "also where they are signed in"
    assert sign_in("kim", PASSWORD).get(reverse("keying:queue")).status_code == 302
    assert "switched off" in words(admin.get(reverse("administration:users")))


def test_a_reset_ends_the_old_password_and_its_sessions(signed_in, new_person):
    admin, clerk = signed_in(Role.ADMINISTRATOR), new_person(Role.CLERK, username="kim")
    there = sign_in("kim", PASSWORD)
    password = made_up(admin.post(reverse("administration:reset", kwargs={"number": clerk.pk})))
    assert there.get(reverse("keying:queue")).status_code == 302
    assert sign_in("kim", PASSWORD).get(reverse("web:home"))["Location"].startswith(reverse("accounts:login"))
    assert sign_in("kim", password).get(reverse("keying:queue"))["Location"] == reverse("accounts:password")


def test_roles_change_and_the_last_administrator_stays(signed_in, new_person):
    boss = new_person(Role.ADMINISTRATOR)
    admin = signed_in(user=boss)
    address = reverse("administration:user", kwargs={"number": boss.pk})
    assert admin.post(address, {"role": "clerk", "active": "yes"}).status_code == 422
    other = new_person(Role.CLERK)
    admin.post(
        reverse("administration:user", kwargs={"number": other.pk}),
        {"role": ["manager", "administrator"], "active": "yes"},
    )
    other.refresh_from_db()
    assert other.roles == {Role.MANAGER, Role.ADMINISTRATOR}
    assert admin.post(address, {"role": "clerk", "active": "yes"}).status_code == 302


def test_a_break_glass_account_may_do_everything_and_keeps_its_password(signed_in):
    admin = signed_in(Role.ADMINISTRATOR)
    answer = admin.post(
        reverse("administration:users"), {"name": "Red Envelope", "username": "glass", "break_glass": "yes"}
    )
    assert "seal" in words(answer)
    glass = sign_in("glass", made_up(answer))
    assert glass.get(reverse("keying:queue")).status_code == 200
    assert "The break-glass account was used" in words(admin.get(reverse("administration:users")))


def test_settings_hold_at_once_within_their_limits_and_are_noted(signed_in):
    admin = signed_in(Role.ADMINISTRATOR)
    address = reverse("administration:settings")
    for bad in ("1", "9999", "ten", "-5", "٥٠"):
        assert admin.post(address, {"idle_minutes": bad, "keep_pictures_days": "30"}).status_code == 422, bad
    assert keep_pictures_days() == 90 and preferred(IDLE_MINUTES) is None
    admin.post(address, {"idle_minutes": "5", "keep_pictures_days": "30"})
    assert (preferred(IDLE_MINUTES), keep_pictures_days()) == (5, 30)
    admin.post(address, {"idle_minutes": "5", "keep_pictures_days": ""})
    assert preferred(KEEP_PICTURES_DAYS) is None and keep_pictures_days() == 90
    noted = [event.words for event in AuditEvent.objects.filter(action="setting.changed").order_by("sequence")]
    assert noted == ["before none, now 5", "before none, now 30", "before 30, now none"]


def test_idle_sessions_end_after_the_time_that_was_set(signed_in):
    from downtime.desk.accounts.middleware import LAST_SEEN

    admin = signed_in(Role.ADMINISTRATOR)
    admin.post(reverse("administration:settings"), {"idle_minutes": "5"})
    session = admin.session
    session[LAST_SEEN] = session[LAST_SEEN] - 6 * 60
    session.save()
    assert admin.get(reverse("web:home"))["Location"].startswith(reverse("accounts:login"))


def tables(store: Path) -> dict[str, list[tuple]]:
    """Every row of every table."""
    database = sqlite3.connect(store / "desk.sqlite3")
    names = [name for (name,) in database.execute("select name from sqlite_master where type='table' order by name")]
    found = {name: sorted(map(repr, database.execute(f'select * from "{name}"'))) for name in names}
    database.close()
    return found


def files(store: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(store)): path.read_bytes()
        for path in sorted((store / "pictures").rglob("*"))
        if path.is_file()
    }


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    import os

    return subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, cwd=ROOT, env={**os.environ, **environment},
        timeout=120,
    )  # fmt: skip


@pytest.fixture(scope="module")
def full_store(tmp_path_factory) -> Path:
    """A desk with users, a kit, a page that came back and what was keyed, encrypted with its own passphrase."""
    store = tmp_path_factory.mktemp("full") / "store"
    done = run(
        str(Path(__file__).parent / "fill_store.py"), str(store), DOWNTIME_PASSPHRASE="the desk's own words here"
    )
    assert done.returncode == 0, done.stderr
    return store


def backup_of(store: Path, file: Path) -> None:
    desk = DeskEnvironment(store=str(store))
    with file.open("wb") as out:
        for part in Backup.prepared(desk, Passphrase.of(WORDS)).parts():
            out.write(part)


def test_every_field_is_there_again_after_a_restore(full_store, tmp_path):
    out, back = tmp_path / "desk.dtbackup", tmp_path / "back"
    made = run(
        "-m", "downtime", "backup", "make", "--store", str(full_store), "-o", str(out), DOWNTIME_PASSPHRASE=WORDS
    )
    assert made.returncode == 0, made.stderr
    before = tables(full_store)
    assert len(before["store_entry"]) > 5 and "Rosa" in str(before["accounts_user"])
    put = run("-m", "downtime", "backup", "restore", str(out), "--store", str(back), DOWNTIME_PASSPHRASE=WORDS)
    assert put.returncode == 0, put.stderr + put.stdout
    assert tables(back) == before
    assert files(back) == files(full_store) and len(files(back)) > 2
    assert (back / "store.key").read_bytes() == (full_store / "store.key").read_bytes()
    # Nothing of it stands in the file in the clear.
    raw = out.read_bytes()
    assert b"Rosa" not in raw and b"SQLite" not in raw and out.stat().st_mode & 0o077 == 0
    assert not list((full_store / "arriving").iterdir())
    # The restored desk goes on: its triggers are there, and its log is sound.
    verified = run("-m", "downtime", "audit", "verify", "--store", str(back))
    assert verified.returncode == 0, verified.stderr
    with pytest.raises(sqlite3.IntegrityError, match="only grows"):
        sqlite3.connect(back / "desk.sqlite3").execute("delete from store_entry")


def test_a_backup_that_was_cut_or_changed_or_is_another_is_refused_and_leaves_nothing(full_store, tmp_path):
    out = tmp_path / "desk.dtbackup"
    backup_of(full_store, out)
    raw = out.read_bytes()
    assert len(raw) > 2 * CHUNK_BYTES, "several chunks, so that they can be told apart"
    there = sorted(path.name for path in tmp_path.iterdir())
    bit = raw[:-2000] + bytes([raw[-2000] ^ 1]) + raw[-1999:]
    broken = {
        "cut": raw[:-100], "without its last chunk": raw[: len(raw) // 2], "one bit": bit,
        "something added": raw + b"x", "empty": b"", "not one": b"%PDF-1.4", "begun": raw[:1000],
    }  # fmt: skip
    for what, content in broken.items():
        out.write_bytes(content)
        with pytest.raises(InputError):
            restore(out, tmp_path / "back", Passphrase.of(WORDS))
        assert sorted(path.name for path in tmp_path.iterdir()) == there, what
    out.write_bytes(raw)
    with pytest.raises(PassphraseWrongError):
        restore(out, tmp_path / "back", Passphrase.of("another four words here"))
    (tmp_path / "back").mkdir()
    (tmp_path / "back" / "something").write_text("kept")
    with pytest.raises(UsageError):
        restore(out, tmp_path / "back", Passphrase.of(WORDS))
    assert (tmp_path / "back" / "something").read_text() == "kept"


def test_the_backup_page_sends_what_restores(full_store, signed_in, settings, tmp_path):
    admin = signed_in(Role.ADMINISTRATOR)
    address = reverse("administration:backup")
    settings.DESK = replace(settings.DESK, store=str(full_store))
    assert admin.post(address, {"passphrase": WORDS, "again": "other"}).status_code == 422
    assert admin.post(address, {"passphrase": "short", "again": "short"}).status_code == 422
    answer = admin.post(address, {"passphrase": WORDS, "again": WORDS})
    file = tmp_path / "desk.dtbackup"
    file.write_bytes(b"".join(answer.streaming_content))
    restore(file, tmp_path / "back", Passphrase.of(WORDS))
    assert tables(tmp_path / "back") == tables(full_store)
    assert "The last one was begun at" in words(admin.get(address))
