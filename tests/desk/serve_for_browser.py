"""A desk for the browser tests, in a process of its own: a store with people, a kit, and pages that came back.

Run as ``python tests/desk/serve_for_browser.py STORE PORT``; it prints a line of JSON about what is in it, then serves.
"""

from __future__ import annotations

import json
import random
import sys
from dataclasses import replace
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS.parent), str(TESTS), str(TESTS / "desk")]

from downtime.cli.desk import environment_of  # noqa: E402

PASSWORD = "four words in a row"

# Twelve sets of observations, as a nurse writes them: what stands in each row of the flowsheet.
DAY = "19 JUL 2026"
ROWS = [
    {
        "at.date": DAY, "at.time": f"{hour:02d}{minute:02d}", "rr.value": rr, "rr.score": rs, "spo2.value": spo2,
        "spo2.score": ss, "oxygen.device": device, "oxygen.score": os, "sbp.value": sbp, "sbp.score": bs, "dbp": dbp,
        "hr.value": hr, "hr.score": hs, "acvpu.value": "A", "acvpu.score": "0", "temperature.value": temp,
        "temperature.score": "0", "total": total, "pain.score": pain, "initials": "RB",
    }
    for hour, minute, rr, rs, spo2, ss, device, os, sbp, bs, dbp, hr, hs, temp, total, pain in (
        (7, 5, "16", "0", "97", "0", "A", "0", "128", "0", "76", "72", "0", "98.2", "0", "2"),
        (8, 0, "18", "0", "96", "0", "A", "0", "131", "0", "78", "75", "0", "98.4", "0", "2"),
        (9, 10, "20", "0", "96", "0", "A", "0", "126", "0", "74", "81", "0", "98.6", "0", "3"),
        (10, 0, "21", "2", "95", "1", "A", "0", "118", "0", "70", "88", "0", "98.9", "3", "3"),
        (11, 5, "22", "2", "94", "1", "A", "0", "109", "1", "66", "92", "1", "99.1", "5", "4"),
        (12, 0, "22", "2", "94", "1", "NC", "2", "107", "1", "64", "95", "1", "99.3", "7", "4"),
        (13, 0, "20", "0", "96", "0", "NC", "2", "112", "0", "68", "91", "1", "99.0", "3", "3"),
        (14, 10, "19", "0", "97", "0", "NC", "2", "116", "0", "70", "86", "0", "98.8", "2", "3"),
        (15, 0, "18", "0", "97", "0", "NC", "2", "119", "0", "72", "84", "0", "98.6", "2", "2"),
        (16, 5, "17", "0", "96", "0", "A", "0", "122", "0", "74", "80", "0", "98.5", "0", "2"),
        (17, 0, "16", "0", "97", "0", "A", "0", "124", "0", "75", "78", "0", "98.4", "0", "2"),
        (18, 0, "16", "0", "97", "0", "A", "0", "127", "0", "77", "76", "0", "98.3", "0", "1"),
    )
]  # fmt: skip
PATIENT = {
    "patient.surname": "OKAFOR", "patient.given": "Elena A", "patient.birth_date": "27 DEC 1940",
    "patient.page_date": DAY, "patient.mrn": "10004417",
}  # fmt: skip


def on_paper() -> dict[str, str]:
    """What is written on the page, by field."""
    rows = {f"obs.{number}.{field}": text for number, row in enumerate(ROWS, start=1) for field, text in row.items()}
    return {**PATIENT, **rows}


def fill(store: Path, port: int) -> dict[str, object]:
    """Make the store and say what is in it."""
    desk = replace(environment_of(TESTS.parent / "examples" / "riverside", store, port=port), watched="")
    from downtime.desk.serve.prepare import prepare

    prepare(desk)
    from paper_help import paper, scan_in, store_kit

    from downtime.desk.accounts.people import new_user
    from downtime.desk.accounts.roles import Role

    for username, name, roles in (
        ("rosa", "Rosa Alvarez", [Role.CLERK]),
        ("kim", "Kim Tran", [Role.CLERK]),
        ("sam", "Sam Okoye", [Role.SUPERVISOR]),
        ("ada", "Ada Byron", [Role.ADMINISTRATOR]),
    ):
        made = new_user(username, name, PASSWORD, roles, by=None, must_change_password=False)
        assert not isinstance(made, list), made
    store_kit(paper("medsurg").manifest)
    store_kit(paper("icu").manifest)
    vitals, on_page = write_vitals()
    registration = scan_in("icu", "reg-face-sheet")
    scan_in("icu", "mar-scheduled")
    return {"vitals": vitals, "registration": registration.sheet_id, "written": on_page}


def write_vitals() -> tuple[int, dict[str, str]]:
    """Write the twelve sets on a flowsheet with the drill's handwriting, scan it, and put it into the store.

    Returns the sheet, and what stands on its first page.
    """
    from paper_help import paper, put_page

    from downtime.drill.handwriting import write
    from downtime.drill.ink import Surface
    from downtime.drill.people import hand_of
    from downtime.drill.profiles import profile_named

    made = paper("medsurg")
    sheet = next(sheet for sheet in made.manifest.sheets if sheet.form == "flow-vitals-ews")
    page = next(iter(made.sheet_pages(sheet)))
    image = made.image(page.number).copy()
    surface = Surface(image, page.layout.width_mm, page.layout.height_mm)
    hand, stream = hand_of(profile_named("careful"), 3), random.Random(3)
    places = {field.id: field.rect for field in page.places.fields}
    on_page = {field: text for field, text in on_paper().items() if field in places}
    for field, text in on_page.items():
        write(surface, text, places[field], hand, stream)
    return put_page("medsurg", image).sheet_id, on_page


def main() -> None:
    store, port = Path(sys.argv[1]), int(sys.argv[2])
    print(json.dumps(fill(store, port)), flush=True)
    from downtime.cli.app import run

    sys.exit(
        run(
            [
                "desk",
                str(TESTS.parent / "examples" / "riverside"),
                "--no-browser",
                "--store",
                str(store),
                "--port",
                str(port),
            ]
        )
    )


if __name__ == "__main__":
    main()
