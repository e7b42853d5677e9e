"""A desk for the browser tests, in a process of its own: a store with people, a kit, and pages that came back.

Run as ``python tests/desk/serve_for_browser.py STORE PORT [SITE]``; it prints a line of JSON about what is in it, then
serves. A SITE is made new, with one ward: a desk whose managers may change it.
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

EMPTY = "empty"
"""The name of a site whose desk has people alone."""

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


def fill(store: Path, port: int, site: Path) -> dict[str, object]:
    """Make the store and say what is in it."""
    desk = replace(environment_of(site, store, port=port), watched="")
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
        ("mona", "Mona Haddad", [Role.MANAGER]),
        ("nick", "Nick Osei", [Role.CHARGE_NURSE]),
        ("vera", "Vera Lindqvist", [Role.VERIFIER]),
        ("olga", "Olga Petrova", [Role.AUDITOR]),
    ):
        made = new_user(username, name, PASSWORD, roles, by=None, must_change_password=False)
        assert not isinstance(made, list), made
    if site.name == EMPTY:
        return {}
    store_kit(paper("medsurg").manifest)
    store_kit(paper("icu").manifest)
    vitals, on_page = write_vitals()
    registration = scan_in("icu", "reg-face-sheet")
    scan_in("icu", "mar-scheduled")
    there = {"vitals": vitals, "registration": registration.sheet_id, "written": on_page, "page": registration.pk}
    return there | (pages_to_look_at() if site.name == "site" else {})


def pages_to_look_at() -> dict[str, int]:
    """Something on every page: sheets in every state, work that was done and refused. Returns the numbers of rows."""
    from verify_help import MAR, came_back, key, key_again, verify

    from downtime.desk.accounts.models import User
    from downtime.desk.store.jobs import ask, refuse
    from downtime.desk.store.models import Job, JobKind, Kit, Patient
    from downtime.desk.store.patients import rows_of
    from downtime.desk.store.pictures import pictures
    from downtime.desk.verification.acts import finish_look
    from downtime.desk.verification.standing import newest_first, standings_of

    rosa, kim, vera, mona = (User.objects.get(username=name) for name in ("rosa", "kim", "vera", "mona"))
    keyed = key(came_back(nth=1), rosa, MAR)
    disputed = key(came_back(nth=2), rosa, MAR)
    again = {i.field.id: i.first.value for i in standings_of(disputed) if i.field.critical and i.first}
    key_again(disputed, vera, again | {"drugs.1.order.dose": "10 g"})
    finish_look(disputed.pk, vera, up_to=newest_first(standings_of(disputed)))
    verified = verify(key(came_back(nth=3), kim, MAR), vera)
    Patient.objects.bulk_create(rows_of([("DT0411016", "Okafor, Ada", None, "female")]))
    made = {"pages": 84, "sheets_of_paper": 42, "signed": True, "unapproved": ["ord-general"], "patients": 14}
    made |= {
        "left_out": 1,
        "to_clarify": 0,
        "orders_to_check": 2,
        "problems": 0,
        "old_data": True,
        "data_age_minutes": 95,
    }
    done = {"by": mona, "state": "done", "kit": "K3F7Q-2M9XC", "file": "0" * 64, "result": made}
    Job.objects.create(kind=JobKind.KIT, subject="ward", title="Example Ward", **done)
    refused = Job.objects.create(kind=JobKind.PACKET, subject="ward", title="Example Ward", by=mona)
    refuse(refused, "the packet has 700 pages", "the limit is 640", "ask for fewer copies")
    change = ask(
        JobKind.EDIT, "departments/ward.yaml", mona, title="Example Ward", file="departments/ward.yaml", base="-",
        text=pictures().put(b"id: ward"), changes=["beds: 20 \u2192 24"],
    )  # fmt: skip
    finding = {"file": "departments/ward.yaml", "line": 7, "level": "error", "what": "beds", "why": "no", "do": "yes"}
    refuse(change, "The change would break the site folder, so nothing was written.", findings=[finding])
    ask(JobKind.CHECK, "", mona)
    return {
        "keyed": keyed.pk, "disputed": disputed.pk, "verified": verified.pk, "change": change.pk, "person": rosa.pk,
        "kit": Kit.objects.get(department="icu").pk, "patient": Patient.objects.order_by("pk").first().pk,
    }  # fmt: skip


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
    site = Path(sys.argv[3]) if len(sys.argv) > 3 else TESTS.parent / "examples" / "riverside"
    if not site.exists():
        from downtime.site.initialise import init_site

        init_site(site, id="small", name="Small Hospital", country="US")
    print(json.dumps(fill(store, port, site)), flush=True)
    from downtime.cli.app import run

    sys.exit(run(["desk", str(site), "--no-browser", "--store", str(store), "--port", str(port)]))


if __name__ == "__main__":
    main()
