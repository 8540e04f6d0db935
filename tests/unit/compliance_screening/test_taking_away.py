"""Taking a fact away never lets through what was held; a complete, harmless action passes without more questions."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest

from compliance.domain.screening.facts.values import part, parts
from support.screening_builders import found, judged, planned

PRIVATE: dict[str, Any] = {"platform": "email", "audience": "private"}
SYMPOSIUM: dict[str, Any] = {
    "name": "Symposium",
    "country": "DE",
    "venue": "Klinikum, Seminarraum 3",
    "science_hours": 4,
    "social_hours": 0,
    "hospitality": [],
    "travel": None,
    "guests": [],
    "product_content": False,
}
CONTRACT: dict[str, Any] = {
    "signed_on": "2026-01-05",
    "need": "Chairs a session on teaching",
    "rate": 200,
    "hours": 4,
    "currency": "EUR",
    "fair_market_value_max_rate": 250,
    "declares_publicly": True,
}
INVITE: dict[str, Any] = {"type": "event_invite", "channel": PRIVATE, "text": "Talks about teaching."}


def invited(**event: Any) -> dict[str, Any]:
    return planned(**INVITE, event=SYMPOSIUM | event)


def paid(contract: dict[str, Any], **changes: Any) -> dict[str, Any]:
    fee = {"kind": "fee", "amount": 800, "currency": "EUR", "year_to_date": 800}
    return planned(**INVITE, event=SYMPOSIUM, contract=CONTRACT | contract, transfer_of_value=[fee], **changes)


HELD: dict[str, dict[str, Any]] = {
    "meal": invited(hospitality=[{"kind": "dinner", "amount": 90, "currency": "EUR", "alcohol": False}]),
    "alcohol": planned(
        **INVITE,
        stakeholder={"country": "US"},
        event=SYMPOSIUM
        | {"country": "US", "hospitality": [{"kind": "snack", "amount": 6, "currency": "USD", "alcohol": True}]},
    ),
    "flight": invited(country="PT", travel={"mode": "air", "cabin": "business", "hours": 2.5}),
    "guest": invited(guests=["spouse"]),
    "leisure": invited(science_hours=1, social_hours=3),
    "product": invited(product_content=True),
    "rate": paid({"rate": 300}),
    "late contract": paid({"signed_on": "2026-12-24"}),
    "no clause": paid({"declares_publicly": False}),
    "french meal": planned(
        **INVITE,
        stakeholder={"country": "FR"},
        event=SYMPOSIUM | {"hospitality": [{"kind": "lunch", "amount": 55, "currency": "EUR", "alcohol": False}]},
        transfer_of_value=[{"kind": "meal", "amount": 55, "currency": "EUR", "year_to_date": 55}],
    ),
    "gift": planned(
        type="message",
        channel=PRIVATE,
        transfer_of_value=[{"kind": "gift", "amount": 20, "currency": "GBP", "year_to_date": 20}],
    ),
    "no notice": planned(
        type="message", channel=PRIVATE, stakeholder={"relationship_stage": "unaware", "notice_sent_on": None}
    ),
    "patient": planned(
        type="message",
        channel=PRIVATE,
        stakeholder={"type": "patient", "owner_function": "advocacy"},
        unsolicited=False,
    ),
    "training": planned(
        type="training_offer",
        channel=PRIVATE,
        training={"subject": "Media skills", "conditions": "Two posts on our data", "product_content": True},
    ),
}
WORDS = {"text", "action_id", "subject", "kpi", "purpose", "value_statement", "declaration", "company"}


@pytest.mark.parametrize("name", HELD)
def test_what_is_held_stays_held_without_any_one_of_its_facts(name: str) -> None:
    assert judged(HELD[name]).verdict != "pass"
    for path in paths(HELD[name]):
        assert judged(without(HELD[name], path)).verdict != "pass", path


@pytest.mark.parametrize("name", ["event", "transfer_of_value", "stakeholder", "channel", "actor", "contract", "type"])
def test_an_invitation_that_passes_is_held_without_one_of_its_parts(name: str) -> None:
    harmless = invited()
    assert judged(harmless).verdict == "pass"

    assert judged(without(harmless, (name,))).verdict != "pass"


@pytest.mark.parametrize("name", ["country", "hospitality", "guests", "product_content"])
def test_an_invitation_is_held_without_one_of_the_facts_of_its_event(name: str) -> None:
    assert judged(without(invited(), ("event", name))).verdict != "pass"


def test_medicines_without_their_other_names_are_held_and_an_empty_list_says_there_are_none() -> None:
    medicine = {"name": "Velorin", "inn": "velorglutide", "status": "prescription", "indication": "type 2 diabetes"}

    assert judged(planned(company={"products": [medicine]})).verdict == "review"
    assert judged(planned(company={"products": [medicine | {"aliases": []}]})).verdict == "pass"


@pytest.mark.parametrize("country", ["DE", "FR", "GB", "US", "IT", "SE", "CH", "JP"])
def test_harmless_actions_pass_in_every_country_without_being_asked_about_money(country: str) -> None:
    here: dict[str, Any] = {"stakeholder": {"country": country}, "company": {"country": country}}
    place = {"country": country}
    thanks = planned(type="thank", channel=place, text="Thank you for the talk.", target=post("A talk."), **here)
    news = planned(channel=place, **here)
    invitation = planned(**INVITE | {"channel": PRIVATE | place}, event=SYMPOSIUM | place, **here)
    message = planned(type="message", channel=PRIVATE | place, text="Which day suits you?", **here)

    for action in (thanks, news, invitation, message):
        assert judged(action).verdict == "pass", judged(action).findings


def test_a_post_to_everybody_needs_no_country_of_a_person() -> None:
    assert judged(planned(stakeholder={"type": "general_public", "country": None})).verdict == "pass"


def test_the_stricter_law_applies_when_the_countries_differ_or_one_is_not_known() -> None:
    wine = {"country": "DE", "hospitality": [{"kind": "dinner", "amount": 40, "currency": "EUR", "alcohol": True}]}

    assert ("EVT-05", "block") not in found(invited(**wine))
    for other in (
        {"company": {"country": "US"}},
        {"stakeholder": {"country": "US"}},
        {"stakeholder": {"country": None}},
    ):
        assert ("EVT-05", "block") in found(planned(**INVITE, event=SYMPOSIUM | wine, **other))


def post(text: str) -> dict[str, Any]:
    return {"kind": "post", "author": "Dr Lee", "author_relation": "independent", "text": text, "links": []}


def paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every fact that is not words. A row of a list is no fact of its own: a list without it says something else."""
    for index, row in enumerate(parts(value) or ()):
        yield from paths(row, (*path, index))
    for name, fact in (part(value) or {}).items():
        if name not in WORDS:
            yield (*path, name)
            yield from paths(fact, (*path, name))


def without(snapshot: dict[str, Any], path: tuple[Any, ...]) -> dict[str, Any]:
    rest = copy.deepcopy(snapshot)
    holder: Any = rest
    for step in path[:-1]:
        holder = holder[step]
    del holder[path[-1]]
    return rest
