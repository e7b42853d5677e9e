"""The phrases of instructions that say how often, and the words that must not stay unread beside them.

Each phrase is a pattern with what it means. They are tried in this order, the longer before the shorter; what one has
read is taken out of the text. Spelled forms come from the frequency table; ambiguous Latin (QD, HS, OD) is never read.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

from downtime.clinical import due_rhythm as rhythms
from downtime.clinical.clock import is_hhmm
from downtime.clinical.due_rhythm import Beat, Rhythm
from downtime.clinical.frequencies import FREQUENCIES

_NUMBERS = "one two three four five six seven eight nine ten eleven twelve"
NUMBER_WORDS = {word: str(at + 1) for at, word in enumerate(_NUMBERS.split())}
_N = r"([0-9]{1,3})"
_B = r"(?<![\w.,/-])"  # no number or word may run on before or after: "1.5 hours" is not "5 hours"
_E = r"(?![\w/-])(?![.,][0-9])"
_TIMES = r"(?:times|time|x)"
_PER_DAY = r"(?:daily|(?:a|per|each|every|in a) day|/ ?day|/ ?d)"
_PER_WEEK = r"(?:weekly|(?:a|per|each|every) (?:week|wk)|/ ?(?:week|wk))"
_HOURS, _MINUTES = r"(?:hourly|hours?|hrs?|h)", r"(?:minutes?|mins?|min)"
_DAYS, _WEEKS = r"(?:days?|d)", r"(?:weeks?|wks?|w)"
_DAY_NAMES = {name[:3].lower(): at for at, name in enumerate(rhythms.WEEKDAYS)}
_DAY_NAME = r"(?:mon|tue|tues|wed|thu|thur|thurs|fri|sat|sun|(?:mon|tues|wednes|thurs|fri|satur|sun)days?)"
_LIMIT = r"(?:per|a|in a|in|/|every) ?(?:24 ?(?:hours?|hrs?|h)|day|d)"
_CLOCK = r"[0-2][0-9]:?[0-5][0-9]"

Reading = Callable[[re.Match[str]], Rhythm | None]


def phrase(pattern: str) -> re.Pattern[str]:
    """Compile a phrase that stands alone."""
    return re.compile(f"{_B}(?:{pattern}){_E}")


def _code(code: str) -> Reading:
    return lambda _: rhythms.of_frequency(FREQUENCIES[code])


def _count(text: str) -> int:
    return {"once": 1, "twice": 2, "thrice": 3}.get(text) or int(text)


def _a_day(found: re.Match[str]) -> Rhythm | None:
    count = _count(found[1])
    return rhythms.a_day(count, loose=False) if 1 <= count <= 24 else None


def _hours(found: re.Match[str]) -> Rhythm | None:
    return rhythms.every(timedelta(hours=int(found[1]))) if int(found[1]) else None


def _minutes(found: re.Match[str]) -> Rhythm | None:
    return rhythms.every(timedelta(minutes=int(found[1]))) if int(found[1]) else None


def _every_days(days: int) -> Reading:
    return lambda found: rhythms.every_days(days * int(found[1])) if int(found[1]) else None


def _weekdays(found: re.Match[str]) -> Rhythm | None:
    names = re.findall(_DAY_NAME, found[1])
    return rhythms.on_weekdays(frozenset(_DAY_NAMES[name[:3]] for name in names))


def _at(found: re.Match[str]) -> Rhythm | None:
    clock = tuple(sorted({text.replace(":", "") for text in re.findall(_CLOCK, found[0])}))
    if not all(is_hhmm(text) for text in clock):
        return None
    return Rhythm(Beat.A_DAY, f"at {', '.join(clock)}", per_day=len(clock), clock=clock)


RANGES = phrase(
    rf"(?:every|each|q) ?{_N} ?(?:-|to|or) ?{_N} ?-?(?:{_HOURS}|{_MINUTES}|{_DAYS}|{_WEEKS}|months?)"
    rf"|(?:{_N}|once|twice) ?{_TIMES}? ?(?:-|to|or) ?(?:{_N}|twice|thrice) ?{_TIMES}? ?(?:{_PER_DAY}|{_PER_WEEK})"
    rf"|(?:up to|at most|maximum of|no more than) (?:{_N}|once|twice) ?{_TIMES}? ?(?:{_PER_DAY}|{_PER_WEEK})"
)
HARMLESS = tuple(
    phrase(text)
    for text in (
        rf"(?:infused? |given? |run )?over [0-9]{{1,3}}(?:\.[0-9]+)?(?: ?(?:-|to) ?{_N})? ?(?:{_MINUTES}|{_HOURS})",
        r"until (?:discontinued|further notice)",
        rf"(?:do not|not to|don't) (?:exceed|take more than|give more than) [^;:]{{1,40}}? ?{_LIMIT}",
        rf"(?:max|maximum|max dose|maximum dose|no more than|not more than) [^;:]{{1,40}}? ?{_LIMIT}",
        r"(?:in|into|to|on|for|per) (?:each|both) (?:nostrils?|eyes?|ears?|nares|naris|arms?|legs?|sides?|lungs?)",
        r"do not (?:crush|chew|break|split|cut|shake)(?: or (?:crush|chew|break|split|cut|shake))?",
        r"with (?:food|water|milk|a full glass of water)(?! at meals)",
    )
)
AS_NEEDED = phrase(r"(?:as|if|when|where) (?:needed|required|necessary)|prn")
RATE = re.compile(
    r"(?<![\w.])[0-9][0-9.,]* ?(?:ml|l|units?|iu|mcg|[µμu]g|mg|g|meq|mmol)(?: ?/ ?kg)?"
    r" ?(?:/|per|an) ?(?:hour|hr|h|minute|min)\b"
)
FOR_DAYS = phrase(rf"(?:for|x) ?{_N} (?:days?|d)|(?:for|x) ?{_N}(?:days?|d)")
FOR_WEEKS = phrase(rf"(?:for|x) ?{_N} ?(?:weeks?|wks?)")
FOR_DOSES = phrase(rf"(?:for|x)(?: a total of)? ?{_N} doses?(?: only| in all| total)?")
STARTS = phrase(
    rf"(?:first dose|starting|start|starts|begin|beginning)(?: on)?(?: {_DAY_NAME}\.?,?)?"
    r" ([0-9]{1,2})/([0-9]{1,2})/(?:[0-9]{4}|[0-9]{2})(?: at ([0-2][0-9]):?([0-5][0-9]))?"
)

PHRASES: tuple[tuple[re.Pattern[str], Reading], ...] = (
    (phrase(r"before (?:each |every |all |the )?meals? (?:and|&) (?:at |before )?bed(?:time)?"), _code("ACHS")),
    (phrase(r"ac ?(?:&|and|/) ?hs|achs"), _code("ACHS")),
    (phrase(r"before (?:each |every |all |the )?meals?|ac"), _code("AC")),
    (phrase(r"after (?:each |every |all |the )?meals?|pc"), _code("PC")),
    (phrase(r"with (?:each |every |all )?meals?|with food at meals"), _code("WITHMEALS")),
    (phrase(r"every (?:other|second) day|(?:on )?alternate days"), lambda _: rhythms.every_days(2)),
    (phrase(rf"(once|twice|thrice|{_N[1:-1]}(?= ?{_TIMES})) ?{_TIMES}? ?{_PER_WEEK}"),
     lambda found: rhythms.a_week(_count(found[1])) if 1 <= _count(found[1]) <= 7 else None),
    (phrase(rf"(once|twice|thrice|{_N[1:-1]}(?= ?{_TIMES})) ?{_TIMES}? ?{_PER_DAY}"), _a_day),
    # "3 daily" is three at once to one reader and three times to another.
    (phrase(rf"{_N} ?(?:daily|a day|per day)"), lambda found: _a_day(found) if found[1] == "1" else None),
    (phrase(rf"(?:once )?(?:every|each|q) ?{_N} ?-?{_HOURS}"), _hours),
    (phrase(rf"{_N} ?-? ?hourly"), _hours),
    (phrase(rf"(?:once )?(?:every|each) ?{_N} ?{_MINUTES}"), _minutes),
    (phrase(rf"(?:once )?(?:every|each|q) ?{_N} ?{_DAYS}"), _every_days(1)),
    (phrase(rf"(?:once )?(?:every|each|q) ?{_N} ?{_WEEKS}"), _every_days(7)),
    (phrase(r"(?:once )?(?:every|each) hour|hourly|qh"), lambda _: rhythms.every(timedelta(hours=1))),
    (phrase(rf"(?:(?:on|every|each) )?({_DAY_NAME}(?:(?:,? and |, ?| ?/ ?| ?& ?| ){_DAY_NAME})+|mwf)"),
     lambda found: _code("MWF")(found) if found[1] == "mwf" else _weekdays(found)),
    (phrase(rf"(?:once )?(?:weekly )?(?:on|every|each) ({_DAY_NAME})"), _weekdays),
    (phrase(r"every (?:week|wk)|each week|weekly|qweek"), lambda _: rhythms.a_week(1)),
    (phrase(r"fortnightly|(?:once )?every fortnight"), lambda _: rhythms.every_days(14)),
    (phrase(r"monthly|(?:once )?(?:every|each|a|per) month"), lambda _: rhythms.every_months(1)),
    (phrase(r"(?:once )?(?:every|each) morning|(?:once )?in the morning|qam"), _code("QAM")),
    (phrase(r"(?:once )?(?:nightly |every night )?(?:at |before )bed(?:time)?|qhs"), _code("BEDTIME")),
    (phrase(r"(?:once )?(?:every|each) day|daily"), lambda _: rhythms.a_day(1, loose=False)),
    *((phrase(word), _code(code)) for word, code in
      (("bid", "BID"), ("bd", "BID"), ("tid", "TID"), ("tds", "TID"), ("qid", "QID"), ("qds", "QID"))),
    (phrase(rf"at {_CLOCK}(?: ?h| hours| hrs)?(?:(?:,? and |, ?){_CLOCK}(?: ?h| hours| hrs)?)*"), _at),
    (phrase(r"at once|stat|immediately"), _code("STAT")),
    (phrase(r"now"), _code("NOW")),
    (phrase(r"(?:once|1 time|1 dose|single dose|x ?1(?: dose)?)(?: only)?"), _code("ONCE")),
    (phrase(r"continuous(?:ly)?(?: (?:iv )?infusion)?"), _code("CONT")),
)  # fmt: skip

# Words that say when. Left unread they may change everything ("except on dialysis days"), so that nothing is computed.
CHANGES = re.compile(
    r"then|taper\w*|titrat\w*|wean\w*|increas\w*|decreas\w*|reduc\w*|escalat\w*|adjust\w*|cycles?|protocol|sliding|scale"
)
TIME_WORDS = re.compile(
    r"hours?|hourly|hrs?|minutes?|mins?|days?|daily|dly|weeks?|wks?|weekly|months?|monthly|years?|yearly|mornings?|noon"
    r"|midday|afternoons?|evenings?|nights?|nightly|midnight|bed|bedtime|breakfast|lunch|dinner|supper|tea|meals?|am|pm"
    r"|until|till|except|unless|skip|omit|alternate|alternating|other|repeat\w*|dialysis|hd|start\w*|stop\w*|begin\w*"
    r"|first|last|next|before|after|during|between|awake|waking|sleep|weekdays?|weekends?|tomorrow|today|tonight|once"
    r"|twice|thrice|times?|every|each|per|not|no|never|only|stat|now|later|biweekly|bimonthly|semiweekly|fortnight"
    r"|intermittent\w*|continuous\w*|directed|instructed|prn|bid|tid|qid|bd|tds|qds|od|hs|eod|qod|ac|pc|biw|tiw|ud"
    r"|jan\w*|feb\w*|mar|march|apr\w*|may|june?|july?|aug\w*|sep\w*|oct\w*|nov\w*|dec\w*|cc|x|q[0-9]*[a-z]{0,3}"
    rf"|{_DAY_NAME}|[0-9]+(?:hours?|hrs?|h|min|mins|d|days?|wk|x|am|pm)|x[0-9]+|[0-9]{{1,2}}:[0-9]{{2}}|[0-9](?:-[0-9]){{2,3}}"
)
BARE_HOUR = re.compile(_CLOCK)
_UNIT_WORDS = "mg mcg g kg ml l units unit iu meq mmol gram grams milligrams micrograms tablets drops"
UNITS = frozenset(_UNIT_WORDS.split())
# Words that say how much, of what kind and by which way: a text of these and one phrase is understood to the last word.
_PLAIN = (
    "take takes give gives given inject instill inhale inhaled apply applied place insert swallow chew dissolve use by"
    " mouth oral orally po iv im sc sq subcut subcutaneous subcutaneously intravenous intravenously intramuscular"
    " intramuscularly sublingual sublingually under the tongue topical topically rectal rectally pr pv vaginal"
    " vaginally nasal nasally ng ngt nj peg via tube ophthalmic otic nebulized nebulised nebulizer inhalation"
    " transdermal dose doses tablet tablets tab tabs capsule capsules cap caps drop drops puff puffs spray sprays patch"
    " patches unit units iu mg mcg g kg ml l meq mmol gram grams milligram milligrams milliliter milliliters"
    " microgram micrograms ampule vial suppository packet piggyback ivpb infusion infuse push slow slowly bolus of in"
    " into to a an and the total at routine high priority = # affected area skin left right eye eyes ear ears nostril"
    " nostrils with"
)
PLAIN_WORDS = frozenset(_PLAIN.split())
