"""Getting Django ready: the store folder, the settings, the migrations."""

from __future__ import annotations

import os

from downtime.desk.environment import DeskEnvironment
from downtime.desk.secrets import make_store_folder
from downtime.desk.store.sealing import seal_store
from downtime.errors import ConfigError, OtherSideError
from downtime.page.passphrase import passphrase_variable

SETTINGS = "downtime.desk.settings"


def prepare(desk: DeskEnvironment) -> None:
    """Make the store if there is none, load Django for it and bring its tables up to date."""
    os.umask(0o077)  # whatever the desk writes is for its owner alone
    make_store_folder(desk.store_folder)
    seal_store(desk.store_folder, passphrase_variable(os.environ))
    load(desk)
    migrate()
    keep_mode(desk)


def keep_mode(desk: DeskEnvironment) -> None:
    """Remember at the first start whether a store is live or for rehearsals; raises ConfigError when that changes."""
    from downtime.desk.store.models import Setting

    mode = "drill" if desk.drill else "live"
    kept, _ = Setting.objects.get_or_create(name="mode", defaults={"value": mode})
    if kept.value != mode:
        raise ConfigError(
            "this store is for rehearsals" if kept.value == "drill" else "this store is live",
            where=desk.store,
            why="what is rehearsed and what happened to patients must never stand in one store",
            do="start it with --drill"
            if kept.value == "drill"
            else "start it without --drill, or name another --store",
        )


def load(desk: DeskEnvironment) -> None:
    """Load Django for one desk, in this process and for those that it starts."""
    desk.to_environ()
    os.environ["DJANGO_SETTINGS_MODULE"] = SETTINGS
    import django

    django.setup()


def migrate() -> None:
    """Run what migrations have not run yet; raises when the database cannot be reached or is from a later version."""
    from django.core.management import call_command
    from django.db import OperationalError, connection
    from django.db.migrations.executor import MigrationExecutor

    try:
        executor = MigrationExecutor(connection)
        applied = set(executor.loader.applied_migrations)
        unknown = sorted(f"{app}.{name}" for app, name in applied - set(executor.loader.disk_migrations))
        if unknown:
            raise ConfigError(
                "the store was written by a newer version of Downtime",
                why=f"it has {', '.join(unknown[:3])}",
                do="update Downtime on this computer; do not go back to an older version with this store",
            )
        call_command("migrate", verbosity=0, interactive=False)
        connection.close()
    except OperationalError as error:
        raise OtherSideError(
            "the database cannot be opened",
            why=str(error).splitlines()[0],
            do="check DATABASE_URL and that the server runs, or the store folder and its disk",
        ) from error
