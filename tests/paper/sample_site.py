"""A small sound site with its own form, card and cover, for tests to spoil."""

from __future__ import annotations

from datetime import date
from pathlib import Path

TODAY = date(2026, 11, 23)

FILES = {
    "facility.yaml": """\
id: mill-hill
name: Mill Hill Hospital
short_name: Mill Hill
fiction: All of it is made up.
country: US
paper: letter
timezone: America/Chicago
temperature_unit: F
glucose_unit: mg/dL
service_desk: {name: IT, phone: 555-0100}
medication_times: {profile: us_adult_inpatient}
site_codes:
  - {kind: code128, text: "{form_document_type}", position: header}
document_types: {default: DT900}
not_in_front_pocket: {log-unit-census: a test}
words:
  command_center: room A
""",
    "contacts.yaml": """\
contacts:
  charge:
    title: Charge nurse
    ways: [{by: desk, number: 555-0101}, {by: radio, channel: 3}]
    no_answer: {after_minutes: 5, do: send a runner}
    verified: 2026-11-01
""",
    "departments/ward.yaml": """\
id: ward
name: Ward
kind: other
inpatient: no
staff: 4
box: {id: W-1, location: shelf}
packet:
  sections:
    - section: Front
      front_pocket: yes
      forms:
        - {form: log-incident, copies: 2}
        - {form: log-phone-runner, copies: 2}
procedures: [own]
phone_tree: {start: charge}
words: {ward_word: the ward}
lists: {tests: [blood count]}
""",
    "approvals.yaml": "departments:\n  - {department: ward, by: C. D., role: manager, date: 2026-11-01}\n",
    "templates/procedures/own.md": """\
---
procedure: own
title: Our own card
revision: "2026-11"
owner: Nursing
source: [a test]
roles: [nurse]
words:
  ward_word: what the ward is called
---
## P0 First

- [ ] Go to {{ words.ward_word }}
""",
    "templates/cover.md": """\
---
procedure: cover
title: Cover
revision: "2026-11"
owner: Nursing
source: [a test]
roles: [nurse]
---
## First

- [ ] Count
""",
    "forms/own-form.yaml": """\
form: own-form
title: A form of our own
revision: "2026-11"
owner: Nursing
source: [a test]
scope: unit
audience: RN
record: {targets: [ops_only], priority: NONE, fate: SCAN ONLY, by: RN, keep: R-OPS}
sections:
  - fields:
      - {id: note, type: lines, label: "Note for {{ department.name }}", lines: 3}
""",
}


def site(folder: Path, file: str = "", old: str = "", new: str = "") -> Path:
    """The small sound site, with one text in it replaced."""
    root = folder / "site"
    for name, text in FILES.items():
        if name == file:
            assert old in text
            text = text.replace(old, new, 1)
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root
