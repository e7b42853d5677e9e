"""What holds for a whole sheet: whom it is about, who writes, and how far it gets filled in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from downtime.drill.chance import chance
from downtime.drill.handwriting import Hand
from downtime.drill.people import Patient, hand_of, invented_patient
from downtime.drill.profiles import Profile
from downtime.drill.sense import Scene
from downtime.page.manifest import Manifest, Sheet


@dataclass(frozen=True, slots=True)
class Story:
    """One sheet's scene, its first and second hand, whether labels are stuck on, and the share of rows in use."""

    scene: Scene
    hand: Hand
    second_hand: Hand
    label: bool
    rows: float


def story_of(manifest: Manifest, sheet: Sheet, profile: Profile, seed: int, patient: Patient | None) -> Story:
    """What holds for a sheet; a sheet of nobody, for which none is given, gets a patient of its own."""
    names = (seed, manifest.kit, sheet.number)
    stream = chance("sheet", *names)
    made = manifest.made_at
    if patient is None or sheet.patient:
        patient = invented_patient(*names, today=made.date(), number=sheet.patient or "")
    hand = hand_of(profile, *names)
    midnight = datetime(made.year, made.month, made.day)
    begun = midnight + timedelta(minutes=stream.randint(0, 24 * 60 - 1))
    return Story(
        scene=Scene(patient, begun, hand.initials),
        hand=hand,
        second_hand=hand_of(profile, *names, "second"),
        label=stream.random() < profile.label,
        rows=stream.uniform(*profile.rows),
    )
