"""The occasion and its people: place, company, gifts, money in hand, age, and health that nobody told us of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from compliance.domain.findings import Evidence
from compliance.domain.screening.detectors import Detected
from compliance.domain.screening.lexicon import Lexicon
from compliance.domain.screening.reading import Reading, Said
from compliance.domain.screening.text.fields import OWN_WORDS, RECEIVED, TextField

_PLANNED = ("purpose", "value_statement", "kpi")
_PLACE = ("event.venue", "event.name", *OWN_WORDS)
_SELECTION = ("prescriber_selection", "sales_goal")
_SAID: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "venue.entertainment": (("venue_entertainment",), ("event.venue", "event.name")),
    "venue.outing": (("venue_entertainment",), OWN_WORDS),
    "venue.luxury": (("venue_luxury",), _PLACE),
    "venue.take_away": (("take_away_meal",), _PLACE),
    "venue.alcohol": (("alcohol_offered",), _PLACE),
    "guests.invited": (("guests_invited",), OWN_WORDS),
    "journey.offered": (("journey_offered",), OWN_WORDS),
    "gift.offered": (("gift_offered",), (*OWN_WORDS, "value_statement")),
    "cash.offered": (("cash_payment",), (*OWN_WORDS, *_PLANNED)),
    "support.sole_funder": (("sole_funder",), (*OWN_WORDS, *_PLANNED)),
    "support.logo": (("logo_use",), OWN_WORDS),
    "age.signal": (("age_signal",), RECEIVED),
    "selection.asked": (("prescribing_question",), OWN_WORDS),
    "health.inferred": (("collection_from_profile",), (*OWN_WORDS, *_PLANNED)),
    "health.mentioned": (("inferred_health",), (*OWN_WORDS, *_PLANNED)),
}
_PLACES = tuple(dict.fromkeys(place for _, places in _SAID.values() for place in places))
_LABELS = tuple(dict.fromkeys(label for labels, _ in _SAID.values() for label in labels))


def occasion(reading: Reading, facts: Mapping[str, Any], lexicon: Lexicon) -> Detected:
    """What is said under the labels of words-people, each where it counts; roles of guests; the need of a contract."""
    said = reading.labelled_at(_PLACES, *_LABELS)
    return {
        **{name: _said(said, labels, places) for name, (labels, places) in _SAID.items()},
        **_guests(facts["event"] or {}, lexicon),
        "selection.in_need": tuple(_labelled("contract.need", (facts["contract"] or {}), lexicon)),
    }


def _said(said: Sequence[Said], labels: tuple[str, ...], places: tuple[str, ...]) -> tuple[Evidence, ...]:
    return tuple(each.evidence for each in said if each.label in labels and each.field.path.startswith(places))


def _guests(event: Mapping[str, Any], lexicon: Lexicon) -> Detected:
    """A role is private or professional by its words; one that is neither or both is for a person to judge."""
    found: dict[str, list[Evidence]] = {"guests.private": [], "guests.other": []}
    for index, role in enumerate(event.get("guests") or ()):
        field = TextField(f"event.guests[{index}]", role, "planned")
        labels = lexicon.phrases.find(field.tokens).keys() & {"guest_private", "guest_professional"}
        if labels != {"guest_professional"}:
            name = "guests.private" if labels == {"guest_private"} else "guests.other"
            found[name].append(Evidence(field.path, 0, len(role), role))
    return {name: tuple(evidence) for name, evidence in found.items()}


def _labelled(path: str, contract: Mapping[str, Any], lexicon: Lexicon) -> Iterator[Evidence]:
    """The need of a contract is no text that goes out, so the reading does not hold it."""
    field = TextField(path, contract.get("need") or "", "planned")
    hits = lexicon.phrases.find(field.tokens)
    for _, first, last in sorted(hit for label in _SELECTION for hit in hits.get(label, ())):
        start, end = field.tokens.start(first), field.tokens.end(last)
        yield Evidence(path, start, end, field.text[start:end])
