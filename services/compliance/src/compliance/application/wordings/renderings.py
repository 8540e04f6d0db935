"""What the screen says about everything a wording can become."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any

from compliance.application.gate import Gate
from compliance.application.rules.rules_in_use import RulesNotLoaded
from compliance.domain.slot import Slot
from compliance.domain.wordings.content import WordingContent
from compliance.domain.wordings.errors import WordingBlocked
from compliance.domain.wordings.variables import KnownFacts
from compliance.domain.wordings.wording import Screened
from shared.kernel.errors import Unavailable

_SOMEBODY = "Alex Muster"
_LISTS = ("links", "mentions", "transfer_of_value", "references")


def screened(content: WordingContent, gate: Gate) -> Screened:
    """Screen sample actions with every rendering, and with every type, audience, person and country.

    Only the words are on trial: the facts around them are the best ones. Raises WordingBlocked, Unavailable.
    """
    as_of, reviews, notes, rule_set, count = gate.clock.now(), set[str](), set[str](), "", 0
    for snapshot in _samples(content, gate):
        try:
            answer = gate.screen(snapshot, as_of)
        except RulesNotLoaded as waiting:
            raise Unavailable(str(waiting), remedy="try again in a moment") from waiting
        if answer.verdict == "block":
            raise WordingBlocked(
                str(snapshot["text"]), tuple(each for each in answer.findings if each.severity == "block")
            )
        reviews |= {each.rule_id for each in answer.findings if each.severity == "review"}
        notes |= {each.rule_id for each in answer.findings if each.severity == "pass"}
        rule_set, count = answer.rule_set, count + 1
    return Screened(rule_set=rule_set, renderings=count, reviews=tuple(sorted(reviews)), notes=tuple(sorted(notes)))


def _samples(content: WordingContent, gate: Gate) -> Iterator[Mapping[str, Any]]:
    """Every rendering for the first kind of occasion, then the first rendering for every other kind."""
    slot = _slot(content)
    renderings = content.renderings(
        KnownFacts(person_name=_SOMEBODY, company_name=str(gate.company["name"]), slot=slot)
    )
    types, audiences, people, countries = (
        sorted(each) for each in (content.action_types, content.audiences, content.person_types, content.countries)
    )
    occasions = [
        (kind, audience, person, countries[0]) for kind in types for audience in audiences for person in people
    ]
    occasions += [(types[0], audiences[0], people[0], country) for country in countries[1:]]
    for texts in renderings:
        yield _snapshot(content, texts, occasions[0], slot, gate)
    for occasion in occasions[1:]:
        yield _snapshot(content, renderings[0], occasion, slot, gate)


def _snapshot(
    content: WordingContent, texts: Mapping[str, str], occasion: tuple[str, str, str, str], slot: Slot, gate: Gate
) -> Mapping[str, Any]:
    kind, audience, person, country = occasion
    begins = slot.start.date().isoformat()
    return {
        "action_id": "sample of a wording",
        "type": kind,
        "channel": {
            "platform": "linkedin" if audience == "public" else "email",
            "audience": audience,
            "account": "corporate",
            "country": country,
            "moderation_owner": "somebody",
        },
        "actor": {
            "id": "somebody",
            "function": _owner(person),
            "relation": "employee",
            "trained_until": content.valid_until.isoformat(),
            "authorised": True,
        },
        "stakeholder": {
            "id": "somebody",
            "type": person,
            "country": country,
            "relationship_stage": "interested",
            "owner_function": _owner(person),
            "lawful_basis": "legitimate_interest",
            "notice_sent_on": begins,
            "opted_out": False,
            "do_not_engage": False,
            "contracted": False,
            "followers": 1_000,
            "minor": False,
            "contacts_last_30_days": 0,
            "reciprocal_contacts": 1,
        },
        "company": dict(gate.company),
        "purpose": content.name,
        "value_statement": content.name,
        "kpi": content.name,
        "hashtags": list(content.hashtags),
        **{name: [] for name in _LISTS},
        "scheduled_for": {"start": slot.start.isoformat(), "end": slot.end.isoformat()},
        **texts,
    }


def _owner(person_type: str) -> str:
    """Who usually looks after such people: what is on trial is the words, not the owner."""
    if person_type in {"hcp", "researcher"}:
        return "medical"
    return "advocacy" if person_type in {"patient", "patient_advocate"} else "communications"


def _slot(content: WordingContent) -> Slot:
    noon = datetime.combine(content.valid_from, time(12), UTC)
    return Slot(noon, noon + timedelta(minutes=1))
