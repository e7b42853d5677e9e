"""What is noted when somebody signs in; the break-glass account leaves a trace that everybody sees."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from downtime.desk.accounts.models import User
from downtime.desk.audit.chain import record_alone
from downtime.desk.store.models import Setting

BROKEN_GLASS = "broken_glass"

# How long every page says that the break-glass account was used: everybody on duty in the next day sees it.
SHOWN_FOR = timedelta(hours=24)


def note_sign_in(user: User) -> None:
    """Write the sign-in into the audit log; for the break-glass account, put it on every page for a day."""
    if not user.break_glass:
        record_alone(user, "user.signed_in")
        return
    Setting.objects.update_or_create(name=BROKEN_GLASS, defaults={"value": timezone.now().isoformat(), "by": user})
    record_alone(user, "break_glass.signed_in")


def glass_broken_at() -> datetime | None:
    """When the break-glass account was last used, as long as pages must say so."""
    row = Setting.objects.filter(name=BROKEN_GLASS).first()
    if row is None:
        return None
    when = datetime.fromisoformat(str(row.value))
    return when if timezone.now() - when < SHOWN_FOR else None
