"""How many copies of a form to print and stock, with the arithmetic in words a nurse manager can follow."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from downtime.clinical._data import CONVENTION
from downtime.clinical.doses import format_number
from downtime.errors import UsageError

Number = int | float | Decimal

MIN_COPIES = 1
MAX_COPIES = 10_000

# The US SAFER guide asks every inpatient unit to hold enough of these on paper for at least 8 hours.
SAFER_MIN_HOURS = 8
SAFER_FORMS = ("orders", "medication administration record", "laboratory requisition", "imaging requisition")
SAFER_SOURCE = "SAFER Guides (US, healthit.gov), contingency planning: paper forms for at least 8 hours"

# Starting points; a two-hour drill replaces them with a unit's own numbers.
DEFAULT_HOURS_ON_UNIT = 24
DEFAULT_HOURS_CENTRAL_STORE = 96
DEFAULT_DAYS_OF_MASTERS = 28  # Joint Commission Sentinel Event Alert 67: ready for 4 weeks or longer
DEFAULT_SURGE = Decimal("1.25")
DEFAULT_SURGE_EMERGENCY = Decimal("1.5")
DEFAULT_SPOILAGE = Decimal("0.15")
DEFAULT_MIN_STOCK = 5
DEFAULT_PACK_SIZE = 25
DEFAULT_LABELS_PER_PATIENT_DAY = 30
DEFAULTS_SOURCE = CONVENTION


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number of copies, the exact need before rounding, and the arithmetic that led there."""

    copies: int
    need: Decimal
    formula: str


def copies(
    *,
    census: Number,
    arrivals_per_hour: Number,
    hours: Number,
    uses_per_patient_day: Number,
    uses_per_arrival: Number,
    spoilage: Number = DEFAULT_SPOILAGE,
    surge: Number = 1,
    min_stock: int = 0,
    pack_size: int = 1,
) -> Quantity:
    """Count copies of a form that patients in the beds use by the day and arrivals use once each.

    (census × uses per patient day × hours ÷ 24 + arrivals per hour × hours × uses per arrival) × surge × (1 + spoilage)
    """
    beds, arrivals, span = _of("census", census), _of("arrivals per hour", arrivals_per_hour), _of("hours", hours)
    a_day, each = _of("uses per patient day", uses_per_patient_day), _of("uses per arrival", uses_per_arrival)
    factor, extra, spoiled = _surge_and_spoilage(surge, spoilage)
    need = (beds * a_day * span + arrivals * span * each * 24) * factor * spoiled / 24
    words = (
        f"({_n(beds)} patients × {_n(a_day)} per patient a day × {_n(span)} hours ÷ 24"
        f" + {_n(arrivals)} arrivals an hour × {_n(span)} hours × {_n(each)} per arrival){extra}"
    )
    return _rounded(need, words, min_stock, pack_size)


def copies_by_presence(
    *,
    census: Number,
    arrivals_per_hour: Number,
    hours: Number,
    uses_per_patient_day: Number,
    spoilage: Number = DEFAULT_SPOILAGE,
    surge: Number = 1,
    min_stock: int = 0,
    pack_size: int = 1,
) -> Quantity:
    """Count copies of a form that everyone present uses by the day, as if all arrivals were there from the start.

    (census + arrivals per hour × hours) × uses per patient day × hours ÷ 24 × surge × (1 + spoilage)
    """
    beds, arrivals, span = _of("census", census), _of("arrivals per hour", arrivals_per_hour), _of("hours", hours)
    a_day = _of("uses per patient day", uses_per_patient_day)
    factor, extra, spoiled = _surge_and_spoilage(surge, spoilage)
    need = (beds + arrivals * span) * a_day * span * factor * spoiled / 24
    words = (
        f"({_n(beds)} patients + {_n(arrivals)} arrivals an hour × {_n(span)} hours)"
        f" × {_n(a_day)} per patient a day × {_n(span)} hours ÷ 24{extra}"
    )
    return _rounded(need, words, min_stock, pack_size)


def copies_fault(copies_asked: int) -> str | None:
    """Say what is wrong with a number of copies for one form line, or nothing where it can be printed."""
    if copies_asked < MIN_COPIES:
        return (
            f"{copies_asked:,} copies: a form that is listed needs at least {MIN_COPIES}; leave the line out otherwise"
        )
    if copies_asked > MAX_COPIES:
        return (
            f"{copies_asked:,} copies: more than {MAX_COPIES:,} of one form is taken for a typing error; check the line"
        )
    return None


def _of(name: str, value: Number) -> Decimal:
    """Take a number in its shortest decimal form (0.1 is 0.1), refusing what cannot be counted with."""
    number = Decimal(str(value))
    if not number.is_finite() or number < 0 or number > 100_000:
        raise UsageError(
            f"{name} is {value}",
            why="a number of copies cannot be counted from it",
            do="give a number from 0 to 100,000",
        )
    return number


def _surge_and_spoilage(surge: Number, spoilage: Number) -> tuple[Decimal, str, Decimal]:
    factor, share = _of("surge", surge), _of("spoilage", spoilage)
    if factor == 0 or share > 1:
        raise UsageError(
            f"surge is {surge} and spoilage is {spoilage}",
            why="surge multiplies the need, and spoilage is the share of sheets that is lost",
            do="give a surge above 0 (1 is none) and a spoilage from 0 to 1 (0.15 is 15 %)",
        )
    words = f" × {_n(factor)} for surge" if factor != 1 else ""
    words += f" × {_n(1 + share)} for {_n(share * 100)} % spoiled sheets" if share else ""
    return factor, words, 1 + share


def _rounded(need: Decimal, words: str, min_stock: int, pack_size: int) -> Quantity:
    if min_stock < 0 or pack_size < 1:
        raise UsageError(
            f"the minimum stock is {min_stock} and the pack size {pack_size}",
            why="stock is added and packs are filled up, so neither can be negative and a pack holds at least 1",
            do="give a minimum stock of 0 or more and a pack size of 1 or more",
        )
    if need > 1_000_000_000:
        raise UsageError(
            "more than a billion copies come out",
            why="a number in the calculation is a typing error",
            do=f"check the numbers in: {words}",
        )
    count = int(need.to_integral_value(ROUND_CEILING))
    shown = need.quantize(Decimal("0.01")).normalize()
    words += f" = {_n(shown)}" if shown == need else f" = about {_n(shown)}"
    words += f", rounded up to {_n(Decimal(count))}" if count != need else ""
    if min_stock:
        words += f"; {_n(Decimal(count))} + {_n(Decimal(min_stock))} kept in stock = {_n(Decimal(count + min_stock))}"
        count += min_stock
    if pack_size > 1:
        packs = -(-count // pack_size)
        count = packs * pack_size
        words += f"; {_n(Decimal(packs))} packs of {_n(Decimal(pack_size))} = {_n(Decimal(count))}"
    return Quantity(copies=count, need=need, formula=words)


def _n(number: Decimal) -> str:
    """Write a number for people: at most 4 decimals."""
    return format_number(number if number == number.to_integral_value() else number.quantize(Decimal("0.0001")))
