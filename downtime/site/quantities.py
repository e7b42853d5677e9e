"""How many of each form a department needs, with the sum written out, so that a manager can follow and dispute it.

No published figure says how many forms a patient uses: `uses` are the site's own settings.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from downtime.clinical import quantities as clinical
from downtime.errors import ConfigError, UsageError
from downtime.site.department import Department, PacketEntry
from downtime.site.facility import Facility, Supply
from downtime.textyaml import nearest

HOURS_A_DAY = 24


@dataclass(frozen=True, slots=True)
class PacketLine:
    """One form of a packet: how many copies to print, how many to keep in stock, and why so many."""

    form: str
    section: str
    front_pocket: bool
    copies: int
    formula: str
    stock_copies: int
    stock_formula: str
    setting: str
    note: str


@dataclass(frozen=True, slots=True)
class SupplyLine:
    """One line of the box inventory."""

    item: str
    quantity: int


def surge_factor(facility: Facility, name: str) -> float:
    """The surge factor of that name; raises UsageError, naming the ones there are."""
    if name not in facility.surge:
        raise UsageError(f"there is no surge factor “{name}”", do=nearest(name, list(facility.surge)))
    return facility.surge[name]


def packet_quantities(
    facility: Facility,
    department: Department,
    *,
    hours: int | None = None,
    days: int | None = None,
    surge: str | None = None,
) -> list[PacketLine]:
    """Count the copies of every form of a department's packet, in the order of use.

    `hours` is what the box must last, `days` what the central store must; both, and the surge factor's name, are the
    department's own unless given. Raises ConfigError when a line comes to more than 10,000 copies.
    """
    packet = department.packet
    factor = surge_factor(facility, surge or packet.surge)
    box_hours = packet.hours if hours is None else hours
    stock_hours = (packet.days if days is None else days) * HOURS_A_DAY
    lines = []
    for entry in packet.entries():
        copies, formula = _count(entry, department, box_hours, factor, facility.spoilage)
        if copies > clinical.MAX_COPIES:
            raise ConfigError(
                f"{copies:,} copies of {entry.form.form} in the packet of {department.name}",
                why=f"the limit is {clinical.MAX_COPIES:,}: {formula}",
                do="look at beds, census, arrivals, uses and hours",
            )
        stock, stock_formula = _count(entry, department, stock_hours, factor, facility.spoilage)
        lines.append(
            PacketLine(
                form=entry.form.form,
                section=entry.section,
                front_pocket=entry.front_pocket,
                copies=copies,
                formula=formula,
                stock_copies=stock,
                stock_formula=stock_formula,
                setting="" if entry.form.uses is None else packet.uses_source or "",
                note=entry.form.note or "",
            )
        )
    return lines


def _count(entry: PacketEntry, department: Department, hours: int, surge: float, spoilage: float) -> tuple[int, str]:
    form = entry.form
    if form.fixed_copies is not None:
        return form.fixed_copies, f"{form.fixed_copies}, fixed"
    uses = form.uses or 0
    # A sheet that lasts 24 hours is begun at once for everybody, so a short downtime uses it up as a long one does.
    span = math.ceil(hours / HOURS_A_DAY) * HOURS_A_DAY if form.whole_days else hours
    # Every bed is counted whether taken or not, so a surge cannot fill more of them.
    factor = 1 if form.per == "bed" else surge
    if form.per == "patient-day":
        terms = [_presence(department, uses, hours, span, alone=form.uses_per_arrival is None)]
    else:
        terms = [_term(form.per or "fixed", department, uses, span, form.events_per_day or 0)]
    if form.uses_per_arrival is not None:
        terms.append(_term("arrival", department, form.uses_per_arrival, hours, 0))
    need = sum((_need(term, factor, spoilage) for term in terms), start=Decimal(0))
    # The division by 24 may leave a speck in the 28th place, which must not cost a sheet.
    exact = need.quantize(Decimal("1e-9"))
    # A form that stands in the packet is there at least once, however quiet the unit.
    copies = max(1, int(exact.to_integral_value(ROUND_CEILING)))
    words = " + ".join(term.words for term in terms)
    words = f"({words})" if len(terms) > 1 else words
    words += f" × {factor:g} surge" if factor != 1 else ""
    words += f" × {1 + spoilage:g} spoilage" if spoilage else ""
    shown = f"{exact.quantize(Decimal('0.01')):,f}".rstrip("0").rstrip(".")
    return copies, f"{words} = {shown}, so {copies:,}"


@dataclass(frozen=True, slots=True)
class _Term:
    """One product of the sum: so many (patients, beds, events) a day, or so many arrivals an hour."""

    a_day: float | Decimal
    an_hour: float
    uses: float
    hours: int
    words: str


def _term(per: str, department: Department, uses: float, hours: int, events: float) -> _Term:
    time = f"{hours} h ÷ 24"
    if per == "bed":
        return _Term(department.beds, 0, uses, HOURS_A_DAY, f"{department.beds} beds × {uses:g}")
    if per == "arrival":
        rate = department.arrivals_per_hour
        return _Term(0, rate, uses, hours, f"{rate:g} arrivals an hour × {hours} h × {uses:g}")
    if per == "event":
        return _Term(events, 0, uses, hours, f"{events:g} events a day × {uses:g} × {time}")
    return _Term(1, 0, uses, hours, f"{uses:g} a day × {time}")


def _presence(department: Department, uses: float, hours: int, span: int, *, alone: bool) -> _Term:
    """Everybody who is there: those in the beds and, unless arrivals are counted by themselves, all who come.

    In the hours of an outage nobody is taken to leave. A stock for weeks would grow without bound that way, so there
    each day is counted as a day of its own: the beds, and those who come within 24 hours.
    """
    census, rate = department.census, department.arrivals_per_hour
    if not alone or not rate:
        return _Term(census, 0, uses, span, f"{census:g} patients × {uses:g} a day × {span} h ÷ 24")
    within = min(hours, HOURS_A_DAY)
    people = Decimal(str(census)) + Decimal(str(rate)) * within
    words = f"({census:g} patients + {rate:g} arrivals an hour × {within} h) × {uses:g} a day × {span} h ÷ 24"
    return _Term(people, 0, uses, span, words)


def _need(term: _Term, surge: float, spoilage: float) -> Decimal:
    return clinical.copies(
        census=term.a_day,
        arrivals_per_hour=term.an_hour,
        hours=term.hours,
        uses_per_patient_day=term.uses if term.a_day else 0,
        uses_per_arrival=term.uses if term.an_hour else 0,
        surge=surge,
        spoilage=spoilage,
    ).need


def supply_quantities(facility: Facility, department: Department) -> list[SupplyLine]:
    """Count the things in the box beside the paper; a department's line replaces the facility's of the same name."""
    own = {supply.item: supply for supply in department.supplies}
    shared = [own.pop(supply.item, supply) for supply in facility.supplies]
    return [SupplyLine(supply.item, _supply_count(supply, department)) for supply in (*shared, *own.values())]


def _supply_count(supply: Supply, department: Department) -> int:
    patients = department.census + department.arrivals_per_hour * HOURS_A_DAY
    parts = ((supply.per_bed, department.beds), (supply.per_staff, department.staff), (supply.per_patient, patients))
    # As the manager wrote it: 0.1 × 30 is 3, not a little more.
    amount = sum((Decimal(str(each)) * Decimal(str(number)) for each, number in parts), start=Decimal(supply.fixed))
    return math.ceil(amount)


def hours_held(lines: Sequence[PacketLine], department: Department, form: str) -> float:
    """For how many hours the packet's copies of a form last the patients of an ordinary day.

    Where the packet gives a plain number and no use rate, one sheet a patient a day is assumed.
    """
    copies = sum(line.copies for line in lines if line.form == form)
    rate = next(
        (e.form.uses for e in department.packet.entries() if e.form.form == form and e.form.per == "patient-day"), None
    )
    a_day = department.census * (rate or 1)
    return copies * HOURS_A_DAY / a_day if a_day else math.inf
