"""What may vary in a wording: facts the gate knows itself, and bounded choices. Free text is no kind of variable."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import permutations
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from compliance.domain.slot import Slot

Kind = Literal["person_name", "company_name", "slot_day", "choice"]
DayFormat = Literal["iso", "dots", "slashes"]
LONGEST_NAME, LONGEST_CHOICE, MOST_CHOICES = 80, 120, 20
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_HOLE = re.compile(r"\{([^{}]*)\}")
_FORMATS: dict[DayFormat, str] = {"iso": "%Y-%m-%d", "dots": "%d.%m.%Y", "slashes": "%d/%m/%Y"}
_IN_NAMES = frozenset(" .'-’")  # noqa: RUF001 - the apostrophe people's names are written with
_FILLERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
_UNSEEN = frozenset({"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """One named place. `choices` belong to a choice; `timezone` and `day_format` to the day of the slot."""

    name: str
    kind: Kind
    choices: tuple[str, ...] = ()
    timezone: str | None = None
    day_format: DayFormat = "iso"

    def objections(self) -> Iterator[str]:
        """Why this variable cannot be used."""
        if _NAME.fullmatch(self.name) is None:
            yield f"{self.name!r} is no name of a variable: small letters, digits and _ only"
        if (self.kind == "choice") != bool(self.choices):
            yield f"{self.name}: exactly a choice lists what may be chosen"
        if (self.kind == "slot_day") != (self.timezone is not None):
            yield f"{self.name}: exactly the day of the slot names a time zone"
        if self.timezone is not None and _zone(self.timezone) is None:
            yield f"{self.name}: {self.timezone} is no time zone of the IANA list"
        yield from self._objections_to_choices()

    def _objections_to_choices(self) -> Iterator[str]:
        if len(self.choices) > MOST_CHOICES or any(len(each) > LONGEST_CHOICE for each in self.choices):
            yield f"{self.name}: at most {MOST_CHOICES} choices of {LONGEST_CHOICE} characters each"
        if any(not each.strip() or hidden(each) or "{" in each or "}" in each for each in self.choices):
            yield f"{self.name}: a choice is a visible text without braces"
        if any(longer.startswith(choice) for choice, longer in permutations(self.choices, 2)):
            yield f"{self.name}: no choice may begin with another one, or it could be read in two ways"


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownFacts:
    """What the gate itself knows about one action; None is not known, and then nothing fits."""

    person_name: str | None
    company_name: str
    slot: Slot | None


def value_of(variable: Variable, facts: KnownFacts) -> str | None:
    """The one text that may stand there; None for a choice, and where the fact is not known or not plain."""
    if variable.kind == "person_name":
        return facts.person_name if facts.person_name is not None and is_plain_name(facts.person_name) else None
    if variable.kind == "company_name":
        return facts.company_name
    return None if variable.kind == "choice" else _day(variable, facts.slot)


@lru_cache(maxsize=1024)
def is_plain_name(name: str) -> bool:
    """Whether it can only be read as a name: letters of one script, no digits, signs or hidden characters."""
    if not name.strip() or name != name.strip() or len(name) > LONGEST_NAME or hidden(name) or "  " in name:
        return False
    letters = [each for each in name if each not in _IN_NAMES]
    return (
        bool(letters)
        and all(unicodedata.category(each)[0] in "LM" for each in letters)
        and len({_script(each) for each in letters if unicodedata.category(each)[0] == "L"}) == 1
    )


def hidden(text: str) -> bool:
    """Whether something in it is not seen as it is: controls, bidirectional marks, fillers, letters not composed."""
    unseen = any(each in _FILLERS or unicodedata.category(each) in _UNSEEN for each in text if each != "\n")
    return unseen or not unicodedata.is_normalized("NFC", text)


@lru_cache(maxsize=1024)
def pieces(template: str) -> tuple[tuple[str, str | None], ...]:
    """The template as pairs of fixed text and the name of the variable behind it, None at the end."""
    found: list[tuple[str, str | None]] = []
    at = 0
    for hole in _HOLE.finditer(template):
        found.append((template[at : hole.start()], hole.group(1)))
        at = hole.end()
    return (*found, (template[at:], None))


def _day(variable: Variable, slot: Slot | None) -> str | None:
    """The day that the whole slot lies on; None where it lies on more than one."""
    zone = _zone(variable.timezone or "")
    if slot is None or zone is None:
        return None
    first, last = slot.start.astimezone(zone), (slot.end - timedelta(microseconds=1)).astimezone(zone)
    return _written(first, variable.day_format) if first.date() == last.date() else None


def _written(moment: datetime, day_format: DayFormat) -> str:
    return moment.strftime(_FORMATS[day_format])


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _script(letter: str) -> str:
    return unicodedata.name(letter, "?").split(" ", 1)[0]
