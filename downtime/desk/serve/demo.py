"""`downtime desk --demo`: a rehearsal to try everything with, in a store that is thrown away when the desk stops.

The kit is a drill's, the writing is the simulated pen's, and every account has a password that was made up just now and
is shown in the terminal alone.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from downtime.desk.environment import DeskEnvironment
from downtime.desk.serve.prepare import prepare

Say = Callable[[str], None]

PAGES = 24
_SEED = 7


def starter_site(folder: Path) -> Path:
    """A site folder to try with, where none was given."""
    from downtime.site.initialise import init_site

    init_site(folder, id="demo", name="Demonstration Hospital", country="US")
    return folder


def fill_demo(desk: DeskEnvironment, scratch: Path, say: Say) -> None:
    """Make the store of a demonstration: accounts for every role, a drill's kit, and its scans in the line."""
    prepare(desk)
    password = secrets.token_urlsafe(12)
    names = ", ".join(_accounts(password))
    say(f"Accounts for this demonstration: {names}. Password of all of them: {password}")
    say(f"Filling in {PAGES} pages of a drill; they appear in the inbox as they are read.")
    _papers(desk, scratch)


def _accounts(password: str) -> list[str]:
    from downtime.desk.accounts.models import User
    from downtime.desk.accounts.people import new_user
    from downtime.desk.accounts.roles import Role

    made = []
    for role in Role:
        user = new_user(
            role.value, f"Demo {role.label}", password, [role], by=None, must_change_password=False
        )  # fmt: skip
        if not isinstance(user, User):
            raise ValueError(f"a demonstration's account was refused: {user}")
        made.append(user.username)
    return made


def _papers(desk: DeskEnvironment, scratch: Path) -> None:
    from downtime.desk.store.definitions import Definitions
    from downtime.desk.store.files import receive
    from downtime.desk.store.kits import add_kit
    from downtime.desk.store.models import FileSource
    from downtime.drill.paper import IssuedPaper, composed_forms
    from downtime.drill.profiles import profile_named
    from downtime.drill.rehearse import new_folders, rehearse
    from downtime.drill.wanted import Rehearsal
    from downtime.paper.batch import read_site
    from downtime.paper.packet import make_packet
    from downtime.paper.production import facility_key, print_run

    folder = Path(desk.site)
    site, shelf = read_site(folder)
    department = next(iter(site.departments.values()))
    today = datetime.now(ZoneInfo(desk.time_zone)).date().isoformat()
    run = print_run(site, made_at=f"{today}T0600", drill=True, key=facility_key(site))
    packet = make_packet(site, department, shelf, run)
    add_kit(packet.manifest, None, Definitions.of(site))
    forms = composed_forms(folder, department.id, [sheet.form for sheet in packet.manifest.sheets])
    paper = IssuedPaper(packet.pdf, packet.manifest, forms)
    new_folders(scratch)
    done = rehearse(paper, "demo", Rehearsal(seed=_SEED, pages=PAGES, profile=profile_named("careful")), scratch)
    paper.close()
    for scan in sorted(done.scans.iterdir()):
        receive(scan, scan.name, FileSource.DROPPED, None)
