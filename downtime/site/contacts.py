"""contacts.yaml: the people and places to reach in a downtime, and every way to reach each, in order."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from downtime.site.values import AT_LEAST_ONE, Day, Id, Name, Prose, Whole, YesNo
from downtime.textyaml import TextModel

# Telecom ranges that are reserved for fiction: NANP 555-0100 to 555-0199; Ofcom's numbers for drama use.
_MADE_UP = re.compile(r"(?<![0-9])(555[- .]?01[0-9]{2}|01632[ -]?960[ -]?[0-9]{3}|07700[ -]?900[ -]?[0-9]{3}"
                      r"|020[ -]?7946[ -]?0[0-9]{3}|0?8081[ -]?570[ -]?[0-9]{3})(?![0-9])")  # fmt: skip
_NUMBER = re.compile(r"[0-9+*#(][0-9+*#() .,/-]*( ?(ext|ext\.|x) ?[0-9]+)?", re.IGNORECASE)


def _read_number(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    text = value.strip()
    if not text:
        raise ValueError("the number is empty; a phone tree with an empty number must not print")
    if not _NUMBER.fullmatch(text) or len(re.sub(r"[^0-9]", "", text)) < 2 or len(text) > 40:
        raise ValueError(f"“{text[:60]}” is not a number to dial; write digits, as 555-0142 or 7-0142 ext 12")
    return text


DialNumber = Annotated[str, BeforeValidator(_read_number)]


class Way(TextModel, ABC):
    """One way to reach somebody; each kind asks for its own words."""

    by: str
    note: Name | None = Field(None, description="A few words printed beside it.")

    @property
    def label(self) -> str:
        """What kind of way it is, as printed."""
        return self.by.replace("-", " ")

    @property
    @abstractmethod
    def text(self) -> str:
        """The number, channel, words or place, as printed."""

    @property
    def over_network(self) -> bool:
        """Whether it stops working when the hospital's own network does."""
        return False


class DeskWay(Way):
    """A desk phone: over the network, unless it is said to be an analogue line."""

    by: Literal["desk"]
    number: DialNumber
    analogue: YesNo = Field(False, description="yes: a copper line that works without network and power")

    @property
    def text(self) -> str:
        """The number."""
        return self.number

    @property
    def over_network(self) -> bool:
        """A desk phone is taken to be an IP phone: hospitals have few others left."""
        return not self.analogue


class PagerWay(Way):
    """A pager; messages mostly go out through a server of the hospital."""

    by: Literal["pager"]
    number: DialNumber
    network: YesNo = Field(True, description="no: pages can be sent without the hospital's network")

    @property
    def text(self) -> str:
        """The number."""
        return self.number

    @property
    def over_network(self) -> bool:
        """As the site says; yes if it says nothing."""
        return self.network


class OwnNumberWay(Way):
    """A phone that does not run over the hospital's network: mobile, red phone, satellite phone."""

    by: Literal["mobile", "red-phone", "satellite"]
    number: DialNumber

    @property
    def text(self) -> str:
        """The number."""
        return self.number


class RadioWay(Way):
    """A hand-held radio on a channel."""

    by: Literal["radio"]
    channel: Name

    @property
    def text(self) -> str:
        """The channel; a bare number becomes “channel 3”."""
        return f"channel {self.channel}" if self.channel.isdigit() else self.channel


class OverheadWay(Way):
    """An overhead page with the words to say; mostly started from a network phone."""

    by: Literal["overhead"]
    words: Name
    network: YesNo = Field(True, description="no: overhead paging works without the hospital's network")

    @property
    def text(self) -> str:
        """The words in quotation marks."""
        return f"“{self.words}”"

    @property
    def over_network(self) -> bool:
        """As the site says; yes if it says nothing."""
        return self.network


class PlaceWay(Way):
    """Somebody walks: a runner, or oneself."""

    by: Literal["runner", "in-person"]
    place: Name

    @property
    def text(self) -> str:
        """The place."""
        return self.place


AnyWay = Annotated[
    DeskWay | PagerWay | OwnNumberWay | RadioWay | OverheadWay | PlaceWay, Field(discriminator="by")
]  # fmt: skip


class NoAnswer(TextModel):
    """What happens when nobody answers: after how many minutes, and who takes over (or what to do instead)."""

    after_minutes: Annotated[int, Whole(1, 120)]
    then: Id | None = Field(None, description="the id of the contact who takes over")
    do: Name | None = Field(None, description="or, at the end of the line, what to do instead")

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        if (self.then is None) == (self.do is None):
            raise ValueError("write `then:` with the contact who takes over, or `do:` with what to do instead")
        return self


class Contact(TextModel):
    """Somebody to reach, in the order of ways to try."""

    title: Name
    person: Name = "on duty"
    ways: Annotated[tuple[AnyWay, ...], AT_LEAST_ONE]
    no_answer: NoAnswer | None = None
    verified: Day = Field(description="the day on which somebody last tried every number of this contact")

    @model_validator(mode="after")
    def _ways_differ(self) -> Self:
        seen = [(way.label, way.text) for way in self.ways]
        for index, way in enumerate(seen):
            if way in seen[:index]:
                raise ValueError(f"the way “{way[0]} {way[1]}” stands twice; keep one")
        return self

    @property
    def reachable_without_network(self) -> bool:
        """Whether at least one way works while the hospital's network is down."""
        return any(not way.over_network for way in self.ways)


class Contacts(TextModel):
    """contacts.yaml: every contact of the site, by id."""

    note: Prose | None = None
    contacts: Annotated[dict[Id, Contact], AT_LEAST_ONE]


def is_made_up(number: str) -> bool:
    """Whether a number is from a range reserved for fiction, so that nobody prints the example's phones for real."""
    return _MADE_UP.search(number) is not None
