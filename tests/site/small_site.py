"""A small sound site, as text, for tests to spoil."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

FACILITY = """\
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
medication_times:
  profile: us_adult_inpatient
  mar_starts: 0700
  overrides:
    BID: [0700, 1900]
surge:
  normal: 1.5
spoilage: 0.1
supplies:
  - {item: Pens, fixed: 2, per_staff: 0.5}
"""

CONTACTS = """\
contacts:
  charge:
    title: Charge nurse
    ways:
      - {by: desk, number: 555-0101}
      - {by: radio, channel: 3}
    no_answer: {after_minutes: 5, then: boss}
    verified: 2026-11-01
  boss:
    title: Supervisor
    ways:
      - {by: mobile, number: 555-0102}
    no_answer: {after_minutes: 5, do: send a runner}
    verified: 2026-11-01
"""

WARD = """\
id: ward
name: Ward
kind: medsurg
inpatient: yes
beds: 10
census: 8
arrivals_per_hour: 0.5
staff: 4
box: {id: W-1, location: shelf}
packet:
  hours: 8
  surge: normal
  uses_source: a test
  sections:
    - section: Front
      front_pocket: yes
      forms:
        - {form: log-incident, copies: 2}
    - section: Orders
      forms:
        - {form: ord-general, per: patient-day, uses: 3}
        - {form: mar-scheduled, per: patient-day, uses: 1, whole_days: yes}
procedures: [nurse]
downtime_numbers: {prefix: DT, site: 04, first: 1, last: 50}
phone_tree:
  start: charge
  calls:
    charge: [boss]
  script: [Paper from now]
"""

APPROVALS = """\
forms:
  - {form: log-incident, revision: "2026-11", content: 0123456789ab, by: A. B., role: chief, date: 2026-11-01}
departments:
  - {department: ward, by: C. D., role: manager, date: 2026-11-01}
"""

FILES = {
    "facility.yaml": FACILITY,
    "contacts.yaml": CONTACTS,
    "departments/ward.yaml": WARD,
    "approvals.yaml": APPROVALS,
}

KNOWN_FORMS = ("log-incident", "ord-general", "mar-scheduled", "ord-lab-req")
KNOWN_PROCEDURES = ("nurse", "charge-nurse")

SiteMaker = Callable[..., Path]
