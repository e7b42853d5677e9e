"""A store as a desk leaves it, made in a process of its own: ``python tests/desk/fill_store.py STORE``."""

from __future__ import annotations

import os
import sys
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS.parent), str(TESTS), str(TESTS / "desk")]

from downtime.cli.desk import environment_of  # noqa: E402

FACE = {
    "patient.surname": "Okafor", "patient.given": "Ada", "patient.birth_date": "04 MAR 1951", "phone": "555-0100",
    "provider": "Dr Ortiz", "alias": "unknown woman, bed 3",
}  # fmt: skip


def main() -> None:
    """People, a kit, a page that came back, what was keyed from it, and a picture too large for one chunk."""
    from downtime.desk.serve.prepare import prepare

    prepare(environment_of(TESTS.parent / "examples" / "riverside", Path(sys.argv[1])))
    from verify_help import came_back, key, verify

    from downtime.desk.accounts.people import new_user
    from downtime.desk.accounts.roles import Role
    from downtime.desk.store.pictures import pictures

    clerk = new_user("rosa", "Rosa Ålvarez", "four words in a row", [Role.CLERK], by=None)
    other = new_user("kim", "Kim Tran", "four words in a row", [Role.VERIFIER], by=None)
    assert not isinstance(clerk, list) and not isinstance(other, list)
    verify(key(came_back("reg-face-sheet", "registration"), clerk, FACE), other)
    pictures().put(os.urandom(2_500_000))


if __name__ == "__main__":
    main()
