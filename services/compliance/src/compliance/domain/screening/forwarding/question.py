"""Questions about an own medicine: what belongs to Medical Information and is never answered in public."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from compliance.domain.findings import Evidence
from compliance.domain.screening.medicines.names import Mention
from compliance.domain.screening.reading import Reading, Said, evidence_of
from compliance.domain.screening.text.fields import TextField
from compliance.domain.screening.text.marks import QUESTION_MARKS

_ASKS = "asks_without_mark"
_TOPIC = "asked:"
_NO_MEDICINE = frozenset({"device"})
_SHORTEST_NAME = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One text that asks about own medicines. `topics` may be empty; `evidence` is medicines and topics."""

    field: TextField
    products: tuple[str, ...]
    topics: tuple[str, ...]
    evidence: tuple[Evidence, ...]


def questions_in(
    reading: Reading,
    fields: Sequence[TextField],
    products: Sequence[Mapping[str, Any]],
    *,
    addressed: bool,
    company: str | None = None,
) -> tuple[Question, ...]:
    """The texts among `fields` that ask about an own medicine.

    What was written to us (`addressed`) is a question as soon as it asks anything; in a post that anybody may read it
    has to ask for what Medical Information answers, or to speak to the company.
    """
    return tuple(
        found
        for field in fields
        if (found := _asked_in(reading, field, products, addressed=addressed, company=company))
    )


def _asked_in(
    reading: Reading, field: TextField, products: Sequence[Mapping[str, Any]], *, addressed: bool, company: str | None
) -> Question | None:
    mentions = [each for each in _mentions(reading, field) if _is_medicine(products, each)]
    if not mentions:
        return None
    asking = [each for each in reading.labelled(_ASKS) if each.field is field]
    if not asking and not _has_mark(reading, field):
        return None
    topics = [each for each in reading.labelled(_TOPIC) if each.field is field and _asks_here(each, asking)]
    if not addressed and not topics and not _speaks_to(company, field):
        return None
    return Question(
        field=field,
        products=tuple(dict.fromkeys(_name(products, each) for each in mentions)),
        topics=tuple(dict.fromkeys(each.label.removeprefix(_TOPIC) for each in topics)),
        evidence=_in_order((*(evidence_of(each) for each in mentions), *(each.evidence for each in topics))),
    )


def _asks_here(topic: Said, asking: Sequence[Said]) -> bool:
    """Whether the topic stands in a clause that asks."""
    return topic.asked or any(each.clause == topic.clause for each in asking)


def _mentions(reading: Reading, field: TextField) -> Iterable[Mention]:
    return (each for each in reading.mentions if each.field is field)


def _has_mark(reading: Reading, field: TextField) -> bool:
    marks = (at for at, sign in enumerate(field.text) if sign in QUESTION_MARKS)
    return any(not reading.quoted(field, at) for at in marks)


def _speaks_to(company: str | None, field: TextField) -> bool:
    """Whether a handle or the first word of the company's name stands in the text."""
    first = next(iter((company or "").casefold().split()), "")
    return len(first) >= _SHORTEST_NAME and first in field.text.casefold()


def _is_medicine(products: Sequence[Mapping[str, Any]], mention: Mention) -> bool:
    return products[mention.product].get("status") not in _NO_MEDICINE


def _name(products: Sequence[Mapping[str, Any]], mention: Mention) -> str:
    return str(products[mention.product].get("name") or "")


def _in_order(evidence: Iterable[Evidence]) -> tuple[Evidence, ...]:
    return tuple(sorted(set(evidence), key=lambda each: (each.field, each.start, each.end)))
