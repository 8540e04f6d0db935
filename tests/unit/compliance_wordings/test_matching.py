"""An action takes the fast lane only if it says the wording exactly, by what the gate itself knows."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.domain.wordings.matching import fits
from compliance.domain.wordings.variables import KnownFacts, Variable, is_plain_name
from support.compliance_builders import SLOT, a_target
from support.wording_builders import a_content, an_occurrence, known

SAID = "Thank you, Lena Falk, for your words on sleep, today 23.11.2026."


def test_the_wording_with_our_own_facts_and_a_listed_choice_fits() -> None:
    assert fits(a_content(), an_occurrence(SAID))
    assert fits(a_content(), an_occurrence(SAID.replace("sleep", "nutrition")))


@given(at=st.integers(0, len(SAID)), piece=st.text(min_size=0, max_size=3), cut=st.integers(0, 3))
def test_any_changed_character_is_no_match(at: int, piece: str, cut: int) -> None:
    changed = SAID[:at] + piece + SAID[at + cut :]
    assert fits(a_content(), an_occurrence(changed)) == (changed in {SAID, SAID.replace("sleep", "nutrition")})


@pytest.mark.parametrize(
    "disguised",
    [
        SAID.replace("a", "а", 1),  # Cyrillic  # noqa: RUF001 - look-alikes are the point
        SAID.replace("o", "ο", 1),  # Greek  # noqa: RUF001 - look-alikes are the point
        SAID.replace(" ", "\u00a0", 1),
        SAID.replace("Thank", "Thank\u200b"),
        SAID.replace("Thank", "\u202eThank\u202c"),
        SAID.replace("Thank", "Tha\u00adnk"),
        SAID.replace(",", "‚", 1),  # noqa: RUF001 - look-alikes are the point
        SAID + "\n",
        SAID + " ",
        SAID.upper(),
        SAID.replace("sleep", "Sleep"),
        SAID.replace("sleep", "sleep and Velorin"),
        SAID.replace("sleep", ""),
        SAID.replace("Lena Falk", "Lena"),
        SAID.replace("Lena Falk", "Lena Falk and Owen Prys"),
        SAID.replace("23.11.2026", "24.11.2026"),
    ],
)
def test_disguised_and_foreign_words_are_no_match(disguised: str) -> None:
    assert not fits(a_content(), an_occurrence(disguised))


@given(name=st.text(max_size=12))
def test_a_name_fits_only_if_it_can_only_be_read_as_one(name: str) -> None:
    occurrence = an_occurrence(SAID.replace("Lena Falk", name), facts=known(person_name=name))
    assert fits(a_content(), occurrence) == is_plain_name(name)


@pytest.mark.parametrize("name", ["Lena Falk", "Dr. Ana-María O’Neill", "Łukasz Żak", "李小龍", "Мария Иванова"])  # noqa: RUF001 - people's names
def test_names_are_plain(name: str) -> None:
    assert is_plain_name(name)


@pytest.mark.parametrize(
    "name",
    [
        "",
        " Lena",
        "Lena  Falk",
        "Lena\nFalk",
        "Lena!",
        "Velorin 10 mg",
        "buy.at/x",
        "Lеna",  # noqa: RUF001 - look-alikes are the point
        "Lena\u202eklaF",
        "Le\u200bna",
        "ㅤ",
        "x" * 81,
        "Lena\u0301",
    ],
)
def test_what_is_no_plain_name_stands_for_nobody(name: str) -> None:
    occurrence = an_occurrence(SAID.replace("Lena Falk", name), facts=known(person_name=name))
    assert (not is_plain_name(name)) or name == "Lena\u0301"
    assert fits(a_content(), occurrence) == is_plain_name(name)


def test_a_fact_the_gate_does_not_know_fits_nothing() -> None:
    unknown = KnownFacts(person_name=None, company_name="Havelmark Pharma", slot=None)
    for text in (SAID, SAID.replace("Lena Falk", ""), SAID.replace("Lena Falk", "None")):
        assert not fits(a_content(), an_occurrence(text, facts=unknown))


def test_the_day_of_a_slot_is_one_day_in_the_time_zone_of_the_wording() -> None:
    night = replace(SLOT, start=SLOT.start.replace(hour=22, minute=30), end=SLOT.start.replace(hour=23, minute=30))
    both = replace(SLOT, start=SLOT.start.replace(hour=22, minute=30), end=SLOT.start.replace(hour=22, minute=45))
    assert not fits(a_content(), an_occurrence(SAID, facts=known(slot=night)))  # 23:30 to 00:30 in Berlin
    assert fits(a_content(), an_occurrence(SAID, facts=known(slot=both)))
    late = replace(SLOT, start=SLOT.start.replace(hour=23), end=SLOT.start.replace(hour=23) + timedelta(minutes=5))
    assert fits(a_content(), an_occurrence(SAID.replace("23.11", "24.11"), facts=known(slot=late)))


def test_a_variable_that_stands_twice_says_the_same_twice() -> None:
    topic = Variable(name="topic", kind="choice", choices=("sleep", "nutrition"))
    content = a_content(text="On {topic}: {topic}.", variables=(topic,))
    assert fits(content, an_occurrence("On sleep: sleep."))
    assert not fits(content, an_occurrence("On sleep: nutrition."))


@pytest.mark.parametrize(
    "beside",
    [
        {"target": a_target()},
        {"links": [{"url": "https://havelmark.example/"}]},
        {"mentions": ["@lena"]},
        {"hashtags": ["#sleep"]},
        {"media_text": "A picture that says more."},
        {"inbound_text": "What does it cost?"},
        {"event": {"name": "Congress"}},
        {"transfer_of_value": [{"kind": "meal", "amount": 20, "currency": "EUR"}]},
        {"contract": {"id": "c-1"}},
        {"training": {"subject": "x"}},
        {"type": "comment"},
        {"type": "post"},
        {"declaration": None},
        {"declaration": "We are somebody else."},
        {"channel": {"platform": "mastodon", "audience": "hcp_verified", "account": "corporate"}},
    ],
)
def test_anything_beside_the_words_needs_people(beside: dict[str, Any]) -> None:
    assert not fits(a_content(), an_occurrence(SAID, **beside))


@pytest.mark.parametrize("person", [{"type": "hcp", "country": "DE"}, {"type": "journalist", "country": "FR"}, {}])
def test_it_fits_only_the_people_it_was_approved_for(person: dict[str, Any]) -> None:
    occurrence = an_occurrence(SAID)
    assert not fits(a_content(), replace(occurrence, resolved={**occurrence.resolved, "stakeholder": person}))
